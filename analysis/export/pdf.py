"""Notebook to PDF: the exhibits' own Typst code, set by the templates and compiled as PDF/UA-1 and PDF/A-3.

A missing glyph or a picture without description stops the compiler, because the accessibility standard is always on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import List, Unicode

from analysis.errors import BuildError
from analysis.export.form import NEW_PAGE
from analysis.export.makeup import Block, arranged
from analysis.export.notebook import Document, Piece, document, joined, pieces
from analysis.export.running import check_exhibit_links, typst_code
from analysis.export.text import typst_text
from analysis.export.typesetter import compiler, heights

PAPERS = {"a4": "a4", "letter": "us-letter"}  # the name a user gives -> Typst's
STANDARDS = ("ua-1", "a-3a")  # accessible, and an archive file that may carry its data files
GAP = 17.0  # points between two pieces, as in the templates
TALLEST_KEPT = 240.0  # points; a taller table runs on from page to page, its head repeated
SMALLEST_UPRIGHT = 7.0  # points; a table that would be set smaller is turned onto a page of its own
_SIZE = re.compile(r"\bsize: ([\d.]+)pt")
_FILE = re.compile(r"[a-z0-9][a-z0-9._-]*\.(svg|csv|yaml)\Z")


def timestamp(said: Document) -> int | None:
    """Seconds since 1970 for the PDF's dates: SOURCE_DATE_EPOCH, else noon UTC of the data date, else none."""
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        if not epoch.isdigit():
            raise BuildError("SOURCE_DATE_EPOCH", f"{epoch[:40]!r} is not a number of seconds", "a whole number")
        return int(epoch)
    if said.date:
        return int(datetime.fromisoformat(said.date).replace(hour=12, tzinfo=UTC).timestamp())
    return None


def _date(said: Document) -> str:
    stamp = timestamp(said)
    if stamp is None:
        return "none"
    day = datetime.fromtimestamp(stamp, UTC)
    return f"datetime(year: {day.year}, month: {day.month}, day: {day.day}, hour: 12, minute: 0, second: 0)"


def source(
    found: list[Piece], said: Document, paper: str = "a4", attached: Mapping[str, str] | None = None
) -> tuple[str, dict[str, str]]:
    """Typst code of the whole document, and the files it refers to (name -> text).

    attached: further files the PDF carries beside the exhibits' CSV, such as the scenario's YAML (name -> text).
    Raises BuildError for an exhibit that appears twice or is referred to and missing, a file name that is not plain,
    an unknown paper, Markdown without print form.
    """
    if paper not in PAPERS.values():
        raise BuildError("paper", f"{paper[:40]!r} is unknown", ", ".join(PAPERS.values()))
    check_exhibit_links(found)
    files = _files(found, attached or {})
    code = [typst_code(piece) for piece in found]
    head = _head(said, paper)
    end = code.index(NEW_PAGE) if said.has_cover and NEW_PAGE in code else 0
    body = code[end:]
    lines = [f"#hns-page-one({', '.join(f'[{part}]' for part in code[:end])})"] if end else []
    if not said.has_cover:
        lines.append(f"#hns-cover(kicker: none, title: {typst_text(said.title)}, lead: none)")
    page, *tall = heights(head, ["" if part == NEW_PAGE else part for part in body], files)
    blocks = [_block(part, height) for part, height in zip(body, tall, strict=True)]
    lines += [_running(body[position], blocks[position]) for position in arranged(blocks, page, GAP)]
    if timestamp(said) is not None:  # an attached file bears a date, and it is never the clock's
        lines += [_attachment(name) for name in sorted(files) if not name.endswith(".svg")]
    return head + "\n".join(lines) + "\n", files


def _head(said: Document, paper: str) -> str:
    language, _, region = said.language.partition("-")
    words = "".join(f"{typst_text(word)}, " for word in said.keywords)
    return (
        '#import "briefing.typ": *\n'
        "#show: briefing.with("
        f"title: {typst_text(said.title)}, author: {typst_text(said.author)}, keywords: ({words}), "
        f"description: {typst_text(said.description)}, date: {_date(said)}, lang: {typst_text(language)}, "
        f"region: {typst_text(region) if region else 'none'}, paper: {typst_text(paper)}, "
        f"left: {typst_text(said.running_left)}, right: {typst_text(said.running_right)}, "
        f"foot: {typst_text(said.foot)})\n"
    )


