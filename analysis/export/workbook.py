"""Notebook to Excel workbook: the values behind every exhibit, a sheet each, with a list of exhibits and of sources.

Numbers are numbers and gaps are empty cells; text is only ever text, whatever it begins with.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import List

from analysis import theme
from analysis.export.listing import Listed, listed, parts_of
from analysis.export.markdown import Node, parse, strip
from analysis.export.notebook import Document, Piece, document, pieces
from analysis.export.package import same_bytes
from analysis.export.pdf import timestamp
from analysis.export.text import safe_link, visible

CONTENTS, SOURCES = "Contents", "Sources"
HEAD = 4  # row of the column titles in an exhibit's sheet, counted from 0
LONGEST_SHEET_NAME = 31
NARROW, WIDE = 8, 60  # characters
_NEVER = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Sheet:
    """What one exhibit's sheet holds: printed column titles and rows of values (None is a gap)."""

    titles: list[str]
    rows: list[list[Any]]


def sheet(one: Listed) -> Sheet:
    """The values of an exhibit: a figure's as they are; a table's printed columns first, their text as printed."""
    data, columns = one.parts["data"], one.parts.get("columns", ())
    printed = {column["key"]: number for number, column in enumerate(columns)}
    names = [*printed, *(name for name in data["columns"] if name not in printed)]
    titles = [strip(columns[printed[name]]["title"]) if name in printed else visible(name) for name in names]
    rows = []
    for number, values in enumerate(data["rows"]):
        row = dict(zip(data["columns"], values, strict=True))
        for name, place in printed.items():
            if isinstance(row[name], str):
                cell = one.parts["cells"][number][place]
                row[name] = None if cell is None else strip(cell)
        rows.append([row[name] for name in names])
    return Sheet(titles, rows)


def number_format(values: Sequence[Any]) -> str:
    """Excel's format for the numbers of a column: as few decimals as show them to half a thousandth of the largest.

    Years get no comma; where some numbers would vanish beside the others, each is shown with its own decimals.
    """
    numbers = [v for v in values if _is_number(v)]
    if numbers and all(float(v).is_integer() and 1900 <= v <= 2100 for v in numbers):
        return "0"
    sizes = [abs(v) for v in numbers if v]
    if sizes and min(sizes) < max(sizes) / 1000:
        return "General"
    for decimals in range(4):
        if all(abs(v - round(v, decimals)) <= 0.0005 * max(sizes, default=0.0) for v in numbers):
            return "#,##0" + ("." + "0" * decimals if decimals else "")
    return "#,##0.0000"


def workbook(found: list[Piece], said: Document) -> bytes:
    """The whole workbook as a file (.xlsx). Raises BuildError for an exhibit without parts."""
    import xlsxwriter

    exhibits = listed(found)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **_NEVER})
    properties = {"title": said.title, "author": said.author, "keywords": ", ".join(said.keywords)}
    stamp = timestamp(said)
    when = datetime.fromtimestamp(stamp or 0, UTC).replace(tzinfo=None)
    book.set_properties({name: visible(text)[:255] for name, text in properties.items()} | {"created": when})
    writer = _Writer(book)
    names = {one.id: one.id[:LONGEST_SHEET_NAME] for one in exhibits}
    writer.contents(exhibits, names, said)
    for one in exhibits:
        writer.exhibit(one, names[one.id])
    writer.sources([entry for piece in found if piece.markdown is None for entry in parts_of(piece).get("entries", ())])
    book.close()
    return same_bytes(out.getvalue())


