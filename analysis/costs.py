"""The status-quo path: what the host would pay, year by year and category by category, if nothing were renegotiated.

A category either grows from its base (`growth`, optionally scaled by a `volume` such as the number of workers
paid for), or has a yearly `level`. A floor and a ceiling then bound it. Nothing here knows a country or a
category name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from analysis.distributions import Draws, Pert, stream
from analysis.errors import DefinitionError, ScenarioError

Floats = NDArray[np.float64]
_OUTLOOK_YEARS = 5  # the outlook error is stated for the fifth year
_GRID = 400  # points per input when a mean is worked out; error below 1e-4 of the spread


@dataclass(frozen=True)
class CategoryDriver:
    """What moves one category.

    base: amount in the base year (money unit). growth: yearly rate as a fraction. level: amount per year.
    volume: quantity paid for over the horizon, against base_volume. floor, ceiling: bounds per year (money unit).
    Raises ScenarioError when neither or both of growth and level are given, or an amount is negative.
    """

    base: float
    growth: Pert | None = None
    level: Pert | None = None
    volume: Pert | None = None
    base_volume: float | None = None
    floor: float | None = None
    ceiling: float | None = None

    def __post_init__(self) -> None:
        if (self.growth is None) == (self.level is None):
            raise ScenarioError("drivers", "a category needs either a growth or a level, not both")
        if (self.volume is None) != (self.base_volume is None):
            raise ScenarioError("drivers", "volume and base_volume come together")
        for name in ("base", "base_volume", "floor", "ceiling"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ScenarioError("drivers", f"{name} is {value}", "zero or more")
        if self.base_volume == 0:
            raise ScenarioError("drivers", "base_volume is 0", "above zero")


def expected_path(
    drivers: Mapping[str, CategoryDriver],
    base_year: int,
    years: Sequence[int],
    at: Literal["mean", "mode"] = "mean",
) -> pd.DataFrame:
    """The mean of the path (the default), or the path with every input at its most likely value (`mode`).

    Returns a frame [year, category, value], value in the money unit of the bases. The mean is that of the
    simulated paths, by quadrature: not the path at the mean inputs, because growth compounds and bounds cut.
    """
    value = _mean_category if at == "mean" else _mode_category
    rows = [(year, name, value(driver, year - base_year)) for year in years for name, driver in drivers.items()]
    return pd.DataFrame(rows, columns=["year", "category", "value"])


def _mode_category(driver: CategoryDriver, elapsed: int) -> float:
    return float(_category(driver, elapsed, {k: np.array([v.mode]) for k, v in _inputs(driver).items()})[0])


@lru_cache(maxsize=1024)  # combinations of scenarios ask for the same categories again and again
def _mean_category(driver: CategoryDriver, elapsed: int) -> float:
    # Equal-probability midpoints: robust where a floor or a ceiling puts a kink into the function.
    inputs = _inputs(driver)
    grids = np.meshgrid(*(_midpoints(pert) for pert in inputs.values()), sparse=True)
    return float(_category(driver, elapsed, dict(zip(inputs, grids, strict=True))).mean())


@lru_cache(maxsize=256)
def _midpoints(pert: Pert) -> Floats:
    return pert.ppf((np.arange(_GRID) + 0.5) / _GRID)


def _inputs(driver: CategoryDriver) -> dict[str, Pert]:
    inputs = {"growth": driver.growth, "level": driver.level, "volume": driver.volume}
    return {name: pert for name, pert in inputs.items() if pert is not None}


def _category(driver: CategoryDriver, elapsed: int, values: Mapping[str, Floats]) -> Floats:
    """One category `elapsed` years after the base year; `values` holds growth or level, and volume, shapes that fit."""
    amount = values["level"] if "level" in values else driver.base * (1 + values["growth"]) ** elapsed
    if "volume" in values:
        amount = amount * (values["volume"] / driver.base_volume)
    if driver.floor is not None or driver.ceiling is not None:
        amount = np.clip(amount, driver.floor, driver.ceiling)
    return amount


def simulated_path(
    drivers: Mapping[str, CategoryDriver],
    base_year: int,
    years: Sequence[int],
    seed: int,
    draws: int,
    outlook_error_pct: float = 0.0,
) -> Floats:
    """Simulated path, shape (draws, years, categories), in the order of `drivers`.

    Each driver keeps one draw over the whole horizon (a wage growth that is high stays high), which makes the
    total uncertain rather than averaging it away. `outlook_error_pct` widens the band, see `outlook_factor`.
    """
    return drawn_path(drivers, base_year, years, Draws(seed, draws), outlook_error_pct)


def drawn_path(
    drivers: Mapping[str, CategoryDriver],
    base_year: int,
    years: Sequence[int],
    draws: Draws,
    outlook_error_pct: float = 0.0,
) -> Floats:
    """`simulated_path` from draws that may have been made before."""
    # The draws of one year and category lie side by side in memory: all later sums run along them.
    path = np.empty((len(drivers), len(years), draws.count)).transpose(2, 1, 0)
    for column, (name, driver) in enumerate(drivers.items()):
        key = ("category", name, driver, base_year, tuple(years))
        path[:, :, column] = draws.kept(key, partial(_drawn_category, name, driver, base_year, years, draws)).T
    if outlook_error_pct > 0:
        elapsed = np.array([year - base_year for year in years], dtype=float)
        factor = outlook_factor(path.sum(axis=2), elapsed, outlook_error_pct, stream(draws.seed, "path.outlook"))
        path *= factor[:, :, None]
    return path


def _drawn_category(name: str, driver: CategoryDriver, base_year: int, years: Sequence[int], draws: Draws) -> Floats:
    """One category, (years, draws)."""
    values = {k: draws.of(f"path.{name}.{k}", pert) for k, pert in _inputs(driver).items()}
    amounts = np.empty((len(years), draws.count))
    for row, year in enumerate(years):
        amounts[row] = _category(driver, year - base_year, values)
    return amounts


def lognormal_sigma(mean_absolute_error_pct: float) -> float:
    """Sigma of a lognormal factor X with mean 1 whose mean absolute error E|X - 1| is the given percentage.

    E|X - 1| = 2 (2 Phi(sigma/2) - 1), hence sigma = 2 Phi^-1((1 + e/2) / 2): 0.069 for 5.5 percent.
    """
    error = mean_absolute_error_pct / 100
    if not 0 <= error < 2:
        raise ScenarioError("outlook_error_pct", f"{mean_absolute_error_pct} is not an error in percent", "0 to 50")
    return float(2 * special.ndtri((1 + error / 2) / 2))


def outlook_factor(totals: Floats, elapsed: Floats, error_pct: float, generator: np.random.Generator) -> Floats:
    """Factor with mean 1 that widens the simulated totals to the error past five-year outlooks have shown.

    totals: (draws, years). elapsed: years since the base year, rising. error_pct: mean absolute error in the fifth
    year; it grows with the square root of time, as errors that add up independently year by year do.
    The drivers already spread the totals; only what is missing to the target is added (variances of the logarithm
    add), so the spread is not counted twice. Where the drivers alone are wider, nothing is added. All categories
    of a year share the factor: it stands for what no driver describes, new rules and mid-year revisions included.
    Returns (draws, years).
    """
    target = lognormal_sigma(error_pct) * np.sqrt(elapsed / _OUTLOOK_YEARS)
    missing = np.sqrt(np.maximum(target**2 - np.log(totals).var(axis=0), 0))
    steps = generator.standard_normal(totals.shape[::-1]).T * np.sqrt(np.diff(elapsed, prepend=0))
    walk = np.cumsum(steps, axis=1) / np.sqrt(elapsed)  # standard normal each year, correlated between years
    return np.exp(missing * walk - missing**2 / 2)


def deflated(frame: pd.DataFrame, prices: Mapping[int, float], base_year: int) -> pd.DataFrame:
    """The frame [year, ..., value] in prices of `base_year`, by a price index per year (any base).

    Raises DefinitionError when a year has no index value.
    """
    missing = sorted({*frame["year"], base_year} - set(prices))
    if missing:
        raise DefinitionError("real values", f"no price index for {', '.join(map(str, missing))}")
    factor = frame["year"].map(lambda year: prices[base_year] / prices[year])
    return frame.assign(value=frame["value"] * factor)


def in_dollars(amounts: Floats | pd.Series | float, local_per_dollar: Floats | pd.Series | float):
    """Local money divided by the rate, local currency per dollar; same unit (bn stays bn).

    Raises DefinitionError when a rate is not above zero.
    """
    if not np.all(np.asarray(local_per_dollar, dtype=float) > 0):
        raise DefinitionError("exchange rate", f"{local_per_dollar} is not above zero", "local currency per dollar")
    return amounts / local_per_dollar
