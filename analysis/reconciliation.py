"""Do the figures agree with each other? Sums, closures, chains and ratios, each with its tolerance.

Every record says what was expected, what the rows give, and whether the two meet. Where they do not, a note says
why; a gap in a series leaves a record open and is never filled. A difference without a note is an error of the
data and is treated as one by `make check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

import pandas as pd

from analysis.reconciliation_deals import (
    announced,
    closure,
    first_year_changes,
    founding,
    korean_index,
    one_deal_three_increases,
)
from analysis.reconciliation_record import Record, Tables
from analysis.reconciliation_sums import category_sums, gao, long_sum, services, us_costs, wider_sums


def records(tables: Tables) -> list[Record]:
    """All comparisons the given tables allow; one whose rows were not yet public is left out."""
    found: list[Record] = []
    for build in _GROUPS:
        found += build(tables)
    return found


def frame(found: list[Record]) -> pd.DataFrame:
    """The records as a table: group, name, what, expected, found, difference, tolerance, unit, closes, note, rows."""
    columns = [
        *["group", "name", "what", "expected", "found", "difference", "tolerance", "unit", "closes", "note", "rows"],
    ]
    rows = [asdict(r) | {"difference": r.difference, "closes": r.closes} for r in found]
    return pd.DataFrame(rows, columns=columns)


def reconciliation(tables: Tables) -> pd.DataFrame:
    """The annex table: `frame(records(tables))`."""
    return frame(records(tables))


_GROUPS: tuple[Callable[[Tables], Iterator[Record]], ...] = (
    category_sums,
    wider_sums,
    us_costs,
    long_sum,
    announced,
    closure,
    one_deal_three_increases,
    korean_index,
    first_year_changes,
    gao,
    services,
    founding,
)
