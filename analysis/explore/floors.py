"""Means of prices that are bounded from below: a ratchet that holds, and the part of a rise that a deal blocks.

No mean can be put into a maximum. The price after the event is a Student-t plus what ask and kappa add, and for a
Student-t the mean of a maximum has a closed form; the other inputs are averaged over a fixed set of evenly spread
points, so the same settings always give the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.distributions import Pert
from analysis.settlement import SettlementModel, ask_uplift, offer_settlement, uplift_of
from analysis.strategy_inputs import StrategyInputs

Floats = NDArray[np.float64]

_POINTS = 11  # 2^11 points; the error of a mean is below 0.02 points of uplift
_ORDER = ("kappa", "ask_now", "shock_now", "now", "lambda_1", "ask_after", "after", "bridge", "ratchet", "size")


@dataclass(frozen=True)
class Sample:
    """Prices before the event at the points, percent, (points,): deal now, bridge, and what the ratchet holds of it."""

    inputs: StrategyInputs
    now: Floats
    bridge: Floats
    kept: Floats


def sampled_prices(inputs: StrategyInputs, first_year: float) -> Sample:
    """Prices before the event; first_year: mean status-quo payment of the first year (for an offer in money)."""
    now = _price_now(inputs.settlement, first_year)
    if inputs.bridge_share is None:
        bridge = _at("bridge", inputs.bridge_uplift)
    else:
        bridge = _at("bridge", inputs.bridge_share) * now
    ratchet = _at("ratchet", inputs.ratchet)
    return Sample(inputs, now, bridge, ratchet * bridge)


def mean_after(sample: Sample, state: str, plain: float) -> float:
    """Mean price after the event, percent, with the ratchet of the inputs; plain: the mean without one."""
    rule = sample.inputs.ratchet_rule
    if rule == "floor":
        return _mean_of_larger(sample.inputs, state, sample.kept)
    return plain + (float(np.maximum(sample.kept, 0).mean()) if rule == "carry" else 0.0)


def mean_blocked(sample: Sample, state: str) -> float:
    """Mean rise, percentage points, that a deal signed now keeps a later administration from obtaining."""
    rule, now = sample.inputs.ratchet_rule, sample.now
    if rule == "carry":
        added = np.maximum(sample.kept, 0)
        return _mean_of_larger(sample.inputs, state, now - added) + float((added - now).mean())
    bound = np.maximum(now, sample.kept) if rule == "floor" else now
    return _mean_of_larger(sample.inputs, state, bound) - float(now.mean())


def _mean_of_larger(inputs: StrategyInputs, state: str, bound: Floats) -> float:
    """E[max(price after the event before any ratchet, bound)], percent."""
    model = inputs.settlement
    inside = _inside(model, state, bound)
    weight = model.tail_weight[state] if model.has_tail else 0.0
    outside = np.maximum(_at("size", model.tail_size), bound) if weight else 0.0
    return float(((1 - weight) * inside + weight * outside).mean())


def _inside(model: SettlementModel, state: str, bound: Floats) -> Floats:
    if model.after_override is not None:
        return np.maximum(_at("after", model.after_override[state]), bound)
    added = np.zeros_like(bound)
    if model.level != "L0":
        added = ask_uplift(added, _at("kappa", model.kappa), _at("ask_after", model.ask_after[state]))
    return bound + model.reference.excess(bound - added)


def _price_now(model: SettlementModel, first_year: float) -> Floats:
    if model.now_override is not None:
        return _at("now", model.now_override)
    if model.level == "L2":
        return uplift_of(offer_settlement(model.offer, model.last_ask, _at("lambda_1", model.lambda_1)), first_year)
    shock = model.reference.ppf(_ranks()[:, _ORDER.index("shock_now")])
    if model.level == "L0":
        return shock
    return ask_uplift(shock, _at("kappa", model.kappa), _at("ask_now", model.ask_now))


@lru_cache(maxsize=256)
def _at(name: str, pert: Pert) -> Floats:
    """An input at the points, (points,); do not change it."""
    return pert.ppf(_ranks()[:, _ORDER.index(name)])


@lru_cache(maxsize=1)
def _ranks() -> Floats:
    return stats.qmc.Sobol(len(_ORDER), rng=0).random_base2(_POINTS)
