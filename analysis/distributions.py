"""Uncertain inputs: PERT ranges, Student-t reference classes, and seeded streams of random numbers.

Each input draws from its own stream, named after it. Adding, removing or reordering inputs therefore
leaves the draws of all others as they were, and two scenarios with one seed differ only in what they assume.

The beta and t functions come from `scipy.special`, which is what `scipy.stats` itself calls; the larger
module would add half a second to every start.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.errors import ScenarioError

Floats = NDArray[np.float64]
Made = TypeVar("Made")
_TABLE_STEPS = 1024  # quantile table of a PERT; its error is below 0.1 percent of the range


def stream(seed: int, name: str) -> np.random.Generator:
    """The random stream of one input: the same seed and name give the same numbers, whatever else is drawn."""
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


@dataclass(frozen=True)
class Pert:
    """A PERT distribution: a beta between `low` and `high` whose mean is (low + 4 mode + high) / 6.

    With low == high it is a certain value. Raises ScenarioError if the three are not finite and in order.
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(x) for x in (self.low, self.mode, self.high)):
            raise ScenarioError("range", f"{[self.low, self.mode, self.high]} holds a value that is not a number")
        if not self.low <= self.mode <= self.high:
            raise ScenarioError(
                "range", f"{[self.low, self.mode, self.high]} is not in order", "[lowest, likely, highest]"
            )

    @classmethod
    def certain(cls, value: float) -> Pert:
        """A value without uncertainty."""
        return cls(value, value, value)

    @property
    def width(self) -> float:
        """high - low."""
        return self.high - self.low

    @property
    def shape(self) -> tuple[float, float]:
        """The two beta parameters (they sum to 6); undefined for a certain value."""
        return 1 + 4 * (self.mode - self.low) / self.width, 1 + 4 * (self.high - self.mode) / self.width

    @property
    def mean(self) -> float:
        """(low + 4 mode + high) / 6."""
        return (self.low + 4 * self.mode + self.high) / 6

    @property
    def sd(self) -> float:
        """Standard deviation, sqrt((mean - low) (high - mean) / 7)."""
        return math.sqrt(max((self.mean - self.low) * (self.high - self.mean), 0.0) / 7)

    def ppf(self, q: ArrayLike) -> Floats:
        """Quantiles at the probabilities `q`, exact."""
        q = np.asarray(q, dtype=float)
        if self.width == 0:
            return np.full(q.shape, self.low)
        return self.low + self.width * special.betaincinv(*self.shape, q)

    def expect(self, function: Callable[[Floats], Floats], nodes: int = 48) -> float:
        """Mean of `function` of this input by Gauss-Jacobi quadrature (exact for polynomials below degree 96)."""
        if self.width == 0:
            return float(function(np.array([self.low]))[0])
        alpha, beta = self.shape
        points, weights = _jacobi(nodes, beta - 1, alpha - 1)
        return float(np.sum(weights * function(self.low + self.width * (points + 1) / 2)) / np.sum(weights))

    def draw(self, generator: np.random.Generator, draws: int) -> Floats:
        """`draws` independent values, shape (draws,)."""
        if self.width == 0:
            return np.full(draws, self.low)
        return self.low + self.width * generator.beta(*self.shape, size=draws)

    def at_ranks(self, ranks: Floats) -> Floats:
        """Quantiles for many ranks in 0-1, by a fine table: for inputs that must move together."""
        if self.width == 0:
            return np.full(ranks.shape, self.low)
        table = self.ppf(np.linspace(0, 1, _TABLE_STEPS + 1))
        place = ranks * _TABLE_STEPS  # the table is even in rank, so its cell is known without a search
        cell = np.minimum(place.astype(np.intp), _TABLE_STEPS - 1)
        return table[cell] + (place - cell) * np.diff(table)[cell]


@lru_cache(maxsize=1024)  # the same few ranges are integrated again and again
def _jacobi(nodes: int, alpha: float, beta: float) -> tuple[Floats, Floats]:
    return special.roots_jacobi(nodes, alpha, beta)


