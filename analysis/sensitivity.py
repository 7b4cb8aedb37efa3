"""What the answer hangs on: tornado, Sobol indices, price bands across wide ranges, and when the bridge loses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.distributions import Pert, stream
from analysis.errors import ScenarioError
from analysis.strategy import bridge_cost, five_year_cost, reservation_uplift, weights

Floats = NDArray[np.float64]
Columns = Mapping[str, ArrayLike]
Model = Callable[[Columns], Floats]


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


Range = Uniform | Pert

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


def waiting_model(path: ArrayLike, bridge_years: int, discount_rate: float = 0.0) -> Model:
    """V_wait as a function of the inputs named in WIDE_RANGES, vectorised; `path` is the mean path, (years,).

    Money in the unit of the path; `drift` may be left out.
    """
    path = np.asarray(path, dtype=float)

    def value(x: Columns) -> Floats:
        w = _drifting(path, x.get("drift", 0.0), bridge_years, discount_rate)
        p, second = np.asarray(x["p"]), _second(x)
        bridge = bridge_cost(w, x["u_bridge"], p * np.asarray(x["u_first"]) + (1 - p) * second, x["fee"])
        return five_year_cost(w, x["u_now"]) - bridge

    return value


def reservation_model(path: ArrayLike, bridge_years: int, discount_rate: float = 0.0) -> Model:
    """u* in percent as a function of the same inputs; `u_now` plays no part."""
    path = np.asarray(path, dtype=float)

    def value(x: Columns) -> Floats:
        w = _drifting(path, x.get("drift", 0.0), bridge_years, discount_rate)
        return reservation_uplift(w, x["p"], x["u_bridge"], x["u_first"], _second(x), x["fee"])

    return value


def _second(x: Columns) -> Floats:
    weight = np.asarray(x["tail_weight"])
    return (1 - weight) * np.asarray(x["u_second"]) + weight * np.asarray(x["tail_size"])


def _drifting(path: Floats, drift: ArrayLike, bridge_years: int, discount_rate: float):
    growth = 1 + np.asarray(drift, dtype=float)[..., None] / 100
    return weights(path * growth ** np.arange(len(path)), bridge_years, discount_rate)


def sampled(ranges: Mapping[str, Range], draws: int, seed: int) -> dict[str, Floats]:
    """Independent draws of every input, each from its own stream."""
    return {name: given.ppf(stream(seed, f"range.{name}").random(draws)) for name, given in ranges.items()}


def tornado(model: Model, ranges: Mapping[str, Range], low: float = 0.1, high: float = 0.9) -> pd.DataFrame:
    """One input at a time at its 10th and 90th percentile, all others at their means.

    Returns [input, low_input, high_input, low, high, base, span], widest first; `low` is the model at the low input.
    Interactions are not shown: that is what the Sobol indices add.
    """
    centre = {name: float(given.mean) for name, given in ranges.items()}
    base = float(model(centre))
    rows = []
    for name, given in ranges.items():
        ends = given.ppf([low, high])
        out = [float(model({**centre, name: float(end)})) for end in ends]
        rows.append((name, float(ends[0]), float(ends[1]), out[0], out[1], base, abs(out[1] - out[0])))
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
    ceilings = reservation(sampled({k: v for k, v in ranges.items() if k != "u_now"}, draws, seed))
    offered = stream(seed, "range.u_now").random(draws)
    rows = []
    for low, high in pairwise(bands):
        share = float(np.mean(ceilings < low + (high - low) * offered))
        rows.append((low, high, share, float(np.sqrt(share * (1 - share) / draws))))
    return pd.DataFrame(rows, columns=["low", "high", "share", "mc_error"])


@dataclass(frozen=True)
class Box:
    """A rule found by scenario discovery: limits of a few inputs, and how well they describe the cases of interest.

    density: share of cases of interest inside the box. coverage: share of all cases of interest that it holds.
    base: share of cases of interest overall.
    """

    limits: dict[str, tuple[float, float]]
    density: float
    coverage: float
    base: float


def discover(
    inputs: Mapping[str, Floats], interesting: NDArray[np.bool_], min_coverage: float = 0.5, peel: float = 0.05
) -> Box:
    """When does it happen? A box of inputs in which `interesting` cases are dense, by patient peeling (PRIM).

    From the full range, the 5 percent slice (of one input, at one end) whose removal raises the density most is cut
    again and again, until the next cut would hold less than `min_coverage` of the cases of interest. Friedman and
    Fisher 1999; Bryant and Lempert 2010. Only inputs whose limits moved are in the answer; limits are values of the
    input. Raises ScenarioError when no case, or every case, is of interest.
    """
    total = int(interesting.sum())
    if total in (0, interesting.size):
        raise ScenarioError(
            "scenario discovery", f"{total} of {interesting.size} cases are of interest", "some, not all"
        )
    inside = np.ones(interesting.size, dtype=bool)
    limits = {name: [float(values.min()), float(values.max())] for name, values in inputs.items()}
    moved: set[str] = set()
    while cut := _best_cut(inputs, interesting, inside, peel):
        name, end, bound, kept = cut
        if interesting[kept].sum() < min_coverage * total:
            break
        inside, limits[name][end] = kept, bound
        moved.add(name)
    return Box(
        limits={name: (limits[name][0], limits[name][1]) for name in inputs if name in moved},
        density=float(interesting[inside].mean()),
        coverage=float(interesting[inside].sum() / total),
        base=total / interesting.size,
    )


def _best_cut(inputs: Mapping[str, Floats], interesting: NDArray[np.bool_], inside: NDArray[np.bool_], peel: float):
    """(input, end, bound, cases kept) of the cut that raises the density most, or None when none does."""
    best, density = None, float(interesting[inside].mean())
    for name, values in inputs.items():
        low, high = np.quantile(values[inside], [peel, 1 - peel])
        for end, bound, kept in ((0, low, inside & (values >= low)), (1, high, inside & (values <= high))):
            share = float(interesting[kept].mean())
            if kept.sum() < inside.sum() and share > density:
                best, density = (name, end, float(bound), kept), share
    return best
