"""What the answer hangs on: tornado, Sobol indices, and price bands across wide ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.distributions import Pert, stream
from analysis.errors import ScenarioError
from analysis.settlement import ratcheted
from analysis.strategy import Weights, bridge_cost, five_year_cost, reservation_uplift, weights
from analysis.threads import each

Floats = NDArray[np.float64]
Columns = Mapping[str, ArrayLike]
Model = Callable[[Columns], Floats]
_RANKS = 1024  # steps of a quantile table


@dataclass(frozen=True)
class Uniform:
    """Every value between `low` and `high` alike: for ranges nobody would put odds on."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ScenarioError("range", f"[{self.low}, {self.high}] is not in order", "[lowest, highest]")

    @property
    def mean(self) -> float:
        """Middle of the range."""
        return (self.low + self.high) / 2

    def ppf(self, q: ArrayLike) -> Floats:
        """Quantiles at the probabilities `q`."""
        return self.low + (self.high - self.low) * np.asarray(q, dtype=float)


@dataclass(frozen=True, eq=False)
class Drawn:
    """An input known from draws, such as a price that is itself worked out from several inputs.

    table: its quantiles at evenly spaced ranks. The outermost half a thousandth on either side is cut off.
    """

    table: Floats
    mean: float

    @classmethod
    def of(cls, draws: Floats) -> Drawn:
        """The distribution of these draws."""
        return cls(np.quantile(draws, (np.arange(_RANKS) + 0.5) / _RANKS), float(draws.mean()))

    @property
    def low(self) -> float:
        """Lowest value of the table."""
        return float(self.table[0])

    @property
    def high(self) -> float:
        """Highest value of the table."""
        return float(self.table[-1])

    def ppf(self, q: ArrayLike) -> Floats:
        """Quantiles at the probabilities `q`."""
        return np.interp(q, (np.arange(_RANKS) + 0.5) / _RANKS, self.table)


Range = Uniform | Pert | Drawn

#: Inputs of the choice over ranges wider than anyone's view of them, for the statements that must not rest on odds.
#: p: probability of the first state. u_*: uplifts in percent (now, bridge, after the event in each state inside the
#: existing frame). tail_*: weight and size, percent, of talks that leave the frame in the second state.
#: drift: percent a year by which the path grows faster than expected. A Sobol index depends on these ranges: an input
#: given a wide range looks important.
WIDE_RANGES: dict[str, Range] = {
    "u_now": Uniform(-2, 14),
    "p": Uniform(0.4, 0.95),
    "tail_weight": Uniform(0, 0.3),
    "tail_size": Pert(20, 50, 320),
    "u_first": Uniform(-3, 5),
    "u_second": Uniform(0, 15),
    "u_bridge": Pert(-1, 0, 2),
    "fee": Pert(0, 0.5, 2),
    "drift": Pert(-2, 0, 2),
}
PRICE_BANDS = (-2.0, 2.0, 4.0, 6.0, 8.0, 10.0, 14.0)


def waiting_model(
    path: ArrayLike,
    bridge_years: int,
    discount_rate: float = 0.0,
    ratchet_rule: str = "none",
    deflator: ArrayLike | None = None,
) -> Model:
    """V_wait as a function of the inputs named in WIDE_RANGES, vectorised; `path` is the mean path, (years,).

    Money in the unit of the path; deflator: as in `strategy.weights`. May be left out: `drift`; `level` (percent by
    which the whole path lies above its mean); `tail_weight` and `tail_size`, and `tail_weight_first` for the first
    state; `ratchet` (see `settlement.ratcheted`). `bridge_share` (of u_now) may stand in place of `u_bridge`.
    """
    path = np.asarray(path, dtype=float)

    def value(x: Columns) -> Floats:
        w = _moved(path, x, bridge_years, discount_rate, deflator)
        u_bridge, first, second = _prices(x, ratchet_rule)
        p = np.asarray(x["p"])
        return five_year_cost(w, x["u_now"]) - bridge_cost(w, u_bridge, p * first + (1 - p) * second, x["fee"])

    return value


def reservation_model(
    path: ArrayLike,
    bridge_years: int,
    discount_rate: float = 0.0,
    ratchet_rule: str = "none",
    deflator: ArrayLike | None = None,
) -> Model:
    """u* in percent as a function of the same inputs; `u_now` plays a part only where it moves the bridge's price."""
    path = np.asarray(path, dtype=float)

    def value(x: Columns) -> Floats:
        w = _moved(path, x, bridge_years, discount_rate, deflator)
        u_bridge, first, second = _prices(x, ratchet_rule)
        return reservation_uplift(w, x["p"], u_bridge, first, second, x["fee"])

    return value


