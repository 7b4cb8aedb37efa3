"""What else the host pays, and the exchange rate both ways: the ask in local money, the contribution in dollars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.errors import DefinitionError, ScenarioError

WEIGHTS = ("strict", "central", "full")


@dataclass(frozen=True)
class CreditLine:
    """One thing the host pays: amount in bn over `years` years, and the share of it credited on three views.

    pays_for: names of budget items inside the amount; the same item in two lines would be credited twice.
    """

    name: str
    amount: float
    strict: float
    central: float
    full: float
    years: int = 1
    pays_for: tuple[str, ...] = ()

    @property
    def per_year(self) -> float:
        """Amount a year."""
        return self.amount / self.years


def credit_ladder(lines: Iterable[CreditLine], ask: float) -> pd.DataFrame:
    """How much of a yearly ask is covered as more is counted, rung by rung.

    ask: bn a year in the currency of the lines. Returns one row a line, in the given order: line, per_year,
    cumulative (everything counted in full), share_pct (cumulative / ask), then for each view credited_<view>,
    cumulative_<view> and share_<view>_pct. Raises ScenarioError for a weight outside 0 to 1, a negative amount, an
    ask not above zero or the same money in two lines.
    """
    lines = list(lines)
    if ask <= 0:
        raise ScenarioError("ask", f"is {ask:g} a year", "above zero")
    seen: dict[str, str] = {}
    for line in lines:
        if line.amount < 0 or line.years < 1:
            raise ScenarioError(
                f"credits.{line.name}", f"{line.amount:g} over {line.years} years", "0 or more over 1 or more"
            )
        for view in WEIGHTS:
            if not 0 <= getattr(line, view) <= 1:
                raise ScenarioError(f"credits.{line.name}.{view}", f"is {getattr(line, view)}", "0 to 1")
        for item in (line.name, *line.pays_for):
            if item in seen:
                raise ScenarioError(
                    f"credits.{line.name}", f"{item} is credited already in {seen[item]}", "each yen once"
                )
            seen[item] = line.name
    frame = pd.DataFrame({"line": [x.name for x in lines], "per_year": [x.per_year for x in lines]})
    frame["cumulative"] = frame["per_year"].cumsum()
    frame["share_pct"] = 100 * frame["cumulative"] / ask
    for view in WEIGHTS:
        frame[f"credited_{view}"] = frame["per_year"] * np.array([getattr(x, view) for x in lines], dtype=float)
        frame[f"cumulative_{view}"] = frame[f"credited_{view}"].cumsum()
        frame[f"share_{view}_pct"] = 100 * frame[f"cumulative_{view}"] / ask
    return frame


def ask_in_local(dollars: float, local_per_dollar: ArrayLike) -> pd.DataFrame:
    """A dollar ask over exchange rates: frame [rate, ask] in bn of local currency."""
    rates = _rates(local_per_dollar)
    return pd.DataFrame({"rate": rates, "ask": dollars * rates})


def contribution_in_dollars(local: float, local_per_dollar: ArrayLike) -> pd.DataFrame:
    """A local-currency contribution over exchange rates: frame [rate, dollars] in bn."""
    rates = _rates(local_per_dollar)
    return pd.DataFrame({"rate": rates, "dollars": local / rates})


def contribution_history(amounts: Mapping[int, float], rates: Mapping[int, float]) -> pd.DataFrame:
    """Yearly contributions in dollars at each year's own rate: frame [year, local, rate, dollars].

    Raises DefinitionError when a year has no rate: a rate of another year is never borrowed.
    """
    if missing := sorted(set(amounts) - set(rates)):
        raise DefinitionError("exchange rate", f"no rate for {', '.join(map(str, missing))}")
    frame = pd.DataFrame({"year": sorted(amounts)})
    frame["local"] = frame["year"].map(dict(amounts))
    frame["rate"] = _rates(frame["year"].map(dict(rates)))
    return frame.assign(dollars=frame["local"] / frame["rate"])


def held_dollar_value(local_then: float, rate_then: float, rate_now: float) -> float:
    """Local amount that has, at today's rate, the dollar value an earlier amount had at its own rate."""
    then, now = _rates([rate_then, rate_now])
    return float(local_then / then * now)


def _rates(local_per_dollar: ArrayLike) -> np.ndarray:
    rates = np.asarray(local_per_dollar, dtype=float)
    if not (np.isfinite(rates).all() and (rates > 0).all()):
        raise DefinitionError("exchange rate", "a rate is not above zero", "local currency per dollar")
    return rates
