"""What could be known on a day: later rows are out of reach, and so is everything worked out from them."""

from __future__ import annotations

import os
import shutil
from calendar import monthrange
from datetime import date, timedelta

import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.comparison import common_year, measures
from analysis.data import DATA, read_table, table_names
from analysis.errors import DataError, VintageError
from analysis.history import bill_by_category, latest_total, september_counts, yearly_totals
from analysis.paths import NOTEBOOKS
from analysis.reconciliation import reconciliation
from analysis.scenario_files import load_scenario
from analysis.vintage import load_evidence, public_on, visible

OCTOBER_2020 = date(2020, 10, 8)

#: Rows that would change every series they belong to, published the day after.
LATER = {
    "payments": "P1,JP,2013,2013,FY,hns_budget,total,initial_budget,190,bn,JPY,series,,,2020-10-09,source,"
    "jiji-press-via-2020-6df7,A,",
    "troops": "P2,JP,2020-09,total,active_duty,53732,assigned_by_location,series,Japan,2020-10-09,release,"
    "m-flynn-et-2026-724c,C,",
    "economy": "P3,JP,gdp,2020,CY,5055,bn,USD,planted,series,,,2020-10-09,release,github-datasets-gdp-2026-dc5f,C,",
    "fx": "P4,JPY,CY,2020,,106.8,market_average,series,2020-10-09,release,federal-reserve-mirror-2026-5079,B,",
}


@pytest.fixture
def planted(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    for table, row in LATER.items():
        path = folder / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    return folder


def derived(evidence) -> list[pd.DataFrame]:
    tables, line = evidence.tables, ("JP", "hns_budget", "initial_budget")
    both = ["JP", "KR"]
    year = common_year(tables, both)
    compared = pd.DataFrame([(m.key, str(m.values), m.rows) for m in measures(tables, both, year)])
    return [
        yearly_totals(tables["payments"], *line),
        bill_by_category(tables["payments"], *line),
        latest_total(tables["payments"], *line).to_frame(),
        september_counts(tables["troops"], "JP"),
        compared,
        reconciliation(tables),
    ]


def test_one_day_is_read_once_and_a_changed_table_anew(planted):
    before = load_evidence(OCTOBER_2020, planted)
    assert load_evidence(OCTOBER_2020, planted) is before
    path = planted / "payments.csv"
    state, text = path.stat(), path.read_text(encoding="utf-8")
    assert before.row("J029")["value"] == 199.3
    path.write_text(text.replace(",199.3,", ",199.4,"), encoding="utf-8")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # same size, same time: only the content tells
    assert load_evidence(OCTOBER_2020, planted).row("J029")["value"] == 199.4
    assert before.row("J029")["value"] == 199.3
    path.write_text(text, encoding="utf-8")
    assert load_evidence(OCTOBER_2020, planted).row("J029")["value"] == 199.3


def test_a_table_handed_out_may_be_changed_without_harm():
    mine = read_table("payments")
    mine["value"] = 0.0
    mine.loc["J029", "note"] = "changed"
    assert read_table("payments").loc["J029", ["value", "note"]].tolist() != [0.0, "changed"]
    assert read_table("payments").loc["J029", "value"] == 199.3


@pytest.mark.build
def test_no_section_changes_the_tables_of_its_day():
    days = (load_scenario("undecided").as_of, date.max)
    before = [{name: frame.copy() for name, frame in load_evidence(day).tables.items()} for day in days]
    for name in ("briefing", "method", "comparison"):
        cells = nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4)["cells"]
        exec("\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code"), {})
    for day, tables in zip(days, before, strict=True):
        for name, frame in load_evidence(day).tables.items():
            pd.testing.assert_frame_equal(frame, tables[name])


def test_a_later_row_is_invisible_to_every_table_and_series(planted):
    before, with_rows = load_evidence(OCTOBER_2020), load_evidence(OCTOBER_2020, planted)
    for name in table_names():
        pd.testing.assert_frame_equal(before.table(name), with_rows.table(name))
    for one, other in zip(derived(before), derived(with_rows), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_the_later_rows_do_change_the_series_a_day_later(planted):
    after = load_evidence(date(2020, 10, 9), planted)
    changed = [
        not one.equals(other) for one, other in zip(derived(load_evidence(OCTOBER_2020)), derived(after), strict=True)
    ]
    assert changed[0], "the planted payment is in the yearly totals"
    assert changed[3], "the planted count is in the September counts"
    assert after.row("P4")["rate"] == 106.8


def test_asking_for_a_later_row_is_refused_with_its_day(planted):
    evidence = load_evidence(OCTOBER_2020, planted)
    with pytest.raises(VintageError, match="published on 2020-10-09, after the as-of date 2020-10-08"):
        evidence.row("P1")
    with pytest.raises(DataError, match="not found in any table"):
        evidence.row("P9")
    with pytest.raises(DataError, match="no table 'paymnts'"):
        evidence.table("paymnts")
    assert evidence.table_of("J029") == "payments"
    with pytest.raises(VintageError):
        evidence.table_of("P1")


def test_nothing_public_later_is_in_the_evidence():
    for as_of in (date(2015, 1, 1), OCTOBER_2020, date(2021, 12, 20), date(2024, 9, 30)):
        for name, frame in load_evidence(as_of).tables.items():
            if "dating" in frame and "published" in frame:
                assert all(public_on(text) <= as_of for text in frame["published"].unique()), (name, as_of)


def test_outcomes_of_the_talks_are_unknown_in_october_2020():
    evidence = load_evidence(OCTOBER_2020)
    for row in ("J030", "M001", "M004", "J195", "J399", "jp-2021", "kr-2021", "K-sma_contribution-030"):
        with pytest.raises(VintageError):
            evidence.row(row)
    assert evidence.row("J029")["value"] == 199.3
    assert int(latest_total(evidence.table("payments"), "JP", "hns_budget", "initial_budget")["year"]) == 2020


def test_an_older_vintage_is_part_of_every_newer_one():
    days = [date(2016, 1, 1), OCTOBER_2020, date(2021, 12, 21), date(2026, 11, 24)]
    for older, newer in zip(map(load_evidence, days), map(load_evidence, days[1:]), strict=False):
        for name, frame in older.tables.items():
            assert set(frame.index) <= set(newer.table(name).index), name


@pytest.mark.parametrize(
    ("published", "last"), [("2020-06-23", (2020, 6, 23)), ("2020-06", (2020, 6, 30)), ("2020", (2020, 12, 31))]
)
def test_a_date_without_a_day_counts_as_the_end_of_its_period(published, last):
    assert public_on(published) == date(*last)
    frame = pd.DataFrame({"published": [published], "dating": ["source"]})
    assert len(visible(frame, date(*last))) == 1
    assert len(visible(frame, date(*last) - timedelta(days=1))) == 0


@given(st.dates(date(1950, 1, 1), date(2060, 12, 31)))
def test_months_and_years_end_on_their_last_day(day):
    assert public_on(day.isoformat()) == day
    assert public_on(f"{day:%Y-%m}") == date(day.year, day.month, monthrange(day.year, day.month)[1])
    assert public_on(f"{day.year}") == date(day.year, 12, 31)
    assert day <= public_on(f"{day:%Y-%m}") <= public_on(f"{day.year}")


def test_tables_without_evidence_pass_unchanged():
    for name in ("hosts", "sources", "release_rules"):
        assert len(visible(read_table(name), date(1980, 1, 1))) == len(read_table(name))
