"""The workbook and the pictures for slides; which formats there are, and what each of them needs."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys
import zipfile
import zlib
from xml.etree import ElementTree

import docx
import pandas as pd
import pytest
from conftest import write_notebook
from docx.oxml.ns import qn
from nbconvert.exporters import get_exporter

from analysis import exhibit as ex
from analysis.errors import BuildError
from analysis.export.notebook import Document, Piece, pieces
from analysis.export.workbook import BriefingWorkbookExporter, number_format, workbook
from analysis.publication import Names
from analysis.report import build

needs_make = pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="the copied environment is POSIX")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Book:
    """A workbook read back: sheets by name, each a dict of cells (`B6`) to values."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
            self.dates = {member.date_time for member in archive.infolist()}
        strings = ["".join(t.text or "" for t in entry.iter(f"{MAIN}t")) for entry in self.xml("xl/sharedStrings.xml")]
        names = [s.get("name") for s in self.xml("xl/workbook.xml").iter(f"{MAIN}sheet")]
        self.pages = {name: self.xml(f"xl/worksheets/sheet{n}.xml") for n, name in enumerate(names, 1)}
        self.cells = {
            name: {
                c.get("r"): strings[int(c[0].text)] if c.get("t") == "s" else float(c[0].text)
                for c in page.iter(f"{MAIN}c")
                if len(c)
            }
            for name, page in self.pages.items()
        }

    def xml(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.parts[name])

    def links(self, name: str) -> list[str]:
        return [h.get("location") or h.get(LINK) for h in self.pages[name].iter(f"{MAIN}hyperlink")]


@pytest.fixture(scope="module")
def content(exhibits_run) -> bytes:
    return BriefingWorkbookExporter().from_notebook_node(exhibits_run, {})[0]


@pytest.fixture(scope="module")
def book(content) -> Book:
    return Book(content)


def of(*made) -> Book:
    found = [Piece(f"cell {n}", f"c{n}", bundle=one._repr_mimebundle_()) for n, one in enumerate(made, 1)]
    return Book(workbook(found, Document(title="T", date="2020-10-08")))


# The workbook


def test_the_first_sheet_lists_the_exhibits_and_leads_to_them(book):
    assert list(book.cells) == ["Contents", "fig-left", "fig-right", "fig-full", "tab-long", "Sources"]
    first = book.cells["Contents"]
    assert first["A1"] == "Sign below +1.5 %; above it, wait"
    assert [first[f"{c}5"] for c in "ABCDE"] == ["Number", "Title", "Measure, place, period, unit", "Source", "Sheet"]
    assert [first[f"{c}6"] for c in "ABCDE"] == [
        "Figure 1", "Left", "₩ and ¥, 日本 / 한국", "Source: [1], gone", "fig-left",
    ]  # fmt: skip
    assert [first[f"A{row}"] for row in range(6, 10)] == ["Figure 1", "Figure 2", "Figure 3", "Table 1"]
    assert book.links("Contents") == [f"'{name}'!A1" for name in list(book.cells)[1:-1]]


def test_numbers_are_numbers_and_gaps_are_empty(book):
    left = book.cells["fig-left"]
    assert (left["A1"], left["A2"]) == ("Figure 1. Left", "₩ and ¥, 日本 / 한국")
    assert [left.get(f"{c}{row}") for row in (5, 6, 7) for c in "ABC"] == [
        "year", "bn", "who", 2019.0, 197.4, "日本", 2020.0, None, "한국",
    ]  # fmt: skip
    assert len(book.cells["tab-long"]) == 4 + 15 + 90 * 15 - 13 * 14 + 1  # above, heads, all but the gaps, note
    for page in book.pages.values():
        assert page.find(f".//{MAIN}f") is None
        pane = page.find(f".//{MAIN}pane")
        assert (pane.get("ySplit"), pane.get("state")) == ("5", "frozen")
        widths = [float(c.get("width")) for c in page.iter(f"{MAIN}col")]
        assert all(8 <= width <= 92 for width in widths)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([2019, 2020, None], "0"),
        ([1234.0, 5.0], "#,##0"),
        ([197.4, 201.7], "#,##0.0"),
        ([0.05, 0.5, 1.0], "#,##0.00"),
        ([0.1234567], "#,##0.0000"),
        ([-0.005, 22625], "General"),
        ([], "#,##0"),
    ],
)
def test_formats_show_what_the_numbers_hold(values, shown):
    assert number_format(values) == shown


def test_sources_have_their_address(book):
    listed = book.cells["Sources"]
    assert [listed[f"{c}6"] for c in "AB"] == ["[1]", "The first, https://example.org/"]
    assert listed["A7"] == "[H2]"
    assert len(book.links("Sources")) == 1


