"""Which data rows stand on one side only, and which say something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from analysis.readiness import rows_of
from analysis.scenario_diff.sides import Side

Kind = Literal["gone", "new", "changed"]
_TELLING = (
    *("host", "round", "side", "kind", "first_year", "year", "category", "scope", "basis", "indicator", "service"),
    *("forecaster", "outcome", "title", "event"),
)
_NUMBERS = ("value", "amount", "count", "probability", "change_pct")


@dataclass(frozen=True)
class Row:
    """One row that differs. used: the scenario's results rest on it; cells: field, before, after, where it changed."""

    kind: Kind
    table: str
    id: str
    words: str
    used: bool
    cells: tuple[tuple[str, str, str], ...] = ()


def rows_that_differ(before: Side, after: Side) -> list[Row]:
    """Every row that is gone, new or changed, those in use first, then by table and id."""
    if before.case.evidence is after.case.evidence:
        return []
    used = _used(before) | _used(after)
    found = []
    ours, theirs = before.case.evidence.tables, after.case.evidence.tables
    for table in dict.fromkeys([*ours, *theirs]):
        old, new = _texts(ours.get(table)), _texts(theirs.get(table))
        if old == new:
            continue
        for row_id in dict.fromkeys([*old, *new]):
            one, other = old.get(row_id), new.get(row_id)
            if one != other:
                found.append(_row(table, row_id, one, other, row_id in used))
    return sorted(found, key=lambda row: not row.used)


def _row(table: str, row_id: str, old: Mapping[str, str] | None, new: Mapping[str, str] | None, used: bool) -> Row:
    held = new or old or {}
    told = [held[name].replace("_", " ") for name in _TELLING if held.get(name)][:5]
    number = next((held[name] for name in _NUMBERS if held.get(name)), "")
    words = " ".join([*told, number]).strip()
    if old is None or new is None:
        public = f", public {held['published']}" if held.get("published") else ""
        return Row("new" if old is None else "gone", table, row_id, words + public, used)
    cells = tuple(
        (name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys([*old, *new])
        if old.get(name, "") != new.get(name, "")
    )
    return Row("changed", table, row_id, words, used, cells)


def _texts(frame: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """Cells as text by row id; a table without ids has none."""
    if frame is None or frame.index.name != "id":
        return {}
    filled = frame.astype("string").fillna("")
    return {str(row["id"]): {k: v for k, v in row.items() if v} for row in filled.to_dict("records")}


def _used(side: Side) -> set[str]:
    """Rows the scenario names, and the past rounds its price rests on."""
    rounds: Any = side.view.results.reference.rounds["id"]
    return {row for _, row in rows_of(side.case.scenario)} | {str(row) for row in rounds}
