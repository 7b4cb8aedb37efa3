"""The PDF as a printed publication: facts of layout for every scenario, on both papers.

A missing glyph or a figure without description needs no test here: the compiler holds every PDF to PDF/UA-1 and
refuses both (see test_export_outputs.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path

import nbformat
import pypdf
import pytest
from drawing_check import inspector
from printed_page import Page, letters, pages, tool

from analysis.export.form import DOCUMENT_MIME, FILES_MIME, TYPST_MIME
from analysis.export.pdf import BriefingPDFExporter
from analysis.manifest import scenario_chain
from analysis.scenario_files import scenario_names

pytestmark = pytest.mark.build

MARGIN = 56.0  # points; 20 mm less a little for letters that lean out
COLUMNS = ("What would change our mind", "Read these numbers as")
FULLEST_GAP = 0.46  # share of the text area that may stay empty at the foot of a page


@dataclass
class Printed:
    """One scenario's briefing on both papers."""

    name: str
    folder: Path
    letter: Path

    @property
    def a4(self) -> Path:
        return self.folder / f"hns-briefing-{self.name}.pdf"

    @cached_property
    def papers(self) -> dict[str, list[Page]]:
        return {"a4": pages(self.a4), "letter": pages(self.letter)}

    @cached_property
    def reader(self) -> pypdf.PdfReader:
        return pypdf.PdfReader(self.a4)

    @cached_property
    def bundles(self) -> list[dict]:
        book = nbformat.read(self.folder / f"hns-briefing-{self.name}.ipynb", as_version=4)
        return [
            output.data
            for cell in book.cells
            if cell.cell_type == "code"
            for output in cell.outputs
            if "data" in output
        ]

    @cached_property
    def said(self) -> dict:
        return next(data[DOCUMENT_MIME] for data in self.bundles if DOCUMENT_MIME in data)

    @cached_property
    def key_values(self) -> list[str]:
        """The three numbers of page one, as printed."""
        band = next(d["text/plain"] for d in self.bundles if d.get(TYPST_MIME, "").startswith("#hns-keys("))
        return [line.partition(" (")[0] for line in band.splitlines()]


def export(folder: Path, name: str, paper: str, notebook: str = "briefing") -> bytes:
    """The PDF made once more from the run record."""
    stem = f"hns-{notebook}-{name}"
    book = nbformat.read(folder / f"{stem}.ipynb", as_version=4)
    given = {path.name: path.read_text(encoding="utf-8") for path in scenario_chain(name)}
    resources = {"metadata": {"name": stem}, "attachments": given}
    return BriefingPDFExporter(paper=paper).from_notebook_node(book, resources)[0]


@pytest.fixture(scope="module", params=scenario_names())
def printed(request, report_of, tmp_path_factory) -> Printed:
    folder = report_of(request.param)
    letter = tmp_path_factory.mktemp("letter") / "letter.pdf"
    letter.write_bytes(export(folder, request.param, "us-letter"))
    return Printed(request.param, folder, letter)


def test_page_one_stands_alone_on_both_papers(printed):
    for paper, (first, second, *_) in printed.papers.items():
        for words in (
            printed.said["title"],
            "FIGURE 1",
            "FIGURE 2",
            "What would change our mind",
            "Read these numbers as",
        ):
            assert letters(words) in letters(first.text), (paper, words)
        assert "TABLE" not in first.text, paper
        for value in printed.key_values:
            assert value in first.text, f"{paper}: {value}"
        assert min(second.body, key=lambda line: line.top).words == "The situation", paper
        assert min(line.bottom for line in first.body) < 100
        foot = max(line.bottom for line in first.body)
        assert first.height - 130 < foot < first.height - FOOT_OF[paper], f"{paper}: the page is filled, and no more"


FOOT_OF = {"a4": 56.0, "letter": 52.0}  # points below the text area, less the tails of letters


def test_the_number_of_pages_is_that_of_a_briefing(printed):
    for paper, found in printed.papers.items():
        assert 7 <= len(found) <= 18, paper


def test_the_two_papers_have_their_sizes(printed):
    assert {(round(p.width), round(p.height)) for p in printed.papers["a4"]} == {(595, 842)}
    assert {(round(p.width), round(p.height)) for p in printed.papers["letter"]} == {(612, 792)}


