"""What moved, as a screen of text: `-` stands before what was, `+` before what is."""

from __future__ import annotations

import textwrap
from collections import Counter

from analysis import formats
from analysis.scenario_compare.fields import group_of
from analysis.scenario_diff.moved import Moved
from analysis.scenario_diff.results import Result
from analysis.scenario_diff.rows import Row
from analysis.scenario_diff.sides import Side
from analysis.scenario_diff.words import marked

_WIDTH = 116
_NAMED = 12  # rows that no result rests on, named before the rest is only counted
_KINDS = {"gone": "-", "new": "+", "changed": "~"}


def printed(found: Moved) -> str:
    """The comparison as text; what is the same is left out and counted."""
    lines = [f"- {_head(found.before)}", f"+ {_head(found.after)}"]
    if found.nothing:
        return "\n".join([*lines, "", "Nothing moves: the same inputs, results and sentences."])
    for name, part in (
        ("Data rows", _rows(found.rows)),
        ("Inputs", _inputs(found)),
        ("Results", _results(found.results)),
        ("Page one", _sentences(found)),
    ):
        lines += ["", name, *(f"  {line}" if line else "" for line in part)]
    return "\n".join(lines)


def _head(side: Side) -> str:
    absent = f"; not public yet and left out: {', '.join(side.left_out)}" if side.left_out else ""
    return f"{side.label} (data as of {side.case.scenario.as_of}{absent})"


def _rows(rows: list[Row]) -> list[str]:
    if not rows:
        return ["none differs"]
    used, rest = [r for r in rows if r.used], [r for r in rows if not r.used]
    lines = []
    for heading, some, most in (("in use", used, len(used)), ("not in use here", rest, _NAMED)):
        if some:
            lines += [f"{heading}: {_counted(some)}", *(line for row in some[:most] for line in _row(row))]
        if len(some) > most:
            lines.append(f"  and {len(some) - most} more; --json names all")
    return lines


def _counted(rows: list[Row]) -> str:
    number = Counter(row.kind for row in rows)
    return ", ".join(f"{number[kind]} {kind}" for kind in ("gone", "new", "changed") if number[kind])


def _row(row: Row) -> list[str]:
    lines = [f"  {_KINDS[row.kind]} {row.table} {row.id}: {row.words}"]
    for name, old, new in row.cells:
        lines += [f"      {name}: {textwrap.shorten(' '.join(marked(old, new)), 150, placeholder=' …')}"]
    return lines


def _inputs(found: Moved) -> list[str]:
    if not found.inputs:
        return ["none differs"]
    width = min(38, max(len(path) for path, _, _ in found.inputs))
    lines = []
    for heading, of_choice in (("", True), ("not used by the choice:", False)):
        some = [row for row in found.inputs if bool(group_of(row[0])) == of_choice]
        lines += [heading] if some and heading else []
        for path, old, new in some:
            line = f"{path:{width}}  {old or 'not set'} -> {new or 'not set'}"
            if len(line) <= _WIDTH:
                lines.append(line)
            else:
                lines += [path, f"  - {old or 'not set'}", f"  + {new or 'not set'}"]
    return lines


def _results(results: list[Result]) -> list[str]:
    moved = [result for result in results if result.moved]
    still = len(results) - len(moved)
    lines = [_result(result) for result in moved]
    if any(not r.comparable for r in moved):
        lines.append("No difference is given where the two sides count other things, or in another currency.")
    if still:
        lines.append(f"{formats.counted(still, 'result')} {'is' if still == 1 else 'are'} the same")
    return lines


def _result(result: Result) -> str:
    before, after = (_number(v, u) for v, u in zip((result.before, result.after), result.units, strict=True))
    line = f"{result.name:40} {before:>16} {after:>16}"
    if result.difference is None:
        return line
    line += f" {_difference(result):>16}"
    if result.error is None:
        return line
    error = f"± {_size(result.error, result.units[0])}"
    return f"{line}  {error}{', within Monte Carlo error' if result.within_error else ''}"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "none"
    if unit.startswith("bn "):
        return formats.money(value, unit.removeprefix("bn "), 1).replace("\u00a0", " ")
    return formats.change(value, 2) if unit == "percent" else formats.percent(100 * value, 1)


def _difference(result: Result) -> str:
    value, unit = float(result.difference or 0.0), result.units[0]
    size = _size(abs(value), unit)
    if not any(digit in size for digit in "123456789"):
        return size
    return f"{'+' if value > 0 else formats.MINUS}{size}"


def _size(value: float, unit: str) -> str:
    if unit.startswith("bn "):
        return f"{formats.plain(value, 1)} bn"
    return f"{formats.plain(value if unit == 'percent' else 100 * value, 2)} points"


def _sentences(found: Moved) -> list[str]:
    lines = []
    for name, pairs in found.sentences.items():
        if not pairs:
            lines.append(f"{name}: the same")
            continue
        lines.append(f"{name}:")
        for old, new in pairs:
            for line in marked(old, new):
                lines += textwrap.wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    return lines
