"""The annex as its reader meets it: complete, dated, and honest about what has no meaning in a scenario."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from analysis.annex import accuracy, assumption_log, buildup, front, limits, model, rounds, track_record, variance
from analysis.briefing.view import View, decided
from analysis.case import Case, load_case
from analysis.report import build
from analysis.settlement import fit_kappa
from analysis.vintage import load_evidence, public_on


@cache
def looked_at(name: str) -> tuple[Case, View]:
    case = load_case(name, ("draws=50000",))
    return case, decided(case)


# ------------------------------------------------------------------------------------- what it says for each scenario


def test_information_level_in_use_is_named():
    for name, level in (("undecided", "L1"), ("korea-2020", "L2"), ("korea-2026", "L0")):
        case, view = looked_at(name)
        assert f"In use here: {level}" in model.settlement(case).plain
        assert f"(level {level})" in front.cover(case, view).plain


def test_what_has_no_meaning_is_said():
    assert "supposes that Biden wins" in variance.text(*looked_at("biden")).plain
    assert "supposes" not in variance.text(*looked_at("undecided")).plain
    early = variance.text(*looked_at("korea-2026")).plain
    assert "needs no bridge" in early
    assert "ranges stated by the scenario" in early
    assert "A floor ties" in variance.text(*looked_at("renewal-2027")).plain


def test_the_ratchet_stands_in_the_model_where_it_applies():
    assert r"\max( u_a, \rho u_b )" in model.settlement(looked_at("renewal-2027")[0]).plain
    assert r"\rho" not in model.settlement(looked_at("undecided")[0]).plain
    assert "in place of the model" in model.settlement(looked_at("korea-2026")[0]).plain


def test_kappa_is_fitted_with_three_rounds_and_not_with_two():
    case, _ = looked_at("undecided")
    early = rounds.kappa_text(case, case.evidence, case.ledger).plain
    assert "Only two rounds" in early
    assert "too few to fit" in early
    case, _ = looked_at("renewal-2027")
    fit = fit_kappa([1.15, 1.50, 5.68], [5.8, 8.2, 13.9])
    late = rounds.kappa_text(case, case.evidence, case.ledger).plain
    assert f"slope of {fit.slope:.1f} points" in late
    assert f"standard error of {fit.slope_se:.1f} on one degree of freedom" in late


@pytest.mark.parametrize("name", ["undecided", "biden", "trump", "korea-2020", "korea-2026"])
def test_closed_form_and_simulation_agree_within_the_errors_shown(name):
    found = accuracy.accuracy(looked_at(name)[1])
    assert found["deviation"].dropna().abs().max() < 4
    assert found["closed"].notna().sum() == 6
    assert (found["error"] > 0).all()
    again = (found["simulated"] - found["other_seed"]).abs() / found["error"]
    assert again.max() < 6


def test_a_floor_leaves_only_the_path_in_closed_form():
    case, view = looked_at("renewal-2027")
    shown = accuracy.accuracy_table(case, view)
    assert shown.plain.startswith("The simulation repeats with another seed")
    assert accuracy.accuracy(view)["closed"].notna().sum() == 1


def test_build_up_adds_up_and_names_its_bounds():
    shown = buildup.buildup(*looked_at("undecided")).plain
    assert "cap 24.9" in shown
    assert "floor 20.6" in shown
    assert "no split by category is known" in buildup.buildup(*looked_at("korea-2020")).plain


@pytest.mark.parametrize("name", ["undecided", "biden", "korea-2020", "korea-2026", "renewal-2027"])
def test_cases_in_which_waiting_loses_are_marked_out_by_a_low_price(name):
    case, view = looked_at(name)
    shown = variance.discovery_table(case, view)
    assert re.match(r"Waiting loses in \d+% of cases with a five-year price now below [+−]\d", shown.plain)
    assert "nan" not in shown.html


def test_names_of_assumptions_are_words():
    case, view = looked_at("undecided")
    shown = assumption_log.log_table(case, view)
    assert "_" not in "".join(line for line in shown.plain.splitlines())
    assert "Chance of leaving the frame: Trump" in shown.plain
    assert len(re.findall("Exchange rate", shown.csv or "")) == 1


def test_the_ask_and_the_odds_are_no_claims():
    said = limits.claims_not_made(looked_at("undecided")[0]).plain
    assert "$8" in said
    assert "denied by the host’s government" in said
    assert "74.5%" in said
    korea = limits.claims_not_made(looked_at("korea-2026")[0]).plain
    assert "None is on record" in korea
    assert "74.5%" not in korea


def test_rolling_test_says_on_which_side_the_model_erred():
    case, _ = looked_at("undecided")
    shown = track_record.rolling_table(case, load_evidence(date.max), case.ledger.__class__(load_evidence(date.max)))
    assert "does not beat repeating the last change" in shown.plain
    assert "5 of 5 rounds of South Korea" in shown.html


# -------------------------------------------------------------------------------------------------- the whole document


@pytest.fixture(scope="module")
def annex(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    build("undecided", "method", reports=folder)
    return folder / "undecided"


def pdf_text(folder: Path) -> str:
    from pypdf import PdfReader

    reader = PdfReader(next(folder.glob("hns-method-*.pdf")))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages)).replace("\u00a0", " ")


@pytest.mark.build
def test_every_part_is_there_in_order(annex):
    from pypdf import PdfReader

    outline = [entry["/Title"] for entry in PdfReader(next(annex.glob("hns-method-*.pdf"))).outline]
    assert outline == [
        "The model", "What past rounds say", "The cost build-up", "The assumptions log", "How exact the numbers are",
        "What the answer hangs on", "The quality of the evidence", "Limits", "Claims this project does not make",
        "Hindsight: forecasts against what happened", "Sources",
    ]  # fmt: skip
    assert "Monte Carlo error" in pdf_text(annex)


@pytest.mark.build
def test_nothing_later_than_the_as_of_date_outside_hindsight(annex):
    everything = load_evidence(date.max)
    figures = json.loads((annex / "hns-method-undecided.results.json").read_text())["figures"]
    rows = {row for figure in figures.values() for row in figure["rows"]}
    assert [r for r in rows if public_on(str(everything.row(r)["published"])) > date(2020, 10, 8)] == []
    before, after = pdf_text(annex).split("Hindsight: forecasts against what happened", 1)
    for later in ("201.7", "1,183", "1,519", "South Korea 2021"):
        assert later not in before
        assert later in after


@pytest.mark.build
def test_every_figure_of_the_annex_names_what_it_rests_on(annex):
    figures = json.loads((annex / "hns-method-undecided.results.json").read_text())["figures"]
    assert {"reference.location", "reference.scale", "tornado.u_now.low", "sobol_total.wide.u_now"} <= figures.keys()
    assert any(name.startswith("impact.settlement.kappa") for name in figures)
    assert any(name.startswith("bridge_share.") for name in figures)
    assert all(figure["rows"] or figure["assumptions"] for figure in figures.values())


@pytest.mark.build
def test_formulas_are_drawn_in_the_page_and_no_tex_is_left(annex):
    page = next(annex.glob("*.html")).read_text(encoding="utf-8")
    body = re.sub(r'alttext="[^"]*"', "", page[page.find("<body") :])
    assert body.count("<math") > 20
    assert not re.search(r"\\(frac|kappa|lambda|text)\b", re.sub(r"<script.*?</script>", "", body, flags=re.DOTALL))
