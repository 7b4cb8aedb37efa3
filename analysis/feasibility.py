"""Can a multi-year deal be done by a date? The outside view: how long past talks took."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.errors import DataError, ScenarioError


@dataclass(frozen=True)
class TalkLengths:
    """Predictive distribution of the length of talks, in months: the logarithm is a shifted, scaled Student-t."""

    log_mean: float
    log_scale: float
    df: float
    n: int

    @property
    def median(self) -> float:
        """Median length in months."""
        return math.exp(self.log_mean)

    def within(self, months: ArrayLike, elapsed: float = 0.0):
        """Probability that talks end within `months` from now, given that they have run `elapsed` months already.

        Returns an array of the shape of `months`; 0 for no time left. Raises ScenarioError for a negative
        `elapsed`.
        """
        if elapsed < 0:
            raise ScenarioError("elapsed", f"is {elapsed} months", "0 or more")
        before = self._cdf(np.asarray(elapsed, dtype=float))
        ahead = np.maximum(np.asarray(months, dtype=float), 0)
        return (self._cdf(elapsed + ahead) - before) / (1 - before)

    def quantile(self, q: ArrayLike):
        """Length in months not exceeded with probability `q`."""
        return np.exp(self.log_mean + self.log_scale * special.stdtrit(self.df, np.asarray(q, dtype=float)))

    def _cdf(self, months):
        with np.errstate(divide="ignore"):
            return special.stdtr(self.df, (np.log(months) - self.log_mean) / self.log_scale)


def talk_lengths(months: ArrayLike) -> TalkLengths:
    """Predictive distribution of the next talks from past lengths (first formal round to agreed figure), in months.

    Lengths are taken as lognormal with unknown mean and spread; the flat-prior predictive of the logarithm is
    Student-t with n - 1 degrees of freedom and scale s sqrt(1 + 1/n). Raises DataError below three lengths, or
    when one is not above zero, or when all are equal.
    """
    lengths = np.asarray(months, dtype=float)
    if lengths.size < 3:
        raise DataError("rounds", f"{lengths.size} talk lengths are known", "three or more")
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise DataError("rounds", "a talk length is not above zero", "months, above zero")
    logs = np.log(lengths)
    spread = float(logs.std(ddof=1))
    if spread == 0:
        raise DataError("rounds", "all talk lengths are equal, so their spread is unknown")
    return TalkLengths(float(logs.mean()), spread * math.sqrt(1 + 1 / lengths.size), lengths.size - 1.0, lengths.size)


def probability_of_deal(past_months: ArrayLike, months_left: ArrayLike, elapsed: float = 0.0):
    """Probability of a multi-year deal within `months_left`, from past talk lengths; see `TalkLengths.within`."""
    return talk_lengths(past_months).within(months_left, elapsed)