def _block(code: str, height: float) -> Block:
    """What the make-up has to know of a piece: its kind is the template function that its code begins with."""
    last = code.rstrip().rpartition("\n")[2]
    kind = "break" if code == NEW_PAGE else "fixed"
    if code.startswith(("#hns-figure(", "#hns-pair(")):
        kind = "figure"
    elif code.startswith("#hns-sources("):
        kind = "list"
    elif code.startswith("#hns-table("):
        kind = "table" if height < TALLEST_KEPT else "long table"
        if (size := _SIZE.search(code)) and float(size[1]) < SMALLEST_UPRIGHT:
            kind = "turned table"
    elif code.startswith(("#(", "#hns-flow(")):
        kind = "text"
    return Block(kind, height, opens=code.startswith("#(hns-heading(1,"), leads=last.startswith("#(hns-heading("))


def _running(code: str, block: Block) -> str:
    """The code as it is set: a long table may break, a turned one has a page of its own."""
    if block.kind == "long table":
        return code.replace("#hns-table(", "#hns-table(kept: false, ", 1)
    if block.kind == "turned table":
        return f"#page(flipped: true)[{code.replace('#hns-table(', '#hns-table(kept: false, turned: true, ', 1)}]\n"
    return code


def _files(found: list[Piece], attached: Mapping[str, str]) -> dict[str, str]:
    files: dict[str, str] = {}
    given = [(piece.place, piece.bundle.get("application/vnd.hns.files+json", {})) for piece in found]
    for place, texts in [*given, ("attachments", attached)]:
        for name, text in texts.items():
            if not _FILE.match(name):
                raise BuildError(place, f"file name {name!r} is not allowed", "a-z, 0-9, hyphens; svg, csv or yaml")
            if name in files:
                raise BuildError(place, f"{name.rpartition('.')[0]} appears twice", "one exhibit for each id")
            files[name] = joined(text)
    return files


def _attachment(name: str) -> str:
    stem, _, kind = name.rpartition(".")
    words = f"Data of {stem}" if kind == "csv" else f"Scenario {stem}"
    return f"#hns-attach({typst_text(name)}, {typst_text(kind)}, {typst_text(words)})"


def compile_typst(code: str, files: dict[str, str], said: Document, standards: tuple[str, ...] = STANDARDS) -> bytes:
    """Compile to PDF. Raises BuildError with the compiler's first complaint."""
    stamp = timestamp(said)
    if stamp is None:  # an archive file must have a date; without one only accessibility is promised
        standards = tuple(name for name in standards if not name.startswith("a-"))
    with compiler(code, files) as press:
        return press.compile(format="pdf", pdf_standards=list(standards), timestamp=stamp)


class BriefingPDFExporter(Exporter):
    """nbconvert exporter `hns-pdf`: an executed notebook as an accessible PDF.

    `resources["attachments"]` (name -> text) are files the PDF carries beside the exhibits' data.
    """

    export_from_notebook = "Briefing (PDF)"
    output_mimetype = "application/pdf"
    default_preprocessors = List([], help="none: nbconvert checks the notebook after each idle one").tag(config=True)
    paper = Unicode("a4", help="Typst name of the paper: a4 or us-letter").tag(config=True)
    standards = List(Unicode(), list(STANDARDS), help="PDF standards to hold to").tag(config=True)

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[bytes, Any]:
        """Typeset a notebook that has been run; BuildError when it cannot be."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        found = list(pieces(nb))
        said = document(nb, found, resources.get("metadata", {}).get("name", ""))
        code, files = source(found, said, self.paper, resources.get("attachments"))
        resources["output_extension"] = ".pdf"
        return compile_typst(code, files, said, tuple(self.standards)), resources