def test_nothing_stands_in_the_margins(printed):
    for paper, found in printed.papers.items():
        for number, page in enumerate(found, 1):
            for line in page.lines:
                where = f"{paper}, page {number}: {line.words}"
                assert line.left > MARGIN, where
                assert line.right < page.width - MARGIN, where
                assert line.top > 25, where
                assert line.bottom < page.height - 25, where


def test_no_line_is_printed_over_another(printed):
    for paper, found in printed.papers.items():
        for number, page in enumerate(found, 1):
            for one, other in combinations(page.lines, 2):
                wide = min(one.right, other.right) - max(one.left, other.left)
                high = min(one.bottom, other.bottom) - max(one.top, other.top)
                low = min(one.bottom - one.top, other.bottom - other.top)
                assert wide < 2 or high < 0.5 * low, f"{paper}, page {number}: {one.words!r}, {other.words!r}"


def assert_filled(paper: str, found: list[Page]) -> None:
    for number, page in enumerate(found[:-1], 1):
        lowest = max(line.bottom for line in page.body)
        empty = 1 - (lowest - 64) / (page.height - 64 - FOOT_OF[paper])
        assert empty < FULLEST_GAP, f"{paper}, page {number}: {empty:.0%} empty"


def test_no_page_but_the_last_is_half_empty(printed):
    for paper, found in printed.papers.items():
        assert_filled(paper, found)


@pytest.mark.parametrize(
    ("notebook", "scenario"),
    [("scenarios", "five-year"), ("scenarios", "korea-2020"), ("comparison", "renewal-2027"), ("method", "undecided")],
)
def test_other_notebooks_fill_their_pages_on_both_papers(notebook, scenario, report_of, tmp_path):
    """The first two had a page one that ran over the shorter paper by a line; its drawings shrink there."""
    folder = report_of(scenario, notebook)
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(export(folder, scenario, "us-letter", notebook))
    assert_filled("a4", pages(folder / f"hns-{notebook}-{scenario}.pdf"))
    assert_filled("letter", pages(letter))


def test_no_heading_is_left_alone_at_the_foot_of_a_page(printed):
    titles = {entry.title for entry in printed.reader.outline if not isinstance(entry, list)}
    for paper, found in printed.papers.items():
        for number, page in enumerate(found, 1):
            for line in page.body:
                if line.words in titles:
                    below = [other for other in page.body if other.top > line.bottom]
                    assert len(below) >= 2, f"{paper}, page {number}: {line.words}"


def test_a_title_stands_with_its_figure_or_table(printed):
    """Below each number of an exhibit there are at least four lines: title, subtitle and the exhibit's own words."""
    for paper, found in printed.papers.items():
        for number, page in enumerate(found, 1):
            for line in page.body:
                if line.words.startswith(("FIGURE ", "TABLE ")) and len(line.words) < 10:
                    below = [other for other in page.body if other.top > line.top + 2]
                    assert len(below) >= 4, f"{paper}, page {number}: {line.words}"


def test_running_lines_name_the_section_and_count_the_pages(printed):
    titles = [entry.title for entry in printed.reader.outline if not isinstance(entry, list)]
    for found in printed.papers.values():
        for number, page in enumerate(found, 1):
            assert f"{number} / {len(found)}" in page.running
            if number > 1:
                assert any(title in page.running for title in titles), number


def test_text_reads_in_order_and_in_one_piece(printed):
    whole = letters(" ".join(page.text for page in printed.papers["a4"]))
    first = letters(printed.papers["a4"][0].text)
    cover, *_ = [data for data in printed.bundles if DOCUMENT_MIME in data]
    title, lead = cover["text/plain"].split("\n", 1)
    lead = letters(lead.replace(title, ""))
    marks = [letters(title), lead[:60], "figure", letters("What would change our mind")]
    places = [first.index(mark) for mark in marks]
    assert places == sorted(places)
    assert lead in first
    prose = [data["text/plain"] for data in printed.bundles if data.get(TYPST_MIME, "").startswith("#hns-flow(par(")]
    assert len(prose) >= 4
    broken = [text[:60] for text in prose for part in text.split("[^")[:1] if letters(part)[:200] not in whole]
    assert broken == []


