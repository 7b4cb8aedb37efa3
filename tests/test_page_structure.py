"""The briefing's page as a document: what a screen reader, a search engine and a spreadsheet get from it."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def folder(report_of) -> Path:
    return report_of("undecided")


@pytest.fixture(scope="module")
def page(folder) -> str:
    return (folder / "hns-briefing-undecided.html").read_text(encoding="utf-8")


def test_the_title_holds_the_answer_and_the_scenario(page, folder):
    answer = json.loads((folder / "results.json").read_text())["title"]
    title = unescape(re.search(r"<title>(.*?)</title>", page)[1])
    assert title.startswith(answer)
    assert "undecided" in title
    assert len(unescape(re.search(r'name="description" content="([^"]+)"', page)[1])) > 80


def test_the_answer_is_recorded_with_the_course_it_is_about(folder):
    results = json.loads((folder / "results.json").read_text())
    assert results["decision"] == {"course": "bridge", "state": "mixed", "name": "One year, then the winner"}
    assert results["title"].startswith("Above +1.5%")


def test_headings_and_exhibits_have_permalinks_that_say_where_they_lead(page):
    links = dict(re.findall(r'<a class="hns-link" href="#([^"]+)" aria-label="([^"]+)">', page))
    exhibits = re.findall(r'<figure class="hns [^"]*" id="([^"]+)"', page)
    headings = re.findall(r'<h[2-6] id="([^"]+)"', page.replace('<h2 id="notes">', ""))
    assert len(exhibits) > 15
    assert set(links) == {*exhibits, *headings}
    assert all(re.match(r"Link to (“.+”|Figure \d+|Table \d+)$", unescape(words)) for words in links.values())
    assert len(set(links.values())) == len(links), "two links with one name"


def test_notes_lead_there_and_back(page):
    notes = re.findall(r'<li id="(fn-[^"]+)">(.*?)</li>', page, re.DOTALL)
    assert notes
    for name, text in notes:
        assert f'href="#{name}" role="doc-noteref"' in page
        back = re.search(r'<a class="hns-back" href="#([^"]+)" aria-label="Back to the text">', text)[1]
        assert f'id="{back}"' in page


def test_every_exhibit_gives_its_data(page, folder):
    files = {p.name: p.read_text(encoding="utf-8") for p in (folder / "data").glob("*-*.csv")}
    links = re.findall(r'<a download="([^"]+)" href="data:text/csv;charset=utf-8,%EF%BB%BF([^"]*)"', page)
    assert {name: unquote(unescape(text)) for name, text in links} == files
    for figure in re.findall(r'<figure class="hns hns-figure.*?</figure>', page, re.DOTALL):
        assert re.search(r'<details class="hns-data"><summary>.*?<table>.*?<a download=', figure, re.DOTALL)


def test_every_chart_is_described_in_words(page):
    alts = re.findall(r'<div class="hns-chart" data-alt="([^"]+)"><svg role="img" aria-label="([^"]+)"', page)
    assert len(alts) == len(re.findall(r'class="hns-chart"', page)) == page.count('class="hns-spec"') >= 13
    assert all(first == second and len(first) > 40 for first, second in alts)


def test_the_chart_runtime_is_there_once(page):
    assert len(re.findall(r'<script type="text/plain" id="vega">', page)) == 1
    assert len(page) < 1_400_000
