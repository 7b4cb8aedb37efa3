"""What a notebook reads while it runs: which tables as seen on which day, which single rows, which scenarios.

The list travels in the run record to the manifest, so that a later build can tell whether what this report read has
changed. Values derived from evidence may be kept on that evidence, never beyond it: a kept value is not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Read = tuple[str, ...]
_noted: set[Read] = set()


def forget() -> None:
    """Begin a new list."""
    _noted.clear()


def noted() -> list[Read]:
    """Everything read since the list was begun, sorted; a row of a table that was read whole is not named."""
    whole = {read[1:3] for read in _noted if read[0] == "table"}
    return sorted(read for read in _noted if read[0] != "row" or read[1:3] not in whole)


def note_scenario(name: str) -> None:
    """The file of a scenario was read."""
    _noted.add(("scenario", name))


def note_scenario_names() -> None:
    """The list of all scenarios was read."""
    _noted.add(("scenarios",))


def note_rows(as_of: date, table: str, rows: Iterable[str]) -> None:
    """Single rows of a table were read."""
    _noted.update(("row", as_of.isoformat(), table, row) for row in rows)


class NotedTables(Mapping[str, "pd.DataFrame"]):
    """Tables as seen on one day; whoever takes one has read it."""

    def __init__(self, as_of: date, frames: Mapping[str, pd.DataFrame]) -> None:
        self.as_of, self.frames = as_of, frames

    def __getitem__(self, name: str) -> pd.DataFrame:
        frame = self.frames[name]
        _noted.add(("table", self.as_of.isoformat(), name))
        return frame

    def __contains__(self, name: object) -> bool:
        return name in self.frames

    def __iter__(self) -> Iterator[str]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)