def test_outline_and_links_lead_somewhere(printed):
    reader = printed.reader
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert len(titles) >= 8
    assert titles[-1] == "Sources"
    inside = outside = 0
    for page in reader.pages:
        for note in page.get("/Annots", []):
            link = note.get_object()
            if link.get("/Subtype") == "/Link":
                inside += "/Dest" in link or link.get("/A", {}).get("/S") == "/GoTo"
                outside += link.get("/A", {}).get("/S") == "/URI"
    assert inside >= 30, "source numbers lead to the sources"
    assert outside >= 10, "sources lead to their addresses"


def test_the_data_and_the_scenario_travel_with_the_pdf(printed):
    wanted = {path.name: path.read_bytes() for path in (printed.folder / "data").glob("*-*.csv")}
    wanted |= {path.name: path.read_bytes() for path in scenario_chain(printed.name)}
    assert {name: parts[0] for name, parts in printed.reader.attachments.items()} == wanted


def test_every_figure_is_described_and_every_table_is_one(printed):
    found: list[tuple[str, bool]] = []

    def walk(node) -> None:
        node = node.get_object()
        for child in node if isinstance(node, list) else [node]:
            child = child.get_object()
            if isinstance(child, dict):
                if "/S" in child:
                    found.append((child["/S"], bool(str(child.get("/Alt", "")).strip())))
                if "/K" in child:
                    walk(child["/K"])

    walk(printed.reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    figures = [described for kind, described in found if kind == "/Figure"]
    assert len(figures) == sum(name.startswith("fig-") for name in printed.reader.attachments)
    assert all(figures)
    tables = sum(kind == "/Table" for kind, _ in found)
    assert tables == sum(name.startswith("tab-") for name in printed.reader.attachments)


def test_charts_are_drawings_in_embedded_fonts(printed):
    for pdf in (printed.a4, printed.letter):
        assert len(tool("pdfimages", "-list", pdf).splitlines()) <= 2, "a heading and nothing below"
        fonts = [line.split() for line in tool("pdffonts", pdf).splitlines()[2:]]
        assert fonts
        assert all(words[-5] == "yes" for words in fonts), "every font is embedded"
        assert {words[0].split("+")[-1].split("-")[0] for words in fonts} <= {
            "SourceSansPro", "LibertinusSerif", "IPAexGothic", "NanumGothic", "DejaVuSansMono",
        }  # fmt: skip


def test_the_file_is_small_and_the_same_every_time(printed, monkeypatch):
    stamp = json.loads((printed.folder / "manifest.json").read_text())["source_date_epoch"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(stamp))
    assert printed.a4.stat().st_size < 1_000_000
    assert printed.letter.stat().st_size < 1_000_000
    assert export(printed.folder, printed.name, "a4") == printed.a4.read_bytes()


@pytest.fixture(scope="module")
def inspect(browser):
    with inspector(browser) as complaints:
        yield complaints


@pytest.mark.browser
def test_labels_of_charts_stand_free(printed, inspect):
    drawings = {
        name: text
        for data in printed.bundles
        for name, text in data.get(FILES_MIME, {}).items()
        if name.endswith(".svg")
    }
    assert len(drawings) >= 5
    found = [f"{name}: {complaint}" for name, text in drawings.items() for complaint in inspect(text)]
    assert found == []


@pytest.mark.browser
def test_the_inspection_of_labels_can_fail(inspect):
    def drawing(*inner: str) -> str:
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">{"".join(inner)}</svg>'

    def word(text: str, x: int) -> str:
        return f'<text x="{x}" y="30" font-family="Source Sans Pro" font-size="12">{text}</text>'

    rule = '<g class="mark-rule"><line x1="20" x2="20" y1="0" y2="60" stroke="black"/></g>'
    assert inspect(drawing(word("here", 10), word("there", 60))) == []
    assert inspect(drawing(word("here", 10), word("there", 20))) == ['"here" overlaps "there"']
    assert inspect(drawing(word("far out", 180))) == ['"far out" leaves the drawing']
    assert inspect(drawing(word("here", 10), rule)) == ['"here" is crossed by a line or touched by a point']
