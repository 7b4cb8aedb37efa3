"""Exhibits: charts, tables and boxes that show themselves in JupyterLab and carry what each output needs.

Each function returns an Exhibit. Its MIME bundle holds HTML (shown by JupyterLab, used as it is by the page),
Typst code (used by the PDF), CSV, plain text, and its parts: the words, cells and values from which an output with
objects of its own (Word, Excel) is made. Everything written into HTML and Typst from data is escaped here, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis import theme
from analysis.errors import BuildError
from analysis.export.boxes import KeyFigure, callout, columns, cover, key_figures, new_page, prose, results, sources
from analysis.export.drawing import draw, size_of, specification, svg_for_page
from analysis.export.form import (
    DOCUMENT_MIME,
    FILES_MIME,
    PARTS_MIME,
    RESULTS_MIME,
    TYPST_MIME,
    Exhibit,
    arguments,
    caption,
    identifier,
    needed,
    source_html,
)
from analysis.export.grid import Column, anchor_of, heads, table_html, tracks, type_size
from analysis.export.markdown import strip
from analysis.export.markdown_html import inline_html
from analysis.export.markdown_typst import inline_typst
from analysis.export.text import html_text, literal, typst_text, visible
from analysis.export.values import (
    GAP,
    csv_text,
    data_details,
    default_text,
    download,
    inert_json,
    minus,
    missing,
    plain_values,
    typed_rows,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DOCUMENT_MIME",
    "FILES_MIME",
    "PARTS_MIME",
    "RESULTS_MIME",
    "TYPST_MIME",
    "Column",
    "Exhibit",
    "KeyFigure",
    "callout",
    "columns",
    "cover",
    "figure",
    "key_figures",
    "literal",
    "new_page",
    "prose",
    "results",
    "side_by_side",
    "sources",
    "table",
]


def figure(
    chart: Any,
    data: pd.DataFrame,
    *,
    id: str,
    title: str,
    subtitle: str,
    source: str,
    alt: str,
    width: theme.Width = "full",
) -> Exhibit:
    """A chart with its message, source, description and data.

    chart: a finished Altair chart, drawn once here with the project's theme; data: the frame behind it (becomes the
    CSV file); id: `fig-...`; title: the message; subtitle: measure, place, period and unit; source: Markdown, such
    as `Sources: budget lines [3](#source-3)`; alt: what the chart shows, in words; width: "full" or "half".
    Raises BuildError for an empty text, an unusable id, a chart that loads data or cannot be drawn.
    """
    id = identifier(id, "fig-")
    title, alt = needed(title, "title", id), needed(alt, "alt", id)
    subtitle = " ".join(subtitle.split())
    spec = specification(chart, width, id)
    svg = draw(spec, id, chart)
    wide, high = size_of(svg, id)
    html = (
        f'<figure class="hns hns-figure hns-{width}" id="{id}">{caption("Figure", title, subtitle)}'
        f'<div class="hns-chart" data-alt="{html_text(alt)}">{svg_for_page(svg, id, alt)}'
        f'<script type="application/json" class="hns-spec">{inert_json(spec)}</script></div>'
        f"{source_html(source)}{data_details(data, f'{id}.csv', title)}</figure>"
    )
    typst = f"#hns-figure({_figure_arguments(id, title, subtitle, source, alt, wide, high)})\n"
    csv = csv_text(data)
    return Exhibit(
        id=id,
        kind="figure",
        html=html,
        typst=typst,
        plain=f"{visible(title)}\n{visible(alt)}",
        csv=csv,
        files={f"{id}.svg": svg, f"{id}.csv": csv},
        parts={
            "id": id,
            "title": title,
            "subtitle": subtitle,
            "source": source,
            "alt": alt,
            "size": [wide, high],
            "data": typed_rows(data),
        },
        width=width,
    )


def _figure_arguments(id: str, title: str, subtitle: str, source: str, alt: str, wide: float, high: float) -> str:
    return arguments(
        id=typst_text(id),
        title=inline_typst(literal(title)),
        subtitle=inline_typst(literal(subtitle)),
        source=inline_typst(source, id),
        alt=typst_text(alt),
        wide=f"{wide:g}",
        high=f"{high:g}",
    )


def table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    id: str,
    title: str,
    subtitle: str,
    source: str,
    notes: Sequence[str] = (),
    anchor: str | None = None,
    strong_rows: Callable[[Mapping[str, Any]], bool] | None = None,
) -> Exhibit:
    """A table with its message; the whole frame becomes the CSV file, the named columns are printed.

    Cells may hold Markdown links (through Column.text); a missing value is printed as an en dash and read out as
    "no figure". notes: Markdown lines under the table. anchor: key of a column whose values become link targets
    (`source-3`). strong_rows: which rows are set bold (totals). id: `tab-...`.
    Raises BuildError for an unknown column, no columns, an empty title or an unusable id.
    """
    id = identifier(id, "tab-")
    title = needed(title, "title", id)
    subtitle = " ".join(subtitle.split())
    if not columns:
        raise BuildError(id, "no columns", "at least one Column")
    known = [str(name) for name in frame.columns]
    for key in [column.key for column in columns] + ([anchor] if anchor else []):
        if key not in known:
            raise BuildError(id, f"no column {visible(key)!r} in the data", ", ".join(known))
    records = [dict(zip(known, values, strict=True)) for values in plain_values(frame)]
    cells: list[list[str | None]] = []
    for record in records:
        row: list[str | None] = []
        for column in columns:
            value = record[column.key]
            text = None if missing(value) else (column.text or default_text)(value)
            row.append(None if text is None or not str(text).strip() else minus(str(text)))
        cells.append(row)
    anchors = [anchor_of(record[anchor], id) if anchor else None for record in records]
    strong = [bool(strong_rows and strong_rows(record)) for record in records]
    csv = csv_text(frame)
    html = (
        f'<figure class="hns hns-table" id="{id}">{caption("Table", title, subtitle)}'
        f"{table_html(columns, cells, anchors, strong, title)}"
        + "".join(f'<p class="hns-note">{inline_html(note, id)}</p>' for note in notes)
        + f"{source_html(source)}{download(csv, f'{id}.csv')}</figure>"
    )
    typst = "#hns-table(" + arguments(
        id=typst_text(id),
        title=inline_typst(literal(title)),
        subtitle=inline_typst(literal(subtitle)),
        source=inline_typst(source, id),
        notes="(" + "".join(f"{inline_typst(note, id)}, " for note in notes) + ")",
        size=f"{type_size(columns, cells):g}pt",
        columns=f"({', '.join(tracks(columns, cells))},)",
        sides=f"({', '.join(column.align for column in columns)},)",
        head="(" + "".join(f"{inline_typst(title, id)}, " for title in heads(columns, cells)) + ")",
    )
    body = []
    for row, name, bold in zip(cells, anchors, strong, strict=True):
        printed = ["hns-gap" if cell is None else inline_typst(cell, id) for cell in row]
        if bold:
            printed = [f"strong({cell})" for cell in printed]
        if name:
            printed[0] = f"hns-anchor({typst_text(name)}, {printed[0]})"
        body.append(", ".join(printed))
    typst += "".join(f",\n  {line}" for line in body) + ")\n"
    plain = "\n".join(
        [visible(title)] + ["  ".join(GAP if cell is None else strip(cell) for cell in row) for row in cells[:12]]
    )
    parts = {
        "id": id,
        "title": title,
        "subtitle": subtitle,
        "source": source,
        "notes": list(notes),
        "columns": [{"key": column.key, "title": column.title, "align": column.align} for column in columns],
        "cells": cells,
        "anchors": anchors,
        "strong": strong,
        "data": typed_rows(frame),
    }
    return Exhibit(
        id=id, kind="table", html=html, typst=typst, plain=plain, csv=csv, files={f"{id}.csv": csv}, parts=parts
    )


def side_by_side(left: Exhibit, right: Exhibit) -> Exhibit:
    """Two half-width figures in one row (one above the other on a phone). Raises BuildError for other exhibits."""
    for one in (left, right):
        if one.kind != "figure" or one.width != "half":
            raise BuildError(one.id, "cannot stand side by side", 'figures made with width="half"')
    if left.id == right.id:
        raise BuildError(left.id, "stands beside itself", "two different figures")
    halves = [re.sub(r"\A#hns-figure\(|\)\n\Z", "", one.typst) for one in (left, right)]
    return Exhibit(
        id=f"{left.id}-{right.id}",
        kind="pair",
        html=f'<div class="hns-pair">{left.html}{right.html}</div>',
        typst=f"#hns-pair(({halves[0]}), ({halves[1]}))\n",
        plain=f"{left.plain}\n\n{right.plain}",
        files={**left.files, **right.files},
        parts={"figures": [{"kind": one.kind, **(one.parts or {})} for one in (left, right)]},
    )
