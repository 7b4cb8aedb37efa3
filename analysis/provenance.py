"""From a number in a briefing to the data row and its source, and from a row back to the numbers that use it."""

from __future__ import annotations

import difflib
import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import recompute
from analysis.data import read_table, table_names
from analysis.errors import BuildError, HnsError
from analysis.inputs import assumptions
from analysis.paths import DATA, reports_folder
from analysis.publication import MAIN_NOTEBOOK, Names
from analysis.scenario import Scenario
from analysis.scenario_files import load_scenario, require_known, scenario_names
from analysis.vintage import public_on

WIDTH = 100
_IN_FULL = 4  # more rows than this are shown on a line each, so that the answer stays on a screen
_SHOWN_ELSEWHERE = {"id", "source", "note", "url"}
#: Fields of a row that name other rows, beside the formula in `derivation`.
_LINKS = ("prior_row", "new_row", "ask_row", "offer_row")
#: Fields that say in a line what a row counts.
_WHAT = (
    *("host", "area", "year_type", "first_year", "date", "year", "scope", "category", "basis", "indicator", "service"),
    *(
        "prior_payment",
        "new_payment",
        "change_pct",
        "value",
        "rate",
        "count",
        "amount",
        "amount_unit",
        "unit",
        "currency",
    ),
)

Figures = Mapping[str, Mapping[str, Any]]


