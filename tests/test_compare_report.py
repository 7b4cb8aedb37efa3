"""The comparison as its reader meets it: through the pipeline, from the day it is dated, every figure to be traced."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis.provenance import trace
from analysis.report import build
from analysis.vintage import load_evidence, public_on

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("comparison")
    for scenario in ("undecided", "renewal-2027"):
        build(scenario, "comparison", reports=folder)
    return folder


def text_of(folder: Path, scenario: str) -> str:
    from pypdf import PdfReader

    pages = PdfReader(folder / scenario / f"hns-comparison-{scenario}.pdf").pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages)).replace("\u00a0", " ")


def test_page_one_answers_and_the_rest_follows(reports):
    text = text_of(reports, "undecided")
    for words in (
        "Japan pays more in dollars, South Korea pays more as a share of gross domestic product",
        "Two series of talks",
        "What the two lines pay for",
        "Treated like the other",
        "South Korea’s bill would be ₩790 bn instead of ₩1,039 bn",
        "Definitions move the answer more than the model does",
    ):
        assert words in text, words


def test_what_came_later_stands_in_hindsight_only(reports):
    early, late = (text_of(reports, name) for name in ("undecided", "renewal-2027"))
    main, after = early.split("not known on 8 October 2020", 1)
    for words in ("+13.9%", "1,055.1", "37.6%", "+11.5%", "1,183.3"):
        assert words not in main, words
    assert "One deal, three increases: +4.6%, +7.7% or +11.5%" in after
    assert "One deal, three increases: +4.6%, +7.7% or +11.5%" in late


@pytest.mark.parametrize("scenario", ["undecided", "renewal-2027"])
def test_figures_rest_on_rows_of_the_day_and_can_be_traced(reports, scenario):
    content = json.loads((reports / scenario / f"hns-comparison-{scenario}.results.json").read_text(encoding="utf-8"))
    everything, as_of = load_evidence(date.max), date.fromisoformat(content["as_of"])
    own = {name: figure for name, figure in content["figures"].items() if name.startswith("compare.")}
    assert len(own) > 60
    rows = {row for figure in own.values() for row in figure["rows"]}
    assert all(public_on(str(everything.row(row)["published"])) <= as_of for row in rows)
    told = trace("compare.ratio.dollars", scenario, reports)
    assert "Japan / South Korea" in told
    assert "K-sma_contribution" in told
    assert "compare.paid.jp" in trace(own["compare.paid.jp"]["rows"][0], reports=reports)


def test_tables_behind_the_exhibits_hold_numbers(reports):
    folder = reports / "undecided" / "data" / "comparison"
    numeric = {
        "tab-metrics.csv": ["JP", "KR", "ratio"],
        "tab-lines.csv": ["JP", "KR", "JP_share", "KR_share"],
        "tab-rounds.csv": ["change_pct", "offer_pct", "talks_months"],
        "tab-replay.csv": ["base", "last", "growth_pct", "against_paid_pct"],
        "fig-japan-like-korea.csv": ["value", "over_pct"],
        "fig-shares.csv": ["share"],
    }
    for name, columns in numeric.items():
        frame = pd.read_csv(folder / name)
        assert all(pd.api.types.is_numeric_dtype(frame[column]) for column in columns), name
