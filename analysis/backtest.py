"""How forecasts fared against what happened, beside methods anyone could have used. Lower scores are better.

Two tests that must be shown together. `scored` compares forecasts frozen at their day with outcomes, in percent of
the outcome; whoever set the inputs knew the outcomes. `rolling` is mechanical: each round is forecast from earlier
rounds alone. Neither has enough cases to prove skill, so every frame carries n.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.distributions import StudentT, reference_distribution
from analysis.errors import DataError
from analysis.settlement import with_uplift

Floats = NDArray[np.float64]
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Point:
    """A forecast without a range."""

    value: float

    def ppf(self, q: ArrayLike) -> Floats:
        """The value, at every probability."""
        return np.full(np.shape(q), self.value)


@dataclass(frozen=True)
class Normal:
    """A normal forecast."""

    mean: float
    sd: float

    @classmethod
    def from_mean_absolute_error(cls, mean: float, error: float) -> Normal:
        """Normal whose mean absolute error is `error`: sd = error sqrt(pi / 2)."""
        return cls(mean, error * float(np.sqrt(np.pi / 2)))

    def ppf(self, q: ArrayLike) -> Floats:
        """Quantiles at the probabilities `q`."""
        return self.mean + self.sd * special.ndtri(np.asarray(q, dtype=float))


@dataclass(frozen=True, eq=False)  # known by identity: draws are not compared one by one
class Ensemble:
    """A forecast given as draws, (draws,)."""

    draws: Floats

    def ppf(self, q: ArrayLike) -> Floats:
        """Quantiles of the draws."""
        return np.quantile(self.draws, q)


Forecast = Point | Normal | StudentT | Ensemble


def crps(forecast: Forecast, actual: float) -> float:
    """Continuous ranked probability score, in the unit of the forecast (Gneiting and Raftery 2007).

    For a point it is the absolute error. Closed forms and the ensemble estimator come from scoringrules.
    """
    import scoringrules  # imported here: only the annex and the tests score forecasts

    if isinstance(forecast, Point):
        return abs(forecast.value - actual)
    if isinstance(forecast, Normal):
        return float(scoringrules.crps_normal(actual, forecast.mean, forecast.sd))
    if isinstance(forecast, StudentT):
        return float(scoringrules.crps_t(actual, forecast.df, forecast.location, forecast.scale))
    return float(scoringrules.crps_ensemble(actual, forecast.draws))


def pinball(forecast: float, actual: float, level: float) -> float:
    """Quantile loss of one forecast quantile: level (y - q) above it, (1 - level) (q - y) below."""
    import scoringrules

    return float(scoringrules.quantile_score(actual, forecast, level))


def interval_score(low: float, high: float, actual: float, coverage: float = 0.8) -> float:
    """Interval score: width, plus 2 / (1 - coverage) times the distance by which the outcome missed the interval."""
    import scoringrules

    return float(scoringrules.interval_score(actual, low, high, 1 - coverage))


def brier(probability: ArrayLike, happened: ArrayLike) -> float:
    """Mean squared difference between stated probabilities and outcomes (0 or 1)."""
    p, y = np.asarray(probability, dtype=float), np.asarray(happened, dtype=float)
    return float(np.mean((p - y) ** 2))


@lru_cache(maxsize=512)  # frozen forecasts are scored again in every report
def _scores(forecast: Forecast, actual: float) -> dict[str, float | bool]:
    p10, p50, p90 = (float(x) for x in forecast.ppf(QUANTILES))
    return {
        "p10": p10,
        "p50": p50,
        "p90": p90,
        "covered": p10 <= actual <= p90,
        "crps": crps(forecast, actual),
        "interval_score": interval_score(p10, p90, actual),
        **{f"pinball_{100 * q:.0f}": pinball(x, actual, q) for q, x in zip(QUANTILES, (p10, p50, p90), strict=True)},
    }


_SCORES = ["crps", "interval_score", *(f"pinball_{100 * q:.0f}" for q in QUANTILES)]


def scored(targets: Sequence[tuple[str, float, Mapping[str, Forecast]]]) -> pd.DataFrame:
    """Frozen forecasts against outcomes; each target is (name, actual, {method: forecast}).

    Returns one row a target and method: target, method, actual, p10, p50, p90, covered, and the scores in percent of
    the actual (crps, interval_score, pinball_10, pinball_50, pinball_90). A method without a forecast for a target has
    no row.
    """
    rows = []
    for target, actual, forecasts in targets:
        for method, forecast in forecasts.items():
            row = {"target": target, "method": method, "actual": actual, **_scores(forecast, actual)}
            rows.append({**row, **{name: 100 * row[name] / abs(actual) for name in _SCORES}})
    return pd.DataFrame(rows)


def summarised(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean scores by method, best CRPS first: method, n, crps, covered (count), other scores, crps_common, n_common.

    The common columns use only the targets every method forecast, so that the comparison is fair; they are NaN when
    there is none.
    """
    key = "target"
    methods = scores["method"].nunique()
    counts = scores.groupby(key)["method"].nunique()
    common = scores[scores[key].isin(counts[counts == methods].index)]
    grouped = scores.groupby("method", sort=False)
    frame = grouped[_SCORES].mean().assign(n=grouped.size(), covered=grouped["covered"].sum())
    frame["crps_common"] = common.groupby("method")["crps"].mean()
    frame["n_common"] = common[key].nunique()
    return frame.sort_values("crps", kind="stable").reset_index()


