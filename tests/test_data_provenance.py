"""From a number to its row and source in two steps, and back."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest

from analysis.data import DATA, read_table, table_names
from analysis.errors import BuildError, HnsError
from analysis.ledger import Ledger
from analysis.provenance import all_figures, figures, trace, weak_figures
from analysis.vintage import load_evidence


@pytest.fixture
def reports(tmp_path):
    """A folder with the results of one small report, made through the ledger."""
    ledger = Ledger(load_evidence(date(2020, 10, 8)))
    ledger.quote(
        "ask_multiple",
        8 / (199.3 / 105),
        "times",
        "4.2 times",
        rows=["J207", "J029"],
        formula="ask / (payment / rate)",
        assumptions=["fx.values.2021", "event.states"],
    )
    ledger.quote("counted", 55245.0, "persons", "55,245", rows=["T01440"])
    ledger.quote("class", -0.1, "percent", "-0.1%", rows=["jp-2006", "jp-2008", "jp-2011", "jp-2016", "kr-2005"])
    ledger.quote("only_assumed", 105.0, "yen", "105", assumptions=["drivers.labour"])
    folder = tmp_path / "biden"
    folder.mkdir()
    results = {"scenario": "biden", "as_of": "2020-10-08", "currency": "JPY", "figures": ledger.results()}
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    return tmp_path


def test_a_figure_leads_to_its_rows_assumptions_and_sources(reports):
    text = trace("ask_multiple", "biden", reports)
    assert text.startswith("ask_multiple: 4.2 times")
    assert "as of 2020-10-08" in text
    assert "ask / (payment / rate)" in text
    assert "J029  data/payments.csv, line 78  [2]" in text
    assert "value 199.3; unit bn; currency JPY" in text
    assert "fx.values.2021  98 .. 105 .. 112  Centred on 105 yen" in text
    assert "event.states  biden 1, trump 0" in text
    assert "https://www.nippon.com/en/news/yjj2020062300030/" in text
    assert max(map(len, (line for line in text.splitlines() if "http" not in line))) <= 100


def test_without_a_scenario_the_first_report_that_has_it_answers(reports):
    assert trace("counted", reports=reports) == trace("counted", "biden", reports)


def test_many_rows_stay_on_a_screen(reports):
    text = trace("class", "biden", reports)
    assert "jp-2006 rounds.csv:2" in text
    assert "`hns trace jp-2006` shows one in full" in text
    assert len(text.splitlines()) < 40


def test_an_assumption_alone(reports):
    text = trace("only_assumed", "biden", reports)
    assert "drivers.labour.growth" in text
    assert "Base workers follow public-sector pay" in text
    assert "Source" not in text


def test_a_row_leads_back_to_the_figures(reports):
    text = trace("J029", reports=reports)
    assert "data/payments.csv, line 78" in text
    assert "ask_multiple: 4.2 times" in text
    assert "Rows worked out from it: J025, jp-2021" in " ".join(text.split())
    assert "[1] Jiji Press via Nippon.com" in text


def test_a_derived_row_shows_what_it_rests_on(reports):
    text = trace("jp-2006", reports=reports)
    assert "Rests on" in text
    assert "M006  data/payments.csv" in text
    assert "J012  data/payments.csv" in text


def test_rows_published_later_are_marked_as_hindsight(reports):
    path = reports / "biden" / "results.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    results["figures"]["counted"]["rows"] = ["J030"]
    path.write_text(json.dumps(results), encoding="utf-8")
    assert "public only after the as-of date: hindsight" in trace("counted", "biden", reports)


def test_unknown_names_get_near_ones(reports):
    with pytest.raises(HnsError, match="allowed: ask_multiple"):
        trace("ask_multipl", "biden", reports)
    with pytest.raises(HnsError, match="no report has been made"):
        trace("nothing-like-it", reports=reports / "empty")


def test_a_report_not_made_says_how_to_make_it(reports):
    with pytest.raises(BuildError, match="make report SCENARIO=trump"):
        figures("trump", reports)
    (reports / "trump").mkdir()
    (reports / "trump" / "results.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BuildError, match="cannot be read"):
        figures("trump", reports)
    assert list(all_figures(reports)) == ["biden"]


def test_weak_rows_behind_figures(reports):
    tables = {name: read_table(name) for name in table_names()}
    weak = weak_figures(all_figures(reports), tables)
    assert weak["T01440"] == ["counted"]
    assert set(weak) == {"T01440", "jp-2006", "jp-2011", "jp-2016"}


def test_every_row_can_be_traced_to_a_source_with_an_address():
    tables = {name: read_table(name) for name in table_names()}
    sources = tables["sources"]
    for name, frame in tables.items():
        if "source" in frame:
            assert sources.loc[frame["source"].unique(), "url"].notna().all(), name


def test_a_row_is_found_in_the_folder_given(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    path = folder / "payments.csv"
    row = path.read_text(encoding="utf-8").splitlines()[77].replace("J029", "X029", 1)
    path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    assert "X029  data/payments.csv, line 310" in trace("X029", reports=tmp_path, folder=folder)
