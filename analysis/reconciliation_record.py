"""One comparison of figures that should agree, and the rows it draws on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

Tables = Mapping[str, pd.DataFrame]


YES, NO, OPEN = "yes", "no", "open"


@dataclass(frozen=True)
class Record:
    """One comparison: `difference` is found minus expected, `closes` is yes, no, or open where rows are missing."""

    group: str
    name: str
    what: str
    expected: float
    found: float
    tolerance: float
    unit: str
    rows: tuple[str, ...]
    note: str = ""
    open: bool = False

    @property
    def difference(self) -> float:
        """Found minus expected."""
        return self.found - self.expected

    @property
    def closes(self) -> str:
        """`yes` within the tolerance, `open` where the rows cannot settle it, else `no`."""
        if self.open:
            return OPEN
        return YES if abs(self.difference) <= self.tolerance + 1e-9 else NO


def series_rows(tables: Tables) -> pd.DataFrame:
    """Payments to use as a series."""
    payments = tables["payments"]
    return payments[payments["role"] == "series"]


class _Rows(Mapping):
    """Rows by id from the tables the records draw on."""

    _NAMES = ("payments", "agreement_terms", "asks", "us_costs", "shares", "troops")

    def __init__(self, tables: Tables) -> None:
        self._frames = [tables[n] for n in self._NAMES if n in tables]

    def __getitem__(self, key: str) -> pd.Series:
        for one in self._frames:
            if key in one.index:
                return one.loc[key]
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(key in one.index for one in self._frames)

    def __iter__(self):
        return (key for one in self._frames for key in one.index)

    def __len__(self) -> int:
        return sum(len(one) for one in self._frames)


def rows_by_id(tables: Tables) -> _Rows:
    """Rows of the tables by id."""
    return _Rows(tables)