def skill(summary: pd.DataFrame, method: str, against: str) -> float:
    """1 - CRPS(method) / CRPS(against), over the summary's own means; above 0 when the method is better."""
    by = summary.set_index("method")["crps"]
    return float(1 - by[method] / by[against])


def rolling(
    rounds: pd.DataFrame,
    drift_pct: Mapping[str, float],
    first: int = 2009,
    band_error_pct: float = 5.5,
    **prior: float,
) -> pd.DataFrame:
    """Forecast each round's first-year change from the rounds before it, and score it beside simple methods.

    rounds: host, first_year, change_pct, optional gap_years and ask_multiple (NaN where no ask was reported). Rounds
    of the same first year do not see each other. drift_pct is fixed in advance, and so are the prior settings passed
    on to `reference_distribution`: both are hand-set.

    Methods: `model` (reference class plus drift); `last_change` (the host's previous round again; a host's first round
    has none); `flat` (no change); `flat_band` (no change, normal, mean absolute error `band_error_pct`); `ask` (the
    ask is paid). Returns target, host, first_year, n_prior, method, actual, quantiles and scores in percentage points.
    Raises DataError when no round starts in `first` or later.
    """
    known = with_uplift(rounds, drift_pct).sort_values(["first_year", "host"], kind="stable")
    tested = known[known["first_year"] >= first]
    if tested.empty:
        raise DataError("rounds", f"none starts in {first} or later")
    rows = []
    for case in tested.to_dict("records"):
        earlier = known[known["first_year"] < case["first_year"]]
        own = earlier[earlier["host"] == case["host"]]
        drift = float(drift_pct[case["host"]]) * float(case["gap_years"])
        uplift = reference_distribution(own["uplift_pct"], earlier["uplift_pct"], **prior)
        forecasts: dict[str, Forecast] = {
            "model": StudentT(uplift.location + drift, uplift.scale, uplift.df),
            "flat": Point(0.0),
            "flat_band": Normal.from_mean_absolute_error(0.0, band_error_pct),
        }
        if len(own):
            forecasts["last_change"] = Point(float(own["change_pct"].iloc[-1]))
        if np.isfinite(multiple := case.get("ask_multiple", np.nan)):
            forecasts["ask"] = Point(100 * (multiple - 1))
        actual = float(case["change_pct"])
        head = {
            "target": f"{case['host']} {case['first_year']}",
            "host": case["host"],
            "first_year": case["first_year"],
            "n_prior": len(earlier),
        }
        rows += [{**head, "method": m, "actual": actual, **_scores(f, actual)} for m, f in forecasts.items()]
    return pd.DataFrame(rows)
