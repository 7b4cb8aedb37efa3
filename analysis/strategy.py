"""Sign a full-length deal now, or bridge until the event and sign the rest afterwards? The closed forms.

They need only mean uplifts and the mean path: reservation uplift, break-even probability, value of waiting,
value of perfect information, regret. `analysis.simulation` draws the same courses of action and adds what means
cannot show: ranges and the worst cases.

Conventions. Uplifts and fees are in percent, growth and discount rates are fractions, money is in the unit of
the category bases. The first horizon year is not discounted. The fee of a second round is a percentage of the
first year's payment, due in the first year after the bridge; with a bridge of no year, or of the whole horizon,
only one round is held inside the horizon and no fee is due.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import ScenarioError

Floats = NDArray[np.float64]

FIVE_YEAR, BRIDGE = "five_year", "bridge"


@dataclass(frozen=True)
class Weights:
    """Discounted status-quo payments before and after the end of the bridge, and the payment a fee is taken of."""

    early: Floats
    late: Floats
    fee: Floats

    @property
    def total(self) -> Floats:
        """Discounted status-quo cost of the horizon."""
        return self.early + self.late


def discount_factors(years: int, rate: float) -> Floats:
    """(1 + rate)^-t for t = 0 .. years - 1."""
    return (1 + rate) ** -np.arange(years, dtype=float)


def weights(
    path: ArrayLike, bridge_years: int, discount_rate: float = 0.0, deflator: ArrayLike | None = None
) -> Weights:
    """Split a status-quo path, shape (..., years), at the end of the bridge.

    deflator: factors to the prices of one year, of a shape that fits the path; without it money stays that of its year.
    Raises ScenarioError when the bridge is longer than the horizon or negative.
    """
    path = np.asarray(path, dtype=float)
    years = path.shape[-1]
    if not 0 <= bridge_years <= years:
        raise ScenarioError("strategy.bridge_years", f"is {bridge_years}", f"0 to {years}, the years of the horizon")
    factors = discount_factors(years, discount_rate) * (1.0 if deflator is None else np.asarray(deflator, dtype=float))
    counted = path * factors
    early = counted[..., :bridge_years].sum(axis=-1)
    late = counted[..., bridge_years:].sum(axis=-1)
    due = factors[..., bridge_years] if 0 < bridge_years < years else 0.0
    return Weights(early, late, path[..., 0] * due)


def five_year_cost(w: Weights, u_now: ArrayLike) -> Floats:
    """Cost of the full-length deal now: sum of s_t (1 + u_N)."""
    return w.total * (1 + np.asarray(u_now) / 100)


def bridge_cost(w: Weights, u_bridge: ArrayLike, u_after: ArrayLike, fee_pct: ArrayLike) -> Floats:
    """Cost of bridge, then deal after the event: early years at u_b, late years at u_a, and the second round."""
    u_bridge, u_after, fee_pct = (np.asarray(x) for x in (u_bridge, u_after, fee_pct))
    return w.early * (1 + u_bridge / 100) + w.late * (1 + u_after / 100) + w.fee * fee_pct / 100


def reservation_uplift(
    w: Weights, p: ArrayLike, u_bridge: ArrayLike, u_first: ArrayLike, u_second: ArrayLike, fee_pct: ArrayLike
) -> Floats:
    """u*: the highest uplift, percent, at which the full-length deal now is no dearer than the bridge on average.

    For a constant path of n years it is [b u_b + (n - b) (p u_first + (1 - p) u_second) + f] / n. p is the
    probability of the first state.
    """
    after = np.asarray(p) * np.asarray(u_first) + (1 - np.asarray(p)) * np.asarray(u_second)
    return 100 * (bridge_cost(w, u_bridge, after, fee_pct) / w.total - 1)


def value_of_waiting(now: ArrayLike, first: ArrayLike, second: ArrayLike, p: ArrayLike) -> Floats:
    """V_wait = C_now - E[C_bridge]; positive when the bridge is cheaper on average."""
    return np.asarray(now) - (np.asarray(p) * np.asarray(first) + (1 - np.asarray(p)) * np.asarray(second))


def break_even_probability(now: ArrayLike, first: ArrayLike, second: ArrayLike) -> Floats:
    """p* = (C_second - C_now) / (C_second - C_first), probability of the first state; NaN when both cost the same."""
    now, first, second = (np.asarray(x, dtype=float) for x in (now, first, second))
    gap = second - first
    same = np.abs(gap) <= 1e-12 * np.maximum(np.abs(second), np.abs(first))
    return np.where(same, np.nan, (second - now) / np.where(same, 1.0, gap))


def evpi_by_definition(now: float, bridge: dict[str, float], states: tuple[str, str], p: float) -> float:
    """min over courses of E[C] - E[min over courses of C]: what knowing the outcome in advance would be worth."""
    chances = (p, 1 - p)
    expected = sum(chance * bridge[state] for chance, state in zip(chances, states, strict=True))
    informed = sum(chance * min(now, bridge[state]) for chance, state in zip(chances, states, strict=True))
    return min(now, expected) - informed


@dataclass(frozen=True)
class Decision:
    """The choice between the full-length deal now and the bridge, from expected costs; money in the unit of the path.

    regret[course][state] = cost of the course in that state above the cheaper course in it.
    `value_error` and `reservation_error` are Monte Carlo standard errors, 0 for a closed form.
    """

    states: tuple[str, str]
    p: float
    cost_now: float
    cost_bridge: dict[str, float]
    reservation_uplift_pct: float
    break_even_probability: float
    value_of_waiting: float
    evpi: float
    regret: dict[str, dict[str, float]]
    bridge_cheaper_on_average: bool
    minimax_regret_course: str
    value_error: float = 0.0
    reservation_error: float = 0.0
    warnings: tuple[str, ...] = ()


def decide(
    w: Weights,
    states: tuple[str, str],
    p: float,
    u_now: float,
    u_bridge: float,
    u_first: float,
    u_second: float,
    fee_pct: float = 0.0,
) -> Decision:
    """The decision in closed form, from mean uplifts in percent and the mean path; p belongs to the first state.

    Expected costs are linear in p, so an uncertain p enters through its mean only. Raises ScenarioError for a p
    outside 0 to 1.
    """
    now = float(five_year_cost(w, u_now))
    first, second = (float(bridge_cost(w, u_bridge, u, fee_pct)) for u in (u_first, u_second))
    ceiling = float(reservation_uplift(w, p, u_bridge, u_first, u_second, fee_pct))
    return decision_from_costs(states, p, now, first, second, ceiling)


def decision_from_costs(
    states: tuple[str, str], p: float, now: float, first: float, second: float, reservation_uplift_pct: float
) -> Decision:
    """The decision from three expected costs: full-length deal now, and the bridge in each state."""
    if not 0 <= p <= 1:
        raise ScenarioError("event.states", f"the probability is {p}", "0 to 1")
    best = {states[0]: min(now, first), states[1]: min(now, second)}
    regret = {
        FIVE_YEAR: {s: now - best[s] for s in states},
        BRIDGE: {states[0]: first - best[states[0]], states[1]: second - best[states[1]]},
    }
    wait = float(value_of_waiting(now, first, second, p))
    # Expected regret of the better course: equal to `evpi_by_definition`, but never below 0 by rounding.
    chances = dict(zip(states, (p, 1 - p), strict=True))
    evpi = min(sum(chances[s] * regret[course][s] for s in states) for course in (FIVE_YEAR, BRIDGE))
    worst = {course: max(regret[course].values()) for course in regret}
    return Decision(
        states=states,
        p=p,
        cost_now=now,
        cost_bridge={states[0]: first, states[1]: second},
        reservation_uplift_pct=reservation_uplift_pct,
        break_even_probability=float(break_even_probability(now, first, second)),
        value_of_waiting=wait,
        evpi=evpi,
        regret=regret,
        bridge_cheaper_on_average=wait > 0,
        minimax_regret_course=min(worst, key=lambda course: worst[course]),
        warnings=decision_warnings(states, now, first, second),
    )


def decision_warnings(states: tuple[str, str], now: float, first: float, second: float) -> tuple[str, ...]:
    """What a reader must know about p* before quoting it; empty when p* lies inside 0 to 1 and reads as usual."""
    p_star = float(break_even_probability(now, first, second))
    one, other = states
    if math.isnan(p_star):
        same = f"waiting costs the same under {one} and {other}, so the odds do not matter"
        return (f"the break-even probability is undefined: {same}",)
    found = []
    if not 0 <= p_star <= 1:
        cheaper = "signing now" if now < min(first, second) else "waiting"
        found.append(
            f"the break-even probability would be {p_star:.2f}, outside 0 to 1: "
            f"{cheaper} costs less whatever the outcome"
        )
    elif first > second:
        found.append(
            f"waiting costs more under {one} than under {other}: it pays below the break-even probability, not above it"
        )
    return tuple(found)