def test_text_that_looks_like_a_formula_is_text():
    starts = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/C calc'!A0", "http://example.org", "\x07=1", "\t=1"]
    frame = pd.DataFrame({"=a": starts, "n": range(len(starts))})
    columns = [ex.Column("=a", "=A1"), ex.Column("n", "n", "right")]
    made = ex.table(frame, columns, id="tab-a", title="=1+1", subtitle="@x", source="")
    shown = of(made)
    cells = shown.cells["tab-a"]
    assert [cells[f"A{row}"] for row in range(5, 11)] == ["=A1", "=1+1", "+1", "−1", "@SUM(A1)", "=cmd|'/C calc’!A0"]
    assert cells["A12"] == "[U+0007]=1"
    assert all(page.find(f".//{MAIN}f") is None for page in shown.pages.values())
    assert shown.links("tab-a") == ["'Contents'!A1"]


def test_tables_hold_the_words_that_are_printed():
    frame = pd.DataFrame(
        {"row": ["J1", "J2"], "who": ["a", "b"], "source": [r"[\[3\]](#source-3)", None], "ok": [True, False]}
    )
    made = ex.table(
        frame, [ex.Column("who", "*Who*"), ex.Column("source", "Source", text=str)],
        id="tab-a", title="T", subtitle="", source="", notes=["A *note*."],
    )  # fmt: skip
    cells = of(made).cells["tab-a"]
    assert [cells.get(f"{c}{row}") for row in (5, 6, 7) for c in "ABCD"] == [
        "Who", "Source", "row", "ok", "a", "[3]", "J1", "yes", "b", None, "J2", "no",
    ]  # fmt: skip
    assert cells["A9"] == "A note."


