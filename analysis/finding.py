"""One thing a check of the data found, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

FAILURE, NOTED, WEAK, STALE = "failure", "noted", "weak", "stale"


Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Finding:
    """One thing found: where (table, line, row id, field), what, and how serious."""

    level: str
    check: str
    table: str
    problem: str
    row: str = ""
    field: str = ""
    line: int | None = None

    @property
    def place(self) -> str:
        """`data/payments.csv, line 78, row J029, field value`."""
        parts = [f"data/{self.table}.csv" if self.table else "data/"]
        parts += [f"line {self.line}"] if self.line else []
        parts += [f"row {self.row}"] if self.row else []
        parts += [f"field {self.field}"] if self.field else []
        return ", ".join(parts)

    @property
    def sentence(self) -> str:
        """Place and problem on one line."""
        return " ".join(f"{self.place}: {self.problem}".split())


def finding_at(tables: Tables, table: str, row: str, level: str, check: str, problem: str, field: str = "") -> Finding:
    """A finding at one row, with the line it stands on in the file."""
    where = tables[table].index.get_indexer_for([row])
    return Finding(level, check, table, problem, row, field, int(where[0]) + 2 if len(where) else None)


def first_day(text: object) -> date:
    """First day of the year, month or day a date names."""
    return pd.Period(str(text)).start_time.date()
