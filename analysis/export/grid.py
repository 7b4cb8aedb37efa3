"""Tables: columns and cells as HTML and as Typst, with widths and a type size that fit the page."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from analysis.errors import BuildError
from analysis.export.markdown import strip
from analysis.export.markdown_html import inline_html
from analysis.export.text import html_text, visible
from analysis.export.values import GAP_HTML

Align = Literal["left", "right"]


@dataclass(frozen=True)
class Column:
    """One column of a table: key in the frame, printed title (Markdown), side, and how a value becomes text.

    text receives the value (never a missing one) and returns Markdown; default: thousands commas for numbers,
    escaped text for the rest.
    """

    key: str
    title: str
    align: Align = "left"
    text: Callable[[Any], str] | None = None


def anchor_of(value: Any, place: str) -> str:
    """A link target such as `source-3`. Raises BuildError for anything that cannot be one."""
    name = str(value)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise BuildError(place, f"{visible(name)!r} cannot be a link target", "a letter, then letters, digits, hyphens")
    return name


def table_html(
    columns: Sequence[Column],
    cells: Sequence[Sequence[str | None]],
    anchors: Sequence[str | None],
    strong: Sequence[bool],
    title: str,
) -> str:
    """A table as HTML; cells are Markdown, None is a gap."""
    # Dates and other short entries stay on one line; the table scrolls before they break.
    classes = [
        "num" if column.align == "right" else "tight" if longest <= 22 else "long" if longest > 40 else ""
        for column, (_, longest) in zip(columns, _widths(columns, cells), strict=True)
    ]
    marks = [f' class="{name}"' if name else "" for name in classes]
    sides = [' class="num"' if column.align == "right" else "" for column in columns]
    head = "".join(
        f'<th scope="col"{side}>{inline_html(column.title)}</th>' for column, side in zip(columns, sides, strict=True)
    )
    lines = []
    for row, name, bold in zip(cells, anchors, strong, strict=True):
        out = []
        for number, (mark, cell) in enumerate(zip(marks, row, strict=True)):
            text = GAP_HTML if cell is None else inline_html(cell)
            tag = "th" if number == 0 else "td"
            scope = ' scope="row"' if number == 0 else ""
            out.append(f"<{tag}{scope}{mark}>{text}</{tag}>")
        attributes = (f' id="{name}"' if name else "") + (' class="hns-strong"' if bold else "")
        lines.append(f"<tr{attributes}>{''.join(out)}</tr>")
    wide = " hns-wide" if len(columns) > 8 else ""
    return (
        f'<div class="hns-scroll" tabindex="0" role="region" aria-label="{html_text(title)}">'
        f'<table class="hns-grid{wide}"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str | None]]) -> list[tuple[int, int]]:
    """For each column the longest word and the longest cell, in characters."""
    out = []
    for number, column in enumerate(columns):
        texts = [strip(column.title)] + [strip(row[number]) for row in cells if row[number] is not None]
        words = max((len(word) for text in texts for word in text.split()), default=1)
        longest = max((len(text) for text in texts[1:]), default=1)
        out.append((words, max(longest, words)))
    return out


def heads(columns: Sequence[Column], cells: Sequence[Sequence[str | None]]) -> list[str]:
    """Column titles for print, long ones broken so that a title does not make its column much wider than its cells."""
    out = []
    for column, (word, longest) in zip(columns, _widths(columns, cells), strict=True):
        plain = strip(column.title)
        out.append(column.title)
        if plain == column.title.strip() and len(plain) > max(longest, 14):
            lines = 2 if len(plain) <= 28 else 3
            for width in range(max(word, -(-len(plain) // lines)), len(plain)):
                if len(parts := textwrap.wrap(plain, width, break_long_words=False)) <= lines:
                    out[-1] = "  \n".join(parts)
                    break
    return out


def tracks(columns: Sequence[Column], cells: Sequence[Sequence[str | None]]) -> list[str]:
    """Column widths for Typst: numbers and short words take what they need, long text shares the rest."""
    measured = _widths(columns, cells)
    if not any(longest > 24 for _, longest in measured):
        return ["auto"] * len(columns)
    return [f"{min(longest, 90)}fr" if longest > 24 else "auto" for _, longest in measured]


def type_size(columns: Sequence[Column], cells: Sequence[Sequence[str | None]]) -> float:
    """Type size in points at which the columns fit 170 mm (482 pt); half an em a character, 0.9 em between columns."""
    ems = sum(max(word, min(longest, 16)) * 0.52 + 0.95 for word, longest in _widths(columns, cells))
    for size in (9.0, 8.5, 8.0, 7.5, 7.0, 6.5):
        if ems * size <= 482:
            return size
    return 6.0


def widths(columns: Sequence[Column], cells: Sequence[Sequence[str | None]], size: float, room: float) -> list[float]:
    """Column widths in points for type of `size` points on a line of `room` points, for outputs that need them fixed.

    Numbers and short words take what they need and long text shares the rest, as with `tracks`; a table that nearly
    fills the line fills it.
    """
    measured = _widths(columns, cells)
    lines = [max(len(strip(part)) for part in head.split("  \n")) for head in heads(columns, cells)]
    taken = [
        (max(0.52 * max(word, min(longest, 24)), 0.56 * line) + 1.0) * size
        for (word, longest), line in zip(measured, lines, strict=True)
    ]
    parts = [min(longest, 90) if longest > 24 else 0 for _, longest in measured]
    if total := sum(parts):
        rest = room - sum(points for points, part in zip(taken, parts, strict=True) if not part)
        shared = [max(9 * size, rest * part / total) for part in parts]
        return _fitted([s if part else t for s, t, part in zip(shared, taken, parts, strict=True)], room)
    if columns[0].align == "left" and sum(taken) > 0.72 * room:
        taken[0] += max(0.0, room - sum(taken))
    return _fitted(taken, room)


def height(cells: Sequence[Sequence[str | None]], points: Sequence[float], size: float) -> float:
    """About how high a table is, in points, with columns of these widths and type of this size."""
    total = 0.0
    for row in cells:
        long = (len(strip(cell or "")) * 0.5 * size / wide for cell, wide in zip(row, points, strict=True))
        total += math.ceil(max(long, default=1)) * 1.25 * size + 5
    return total


def _fitted(points: list[float], room: float) -> list[float]:
    """The widths, made narrower in proportion where together they are wider than the line."""
    over = max(1.0, sum(points) / room)
    return [round(one / over, 2) for one in points]
