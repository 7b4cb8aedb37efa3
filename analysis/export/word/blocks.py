"""Paragraphs and tables, one after the other, in the document's body, a table cell or a footnote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.export.word.looks import style_id
from analysis.export.word.xml import attribute, element, twips


class Blocks:
    """A place that takes paragraphs and tables.

    target: the element they go into; part: the file of the package it belongs to (links to addresses are registered
    there); room: the width there is, in points.
    """

    def __init__(self, target: Any, part: Any, room: float) -> None:
        self.target, self.part, self.room = target, part, room
        self.on_new_page = False

    def paragraph(self, style: str, *, keep: bool = False, more: str = "") -> Any:
        """A new empty paragraph in a style; keep: stays with the next one; more: further properties as code."""
        marks = f'<w:pStyle w:val="{style_id(style)}"/>' + "<w:keepNext/>" * keep
        if self.on_new_page:
            marks += "<w:pageBreakBefore/>"
            self.on_new_page = False
        return self._add(element(f"<w:p><w:pPr>{marks}{more}</w:pPr></w:p>"))

    def table(
        self,
        widths: Sequence[float],
        rows: int,
        style: str,
        *,
        title: str = "",
        head: bool = False,
        split: bool = False,
    ) -> list[list[Blocks]]:
        """A new table with columns of these widths (points); returns its cells by row, each to be filled and closed.

        title: what a screen reader says of it; head: the first row repeats over pages; split: rows may break.
        """
        if self._last_is("tbl") or self.on_new_page:
            self.paragraph("Gap")  # two tables that touch would become one
        made = self._add(element(_table(widths, rows, style, title, head, split)))
        return [
            [Blocks(cell, self.part, width) for cell, width in zip(row.tc_lst, widths, strict=True)]
            for row in made.tr_lst
        ]

    def close(self) -> None:
        """End a cell: it must hold a paragraph, and one after a table."""
        if not self._last_is("p"):
            self.paragraph("Gap")

    def _last_is(self, tag: str) -> bool:
        children = [child for child in self.target if not child.tag.endswith("}sectPr")]
        return bool(children) and children[-1].tag.endswith("}" + tag)

    def _add(self, made: Any) -> Any:
        last = self.target[-1] if len(self.target) else None
        if last is not None and last.tag.endswith("}sectPr"):  # the body ends with the description of its pages
            last.addprevious(made)
        else:
            self.target.append(made)
        return made


def _table(widths: Sequence[float], rows: int, style: str, title: str, head: bool, split: bool) -> str:
    columns = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    cells = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/></w:tcPr></w:tc>' for width in widths)
    whole = "" if split else "<w:cantSplit/>"
    body = f"<w:tr><w:trPr>{whole}</w:trPr>{cells}</w:tr>"
    first = f"<w:tr><w:trPr>{whole}<w:tblHeader/></w:trPr>{cells}</w:tr>" if head else body
    look = "0620" if head else "0600"  # the flags of the attributes beside it as one number
    said = f"<w:tblCaption w:val={attribute(title)}/>" if title else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style_id(style)}"/><w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="{look}" w:firstRow="{int(head)}" w:lastRow="0" '
        f'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>{said}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{first}{body * (rows - 1)}</w:tbl>"
    )


def cell_margin(cell: Blocks, **points: float) -> None:
    """Set margins of one cell, such as left=0; sides: top, left, bottom, right."""
    sides = "".join(
        f'<w:{side} w:w="{twips(points[side])}" w:type="dxa"/>'
        for side in ("top", "left", "bottom", "right")
        if side in points
    )
    cell.target.tcPr.append(element(f"<w:tcMar>{sides}</w:tcMar>"))
