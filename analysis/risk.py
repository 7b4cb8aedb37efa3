"""What a set of simulated costs says: mean, quantiles, the mean of the worst cases, and how exact each is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_LEVELS = (0.10, 0.50, 0.90)


@dataclass(frozen=True)
class CostSummary:
    """One distribution of costs, in the unit of the costs."""

    mean: float
    p10: float
    p50: float
    p90: float
    cvar95: float
    mc_error_mean: float
    mc_error_cvar: float


def quantiles(costs: Floats, levels: tuple[float, ...] = _LEVELS) -> Floats:
    """Quantiles with linear interpolation between neighbouring draws; shape (len(levels),)."""
    return np.quantile(costs, levels)


def cvar(costs: Floats, tail: float = 0.05) -> float:
    """Mean of the worst `tail` share of the costs (conditional value at risk): the highest ceil(tail n) draws.

    Never below the (1 - tail) quantile. Rockafellar and Uryasev 2000.
    """
    count = _tail_count(costs.size, tail)
    return float(np.partition(costs, costs.size - count)[costs.size - count :].mean())


def _tail_count(size: int, tail: float) -> int:
    # Without the rounding, 0.05 * 100 = 5.000000000000001 would count six draws.
    return max(1, math.ceil(round(tail * size, 9)))


def error_of_mean(costs: Floats) -> float:
    """Monte Carlo standard error of the mean, sd / sqrt(n)."""
    return float(costs.std(ddof=1) / math.sqrt(costs.size)) if costs.size > 1 else math.inf


def error_of_cvar(costs: Floats, tail: float = 0.05, batches: int = 20) -> float:
    """Monte Carlo standard error of the CVaR by batch means: the draws are independent, so are the batches."""
    size = costs.size // batches
    if size * tail < 1:
        return math.inf
    count = _tail_count(size, tail)
    parts = np.partition(costs[: size * batches].reshape(batches, size), size - count, axis=1)
    return float(parts[:, size - count :].mean(axis=1).std(ddof=1) / math.sqrt(batches))


def summary(costs: Floats) -> CostSummary:
    """Mean, p10, p50, p90 and CVaR95 of simulated costs, with the Monte Carlo errors of mean and CVaR."""
    p10, p50, p90 = quantiles(costs)
    return CostSummary(
        mean=float(costs.mean()),
        p10=float(p10),
        p50=float(p50),
        p90=float(p90),
        cvar95=cvar(costs),
        mc_error_mean=error_of_mean(costs),
        mc_error_cvar=error_of_cvar(costs),
    )
