"""Notebook to PDF: the exhibits' own Typst code, set by one template and compiled as PDF/UA-1.

The compiler sees a fresh folder and nothing else, no system fonts and no clock. A missing glyph or a picture without
description stops it, because the accessibility standard is always on.
"""

from __future__ import annotations

import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import List, Unicode

from analysis.errors import BuildError
from analysis.export.markdown import to_typst, typst_text
from analysis.export.notebook import Document, Piece, document, joined, pieces
from analysis.fonts import folders

TEMPLATE = Path(__file__).parent / "templates" / "typst" / "briefing.typ"
STANDARDS = ("ua-1", "a-3a")  # accessible, and an archive file that may carry its data files
MAIN = "main.typ"
_FILE = re.compile(r"[a-z0-9][a-z0-9._-]*\.(svg|csv)\Z")


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


def source(found: list[Piece], said: Document, paper: str = "a4") -> tuple[str, dict[str, str]]:
    """Typst code of the whole document, and the files it refers to (name -> text).

    Raises BuildError for an exhibit that appears twice, a file name that is not plain, Markdown without print form.
    """
    if not re.fullmatch(r"[a-z0-9-]+", paper):
        raise BuildError("paper", f"{paper!r} is unknown", "a4, us-letter")
    language, _, region = said.language.partition("-")
    words = "".join(f"{typst_text(word)}, " for word in said.keywords)
    lines = [
        '#import "briefing.typ": *',
        "#show: briefing.with("
        f"title: {typst_text(said.title)}, author: {typst_text(said.author)}, keywords: ({words}), "
        f"description: {typst_text(said.description)}, date: {_date(said)}, lang: {typst_text(language)}, "
        f"region: {typst_text(region) if region else 'none'}, paper: {typst_text(paper)}, "
        f"left: {typst_text(said.running_left)}, right: {typst_text(said.running_right)}, "
        f"foot: {typst_text(said.foot)})",
    ]
    if not said.has_cover:
        lines.append(f"#hns-cover(kicker: none, title: {typst_text(said.title)}, lead: none)")
    files: dict[str, str] = {}
    for piece in found:
        if piece.markdown is not None:
            lines.append(to_typst(piece.markdown, key=piece.key, place=piece.place))
            continue
        lines.append(joined(piece.bundle["text/vnd.typst"]))
        for name, text in piece.bundle.get("application/vnd.hns.files+json", {}).items():
            if not _FILE.match(name):
                raise BuildError(piece.place, f"file name {name!r} is not allowed", "a-z, 0-9, hyphens; svg or csv")
            if name in files:
                raise BuildError(piece.place, f"{name.rpartition('.')[0]} appears twice", "one exhibit for each id")
            files[name] = joined(text)
    if timestamp(said) is not None:  # an attached file bears a date, and it is never the clock's
        lines += [f"#hns-attach({typst_text(name)})" for name in sorted(files) if name.endswith(".csv")]
    return "\n".join(lines) + "\n", files


def compile_typst(code: str, files: dict[str, str], said: Document, standards: tuple[str, ...] = STANDARDS) -> bytes:
    """Compile to PDF inside a fresh folder.

    Raises BuildError with the compiler's first complaint, for instance a character that no font has.
    """
    import typst

    stamp = timestamp(said)
    if stamp is None:  # an archive file must have a date; without one only accessibility is promised
        standards = tuple(name for name in standards if not name.startswith("a-"))
    with tempfile.TemporaryDirectory(prefix="hns-pdf-") as name:
        root = Path(name).resolve()
        (root / MAIN).write_text(code, encoding="utf-8")
        (root / "briefing.typ").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        for file, text in files.items():
            (root / file).write_text(text, encoding="utf-8")
        (root / "packages").mkdir()  # an empty package folder: nothing is fetched
        try:
            return typst.compile(
                str(root / MAIN),
                root=str(root),
                font_paths=[str(folder) for folder in folders()],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=list(standards),
                package_path=str(root / "packages"),
                package_cache_path=str(root / "packages"),
                timestamp=stamp,
            )
        except typst.TypstError as error:
            raise BuildError("PDF", _complaint(error)) from None


def _complaint(error: Exception) -> str:
    message = getattr(error, "message", None) or str(error)
    hints = " ".join(getattr(error, "hints", None) or ())
    return " ".join(f"{message} {hints}".split())[:400]


class BriefingPDFExporter(Exporter):
    """nbconvert exporter `hns-pdf`: an executed notebook as an accessible PDF."""

    export_from_notebook = "Briefing (PDF)"
    output_mimetype = "application/pdf"
    paper = Unicode("a4", help="Typst name of the paper: a4 or us-letter").tag(config=True)
    standards = List(Unicode(), list(STANDARDS), help="PDF standards to hold to").tag(config=True)

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[bytes, Any]:
        """Typeset a notebook that has been run; BuildError when it cannot be."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        found = list(pieces(nb))
        said = document(nb, found, resources.get("metadata", {}).get("name", ""))
        code, files = source(found, said, self.paper)
        resources["output_extension"] = ".pdf"
        return compile_typst(code, files, said, tuple(self.standards)), resources
