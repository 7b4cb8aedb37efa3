"""Rules by which a payment grows between renewals, and what another host's bill would have become under them."""

from __future__ import annotations

import pandas as pd

from analysis.errors import DataError


def capped_index(growth: pd.Series, cap: float | None = None) -> pd.Series:
    """Level by year from yearly growth in percent, each year's rise cut at `cap`; the year before the first is 100.

    A missing year ends the chain: no later level is known. Raises DataError for an empty series.
    """
    if growth.empty:
        raise DataError("data/economy.csv", "no yearly growth to index a payment by")
    levels = {int(growth.index.min()) - 1: 100.0}
    for year in range(int(growth.index.min()), int(growth.index.max()) + 1):
        if year not in growth.index or pd.isna(growth[year]):
            break
        rise = float(growth[year]) if cap is None else min(float(growth[year]), cap)
        levels[year] = levels[year - 1] * (1 + rise / 100)
    return pd.Series(levels, name="level")


def replay(base: float, base_year: int, last_year: int, index: pd.Series, lag: int) -> pd.Series:
    """A payment of `base` in base_year, grown with an index of `lag` years before; by year, gaps where it has none.

    Raises DataError when the index does not reach back to the base year less the lag.
    """
    start = base_year - lag
    if start not in index.index or pd.isna(index[start]):
        raise DataError("data/economy.csv", f"the index has no value for {start}")
    years = pd.Index(range(base_year, last_year + 1), name="year")
    levels = index.reindex(years - lag)
    return pd.Series(base * levels.to_numpy(dtype=float) / float(index[start]), index=years, name="value")


def held_level(base: float, base_year: int, last_year: int) -> pd.Series:
    """A payment that is kept where it was, by year."""
    return pd.Series(base, index=pd.Index(range(base_year, last_year + 1), name="year"), name="value", dtype=float)


def yearly_growth(first: float, last: float, years: int) -> float:
    """Mean yearly growth in percent between two payments `years` apart."""
    return 100 * ((last / first) ** (1 / years) - 1) if years else 0.0