def test_the_workbook_is_the_same_every_time(exhibits_run, content, book, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert BriefingWorkbookExporter().from_notebook_node(exhibits_run, {})[0] == content
    assert book.dates == {(1980, 1, 1, 0, 0, 0)}
    core = book.parts["docProps/core.xml"].decode()
    assert set(re.findall(r">(\d{4}-[^<]+)<", core)) == {"2020-10-08T12:00:00Z"}
    assert get_exporter("hns-xlsx") is BriefingWorkbookExporter


# The whole report


def figure_cell() -> str:
    return (
        "import altair as alt\nfrom analysis.exhibit import figure\n"
        "figure(alt.Chart(frame).mark_bar().encode(x='state:N', y='probability:Q'), frame, id='fig-states',\n"
        "       title='F', subtitle='probability', source='The scenario.', alt='Two bars.')"
    )


ALL = ("html", "pdf", "docx", "xlsx", "svg", "png")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report in all formats: its folder, the names of its files as given back, and the folder of its notebook."""
    place = tmp_path_factory.mktemp("report")
    write_notebook(place / "briefing.ipynb", figure_cell())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.report.NOTEBOOKS", place)
        files = build("biden", formats=ALL, reports=place)
    folder = place / "biden"
    return folder, [f.relative_to(folder).as_posix() for f in files], place


def test_all_formats_in_one_report(report):
    folder, names, _ = report
    assert names[:4] == ["hns-briefing-biden.html", "hns-briefing-biden.pdf", "hns-briefing-biden.docx", "data.xlsx"]
    pictures = {"charts/fig-states.png", "charts/fig-states.svg"}
    assert {n for n in names if "fig-" in n} == pictures | {"data/fig-states.csv"}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["rebuild"] == "make report SCENARIO=biden FORMATS='html pdf docx xlsx svg png'"
    assert {"python-docx", "xlsxwriter"} <= set(manifest["versions"])


def test_the_same_report_has_the_same_bytes_and_a_smaller_one_leaves_nothing(report, tmp_path, monkeypatch):
    folder, names, place = report
    monkeypatch.setattr("analysis.report.NOTEBOOKS", place)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    build("biden", formats=ALL, reports=tmp_path, global_seed=7)
    again = tmp_path / "biden"
    assert [n for n in names if (again / n).read_bytes() != (folder / n).read_bytes()] == ["hns-briefing-biden.ipynb"]
    build("biden", formats=["pdf"], reports=tmp_path)
    assert not (again / "charts").exists()
    assert not (again / "data.xlsx").exists()


def test_pictures_for_slides_stand_alone(report):
    drawing = (report[0] / "charts" / "fig-states.svg").read_text(encoding="utf-8")
    wide = float(ElementTree.fromstring(drawing).get("width"))
    assert not re.search(r"(href|src)=|url\((?!#)|<(image|script|style|foreignObject)\b|@import", drawing)
    picture = (report[0] / "charts" / "fig-states.png").read_bytes()
    assert int.from_bytes(picture[16:20]) == 3 * wide
    packed = picture[picture.index(b"IDAT") + 4 :]
    assert zlib.decompressobj().decompress(packed, 5)[1:] == b"\xff\xff\xff\xff"  # the first dot is white


def test_the_data_folder_says_what_its_files_are(report):
    folder = report[0] / "data"
    rows = list(csv.DictReader((folder / "index.csv").open(encoding="utf-8")))
    assert {row["file"] for row in rows} == {p.name for p in folder.iterdir()} - {"index.csv"}
    assert rows[0] == {
        "file": "tab-states.csv",
        "number": "Table 1",
        "title": "How likely each outcome is held to be",
        "subtitle": "probability",
        "source": "The scenario.",
    }


# What is not installed


@pytest.mark.parametrize(
    ("kind", "module", "package"), [("docx", "docx", "python-docx"), ("xlsx", "xlsxwriter", "xlsxwriter")]
)
def test_a_missing_package_is_named_before_a_kernel_starts(notebook, tmp_path, monkeypatch, kind, module, package):
    notebook()
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr("analysis.execution.execute", lambda *a: pytest.fail("a kernel was started"))
    with pytest.raises(BuildError) as caught:
        build("biden", formats=["html", kind], reports=tmp_path / "reports")
    assert caught.value.sentence == (f"FORMATS: {kind} needs {package}; `pip install 'hns-analysis[office]'` brings it")
    assert not (tmp_path / "reports").exists()


def test_page_and_pdf_need_neither_package(notebook, tmp_path, monkeypatch):
    notebook(figure_cell())
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    build("biden", formats=["html", "pdf", "svg"], reports=tmp_path)
    assert get_exporter("hns-docx")  # nbconvert may list its exporters all the same
    assert get_exporter("hns-xlsx")


@needs_make
def test_make_installs_the_extra_only_when_it_is_asked_for(checkout):
    for formats, wanted in (("html pdf svg png", False), ("html docx", True), ("xlsx", True), ("pdf,docx", True)):
        shown = checkout.make("-n", "report", FORMATS=formats)
        assert shown.returncode == 0, shown.stderr
        assert ("--extra office" in shown.stdout) == wanted, formats


@pytest.mark.parametrize("name", ["briefing", "method"])
def test_a_format_that_is_missing_makes_the_report_anew(checkout, name):
    write_notebook(checkout.root / "notebooks" / f"{name}.ipynb", figure_cell())
    names = Names(name, "biden")
    rendered = [f"{names.stem}.docx", names.workbook, f"{names.charts}/fig-*.png", f"{names.charts}/fig-*.svg"]
    asked = ["report", "biden", "--notebook", name, "--formats", "docx xlsx svg png"]
    told = [f"reports/biden/{file}" for file in rendered]
    assert checkout.hns(*asked).stdout.splitlines() == told
    assert checkout.hns(*asked).stdout.splitlines() == [f"up to date: {line}" for line in told]
    for file in rendered:
        next((checkout.reports / "biden").glob(file)).unlink()
        assert checkout.hns(*asked).stdout.splitlines() == told, file
    assert checkout.hns(*asked[:-1], "docx").stdout.startswith("up to date: "), "fewer formats than there are"
    assert checkout.hns(*asked[:-1], "docx pdf").stdout.splitlines()[0].endswith(".pdf"), "one that was not made"


def test_the_command_says_what_it_made(checkout):
    write_notebook(checkout.root / "notebooks" / "briefing.ipynb", figure_cell())
    run = checkout.hns("report", "biden", "--formats", "docx,xlsx,svg")
    assert run.stdout.splitlines() == [
        "reports/biden/hns-briefing-biden.docx",
        "reports/biden/data.xlsx",
        "reports/biden/charts/fig-*.svg",
    ]


# The briefing itself


@pytest.mark.build
@pytest.mark.parametrize("scenario", ["undecided", "renewal-2027"])
def test_the_office_files_say_what_the_briefing_says(scenario, tmp_path):
    build(scenario, formats=["docx", "xlsx"], reports=tmp_path)
    folder = tmp_path / scenario
    opened = docx.Document(folder / f"hns-briefing-{scenario}.docx")
    text = "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in opened.element.body.iter(qn("w:p")))
    run = json.loads((folder / f"hns-briefing-{scenario}.ipynb").read_text(encoding="utf-8"))
    found = list(pieces(run))
    figures = json.loads((folder / "results.json").read_text(encoding="utf-8"))["figures"]
    plain = text.replace("\u00a0", " ")
    quoted = {
        name: f["text"].replace("\u00a0", " ")
        for name, f in figures.items()
        if re.fullmatch(r"[a-z_]+(?<!_jp)(?<!_kr)", name)
    }
    assert {name: words for name, words in quoted.items() if words not in plain} == {}
    for one in (p.bundle[ex.PARTS_MIME] for p in found if p.markdown is None):
        for figure in one.get("figures", ()) if one["kind"] == "key_figures" else ():
            assert figure["value"] in text
    index = list(csv.DictReader((folder / "data" / "index.csv").open(encoding="utf-8")))
    assert list(Book((folder / "data.xlsx").read_bytes()).cells) == [
        "Contents",
        *(r["file"][:-4] for r in index),
        "Sources",
    ]
    for row in index:
        assert row["title"] in text
