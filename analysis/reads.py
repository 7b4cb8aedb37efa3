"""What a notebook reads while it runs: which tables as seen on which day, which single rows, which scenarios.

The list travels in the run record to the manifest, so that a later build can tell whether what this report read has
changed. What is worked out from evidence and kept for later must be kept by `kept`, or its reads are missing there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache, partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pandas as pd

Read = tuple[str, ...]
Result = TypeVar("Result")
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


def note_row(as_of: date, table: str, row: str) -> None:
    """A single row of a table was read."""
    _noted.add(("row", as_of.isoformat(), table, row))


def note(reads: Iterable[Read]) -> None:
    """What was read elsewhere, or earlier, counts as read."""
    _noted.update(reads)


def with_reads(function: Callable[[], Result]) -> tuple[Result, frozenset[Read]]:
    """What the function returns, and what it read."""
    before = set(_noted)
    _noted.clear()
    try:
        return function(), frozenset(_noted)
    finally:
        _noted.update(before)


def kept(most: int) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Like functools.lru_cache, for functions of evidence: what the first call read counts as read by later ones too.

    most: how many results are kept. The tables of a day do not change, so the same evidence gives the same result.
    """

    def keeping(function: Callable[..., Result]) -> Callable[..., Result]:
        @lru_cache(most)
        def first(*arguments: Any) -> tuple[Result, frozenset[Read]]:
            return with_reads(partial(function, *arguments))

        @wraps(function)
        def call(*arguments: Any) -> Result:
            result, reads = first(*arguments)
            note(reads)
            return result

        return call

    return keeping


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