def _prices(x: Columns, rule: str) -> tuple[Floats, Floats, Floats]:
    """Uplift of the bridge, and the mean uplift after it in each state, tail included."""
    bridge = np.asarray(x["u_bridge"] if "u_bridge" in x else np.asarray(x["bridge_share"]) * x["u_now"])
    ratchet, size = x.get("ratchet", 0.0), x.get("tail_size", 0.0)

    def after(inside: ArrayLike, weight: ArrayLike) -> Floats:
        inside, outside = (ratcheted(u, bridge, ratchet, rule) for u in (inside, size))
        return inside + np.asarray(weight) * (outside - inside)

    first = after(x["u_first"], x.get("tail_weight_first", 0.0))
    return bridge, first, after(x["u_second"], x.get("tail_weight", 0.0))


def _moved(path: Floats, x: Columns, bridge_years: int, discount_rate: float, deflator: ArrayLike | None) -> Weights:
    growth = 1 + np.asarray(x.get("drift", 0.0), dtype=float)[..., None] / 100
    level = 1 + np.asarray(x.get("level", 0.0), dtype=float)[..., None] / 100
    return weights(path * level * growth ** np.arange(len(path)), bridge_years, discount_rate, deflator)


def sampled(ranges: Mapping[str, Range], draws: int, seed: int) -> dict[str, Floats]:
    """Independent draws of every input, each from its own stream."""

    def drawn(name: str) -> Floats:
        return ranges[name].ppf(stream(seed, f"range.{name}").random(draws))

    return dict(zip(ranges, each(drawn, ranges), strict=True))


def tornado(
    model: Model,
    ranges: Mapping[str, Range],
    low: float = 0.1,
    high: float = 0.9,
    centre: Mapping[str, float] | None = None,
    draws: int = 0,
    seed: int = 0,
) -> pd.DataFrame:
    """One input at a time at its 10th and 90th percentile, all others at their means, or where `centre` puts them.

    With `draws` the others vary instead and the model is averaged over that many draws, the same ones every time:
    for models that a mean cannot be put into, such as one with a floor. What `centre` names then stays put.
    Returns [input, low_input, high_input, low, high, base, span], widest first; `low` is the model at the low input.
    Interactions are not shown: that is what the Sobol indices add.
    """
    others = sampled(ranges, draws, seed) if draws else {name: float(given.mean) for name, given in ranges.items()}
    others = {**others, **(centre or {})}
    base = float(np.mean(model(others)))
    rows = []
    for name, given in ranges.items():
        ends = [float(end) for end in given.ppf([low, high])]
        out = [float(np.mean(model({**others, name: end}))) for end in ends]
        rows.append((name, *ends, *out, base, abs(out[1] - out[0])))
    frame = pd.DataFrame(rows, columns=["input", "low_input", "high_input", "low", "high", "base", "span"])
    return frame.sort_values("span", ascending=False, kind="stable", ignore_index=True)


def sobol(model: Model, ranges: Mapping[str, Range], n: int = 4096, seed: int = 0) -> pd.DataFrame:
    """First-order and total Sobol indices of the model with 95 percent intervals, largest total first.

    n: base sample, a power of two; the model is called once with n (inputs + 2) rows. Inputs with a certain value are
    left out of the sample. Returns [input, s1, s1_error, st, st_error], the errors being half-widths. Saltelli 2010.
    """
    if n < 2 or n & (n - 1):
        raise ScenarioError("sobol", f"n is {n}", "a power of two, such as 4096")
    from SALib.analyze.sobol import analyze  # half a second to import, needed in the annex only
    from SALib.sample.sobol import sample

    fixed = {name: given.mean for name, given in ranges.items() if given.low == given.high}
    free = [name for name in ranges if name not in fixed]
    problem = {"num_vars": len(free), "names": free, "bounds": [[0.0, 1.0]] * len(free)}
    ranks = sample(problem, n, calc_second_order=False, seed=seed)
    values = model({**fixed, **{name: ranges[name].ppf(ranks[:, i]) for i, name in enumerate(free)}})
    found = analyze(problem, np.asarray(values), calc_second_order=False, num_resamples=200, seed=seed)
    frame = pd.DataFrame(
        {
            "input": free,
            "s1": found["S1"],
            "s1_error": found["S1_conf"],
            "st": found["ST"],
            "st_error": found["ST_conf"],
        }
    )
    return frame.sort_values("st", ascending=False, kind="stable", ignore_index=True)


def bridge_share_by_price(
    reservation: Model,
    ranges: Mapping[str, Range] = WIDE_RANGES,
    bands: Sequence[float] = PRICE_BANDS,
    draws: int = 100_000,
    seed: int = 0,
) -> pd.DataFrame:
    """Share of cases in which the bridge is cheaper, by band of the offered price.

    Within each band the price is uniform and every other input is drawn from `ranges`. Returns [low, high, share,
    mc_error]; band limits in percent. The shares are shares of cases in these ranges, not probabilities.
    """
    others = sampled({k: v for k, v in ranges.items() if k != "u_now"}, draws, seed)
    rank = stream(seed, "range.u_now").random(draws)
    rows = []
    for low, high in pairwise(bands):
        offered = low + (high - low) * rank
        share = float(np.mean(reservation({**others, "u_now": offered}) < offered))
        rows.append((low, high, share, float(np.sqrt(share * (1 - share) / draws))))
    return pd.DataFrame(rows, columns=["low", "high", "share", "mc_error"])
