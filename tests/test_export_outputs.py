"""Both exporters on one notebook that holds every kind of exhibit, hostile text included."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pandas as pd
import pypdf
import pytest
from nbclient import NotebookClient
from nbconvert.exporters import get_exporter

from analysis.errors import BuildError
from analysis.exhibit import Column, prose, table
from analysis.export import bundle, kept
from analysis.export.html import BriefingHTMLExporter
from analysis.export.notebook import Document, Piece, pieces
from analysis.export.pdf import BriefingPDFExporter, compile_typst, source

NOTEBOOK = Path(__file__).parent / "notebooks" / "exhibits.ipynb"


@pytest.fixture(scope="module")
def executed():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    return NotebookClient(notebook, timeout=120, kernel_name="python3").execute()


@pytest.fixture(scope="module")
def pdf(executed) -> bytes:
    return BriefingPDFExporter().from_notebook_node(executed, {"metadata": {"name": "exhibits"}})[0]


@pytest.fixture(scope="module")
def page(executed) -> str:
    return BriefingHTMLExporter().from_notebook_node(executed, {"metadata": {"name": "exhibits"}})[0]


def pdf_of(*made, said=None):
    said = said or Document(title="T", date="2020-10-08")
    code, files = source([Piece("cell 1", "c1", bundle=one._repr_mimebundle_()) for one in made], said)
    return compile_typst(code, files, said)


def book(*outputs):
    cell = nbformat.v4.new_code_cell("x", outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[cell])


# PDF


def test_both_exporters_are_known_to_nbconvert():
    assert get_exporter("hns-pdf") is BriefingPDFExporter
    assert get_exporter("hns-html") is BriefingHTMLExporter


def test_the_pdf_is_tagged_titled_and_dated_by_its_data(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert reader.metadata.title == "Sign below +1.5 %; above it, wait"
    assert reader.metadata.author == "Author"
    assert reader.metadata.creation_date.date().isoformat() == "2020-10-08"
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part>1<", xmp)
    assert re.search(r"pdfaid:part>3<", xmp)
    outline = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert outline.count("The situation") == 2
    assert outline[-1] == "Sources"


def test_the_pdf_holds_the_text_and_nothing_was_read(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    text = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    for words in ("¥1,025", "日本", "한국", "₩", "Figure 3", "A note.", "Hindsight".upper()):
        assert words in text, words
    assert '#read("/etc/passwd")' in text.replace("“", '"').replace("”", '"')
    assert "<script>alert(1)</script>" in text
    assert "root:" not in text
    assert f"1 / {len(reader.pages)}" in text


def test_no_table_column_is_lost_and_heads_repeat(pdf):
    texts = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    with_head = [text for text in texts if "c13" in text]
    assert len(with_head) >= 2
    assert all(f"c{n}" in text for text in with_head for n in range(14))
    for position, text in enumerate(texts):
        if "Source: invented" in text:
            assert "c13" in texts[position], "the source line stands without its table"


def test_a_table_too_wide_for_the_page_is_turned():
    frame = pd.DataFrame({f"c{n}": [1234.5 * n] * 3 for n in range(26)})
    wide = table(frame, [Column(name, name) for name in frame], id="tab-wide", title="T", subtitle="s", source="S.")
    sheets = pypdf.PdfReader(io.BytesIO(pdf_of(prose("before"), wide, prose("after")))).pages
    assert [sheet.mediabox.width > sheet.mediabox.height for sheet in sheets] == [False, True, False]
    assert all(f"c{n}" in sheets[1].extract_text() for n in range(26))


def test_the_pdf_carries_the_data_and_no_picture_of_dots(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert set(reader.attachments) == {"fig-left.csv", "fig-right.csv", "fig-full.csv", "tab-long.csv"}
    assert all(not one.images for one in reader.pages)
    assert len(pdf) < 1_000_000
    fonts = {str(f["/BaseFont"]) for one in reader.pages for f in one["/Resources"].get("/Font", {}).values()}
    for face in ("SourceSansPro", "LibertinusSerif", "IPAexGothic", "NanumGothic"):
        assert any(face in str(name) for name in map(str, fonts)), face


def test_the_pdf_is_the_same_every_time(executed, pdf):
    assert BriefingPDFExporter().from_notebook_node(executed, {})[0] == pdf


def test_source_date_epoch_dates_the_pdf(executed, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    made = BriefingPDFExporter().from_notebook_node(executed, {})[0]
    assert pypdf.PdfReader(io.BytesIO(made)).metadata.creation_date.date().isoformat() == "2020-09-13"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(BuildError, match="SOURCE_DATE_EPOCH"):
        BriefingPDFExporter().from_notebook_node(executed, {})


@pytest.mark.parametrize("text", ["ไทย", "🙂", "العربية"])
def test_a_missing_glyph_stops_the_pdf_in_one_line(text):
    with pytest.raises(BuildError, match=r"^PDF: .*could not be displayed") as caught:
        pdf_of(prose(text))
    assert "\n" not in str(caught.value)


def test_a_pdf_without_a_date_is_possible():
    made = pdf_of(prose("text"), said=Document(title="T"))
    assert pypdf.PdfReader(io.BytesIO(made)).metadata.creation_date is None


def test_us_letter(executed):
    made = BriefingPDFExporter(paper="us-letter").from_notebook_node(executed, {})[0]
    box = pypdf.PdfReader(io.BytesIO(made)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (612, 792)


@pytest.mark.parametrize("words", ["@", ""])
def test_a_reference_takes_the_number_of_its_exhibit(executed, words):
    cell = nbformat.v4.new_markdown_cell(f"See [{words}](#fig-full), [{words}](#tab-long) and [here](#fig-left).")
    book = nbformat.from_dict({**executed, "cells": [*executed.cells, cell | {"id": "reference"}]})
    made = BriefingPDFExporter().from_notebook_node(book, {})[0]
    shown = BriefingHTMLExporter().from_notebook_node(book, {})[0]
    text = " ".join(pypdf.PdfReader(io.BytesIO(made)).pages[-1].extract_text().split())
    assert "See Figure 3, Table 1 and here." in text.replace("\u00a0", " ")
    assert '<a class="hns-ref" href="#fig-full">Figure 3</a>, <a class="hns-ref" href="#tab-long">Table 1</a>' in shown


def test_a_reference_to_a_missing_exhibit_is_refused():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("See [@](#fig-nowhere).")])
    for exporter in (BriefingPDFExporter(), BriefingHTMLExporter()):
        with pytest.raises(BuildError, match=r"cell 1: .*'fig-nowhere', which is not in the document"):
            exporter.from_notebook_node(notebook, {})


def test_given_files_are_attached(executed):
    made = BriefingPDFExporter().from_notebook_node(executed, {"attachments": {"biden.yaml": "id: biden\n"}})[0]
    assert pypdf.PdfReader(io.BytesIO(made)).attachments["biden.yaml"] == [b"id: biden\n"]


def test_markdown_alone_makes_a_document():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Head\n\ntext")])
    made, _ = BriefingPDFExporter().from_notebook_node(notebook, {"metadata": {"name": "my-notes"}})
    assert pypdf.PdfReader(io.BytesIO(made)).metadata.title == "my notes"
    shown, _ = BriefingHTMLExporter().from_notebook_node(notebook, {"metadata": {"name": "my-notes"}})
    assert shown.count("<h1") == 1


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        (nbformat.v4.new_output("stream", name="stdout", text="hello"), "the cell prints text"),
        (nbformat.v4.new_output("execute_result", data={"text/plain": "1"}), "has no print form"),
        (nbformat.v4.new_output("error", ename="E", evalue="v", traceback=[]), "the cell stopped: E: v"),
    ],
)
def test_stray_output_is_refused(output, problem):
    with pytest.raises(BuildError, match=f"^cell 1: .*{problem}"):
        list(pieces(book(output)))


def test_warnings_do_not_reach_the_reader():
    assert list(pieces(book(nbformat.v4.new_output("stream", name="stderr", text="warning")))) == []


def test_an_exhibit_stands_once(executed):
    again = executed.cells[7] | {"id": "again"}
    twice = nbformat.from_dict({**executed, "cells": [*executed.cells, again]})
    for exporter in (BriefingPDFExporter(), BriefingHTMLExporter()):
        with pytest.raises(BuildError, match=r"fig-full.* appears twice"):
            exporter.from_notebook_node(twice, {})


# HTML


def test_nothing_on_the_page_asks_for_an_address(page):
    html = re.sub(r'<script type="(text/plain|application/json)".*?</script>', "", page, flags=re.DOTALL)
    assert not re.search(r"<(link|iframe|object|embed|base|form|img|image|use|audio|video|source)\b", html)
    assert not re.search(r"\b(src|srcset|poster|action|data|background|xlink:href)\s*=", html.split("<script>")[0])
    assert "url(http" not in html
    assert "@import" not in html
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html)
    assert set(re.findall(r'href="([a-z]+):', html)) <= {"https", "data"}


def test_the_page_has_a_strict_policy_before_anything_else(page):
    head = page[: page.index("<title>")]
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', head)[1]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_the_page_is_one_document(page):
    assert len(page) < 1_000_000
    assert page.startswith("<!doctype html>")
    assert '<html lang="en">' in page
    assert page.count("<h1") == 1
    for tag in ("header", "nav", "main", "footer"):
        assert page.count(f"<{tag} ") == 1
    ids = re.findall(r'<[^>]*?\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    inside = set(re.findall(r'href="#([^"]+)"', page))
    assert inside <= set(ids)


def test_references_and_notes_are_numbered_through_the_page(page):
    assert "Figure 3</a>" in page
    assert re.search(r'id="fig-right".*?data-kind="Figure">Figure 2<', page, re.DOTALL)
    assert 'href="#nowhere"' not in page
    notes = re.search(r'<section class="notes".*?</section>', page, re.DOTALL)[0]
    assert [re.sub("<.*?>", "", n).strip(" ↩") for n in re.findall(r"<li.*?</li>", notes)] == [
        "A note.",
        "Another note.",
        "In a box.",
    ]
    assert re.findall(r'aria-label="Note (\d)"', page) == ["1", "1", "2", "3"]


def test_text_from_data_is_inert(page):
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    for spec in re.findall(r'class="hns-spec">(.*?)</script>', page, re.DOTALL):
        json.loads(spec)


def test_the_page_is_the_same_every_time(executed, page):
    assert BriefingHTMLExporter().from_notebook_node(executed, {})[0] == page


def test_templates_of_the_current_folder_are_not_used(executed, page, tmp_path, monkeypatch):
    (tmp_path / "hns").mkdir()
    (tmp_path / "hns" / "index.html.j2").write_text("stolen")
    (tmp_path / "hns" / "conf.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert BriefingHTMLExporter().from_notebook_node(executed, {})[0] == page


def test_the_chart_runtime_needs_no_writable_folder(tmp_path, monkeypatch):
    full = bundle.vega_bundle()
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(kept, "folders", lambda: [blocked / "a"])
    bundle.vega_bundle.cache_clear()
    assert bundle.vega_bundle() == full
    folder = tmp_path / "kept"
    monkeypatch.setattr(kept, "folders", lambda: [folder])
    bundle.vega_bundle.cache_clear()
    bundle.vega_bundle()
    file = next(folder.rglob("vega-*"))
    file.write_text(file.read_text()[:-100])  # a half-written file is not believed
    bundle.vega_bundle.cache_clear()
    assert bundle.vega_bundle() == full


# Browser


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_the_page_in_a_browser_without_network(browser, page, tmp_path, scheme, width):
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    context = browser.new_context(offline=True, color_scheme=scheme, viewport={"width": width, "height": 900})
    tab = context.new_page()
    asked, said = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(file.as_uri())
    tab.wait_for_selector('html[data-charts="ready"]', state="attached", timeout=30_000)
    assert tab.locator("svg.marks").count() == 3
    assert tab.locator(".hns-live:visible").count() == 3
    assert tab.locator(".hns-static:visible").count() == 0
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.emulate_media(media="print")
    assert tab.locator(".hns-static:visible").count() == 3
    assert tab.locator(".hns-live:visible").count() == 0
    assert asked == [file.as_uri()]
    assert said == []
    context.close()


@pytest.mark.browser
def test_the_page_without_scripts_shows_the_drawings(browser, page, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    context = browser.new_context(offline=True, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(file.as_uri())
    assert tab.locator(".hns-static:visible").count() == 3
    context.close()