@dataclass(frozen=True)
class StudentT:
    """A shifted, scaled Student-t: `location`, `scale` (both in the unit of the variable) and degrees of freedom."""

    location: float
    scale: float
    df: float

    @property
    def mean(self) -> float:
        """The location (df > 1)."""
        return self.location

    @property
    def sd(self) -> float:
        """scale sqrt(df / (df - 2)); infinite for df <= 2."""
        return self.scale * math.sqrt(self.df / (self.df - 2)) if self.df > 2 else math.inf

    @cached_property
    def interval80(self) -> tuple[float, float]:
        """10th and 90th percentile."""
        low, high = self.ppf([0.1, 0.9])
        return float(low), float(high)

    def ppf(self, q: ArrayLike) -> Floats:
        """Quantiles at the probabilities `q`."""
        return self.location + self.scale * special.stdtrit(self.df, np.asarray(q, dtype=float))

    def cdf(self, x: ArrayLike) -> Floats:
        """Probability of a value of at most `x`."""
        return special.stdtr(self.df, (np.asarray(x, dtype=float) - self.location) / self.scale)

    def excess(self, x: ArrayLike) -> Floats:
        """E[max(X - x, 0)], the mean part above `x`; a price with a floor at x has the mean x + excess(x). df > 1."""
        a = (np.asarray(x, dtype=float) - self.location) / self.scale
        log_peak = special.gammaln((self.df + 1) / 2) - special.gammaln(self.df / 2) - math.log(self.df * math.pi) / 2
        density = np.exp(log_peak - (self.df + 1) / 2 * np.log1p(a**2 / self.df))
        return self.scale * ((self.df + a**2) / (self.df - 1) * density - a * special.stdtr(self.df, -a))

    def draw(self, generator: np.random.Generator, draws: int) -> Floats:
        """`draws` independent values, shape (draws,)."""
        return self.location + self.scale * generator.standard_t(self.df, size=draws)


@dataclass(frozen=True)
class Draws:
    """The draws of one simulation: `count` values of every input, each from the stream that bears its name."""

    seed: int
    count: int

    def of(self, name: str, distribution: Pert | StudentT) -> Floats:
        """Values of one input, shape (count,)."""
        return distribution.draw(stream(self.seed, name), self.count)

    def ranks(self, name: str) -> Floats:
        """Uniform values between 0 and 1, shape (count,)."""
        return stream(self.seed, name).random(self.count)

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` returns; a subclass that works through many variants may keep it under `key`."""
        return make()


def reference_distribution(
    own: ArrayLike,
    pooled: ArrayLike,
    prior_mean: float = 1.0,
    prior_sd: float = 6.0,
    prior_rounds: float = 2.0,
    pooled_rounds: float = 4.0,
) -> StudentT:
    """Predictive distribution of the next round of one host, from few past rounds.

    The location is shrunk twice. The pooled mean of all hosts is drawn to the prior mean, which counts as
    `prior_rounds` rounds; the host's own mean is drawn to that pooled mean, which counts as `pooled_rounds`:
        m = (k0 mu0 + n ybar) / (k0 + n);   location = (k1 m + n_own ybar_own) / (k1 + n_own).
    The spread is that of the pooled rounds, conjugate normal-inverse-chi-square (Gelman et al., Bayesian Data
    Analysis, ch. 3), with `prior_sd` counting as `prior_rounds` squared deviations:
        s2 = (k0 sd0^2 + SS + k0 n/(k0+n) (ybar - mu0)^2) / (k0 + n);   df = k0 + n.
    SS is taken about the pooled mean, so differences between hosts are inside it. The predictive adds that the
    location itself is only known from k1 + n_own rounds: scale = s sqrt(1 + 1 / (k1 + n_own)).

    own: drift-removed uplifts of the host, percent, any length including none. pooled: those of all hosts,
    the host's own among them. The two weights are judgements; both are arguments so that they can be varied.
    """
    own, pooled = np.asarray(own, dtype=float), np.asarray(pooled, dtype=float)
    if not (np.isfinite(own).all() and np.isfinite(pooled).all()):
        raise ScenarioError("rounds", "a past change is missing or not a number")
    n = pooled.size
    mean = pooled.mean() if n else 0.0
    pool = (prior_rounds * prior_mean + n * mean) / (prior_rounds + n)
    location = (pooled_rounds * pool + own.sum()) / (pooled_rounds + own.size)
    between = prior_rounds * n / (prior_rounds + n) * (mean - prior_mean) ** 2
    squares = prior_rounds * prior_sd**2 + float(np.sum((pooled - mean) ** 2)) + between
    df = prior_rounds + n
    scale = math.sqrt(squares / df * (1 + 1 / (pooled_rounds + own.size)))
    return StudentT(float(location), scale, float(df))
