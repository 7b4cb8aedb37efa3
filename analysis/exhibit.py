"""Exhibits: charts, tables and boxes that show themselves in JupyterLab and carry what each output needs.

Each function returns an Exhibit. Its MIME bundle holds HTML (shown by JupyterLab, used as it is by the page),
Typst code (used by the PDF), CSV and plain text. Everything written into them from data is escaped here, once.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cache
from html import unescape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import analysis.export
from analysis import theme
from analysis.errors import BuildError
from analysis.export.drawing import draw, size_of, specification, svg_for_page
from analysis.export.markdown import (
    html_text,
    inline_html,
    inline_typst,
    key_of,
    literal,
    strip,
    to_html,
    to_typst,
    typst_text,
    visible,
)

if TYPE_CHECKING:
    import pandas as pd

TYPST_MIME = "text/vnd.typst"
RESULTS_MIME = "application/vnd.hns.results+json"
DOCUMENT_MIME = "application/vnd.hns.document+json"
FILES_MIME = "application/vnd.hns.files+json"

GAP = "–"  # how a missing value is printed
MAX_ROWS_SHOWN = 250  # longest data table under a chart; the CSV file is always complete

Align = Literal["left", "right"]
Tone = Literal["note", "hindsight"]

__all__ = [
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


@dataclass(frozen=True)
class Exhibit:
    """One finished piece of a briefing, in every form an output may ask for."""

    id: str
    kind: str
    html: str
    typst: str
    plain: str
    csv: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)  # name -> text: SVG and CSV the Typst code refers to
    document: Mapping[str, Any] | None = None
    payload: Mapping[str, Any] | None = None
    width: theme.Width = "full"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """What Jupyter stores and shows."""
        if self.payload is not None:
            return {RESULTS_MIME: dict(self.payload)}
        bundle: dict[str, Any] = {
            "text/html": self.html,
            TYPST_MIME: self.typst,
            "text/plain": self.plain,
        }
        if self.csv is not None:
            bundle["text/csv"] = self.csv
        if self.files:
            bundle[FILES_MIME] = dict(self.files)
        if self.document is not None:
            bundle[DOCUMENT_MIME] = dict(self.document)
        return bundle


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


@dataclass(frozen=True)
class KeyFigure:
    """One number of the band on page one: value, its range, what it is; confidence "C" is marked."""

    value: str
    label: str
    range: str | None = None
    confidence: str | None = None


# ---------------------------------------------------------------------------------------------- checks

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


def _identifier(value: str, prefix: str) -> str:
    if not value.startswith(prefix) or not _ID.match(value):
        raise BuildError(f"exhibit {visible(value)!r}", "not a usable id", f"`{prefix}` and a-z, 0-9, hyphens")
    return value


def _needed(value: str, what: str, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BuildError(place, f"{what} is empty", f"a {what} in words")
    return " ".join(value.split())


def _missing(value: Any) -> bool:
    if value is None:
        return True
    try:
        return bool(value != value)  # NaN, NaT; pd.NA refuses to answer
    except TypeError:
        return True
    except ValueError:
        return False


# ---------------------------------------------------------------------------------------------- charts


def _inert_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _csv(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False, lineterminator="\n")


def _cell(value: Any) -> str:
    """A value of a data table as plain text; missing values as a gap."""
    if _missing(value):
        return GAP
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return visible(value)


def _plain_values(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a frame as ordinary Python values."""
    rows = []
    for row in frame.itertuples(index=False, name=None):
        rows.append([value.item() if hasattr(value, "item") and not isinstance(value, str) else value for value in row])
    return rows


GAP_HTML = f'<span class="hns-gap" role="img" aria-label="no figure">{GAP}</span>'


