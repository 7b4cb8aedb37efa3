"""Each kind of exhibit as Word paragraphs, tables and pictures, made from the parts it states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis import theme
from analysis.errors import BuildError
from analysis.export.grid import Column, heads, height, type_size, widths
from analysis.export.listing import Listed
from analysis.export.pictures import png
from analysis.export.text import literal
from analysis.export.values import GAP
from analysis.export.word import xml
from analysis.export.word.blocks import Blocks, cell_margin
from analysis.export.word.book import Book
from analysis.export.word.text import write_blocks, write_line
from analysis.export.word.xml import Face

Parts = Mapping[str, Any]
PRINT_SCALE = 2.5  # dots for each unit of a chart: 254 dots per inch in print
GUTTER = 17.0  # points between two columns: what two half-width charts leave free
SHORT = 220.0  # points: a table no higher than this is kept on one page
_RIGHT = '<w:jc w:val="right"/>'


def write_title(words: str, book: Book, body: Blocks) -> None:
    """Write the title of a document that has no cover."""
    _Exhibits(book, body, {}).title(words)


def write_exhibit(parts: Parts, place: str, book: Book, body: Blocks, numbered: Mapping[str, Listed]) -> None:
    """Write one exhibit into the body of the document; numbered: figures and tables by their id.

    Raises BuildError (at `place`) for a kind that has no form in Word.
    """
    method = getattr(_Exhibits(book, body, numbered), f"on_{parts['kind']}", None)
    if method is None:
        raise BuildError(place, f"an exhibit of kind {parts['kind']!r} has no form in Word", "a known kind")
    method(parts)


class _Exhibits:
    """Writes each kind of exhibit."""

    def __init__(self, book: Book, body: Blocks, numbered: Mapping[str, Listed]) -> None:
        self.book, self.body, self.numbered = book, body, numbered

    def _inline(self, markdown: str, into: Blocks, style: str, keep: bool = False) -> None:
        """One paragraph of Markdown; nothing for an empty text."""
        if markdown.strip():
            line = into.paragraph(style, keep=keep)
            write_line(markdown, self.book, into, line, cite=None)

    # Words

    def on_cover(self, parts: Parts) -> None:
        if parts["kicker"]:
            self.body.paragraph("Kicker").append(xml.run(parts["kicker"]))
        self.title(parts["title"])
        write_blocks(parts["lead"], self.book, self.body, style="Lead")

    def title(self, words: str) -> None:
        self._inline(literal(words), self.body, "Title")

    def on_break(self, parts: Parts) -> None:
        self.body.on_new_page = True

    def on_prose(self, parts: Parts) -> None:
        write_blocks(parts["body"], self.book, self.body)

    def on_columns(self, parts: Parts) -> None:
        half = self.body.room / 2
        [cells] = self.body.table([half, half], 1, "Briefing Columns", split=True)
        for cell, text, side in zip(cells, parts["columns"], ("right", "left"), strict=True):
            cell_margin(cell, **{side: GUTTER / 2})
            write_blocks(text, self.book, cell, deepest=2)
            cell.close()

    def on_callout(self, parts: Parts) -> None:
        hindsight = parts["tone"] == "hindsight"
        style = "Briefing Hindsight" if hindsight else "Briefing Box"
        [[cell]] = self.body.table([self.body.room], 1, style, title=parts["title"], split=True)
        head = cell.paragraph("Box Title")
        word = Face(style="HindsightWord" if hindsight else "BoxWord")
        head.extend([xml.run(parts["word"], word), xml.run("  ")])
        write_line(literal(parts["title"]), self.book, cell, head)
        write_blocks(parts["body"], self.book, cell, top=3)
        cell.close()
        self.body.paragraph("Gap")

    def on_key_figures(self, parts: Parts) -> None:
        figures = parts["figures"]
        share = self.body.room / len(figures)
        [cells] = self.body.table([share] * len(figures), 1, "Briefing Layout")
        for number, (cell, one) in enumerate(zip(cells, figures, strict=True)):
            cell_margin(cell, right=12.0 if number < len(figures) - 1 else 0.0)
            line = cell.paragraph("Key Value")
            line.append(xml.run(one["value"]))
            if one["range"]:
                line.extend([xml.run(" "), xml.run(one["range"], Face(style="KeyRange"))])
            self._inline(literal(one["label"]), cell, "Key Label")

    def on_sources(self, parts: Parts) -> None:
        for one in parts["entries"]:
            line = self.body.paragraph("Source Entry")
            line.extend(self.book.marks.around(one["anchor"], [xml.run(one["number"])]))
            line.append(xml.tab())
            write_line(one["text"], self.book, self.body, line, cite=None)

    # Figures and tables

    def _caption(self, parts: Parts, into: Blocks) -> None:
        kind, _, number = self.numbered[parts["id"]].number.partition(" ")
        face = Face(style="CaptionNumber")
        line = into.paragraph("caption")
        name = [xml.run(f"{kind} ", face), *xml.field(f"SEQ {kind} \\* ARABIC", number, face)]
        line.extend([*self.book.marks.around(parts["id"], name), xml.line_break()])
        write_line(literal(parts["title"]), self.book, into, line)
        self._inline(literal(parts["subtitle"]), into, "Exhibit Subtitle")

    def _drawing(self, parts: Parts, into: Blocks) -> None:
        one = self.numbered[parts["id"]]
        if one.svg is None:
            raise BuildError(one.id, "the figure comes without its drawing", "an exhibit of analysis/exhibit.py")
        wide, high = parts["size"]
        unit = self.body.room / theme.FULL * min(1.0, theme.FULL / wide)
        content = png(one.svg, PRINT_SCALE, one.id)
        line = into.paragraph("Picture")
        line.append(self.book.picture(content, wide * unit, high * unit, one.number, parts["alt"]))

    def _source(self, parts: Parts, into: Blocks) -> None:
        self._inline(parts["source"], into, "Source Line")

    def on_figure(self, parts: Parts) -> None:
        for write in (self._caption, self._drawing, self._source):
            write(parts, self.body)

    def on_pair(self, parts: Parts) -> None:
        """Captions, drawings and source lines in three rows, so that each row begins at one height."""
        half = self.body.room / 2
        steps = (self._caption, self._drawing, self._source)
        rows = self.body.table([half, half], len(steps), "Briefing Layout")
        for write, cells in zip(steps, rows, strict=True):
            for cell, one, side in zip(cells, parts["figures"], ("right", "left"), strict=True):
                cell_margin(cell, **{side: GUTTER / 2 - 1})
                write(one, cell)
                cell.close()

    def on_table(self, parts: Parts) -> None:
        self._caption(parts, self.body)
        columns = [Column(c["key"], c["title"], c["align"]) for c in parts["columns"]]
        cells = parts["cells"]
        size = min(8.5, type_size(columns, cells))
        points = widths(columns, cells, size, self.body.room)
        lines = self.body.table(points, len(cells) + 1, "Briefing Table", title=parts["title"], head=True)
        self._row(lines[0], heads(columns, cells), columns, size, keep=True)
        short = height(cells, points, size) <= SHORT
        for number, (line, row) in enumerate(zip(lines[1:], cells, strict=True)):
            # A short table stays on one page; of a long one, neither its first rows nor its last stand alone.
            keep = short or number < 2 or number >= len(cells) - 2
            self._row(line, row, columns, size, keep, parts["anchors"][number], bold=parts["strong"][number])
        *notes, last = [*parts["notes"], parts["source"]] if parts["source"].strip() else (parts["notes"] or [""])
        for note in notes:
            self._inline(note, self.body, "Exhibit Note", keep=True)
        self._inline(last, self.body, "Source Line" if parts["source"].strip() else "Last Note")

    def _row(
        self, line: list[Blocks], texts: list[str | None], columns: list[Column], size: float, keep: bool,
        anchor: str | None = None, bold: bool = False,
    ) -> None:  # fmt: skip
        for number, (cell, text, column) in enumerate(zip(line, texts, columns, strict=True)):
            edges = {"left": 0.0} if number == 0 else {}
            cell_margin(cell, **edges, **({"right": 0.0} if number == len(columns) - 1 else {}))
            style, side = f"Table Text {size:g}", _RIGHT if column.align == "right" else ""
            paragraph = cell.paragraph(style, keep=keep, more=side)
            shown = literal(GAP) if text is None else text
            write_line(shown, self.book, cell, paragraph, cite=None, bold=bold)
            if number == 0 and anchor:
                words = list(paragraph)[1:]
                paragraph.extend(self.book.marks.around(anchor, words))