class _Writer:
    """Writes the sheets with one set of formats."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.text = book.add_format({"valign": "top", "text_wrap": True})
        self.after_number = book.add_format({"valign": "top", "text_wrap": True, "indent": 1})
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.small = book.add_format({"font_color": theme.GREY})
        edges = {"bold": True, "bottom": 1, "top": 2, "valign": "bottom", "text_wrap": True}
        self.head = book.add_format(edges)
        self.head_right = book.add_format({"align": "right", **edges})
        self.head_after = book.add_format({"indent": 1, **edges})
        self.link = book.add_format({"font_color": theme.COLOURS["japan"], "underline": 1, "valign": "top"})

    def contents(self, exhibits: Sequence[Listed], names: Mapping[str, str], said: Document) -> None:
        widths = [12, 62, 62, 44, 26]
        page = self._sheet(CONTENTS, widths)
        self._text(page, 0, 0, said.title, self.title)
        self._text(page, 1, 0, said.running_right, self.small)
        self._text(page, 2, 0, "An empty cell is a figure that was not published or does not exist.", self.small)
        self._row(
            page, HEAD, ["Number", "Title", "Measure, place, period, unit", "Source", "Sheet"], widths, [self.head] * 5
        )
        for row, one in enumerate(exhibits, HEAD + 1):
            self._row(page, row, list(one.words.values()), widths, [self.text] * 4)
            page.write_url(row, 4, f"internal:'{names[one.id]}'!A1", self.link, one.id)

    def exhibit(self, one: Listed, name: str) -> None:
        made = sheet(one)
        columns = list(zip(*made.rows, strict=True)) or [()] * len(made.titles)
        widths = [_width(t, c) for t, c in zip(made.titles, columns, strict=True)]
        page = self._sheet(name, widths)
        words = one.words
        self._text(page, 0, 0, f"{words['number']}. {words['title']}", self.title)
        self._text(page, 1, 0, words["subtitle"], self.small)
        self._text(page, 2, 0, words["source"], self.small)
        page.write_url(3, 0, f"internal:'{CONTENTS}'!A1", self.link, CONTENTS)
        numeric = [any(map(_is_number, column)) for column in columns]
        after = [place > 0 and numeric[place - 1] for place in range(len(columns))]
        heads = [
            self.head_right if number else self.head_after if spaced else self.head
            for number, spaced in zip(numeric, after, strict=True)
        ]
        looks = [
            self.book.add_format({"num_format": number_format(c), "valign": "top"})
            if number
            else (self.after_number if spaced else self.text)
            for c, number, spaced in zip(columns, numeric, after, strict=True)
        ]
        self._row(page, HEAD, made.titles, widths, heads)
        for row, values in enumerate(made.rows, HEAD + 1):
            self._row(page, row, values, widths, looks)
        for line, note in enumerate(one.parts.get("notes", ()), HEAD + 2 + len(made.rows)):
            self._text(page, line, 0, strip(note), self.small)

    def sources(self, entries: Sequence[Mapping[str, str]]) -> None:
        widths = [9, 90, 70]
        page = self._sheet(SOURCES, widths)
        self._text(page, 0, 0, SOURCES, self.title)
        self._row(page, HEAD, ["Number", "Source", "Address"], widths, [self.head] * 3)
        for row, one in enumerate(entries, HEAD + 1):
            self._row(page, row, [f"[{one['number']}]", strip(one["text"])], widths, [self.text] * 2)
            if address := next(_addresses(parse(one["text"])), None):
                page.write_url(row, 2, address, self.link, address)

    def _sheet(self, name: str, widths: Sequence[float]) -> Any:
        page = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.freeze_panes(HEAD + 1, 0)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEAD)
        page.set_footer("&L&A&R&P / &N")
        return page

    def _row(self, page: Any, row: int, values: Sequence[Any], widths: Sequence[float], looks: Sequence[Any]) -> None:
        """One row of values, high enough for its longest text."""
        lines = 1
        for column, (value, look) in enumerate(zip(values, looks, strict=True)):
            if _is_number(value):
                page.write_number(row, column, value, look)
            elif value is not None:
                text = ("no", "yes")[value] if isinstance(value, bool) else value
                self._text(page, row, column, text, look)
                lines = max(lines, -(-len(str(text)) // int(1.1 * widths[column])))
        page.set_row(row, 15.0 * lines)

    def _text(self, page: Any, row: int, column: int, text: object, look: Any) -> None:
        page.write_string(row, column, visible(text), look)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _width(title: str, values: Sequence[Any]) -> float:
    """Width of a column in characters."""
    longest = max((len(v) if isinstance(v, str) else 10 for v in values if v is not None), default=0)
    return max(NARROW, min(WIDE, max(longest, len(title)) + 2))


def _addresses(nodes: Sequence[Node]) -> Iterator[str]:
    """Web addresses linked to in a text, in order."""
    for node in nodes:
        if node["type"] == "link":
            url = safe_link(html.unescape(node["attrs"]["url"]))
            if url and not url.startswith("#"):
                yield url
        yield from _addresses(node.get("children", ()))


class BriefingWorkbookExporter(Exporter):
    """nbconvert exporter `hns-xlsx`: the data behind an executed notebook as a workbook; needs xlsxwriter."""

    export_from_notebook = "Briefing data (Excel)"
    output_mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    default_preprocessors = List([], help="none: nbconvert checks the notebook after each idle one").tag(config=True)

    def _file_extension_default(self) -> str:
        return ".xlsx"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[bytes, Any]:
        """Write the data of a notebook that has been run; BuildError when it cannot be."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        found = list(pieces(nb))
        said = document(nb, found, resources.get("metadata", {}).get("name", ""))
        resources["output_extension"] = ".xlsx"
        return workbook(found, said), resources