def _data_details(frame: pd.DataFrame, name: str, title: str) -> str:
    head = "".join(f'<th scope="col">{html_text(column)}</th>' for column in frame.columns)
    rows = []
    for values in _plain_values(frame.head(MAX_ROWS_SHOWN)):
        cells = []
        for value in values:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            text = _cell(value)
            shown = GAP_HTML if _missing(value) else html_text(text)
            cells.append(f'<td class="num">{shown}</td>' if number else f"<td>{shown}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    more = (
        "" if len(frame) <= MAX_ROWS_SHOWN else f"<p>First {MAX_ROWS_SHOWN} of {len(frame)} rows; the file has all.</p>"
    )
    return (
        f'<details class="hns-data"><summary>Data table<span class="hns-hide"> of “{html_text(title)}”</span></summary>'
        f'<div class="hns-scroll" tabindex="0" role="region" aria-label="Data of “{html_text(title)}”">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{more}"
        f"{_download(_csv(frame), name)}</details>"
    )


def _download(csv: str, name: str) -> str:
    # A byte-order mark lets spreadsheet programs see that the file is UTF-8.
    href = "data:text/csv;charset=utf-8,%EF%BB%BF" + quote(csv, safe=" ,;:/()'!*~-_.=&?@+$".replace(" ", ""))
    return f'<p class="hns-file"><a download="{html_text(name)}" href="{href}">Download {html_text(name)}</a></p>'


def _caption(kind: str, title: str, subtitle: str) -> str:
    return (
        f'<figcaption><span class="hns-no" data-kind="{kind}"></span>'
        f'<span class="hns-title">{inline_html(literal(title))}</span>'
        f'<span class="hns-sub">{inline_html(literal(subtitle))}</span></figcaption>'
    )


def _source_html(source: str) -> str:
    return f'<p class="hns-source">{inline_html(source)}</p>' if source.strip() else ""


def _quoted(**arguments: str) -> str:
    return ", ".join(f"{name.replace('_', '-')}: {code}" for name, code in arguments.items())


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
    id = _identifier(id, "fig-")
    title, alt = _needed(title, "title", id), _needed(alt, "alt", id)
    subtitle = " ".join(subtitle.split())
    spec = specification(chart, width, id)
    svg = draw(spec, id)
    wide, high = size_of(svg, id)
    html = (
        f'<figure class="hns hns-figure hns-{width}" id="{id}">{_caption("Figure", title, subtitle)}'
        f'<div class="hns-chart" data-alt="{html_text(alt)}">{svg_for_page(svg, id, alt)}'
        f'<script type="application/json" class="hns-spec">{_inert_json(spec)}</script></div>'
        f"{_source_html(source)}{_data_details(data, f'{id}.csv', title)}</figure>"
    )
    typst = f"#hns-figure({_figure_arguments(id, title, subtitle, source, alt, wide, high)})\n"
    csv = _csv(data)
    return Exhibit(
        id=id,
        kind="figure",
        html=html,
        typst=typst,
        plain=f"{visible(title)}\n{visible(alt)}",
        csv=csv,
        files={f"{id}.svg": svg, f"{id}.csv": csv},
        width=width,
    )


def _figure_arguments(id: str, title: str, subtitle: str, source: str, alt: str, wide: float, high: float) -> str:
    return _quoted(
        id=typst_text(id),
        title=inline_typst(literal(title)),
        subtitle=inline_typst(literal(subtitle)),
        source=inline_typst(source, id),
        alt=typst_text(alt),
        wide=f"{wide:g}",
        high=f"{high:g}",
    )


# ---------------------------------------------------------------------------------------------- tables


def _default_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}" if math.isfinite(value) else literal(value)
    if hasattr(value, "isoformat"):
        return literal(value.isoformat()[:10])
    return literal(value)


