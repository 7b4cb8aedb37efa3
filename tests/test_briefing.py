"""The briefing as its reader meets it: what the PDF says, what the page shows, and nothing from the future."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from analysis.scenario_files import load_scenario, scenario_names
from analysis.vintage import load_evidence, public_on

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def undecided(report_of) -> Path:
    return report_of("undecided")


def pdf_pages(folder: Path) -> list[str]:
    from pypdf import PdfReader

    pages = PdfReader(next(folder.glob("*.pdf"))).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def test_pdf_holds_the_founding_figures(undecided: Path):
    text = " ".join(pdf_pages(undecided))
    for words in (
        "54,000 U.S. troops",
        "about ¥200 bn",
        "$1.9 bn",
        "reported ask is $8 bn",
        "4.2 times",
        "more than fivefold",
        "31 March 2021",
        "4,000 Marines",
        "日本",
        "한국",
    ):
        assert words in text.replace("\u00a0", " "), words


def test_page_one_stands_alone(undecided: Path):
    first, second, *_ = pdf_pages(undecided)
    assert "What would change our mind" in first
    assert "The situation" not in first
    assert second.find("The situation") < 200


def test_nothing_later_than_the_as_of_date_outside_hindsight(undecided: Path):
    """Every figure of results.json rests on rows that were public; later settlements appear in hindsight only."""
    as_of = date(2020, 10, 8)
    everything = load_evidence(date.max)
    figures = json.loads((undecided / "results.json").read_text())["figures"]
    rows = {row for figure in figures.values() for row in figure["rows"]}
    assert len(rows) > 20
    late = [r for r in rows if public_on(str(everything.row(r)["published"])) > as_of]
    assert late == []
    before, hindsight = " ".join(pdf_pages(undecided)).split("Hindsight: what happened afterwards", 1)
    for later in ("201.7", "1,055.1", "1,183.3"):
        assert later not in before
    assert "201.7" in hindsight


def test_every_figure_names_its_rows_or_assumptions(undecided: Path):
    figures = json.loads((undecided / "results.json").read_text())["figures"]
    assert len(figures) > 25
    for name, figure in figures.items():
        assert figure["rows"] or figure["assumptions"], name
        assert figure["text"], name
        assert figure["unit"], name


def test_pdf_is_tagged_dated_and_titled(undecided: Path):
    from pypdf import PdfReader

    reader = PdfReader(next(undecided.glob("*.pdf")))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"].startswith("en")
    assert reader.metadata.title.startswith("Above +")
    assert len(reader.outline) >= 8
    assert 5 <= len(reader.pages) <= 14
    assert not any(page.images for page in reader.pages), "charts are vector drawings"


def test_exhibits_carry_their_data(undecided: Path):
    files = sorted(p.name for p in (undecided / "data").glob("*.csv"))
    assert sum(name.startswith("fig-") for name in files) >= 5
    assert sum(name.startswith("tab-") for name in files) >= 3


@pytest.mark.parametrize("name", scenario_names())
def test_every_reference_of_a_scenario_is_known(name: str):
    scenario = load_scenario(name)
    evidence = load_evidence(scenario.as_of)
    for reference in scenario.references:
        if not reference.startswith("https://"):
            evidence.row(reference)
