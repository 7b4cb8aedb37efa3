"""Notebook to Word document: the same pieces as page and PDF, written with Word's own means."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from traitlets import List

from analysis.export.listing import listed, parts_of
from analysis.export.notebook import Document, Piece, document, pieces
from analysis.export.word.blank import ROOM, blank, saved
from analysis.export.word.blocks import Blocks
from analysis.export.word.book import Book
from analysis.export.word.exhibits import write_exhibit, write_title
from analysis.export.word.marks import Marks, targets
from analysis.export.word.text import write_blocks


def written(found: list[Piece], said: Document) -> bytes:
    """The whole document as a file (.docx).

    Raises BuildError for an exhibit without parts or with no form in Word, and for Markdown without print form.
    """
    made, notes = blank(said)
    book = Book(made, notes, Marks(targets(found)))
    body = Blocks(made.element.body, made.part, ROOM)
    numbered = {one.id: one for one in listed(found)}
    if not said.has_cover:
        write_title(said.title, book, body)
    for piece in found:
        if piece.markdown is not None:
            write_blocks(piece.markdown, book, body, key=piece.key, place=piece.place)
        else:
            write_exhibit(parts_of(piece), piece.place, book, body, numbered)
    return saved(made)


class BriefingWordExporter(Exporter):
    """nbconvert exporter `hns-docx`: an executed notebook as a Word document; needs python-docx."""

    export_from_notebook = "Briefing (Word)"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    default_preprocessors = List([], help="none: nbconvert checks the notebook after each idle one").tag(config=True)

    def _file_extension_default(self) -> str:
        return ".docx"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[bytes, Any]:
        """Write a notebook that has been run; BuildError when it cannot be."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        found = list(pieces(nb))
        said = document(nb, found, resources.get("metadata", {}).get("name", ""))
        resources["output_extension"] = ".docx"
        return written(found, said), resources
