"""Values of a table as text, CSV and HTML; a missing value is shown as a gap, never as a guess."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from analysis.characters import looks_like_formula
from analysis.export.text import html_text, literal, visible

if TYPE_CHECKING:
    import pandas as pd

GAP = "–"  # how a missing value is printed
MAX_ROWS_SHOWN = 250  # longest data table under a chart; the CSV file is always complete


def missing(value: Any) -> bool:
    """Whether a value is a gap: None, NaN, NaT or pd.NA."""
    if value is None:
        return True
    try:
        return bool(value != value)  # NaN, NaT; pd.NA refuses to answer
    except TypeError:
        return True
    except ValueError:
        return False


def inert_json(value: Any) -> str:
    """JSON that can stand inside a `<script>` element without ending it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def csv_text(frame: pd.DataFrame) -> str:
    """A frame as CSV without its index, for programs and for spreadsheets alike: see `inert_cell`."""
    safe = frame.rename(columns=inert_cell)
    for place, kind in enumerate(safe.dtypes):
        if kind.name in ("object", "str", "string", "category"):
            safe.isetitem(place, safe.iloc[:, place].astype(object).map(inert_cell))
    return safe.to_csv(index=False, lineterminator="\n")


def inert_cell(value: Any) -> Any:
    """A cell for CSV: text that a spreadsheet would work out (`=cmd()`) gets an apostrophe before it.

    Numbers stay numbers, and so does text that is one with its sign, such as `-4.1` or `+1.5%`.
    """
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if looks_like_formula(text) else text


def _cell(value: Any) -> str:
    """A value of a data table as plain text; missing values as a gap."""
    if missing(value):
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


def plain_values(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a frame as ordinary Python values."""
    rows = []
    for row in frame.itertuples(index=False, name=None):
        rows.append([value.item() if hasattr(value, "item") and not isinstance(value, str) else value for value in row])
    return rows


def typed_rows(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """A frame as `{"columns": names, "rows": values}` for JSON: numbers stay numbers, a gap is None, dates are ISO."""

    def typed(value: Any) -> Any:
        if missing(value):
            return None
        if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
            return value
        return value.isoformat()[:10] if hasattr(value, "isoformat") else str(value)

    rows = [[typed(value) for value in values] for values in plain_values(frame)]
    return {"columns": [str(name) for name in frame.columns], "rows": rows}


GAP_HTML = f'<span class="hns-gap" role="img" aria-label="no figure">{GAP}</span>'


def data_details(frame: pd.DataFrame, name: str, title: str) -> str:
    """The data of a chart as a table that opens on demand, with its CSV file to download."""
    head = "".join(f'<th scope="col">{html_text(column)}</th>' for column in frame.columns)
    rows = []
    for values in plain_values(frame.head(MAX_ROWS_SHOWN)):
        cells = []
        for value in values:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            text = _cell(value)
            shown = GAP_HTML if missing(value) else html_text(text)
            cells.append(f'<td class="num">{shown}</td>' if number else f"<td>{shown}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    more = (
        "" if len(frame) <= MAX_ROWS_SHOWN else f"<p>First {MAX_ROWS_SHOWN} of {len(frame)} rows; the file has all.</p>"
    )
    return (
        f'<details class="hns-data"><summary>Data table<span class="hns-hide"> of “{html_text(title)}”</span></summary>'
        f'<div class="hns-scroll" tabindex="0" role="region" aria-label="Data of “{html_text(title)}”">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{more}"
        f"{download(csv_text(frame), name)}</details>"
    )


def download(csv: str, name: str) -> str:
    """A link that saves the CSV text as a file, without asking any address."""
    # A byte-order mark lets spreadsheet programs see that the file is UTF-8.
    href = "data:text/csv;charset=utf-8,%EF%BB%BF" + quote(csv, safe=",;:/()!*~-_.=?@+$")
    return f'<p class="hns-file"><a download="{html_text(name)}" href="{href}">Download {html_text(name)}</a></p>'


def default_text(value: Any) -> str:
    """A table cell as Markdown: thousands commas for numbers, one decimal for fractions, other text literally."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}" if math.isfinite(value) else literal(value)
    if hasattr(value, "isoformat"):
        return literal(value.isoformat()[:10])
    return literal(value)


def minus(text: str) -> str:
    """A hyphen before a digit at the start of a cell is a minus sign."""
    return re.sub(r"^\\?-(?=[\d¥₩$])", "−", text)