def _minus(text: str) -> str:
    """A hyphen before a digit at the start of a cell is a minus sign."""
    return re.sub(r"^\\?-(?=[\d¥₩$])", "−", text)


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
    id = _identifier(id, "tab-")
    title = _needed(title, "title", id)
    subtitle = " ".join(subtitle.split())
    if not columns:
        raise BuildError(id, "no columns", "at least one Column")
    known = [str(name) for name in frame.columns]
    for key in [column.key for column in columns] + ([anchor] if anchor else []):
        if key not in known:
            raise BuildError(id, f"no column {visible(key)!r} in the data", ", ".join(known))
    records = [dict(zip(known, values, strict=True)) for values in _plain_values(frame)]
    cells: list[list[str | None]] = []
    for record in records:
        row: list[str | None] = []
        for column in columns:
            value = record[column.key]
            text = None if _missing(value) else (column.text or _default_text)(value)
            row.append(None if text is None or not str(text).strip() else _minus(str(text)))
        cells.append(row)
    anchors = [_anchor_of(record[anchor], id) if anchor else None for record in records]
    strong = [bool(strong_rows and strong_rows(record)) for record in records]
    csv = _csv(frame)
    html = (
        f'<figure class="hns hns-table" id="{id}">{_caption("Table", title, subtitle)}'
        f"{_table_html(columns, cells, anchors, strong, title)}"
        + "".join(f'<p class="hns-note">{inline_html(note, id)}</p>' for note in notes)
        + f"{_source_html(source)}{_download(csv, f'{id}.csv')}</figure>"
    )
    typst = "#hns-table(" + _quoted(
        id=typst_text(id),
        title=inline_typst(literal(title)),
        subtitle=inline_typst(literal(subtitle)),
        source=inline_typst(source, id),
        notes="(" + "".join(f"{inline_typst(note, id)}, " for note in notes) + ")",
        size=f"{_table_size(columns, cells):g}pt",
        columns=f"({', '.join(_track(columns, cells))},)",
        sides=f"({', '.join(column.align for column in columns)},)",
        head="(" + "".join(f"{inline_typst(column.title, id)}, " for column in columns) + ")",
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
    return Exhibit(id=id, kind="table", html=html, typst=typst, plain=plain, csv=csv, files={f"{id}.csv": csv})


def _anchor_of(value: Any, place: str) -> str:
    name = str(value)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise BuildError(place, f"{visible(name)!r} cannot be a link target", "a letter, then letters, digits, hyphens")
    return name


def _table_html(
    columns: Sequence[Column],
    cells: Sequence[Sequence[str | None]],
    anchors: Sequence[str | None],
    strong: Sequence[bool],
    title: str,
) -> str:
    # Dates and other short entries stay on one line; the table scrolls before they break.
    classes = [
        "num" if column.align == "right" else "tight" if longest <= 22 else ""
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


def _track(columns: Sequence[Column], cells: Sequence[Sequence[str | None]]) -> list[str]:
    """Column widths for Typst: numbers and short words take what they need, long text shares the rest."""
    measured = _widths(columns, cells)
    if not any(longest > 24 for _, longest in measured):
        return ["auto"] * len(columns)
    return [f"{min(longest, 90)}fr" if longest > 24 else "auto" for _, longest in measured]


def _table_size(columns: Sequence[Column], cells: Sequence[Sequence[str | None]]) -> float:
    """Type size in points at which the columns fit 170 mm (482 pt); half an em a character, 0.9 em between columns."""
    ems = sum(max(word, min(longest, 16)) * 0.52 + 0.95 for word, longest in _widths(columns, cells))
    for size in (9.0, 8.5, 8.0, 7.5, 7.0, 6.5):
        if ems * size <= 482:
            return size
    return 6.0


# ---------------------------------------------------------------------------------------------- boxes


def key_figures(figures: Iterable[KeyFigure], *, id: str = "key-figures") -> Exhibit:
    """The band of headline numbers; confidence "C" adds the words "single source". Raises BuildError when empty."""
    id = _identifier(id, "")
    figures = list(figures)
    if not figures:
        raise BuildError(id, "no key figures", "one to four KeyFigure")
    html, code, plain = [], [], []
    for item in figures:
        value, label = _needed(item.value, "value", id), _needed(item.label, "label", id)
        mark = " (confidence C: one source)" if item.confidence == "C" else ""
        spread = (
            f'<span class="hns-range"><span class="hns-hide">range </span>{html_text(item.range)}</span>'
            if item.range
            else ""
        )
        html.append(
            f'<div class="hns-key"><dt class="hns-key-label">{inline_html(literal(label + mark))}</dt>'
            f'<dd><span class="hns-value">{html_text(value)}</span> {spread}</dd></div>'
        )
        code.append(
            f"(value: {typst_text(value)}, range: {typst_text(item.range) if item.range else 'none'}, "
            f"label: {inline_typst(literal(label + mark))})"
        )
        plain.append(
            f"{visible(value)} ({visible(item.range)}): {visible(label)}"
            if item.range
            else f"{visible(value)}: {visible(label)}"
        )
    return Exhibit(
        id=id,
        kind="key_figures",
        html=f'<dl class="hns hns-keys" id="{id}">{"".join(html)}</dl>',
        typst=f"#hns-keys(({', '.join(code)},))\n",
        plain="\n".join(plain),
    )


def side_by_side(left: Exhibit, right: Exhibit) -> Exhibit:
    """Two half-width figures in one row (one above the other on a phone). Raises BuildError for other exhibits."""
    for one in (left, right):
        if one.kind != "figure" or one.width != "half":
            raise BuildError(one.id, "cannot stand side by side", 'figures made with width="half"')
    if left.id == right.id:
        raise BuildError(left.id, "stands beside itself", "two different figures")
    arguments = [re.sub(r"\A#hns-figure\(|\)\n\Z", "", one.typst) for one in (left, right)]
    return Exhibit(
        id=f"{left.id}-{right.id}",
        kind="pair",
        html=f'<div class="hns-pair">{left.html}{right.html}</div>',
        typst=f"#hns-pair(({arguments[0]}), ({arguments[1]}))\n",
        plain=f"{left.plain}\n\n{right.plain}",
        files={**left.files, **right.files},
    )


def cover(
    title: str,
    *,
    kicker: str,
    lead: str,
    running_left: str,
    running_right: str,
    foot: str,
    author: str,
    keywords: Sequence[str],
    date: str | Date,
    language: str = "en",
) -> Exhibit:
    """The head of page one, and what the document says about itself.

    title: the answer in one sentence (the only h1); kicker: the small line above; lead: Markdown; running_left,
    running_right and foot: lines in the margins of the PDF; date: the data date (ISO), which also dates the PDF;
    language: BCP 47, such as "en" or "ja". Raises BuildError for an empty title, a wrong date or language.
    """
    title = _needed(title, "title", "cover")
    try:
        when = date if isinstance(date, Date) else Date.fromisoformat(date)
    except ValueError:
        raise BuildError("cover", f"date {visible(date)!r} is not a date", "YYYY-MM-DD") from None
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", language):
        raise BuildError("cover", f"language {visible(language)!r} is unknown", "a tag such as en, ja, ko")
    document = {
        "title": visible(title),
        "language": language,
        "author": visible(author),
        "keywords": [visible(word) for word in keywords],
        "date": Date(when.year, when.month, when.day).isoformat(),
        "running_left": visible(running_left),
        "running_right": visible(running_right),
        "foot": visible(foot),
        "description": strip(lead)[:300],
    }
    html = (
        f'<style>{_style()}</style><div class="hns hns-cover"><p class="hns-kicker">{html_text(kicker)}</p>'
        f'<h1 id="top">{inline_html(literal(title))}</h1><div class="hns-lead">{to_html(lead)}</div></div>'
    )
    typst = "#hns-cover(" + _quoted(
        kicker=typst_text(kicker), title=inline_typst(literal(title)), lead=f"[{to_typst(lead, place='cover')}]"
    )
    return Exhibit(
        id="cover",
        kind="cover",
        html=html,
        typst=typst + ")\n",
        plain=f"{document['title']}\n{strip(lead)}",
        document=document,
    )


@cache
def _style() -> str:
    """The exhibits' style sheet, which the cover brings along for JupyterLab; the page has its own copy."""
    return (files(analysis.export) / "templates" / "hns" / "exhibit.css").read_text(encoding="utf-8")


def new_page() -> Exhibit:
    """What follows begins on a new page of the PDF (and of the page when printed)."""
    return Exhibit(
        id="new-page", kind="break", html='<hr class="hns-page">', typst="#pagebreak(weak: true)\n", plain=""
    )


def callout(title: str, markdown: str, tone: Tone = "note") -> Exhibit:
    """A box that stands out from the text; "hindsight" marks what was not known on the scenario's date.

    The tone is told by a word, a line style and a colour, never by colour alone. Raises BuildError for another tone.
    """
    if tone not in ("note", "hindsight"):
        raise BuildError("callout", f"tone {visible(tone)!r} is unknown", "note, hindsight")
    title = _needed(title, "title", "callout")
    word = {"note": "Note", "hindsight": "Hindsight"}[tone]
    name = f"box-{key_of(title + markdown)}"
    html = (
        f'<section class="hns hns-box{" hns-hindsight" if tone == "hindsight" else ""}" aria-labelledby="{name}">'
        f'<p class="hns-box-title" id="{name}"><span class="hns-box-word">{word}</span> '
        f"{inline_html(literal(title))}</p>"
        f"{to_html(markdown, top=3)}</section>"
    )
    typst = "#hns-box(" + _quoted(
        tone=typst_text(tone),
        word=typst_text(word),
        title=inline_typst(literal(title)),
        body=f"[{to_typst(markdown, top=3, place='callout')}]",
    )
    return Exhibit(id=name, kind="callout", html=html, typst=typst + ")\n", plain=f"{word}: {title}\n{strip(markdown)}")


def prose(markdown: str) -> Exhibit:
    """Paragraphs, lists and headings worked out from values; text from data goes through `literal` first."""
    key = key_of(markdown)
    return Exhibit(
        id=f"text-{key}",
        kind="prose",
        html=f'<div class="hns hns-prose">{to_html(markdown, key=key)}</div>',
        typst=to_typst(markdown, key=key),
        plain=strip(markdown),
    )


def columns(left: str, right: str) -> Exhibit:
    """Two columns of Markdown text beside each other, such as "What would change our mind" and "Read these as".

    Their headings, however written, have the level of a section.
    """
    key = key_of(left + "\n" + right)
    html = [to_html(text, key=key + side, deepest=2) for text, side in ((left, "l"), (right, "r"))]
    code = [to_typst(text, key=key + side, deepest=2) for text, side in ((left, "l"), (right, "r"))]
    return Exhibit(
        id=f"columns-{key}",
        kind="columns",
        html=f'<div class="hns hns-columns"><div>{html[0]}</div><div>{html[1]}</div></div>',
        typst=f"#hns-columns([{code[0]}], [{code[1]}])\n",
        plain=f"{strip(left)}\n{strip(right)}",
    )


def sources(entries: Sequence[tuple[str, str]], *, id: str = "source-list") -> Exhibit:
    """The numbered list of sources: (anchor, Markdown) pairs; `[3](#source-3)` elsewhere leads to its entry.

    Entries are numbered from 1 unless the anchor ends in a number, which is then shown. Raises BuildError for a
    repeated or unusable anchor.
    """
    id = _identifier(id, "")
    seen: set[str] = set()
    html, code, plain = [], [], []
    for position, (name, markdown) in enumerate(entries, 1):
        name = _anchor_of(name, id)
        if name in seen:
            raise BuildError(id, f"the anchor {name!r} is used twice", "one anchor an entry")
        seen.add(name)
        tail = re.search(r"(\d+)$", name)
        number = int(tail[1]) if tail else position
        html.append(f'<li id="{name}" value="{number}">{inline_html(markdown, id)}</li>')
        code.append(f"({typst_text(name)}, {number}, {inline_typst(markdown, id)})")
        plain.append(f"{number}. {strip(markdown)}")
    return Exhibit(
        id=id,
        kind="sources",
        html=f'<ol class="hns hns-sources" id="{id}">{"".join(html)}</ol>',
        typst=f"#hns-sources(({''.join(line + ', ' for line in code)}))\n",
        plain="\n".join(plain),
    )


def results(mapping: Mapping[str, Any]) -> Exhibit:
    """Headline numbers for machines: shows nothing, the pipeline takes it out of the notebook.

    Raises BuildError for a value that is not finite or cannot be written as JSON.
    """
    try:
        payload = json.loads(json.dumps(dict(mapping), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise BuildError("results", f"a value cannot be stored: {error}", "text, finite numbers, lists") from None
    return Exhibit(id="results", kind="results", html="", typst="", plain="", payload=payload)


def plain_title(exhibit: Exhibit) -> str:
    """The first line of an exhibit's plain text: its title."""
    return unescape(exhibit.plain.split("\n", 1)[0])