def figures(scenario: str, reports: Path | None = None, notebook: str = MAIN_NOTEBOOK) -> Figures:
    """The figures of a finished report, by name. Raises BuildError when the report has not been made."""
    path = (reports or reports_folder()) / scenario / Names(notebook, scenario).results
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return found["figures"]
    except FileNotFoundError:
        raise BuildError(
            f"trace {scenario}", "its report has not been made", f"make report SCENARIO={scenario}"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise BuildError(f"{path.name} of {scenario}", "cannot be read", f"make report SCENARIO={scenario}") from None


def all_figures(reports: Path | None = None) -> dict[str, Figures]:
    """The figures of every report that has been made, by scenario: the briefing's and those of other notebooks."""
    found: dict[str, Figures] = {}
    folder = reports or reports_folder()
    for name in scenario_names():
        if merged := _merged(name, folder):
            found[name] = merged
    return found


def _merged(scenario: str, folder: Path) -> dict[str, Any]:
    """The figures of every notebook of one scenario that has been made; empty when there is none."""
    merged: dict[str, Any] = {}
    for path in sorted((folder / scenario).glob("*results.json")):
        notebook = MAIN_NOTEBOOK if path.name == "results.json" else _notebook(path.name, scenario)
        try:
            merged = {**figures(scenario, folder, notebook), **merged}
        except BuildError:
            continue
    return merged


def _notebook(file: str, scenario: str) -> str:
    return file.removeprefix("hns-").removesuffix(f"-{scenario}.results.json")


def trace(name: str, scenario: str | None = None, reports: Path | None = None, folder: Path = DATA) -> str:
    """A screen of text about a figure of a report (by its name in results.json) or a data row (by its id).

    Without a scenario the first report that has the figure is used. Raises HnsError with near names when there is
    neither.
    """
    if scenario:
        require_known(scenario)
    tables = {table: read_table(table, folder) for table in table_names(folder)}
    if table_of(name, tables):
        return trace_row(name, all_figures(reports), tables)
    if scenario:
        place = reports or reports_folder()
        reported = {scenario: _merged(scenario, place) or figures(scenario, place)}
    else:
        reported = all_figures(reports)
    for one, found in reported.items():
        if name in found:
            return trace_figure(name, load_scenario(one), found, tables)
    known = sorted({*(n for found in reported.values() for n in found), *_row_ids(tables)})
    near = difflib.get_close_matches(name, known, n=4, cutoff=0.5)
    where = f"the report of {scenario}" if scenario else "any report made so far"
    missing = "" if reported else " (no report has been made: make reports)"
    raise HnsError(f"trace {name[:80]}", f"no data row and no figure of {where}{missing}", ", ".join(near) or None)


def trace_figure(name: str, scenario: Scenario, results: Figures, tables: Mapping[str, pd.DataFrame]) -> str:
    """Value, formula, rows in full, assumptions with their reasons, and sources of one figure.

    `results` maps names to {value, unit, text, rows, formula, assumptions, confidence}.
    """
    figure = results[name]
    rows = [str(row) for row in figure.get("rows", ())]
    lines = [
        f"{name}: {figure['text']}",
        f"  in the briefing {scenario.id!r}, as of {scenario.as_of}",
        f"  value      {figure['value']!r} {figure['unit']}",
        *_wrapped("  formula    ", figure.get("formula") or "the number of the row itself"),
    ]
    if figure.get("confidence"):
        lines.append(f"  confidence {figure['confidence']} (the weakest of its rows)")
    numbers = _numbered(rows, tables)
    if len(rows) > _IN_FULL:
        lines += ["", f"Rows (`hns trace {rows[0]}` shows one in full)"]
        lines += [_row_line(row, tables, numbers) for row in rows]
    elif rows:
        lines += ["", "Rows" if len(rows) > 1 else "Row"]
        for row in rows:
            lines += _row_lines(row, tables, numbers, scenario.as_of)
    if paths := figure.get("assumptions", ()):
        lines += ["", "Assumptions of the scenario", *_assumption_lines(paths, scenario)]
    return "\n".join([*lines, *_source_lines(numbers, tables)])


def trace_row(row: str, reported: Mapping[str, Figures], tables: Mapping[str, pd.DataFrame]) -> str:
    """One data row in full, its source, the rows it rests on, and every figure of every report that uses it."""
    table = table_of(row, tables)
    if table is None:
        raise HnsError(f"trace {row[:80]}", "there is no such data row")
    numbers = _numbered([row, *_inputs(row, tables)], tables)
    lines = _row_lines(row, tables, numbers, None)
    if inputs := _inputs(row, tables):
        lines += ["", "Rests on"]
        for other in inputs:
            lines += _row_lines(other, tables, numbers, None)
    if dependants := list(_dependants(row, tables)):
        lines += ["", *_wrapped("Rows worked out from it: ", ", ".join(dependants))]
    lines += ["", "Used by"]
    used = list(_users(row, reported))
    lines += used or [
        f"  no figure of the {len(reported)} reports made so far" if reported else "  (no report made yet)"
    ]
    return "\n".join([*lines, *_source_lines(numbers, tables)])


def _users(row: str, reported: Mapping[str, Figures]) -> Iterator[str]:
    """A line for each figure: its name, and its value in each report; equal values once."""
    users: dict[str, dict[str, list[str]]] = {}
    for scenario, found in reported.items():
        for name, figure in found.items():
            if row in figure.get("rows", ()):
                users.setdefault(name, {}).setdefault(figure["text"], []).append(scenario)
    for name, texts in users.items():
        every = len(texts) == 1 and len(*texts.values()) == len(reported)
        said = [f"{text} ({'all reports' if every else ', '.join(names)})" for text, names in texts.items()]
        yield from _wrapped(f"  {name}: ", "; ".join(said), indent=6)


def table_of(row: str, tables: Mapping[str, pd.DataFrame]) -> str | None:
    """Name of the table of evidence that holds the row, or None."""
    return next((n for n, f in tables.items() if "source" in f and row in f.index), None)


def weak_figures(reported: Mapping[str, Figures], tables: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Rows of confidence C behind figures of the reports: row id to the names of the figures."""
    weak: dict[str, list[str]] = {}
    for found in reported.values():
        for name, figure in found.items():
            for row in figure.get("rows", ()):
                table = table_of(row, tables)
                if table and tables[table].loc[row, "confidence"] == "C" and name not in weak.setdefault(row, []):
                    weak[row].append(name)
    return {row: names for row, names in weak.items() if names}


def _row_ids(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    return (row for frame in tables.values() if "source" in frame for row in frame.index)


def _inputs(row: str, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Rows a row was worked out from: those in its formula, and those it names."""
    table = table_of(row, tables)
    found = tables[table].loc[row] if table else {}
    formula = found.get("derivation")
    named = recompute.rows_in(formula) if isinstance(formula, str) else []
    named += [found[f] for f in _LINKS if f in found and isinstance(found[f], str)]
    return [r for r in dict.fromkeys(named) if table_of(r, tables)]


def _dependants(row: str, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Rows whose formula or links name the row."""
    for frame in tables.values():
        named = pd.Series(False, index=frame.index)
        for field in (f for f in ("derivation", *_LINKS) if f in frame):
            named |= frame[field].str.contains(row, regex=False).fillna(False).astype(bool)
        yield from (other for other in frame.index[named] if row in _inputs(other, tables))


def _numbered(rows: Iterable[str], tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Sources of the rows, numbered in the order of their first use."""
    numbers: dict[str, int] = {}
    for row in rows:
        if table := table_of(row, tables):
            numbers.setdefault(str(tables[table].loc[row, "source"]), len(numbers) + 1)
    return numbers


def _row_lines(
    row: str, tables: Mapping[str, pd.DataFrame], numbers: Mapping[str, int], as_of: date | None
) -> list[str]:
    table = table_of(row, tables)
    if table is None:
        return [f"  {row}  (not in the data any more)"]
    found = tables[table].loc[row]
    line = int(tables[table].index.get_loc(row)) + 2
    later = as_of is not None and public_on(found["published"]) > as_of
    lines = [
        f"  {row}  data/{table}.csv, line {line}  [{numbers[found['source']]}]"
        + ("  public only after the as-of date: hindsight" if later else "")
    ]
    content = "; ".join(f"{k} {_plain(v)}" for k, v in found.items() if k not in _SHOWN_ELSEWHERE and pd.notna(v))
    lines += _wrapped("      ", content)
    if pd.notna(found.get("note")):
        lines += _wrapped("      note: ", str(found["note"]))
    return lines


def _row_line(row: str, tables: Mapping[str, pd.DataFrame], numbers: Mapping[str, int]) -> str:
    """Row, table, what it counts and its number on one line."""
    table = table_of(row, tables)
    if table is None:
        return f"  {row}  (not in the data any more)"
    found = tables[table].loc[row]
    what = " ".join(str(found[f]) for f in _WHAT if f in found and pd.notna(found[f]))
    line = int(tables[table].index.get_loc(row)) + 2
    text = f"{row}  {table}.csv:{line}  [{numbers[found['source']]}]  {what}; published {found['published']}"
    return f"  {textwrap.shorten(text, 2 * WIDTH, placeholder=' ...')} ({found['confidence']})"


def _assumption_lines(paths: Iterable[str], scenario: Scenario) -> list[str]:
    """Assumptions at or below the paths: lowest, most likely, highest, and why."""
    known = assumptions(scenario)
    lines: list[str] = []
    for path in paths:
        below = known[(known["path"] == path) | known["path"].str.startswith(f"{path}.")]
        for one in below.itertuples():
            size = (
                _plain(one.mode)
                if one.low == one.high
                else f"{_plain(one.low)} .. {_plain(one.mode)} .. {_plain(one.high)}"
            )
            lines += _wrapped(f"  {one.path}  {size}  ", one.reason or "(no reason given)", indent=6)
        if below.empty:
            value, reason = _at_path(scenario.model_dump(), path)
            lines += _wrapped(f"  {path}  {value}  ", reason or "", indent=6)
    return list(dict.fromkeys(lines))


def _at_path(node: Any, path: str) -> tuple[str, str | None]:
    """A plain value of the scenario in words, and the nearest reason above it."""
    reason = None
    for key in path.split("."):
        if not isinstance(node, Mapping):
            return "(not in the scenario)", reason
        reason = node.get("reason") or reason
        node = node.get(key, node.get(int(key)) if key.isdigit() else None)
    if isinstance(node, Mapping):
        reason = node.get("reason") or reason
        plain = {k: v for k, v in node.items() if k != "reason" and not isinstance(v, Mapping | list | tuple)}
        return ", ".join(f"{k} {_plain(v)}" for k, v in plain.items() if v is not None), reason
    return _plain(node), reason


def _source_lines(numbers: Mapping[str, int], tables: Mapping[str, pd.DataFrame]) -> list[str]:
    if not numbers:
        return []
    lines = ["", "Sources" if len(numbers) > 1 else "Source"]
    sources = tables["sources"]
    for source, number in numbers.items():
        one = sources.loc[source]
        dated = str(one["published"]) if pd.notna(one["published"]) else "undated"
        lines += _wrapped(f"  [{number}] ", f"{one['producer']}: {one['title']} ({dated})")
        if pd.notna(one["url"]):
            lines.append(f"      {one['url']}")
    return lines


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def _wrapped(start: str, text: str, indent: int | None = None) -> list[str]:
    after = " " * (len(start) if indent is None else indent)
    return textwrap.wrap(
        text, WIDTH, initial_indent=start, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
    ) or [start.rstrip()]
