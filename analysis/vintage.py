"""What could be known on a day: the one place where later figures are kept out.

Every row carries the date its figure became public, as precisely as it is known. A date without a day
counts as the end of the month or year it names, so that doubt never lets a figure in early.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

from analysis.data import fingerprint, read_table, table_names
from analysis.errors import DataError, VintageError
from analysis.paths import DATA
from analysis.reads import NotedTables, note_row


@lru_cache(maxsize=4096)  # the same few hundred dates stand in thousands of rows
def public_on(published: str) -> date:
    """The day a figure counts as public: 2020-06-23 itself, 2020-06 as 30 June, 2020 as 31 December."""
    return pd.Period(published).end_time.date()


def visible(frame: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The rows of a table that were public on `as_of`.

    Tables that hold no evidence (hosts, sources, dating rules) have no `dating` column and pass unchanged: a source
    may be a later edition of figures that were public before.
    """
    if "dating" not in frame or "published" not in frame:
        return frame
    days = {text: public_on(text) for text in frame["published"].unique()}
    return frame[frame["published"].map(days) <= as_of]


@dataclass(frozen=True, eq=False)  # known by identity, so that what is worked out from one can be kept for it
class Evidence:
    """All tables as they stood on one day. Later rows are not in it, so nothing derived can use them."""

    as_of: date
    tables: Mapping[str, pd.DataFrame]
    _later: Mapping[str, date]
    _found: dict[tuple[str, str | None], tuple[str, pd.Series]] = field(default_factory=dict, repr=False)

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The tables for those who look something up in them, which does not count as reading them whole."""
        return self.tables.frames if isinstance(self.tables, NotedTables) else self.tables

    def table(self, name: str) -> pd.DataFrame:
        """One table as seen on the day; DataError for an unknown name."""
        if name not in self.tables:
            raise DataError("data/", f"no table {name!r}", ", ".join(self.tables))
        return self.tables[name]

    def row(self, row_id: str, table: str | None = None) -> pd.Series:
        """The row with this id, from one table or from wherever it stands.

        A row once looked up is kept, for the tables of a day do not change. Raises VintageError when the row was
        published after the day, DataError when there is none.
        """
        name, found = self._found.get((row_id, table)) or self._look_up(row_id, table)
        note_row(self.as_of, name, row_id)
        return found

    def _look_up(self, row_id: str, table: str | None) -> tuple[str, pd.Series]:
        for name in [table] if table else self.tables:
            frame = self.frames[name] if name in self.tables else self.table(name)
            if row_id in frame.index:
                return self._found.setdefault((row_id, table), (name, frame.loc[row_id]))
        if row_id in self._later:
            raise VintageError(
                f"row {row_id}", f"published on {self._later[row_id]}, after the as-of date {self.as_of}"
            )
        raise DataError(f"row {row_id}", f"not found in {table or 'any table of data/'}")

    def table_of(self, row_id: str) -> str:
        """Name of the table that holds the row."""
        for name, frame in self.frames.items():
            if row_id in frame.index:
                return name
        self.row(row_id)
        raise AssertionError("unreachable: row() raises")


def load_evidence(as_of: date, folder: Path = DATA) -> Evidence:
    """Read all tables and keep what was public on `as_of`. Raises DataError for a broken table.

    While the files stay as they are, one day has one Evidence in a process: its tables are read, never changed.
    """
    return _evidence(as_of, folder, tuple(table_names(folder)), fingerprint(folder))


@lru_cache(maxsize=16)  # the fingerprint covers every byte of the data: after a change this is another evidence
def _evidence(as_of: date, folder: Path, names: tuple[str, ...], _content: str) -> Evidence:
    tables, later = {}, {}
    for name in names:
        frame = read_table(name, folder)
        seen = visible(frame, as_of)
        if len(seen) < len(frame) and frame.index.name == "id":
            hidden = frame.loc[frame.index.difference(seen.index), "published"]
            later.update({row: public_on(text) for row, text in hidden.items()})
        tables[name] = seen
    return Evidence(as_of, NotedTables(as_of, tables), later)
