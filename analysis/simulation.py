"""Every course of action, simulated from one set of seeded draws; the closed forms are in `analysis.strategy`.

Costs are in the money unit of the category bases, uplifts in percent. All courses share the draws of the path,
of kappa and of the asks, so their differences carry little Monte Carlo noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.costs import CategoryDriver, drawn_path, expected_path
from analysis.distributions import Draws, Pert
from analysis.errors import ScenarioError
from analysis.risk import error_of_mean, quantiles, summary
from analysis.settlement import SettlementModel, ask_uplift, offer_settlement, ratcheted, uplift_of, with_tail
from analysis.strategy import (
    BRIDGE,
    FIVE_YEAR,
    Decision,
    decide,
    decision_from_costs,
    discount_factors,
    weights,
)
from analysis.strategy_inputs import FullAsk, KoreaTerms, StrategyInputs

__all__ = ["FullAsk", "KoreaTerms", "StrategyInputs"]  # the inputs travel with the simulation that takes them

Floats = NDArray[np.float64]

STATUS_QUO, EXTENSION, KOREA_TERMS, FULL_ASK = "status_quo", "extension", "korea_terms", "full_ask"
LIKE_NEIGHBOUR = "like_neighbour"  # followed by a colon and the measure that is made equal
MIXED = "mixed"  # the event weighted by its probabilities
EITHER = "either"  # a course that costs the same whatever the event


@dataclass(frozen=True)
class Simulation:
    """Draws of the inputs; costs are worked out from them on demand.

    path: (draws, years, categories). u_now, u_bridge, fee_pct and u_after[state]: (draws,), percent.
    is_first: (draws,), whether the first state came. rates: (draws, years) local per dollar, or None.
    deflator: (draws, years), 1 in prices of the base year, or None where costs stay in the money of their year.
    """

    inputs: StrategyInputs
    path: Floats
    u_now: Floats
    u_bridge: Floats
    u_after: dict[str, Floats]
    fee_pct: Floats
    is_first: NDArray[np.bool_]
    rates: Floats | None
    deflator: Floats | None = None

    @cached_property
    def totals(self) -> Floats:
        """Status-quo payment in the money of each year, (draws, years)."""
        return self.path.sum(axis=2)

    @cached_property
    def courses(self) -> tuple[tuple[str, str], ...]:
        """Every (course, state) pair this simulation can cost."""
        given = [(STATUS_QUO, EITHER), (FIVE_YEAR, EITHER), *((BRIDGE, s) for s in (*self.inputs.states, MIXED))]
        given.append((EXTENSION, EITHER))
        if self.inputs.korea_terms:
            given.append((KOREA_TERMS, EITHER))
        if self.inputs.full_ask:
            given.append((FULL_ASK, EITHER))
        given += [(f"{LIKE_NEIGHBOUR}:{name}", EITHER) for name in self.inputs.like_neighbour]
        return tuple(given)

    @cached_property
    def costs(self) -> dict[tuple[str, str], Floats]:
        """Discounted cost over the horizon by (course, state), each (draws,)."""
        return {(c, s): self.cost(c, s) for c, s in self.courses}

    @cached_property
    def _costed(self) -> dict[tuple[str, str], Floats]:
        return {}

    def cost(self, course: str, state: str = EITHER) -> Floats:
        """Discounted cost of one course, (draws,), worked out once; raises as `yearly_costs` does."""
        if (course, state) not in self._costed:
            factors = discount_factors(len(self.inputs.years), self.inputs.discount_rate)
            self._costed[course, state] = yearly_costs(self, course, state) @ factors
        return self._costed[course, state]


def simulate(inputs: StrategyInputs, draws: Draws | None = None) -> Simulation:
    """Draw every input from its own seeded stream, or take `draws` of the same seed and number that keep theirs."""
    draws = draws or Draws(inputs.seed, inputs.draws)
    drawn, model = draws.of, inputs.settlement
    given = (inputs.base_year, inputs.years)
    key = ("path", tuple(inputs.drivers.items()), *given, inputs.outlook_error_pct)
    path = draws.kept(key, partial(drawn_path, inputs.drivers, *given, draws, inputs.outlook_error_pct))
    u_now = _price_now(model, path, draws)
    if inputs.bridge_share is None:
        u_bridge = drawn("strategy.bridge_uplift", inputs.bridge_uplift)
    else:
        u_bridge = drawn("strategy.bridge_share", inputs.bridge_share) * u_now
    ratchet = drawn("strategy.ratchet", inputs.ratchet)
    # One shock for both states: only one of them comes, and the same talks then have the same luck.
    shock = drawn("settlement.reference.after", model.reference)
    leave = draws.ranks("settlement.tail.leave")
    size = drawn("settlement.tail.size", model.tail_size)
    after = {}
    for state in inputs.states:
        if model.after_override is not None:
            inside = drawn(f"settlement.override.{state}", model.after_override[state])
        else:
            inside = shock if model.level == "L0" else _asked(draws, model, "after", state, model.ask_after[state])
        raw = with_tail(inside, leave < model.tail_weight[state], size) if model.has_tail else inside
        after[state] = ratcheted(raw, u_bridge, ratchet, inputs.ratchet_rule)
    rates = None
    if inputs.full_ask:
        rank = draws.ranks("fx")
        rates = np.stack([pert.at_ranks(rank) for pert in inputs.full_ask.rates]).T
    return Simulation(
        inputs=inputs,
        path=path,
        u_now=u_now,
        u_bridge=u_bridge,
        u_after=after,
        fee_pct=drawn("strategy.fee", inputs.fee),
        is_first=draws.ranks("event") < inputs.p,
        rates=rates,
        deflator=_deflator(inputs, drawn("money.inflation", inputs.inflation)) if inputs.inflation else None,
    )


def _deflator(inputs: StrategyInputs, inflation: Floats) -> Floats:
    """Money of each year to prices of the base year, (draws, years); each draw keeps one rate of inflation."""
    elapsed = np.array(inputs.years) - inputs.base_year
    return (1 + inflation[:, None]) ** -elapsed


def _price_now(model: SettlementModel, path: Floats, draws: Draws) -> Floats:
    """Uplift of the full-length deal now, percent. No tail: this price is seen, and can be refused."""
    if model.now_override is not None:
        return draws.of("settlement.override.now", model.now_override)
    if model.level == "L2":
        share = draws.of("settlement.lambda_1", model.lambda_1)
        # Against the mean path: measuring each draw against its own path would undo the path's uncertainty.
        return uplift_of(offer_settlement(model.offer, model.last_ask, share), path[:, 0].sum(axis=1).mean())
    if model.level == "L0":
        return draws.of("settlement.reference.now", model.reference)
    return _asked(draws, model, "now", "now", model.ask_now)


def _asked(draws: Draws, model: SettlementModel, when: str, name: str, ask: Pert) -> Floats:
    """Uplift on L1, percent: the outside view and what the ask adds."""

    def made() -> Floats:
        shock = draws.of(f"settlement.reference.{when}", model.reference)
        kappa = draws.of("settlement.kappa", model.kappa)
        return ask_uplift(shock, kappa, draws.of(f"settlement.ask.{name}", ask))

    return draws.kept(("asked", when, name, model.reference, model.kappa, ask), made)


def yearly_costs(simulation: Simulation, course: str, state: str = EITHER) -> Floats:
    """Undiscounted payments of one course, (draws, years); a second round's fee falls in the year after the bridge.

    In prices of the base year where the inputs hold an inflation, else in the money of each year.
    Raises ScenarioError for a course or state the simulation does not hold.
    """
    _require(simulation, course, state)
    nominal = _nominal_costs(simulation, course, state)
    return nominal if simulation.deflator is None else nominal * simulation.deflator


def _nominal_costs(simulation: Simulation, course: str, state: str) -> Floats:
    inputs, totals = simulation.inputs, simulation.totals
    if course == STATUS_QUO:
        return totals
    if course == FIVE_YEAR:
        return totals * (1 + simulation.u_now / 100)[:, None]
    if course == EXTENSION:
        return totals * (1 + simulation.u_bridge / 100)[:, None]
    if course == BRIDGE:
        return _bridge_costs(simulation, state)
    if course == KOREA_TERMS:
        return _korea_terms(inputs.korea_terms, totals)
    if course == FULL_ASK:
        return inputs.full_ask.dollars * simulation.rates
    return totals * (inputs.like_neighbour[course.partition(":")[2]] / inputs.base_total)


def _require(simulation: Simulation, course: str, state: str) -> None:
    if (course, state) not in simulation.courses:
        known = ", ".join(f"{c} ({s})" for c, s in simulation.courses)
        raise ScenarioError("course", f"there is no {course} ({state})", known)


def _bridge_costs(simulation: Simulation, state: str) -> Floats:
    """Each year at its uplift, and the fee of the second round, (draws, years)."""
    inputs, after, totals = simulation.inputs, simulation.u_after, simulation.totals
    first, second = inputs.states
    late = np.where(simulation.is_first, after[first], after[second]) if state == MIXED else after[state]
    costs, bridge = np.empty_like(totals), inputs.bridge_years
    np.multiply(totals[:, :bridge], (1 + simulation.u_bridge / 100)[:, None], out=costs[:, :bridge])
    np.multiply(totals[:, bridge:], (1 + late / 100)[:, None], out=costs[:, bridge:])
    if 0 < bridge < costs.shape[1]:
        costs[:, bridge] += _fee(simulation)
    return costs


def _fee(simulation: Simulation) -> Floats:
    """Cost of a second round in the year after the bridge, (draws,)."""
    return simulation.totals[:, 0] * simulation.fee_pct / 100


def _bridge_fee(simulation: Simulation) -> Floats:
    fee = np.zeros_like(simulation.totals)
    bridge = simulation.inputs.bridge_years
    if 0 < bridge < fee.shape[1]:
        fee[:, bridge] = _fee(simulation)
    return fee


def _korea_terms(terms: KoreaTerms, totals: Floats) -> Floats:
    start = totals[:, 0] if terms.start is None else np.full(len(totals), terms.start)
    since = np.arange(totals.shape[1]) - terms.flat_years
    raised = (1 + terms.rise_pct / 100) * (1 + terms.index_pct / 100) ** np.maximum(since, 0)
    return (np.where(since < 0, 1.0, raised)[:, None] * start).T


def total_costs(simulation: Simulation, course: str, state: str = EITHER) -> Floats:
    """Discounted cost of one course over the horizon, (draws,); raises as `yearly_costs` does."""
    return simulation.cost(course, state)


def cost_table(simulation: Simulation) -> pd.DataFrame:
    """One row per course and state: mean, p10, p50, p90, cvar95, mc_error_mean, mc_error_cvar (money unit)."""
    rows = [{"course": c, "state": s, **asdict(summary(costs))} for (c, s), costs in simulation.costs.items()]
    return pd.DataFrame(rows)


def by_year(simulation: Simulation, course: str, state: str = EITHER) -> pd.DataFrame:
    """Frame [year, mean, p10, p50, p90] of undiscounted payments."""
    yearly = yearly_costs(simulation, course, state)
    rows = [(y, yearly[:, i].mean(), *quantiles(yearly[:, i])) for i, y in enumerate(simulation.inputs.years)]
    return pd.DataFrame(rows, columns=["year", "mean", "p10", "p50", "p90"])


def by_category(simulation: Simulation, course: str, state: str = EITHER) -> pd.DataFrame:
    """Frame [year, category, mean]: undiscounted mean payments; they add up to the means of `by_year`.

    An uplift raises every category alike: nothing is known yet about how a rise would be divided. The fee of a
    second round is a category of its own, `second_round`. Amounts not built from categories are one, `total`.
    """
    yearly = yearly_costs(simulation, course, state)
    inputs, categories = simulation.inputs, list(simulation.inputs.drivers)
    if course in (KOREA_TERMS, FULL_ASK):
        return _long(inputs.years, ["total"], yearly.mean(axis=0)[:, None])
    fee = _bridge_fee(simulation) if course == BRIDGE else np.zeros(1)
    fee = fee if simulation.deflator is None else fee * simulation.deflator
    factor = (yearly - fee) / simulation.totals
    means = np.einsum("dyc,dy->yc", simulation.path, factor) / len(factor)
    if not fee.any():
        return _long(inputs.years, categories, means)
    return _long(inputs.years, [*categories, "second_round"], np.column_stack([means, fee.mean(axis=0)]))


def _long(years: Sequence[int], categories: Sequence[str], means: Floats) -> pd.DataFrame:
    rows = [(y, c, float(means[i, j])) for i, y in enumerate(years) for j, c in enumerate(categories)]
    return pd.DataFrame(rows, columns=["year", "category", "mean"])


def simulated_decision(simulation: Simulation) -> Decision:
    """The decision from the simulated means, with Monte Carlo errors; the same draws as `cost_table`."""
    inputs = simulation.inputs
    now, base = simulation.cost(FIVE_YEAR), simulation.cost(STATUS_QUO)
    first, second = (simulation.cost(BRIDGE, state) for state in inputs.states)
    bridge = inputs.p * first + (1 - inputs.p) * second
    ceiling = 100 * (bridge.mean() / base.mean() - 1)
    plain = decision_from_costs(
        inputs.states, inputs.p, float(now.mean()), float(first.mean()), float(second.mean()), float(ceiling)
    )
    return replace(
        plain,
        value_error=error_of_mean(now - bridge),
        reservation_error=error_of_mean(100 * bridge - (100 + ceiling) * base) / float(base.mean()),
        warnings=plain.warnings + band_warnings(base),
    )


def leaked_cost(simulation: Simulation, share: float) -> dict[str, float]:
    """Mean extra cost of the full-length deal, by state, if a blocked rise comes back outside the agreement.

    A deal signed now blocks what the later administration would have obtained above it, max(u_after - u_now, 0),
    in the years after the bridge. `share` (0 to 1) of that is paid in other budget lines instead. To include it in
    the value of waiting, add the average of these amounts, weighted by the states' probabilities.
    """
    if not 0 <= share <= 1:
        raise ScenarioError("leakage", f"is {share}", "0 to 1")
    inputs = simulation.inputs
    late = weights(simulation.totals, inputs.bridge_years, inputs.discount_rate, simulation.deflator).late
    blocked = {state: np.maximum(after - simulation.u_now, 0) / 100 for state, after in simulation.u_after.items()}
    return {state: float(share * (late * part).mean()) for state, part in blocked.items()}


def band_warnings(base: Floats) -> tuple[str, ...]:
    """A warning when the 80 percent band of the status-quo cost is narrower than 2 percent of its median."""
    low, middle, high = quantiles(base)
    if (high - low) / middle >= 0.02:
        return ()
    width = 100 * (high - low) / middle
    return (f"the status-quo band is only {width:.1f} percent wide: narrower than past outlooks have earned",)


def expected_decision(inputs: StrategyInputs) -> Decision | None:
    """The decision without any simulation, or None where no closed form exists.

    It exists unless a ratchet applies: a maximum has no simple mean.
    The simulation must agree with it within its Monte Carlo error.
    """
    if inputs.ratchet_rule != "none":
        return None
    u_now, u_bridge, u_after = mean_prices(inputs)
    deflator = None if inputs.inflation is None else mean_deflator(inputs)
    w = weights(mean_path(inputs), inputs.bridge_years, inputs.discount_rate, deflator)
    return decide(w, inputs.states, inputs.p, u_now, u_bridge, *u_after.values(), inputs.fee.mean)


def mean_path(inputs: StrategyInputs) -> Floats:
    """Mean status-quo payment by year, (years,), not to be written into."""
    return _mean_path(tuple(inputs.drivers.items()), inputs.base_year, inputs.years)


@lru_cache(maxsize=64)  # one scenario's variants mostly share it
def _mean_path(drivers: tuple[tuple[str, CategoryDriver], ...], base_year: int, years: tuple[int, ...]) -> Floats:
    path = expected_path(dict(drivers), base_year, years).groupby("year")["value"].sum().to_numpy()
    path.flags.writeable = False
    return path


def mean_prices(inputs: StrategyInputs) -> tuple[float, float, dict[str, float]]:
    """Mean uplifts, percent: full-length deal now, bridge, and by state the deal after the event before any ratchet."""
    model = inputs.settlement
    u_now = _mean_now(model, float(mean_path(inputs)[0]))
    u_bridge = inputs.bridge_uplift.mean if inputs.bridge_share is None else inputs.bridge_share.mean * u_now
    return u_now, u_bridge, {state: _mean_after(model, state) for state in inputs.states}


def mean_deflator(inputs: StrategyInputs) -> Floats:
    """Mean of the deflator by year; inflation is drawn apart from the path, so the means multiply."""
    return np.array([inputs.inflation.expect(lambda i, t=y - inputs.base_year: (1 + i) ** -t) for y in inputs.years])


def _mean_now(model: SettlementModel, first_year: float) -> float:
    if model.now_override is not None:
        return model.now_override.mean
    if model.level == "L2":
        return float(uplift_of(offer_settlement(model.offer, model.last_ask, model.lambda_1.mean), first_year))
    return _mean_inside(model, model.ask_now)


def _mean_inside(model: SettlementModel, multiple: Pert) -> float:
    if model.level == "L0":
        return model.reference.mean
    return model.reference.mean + model.kappa.mean * multiple.expect(np.log)  # kappa and ask are independent


def _mean_after(model: SettlementModel, state: str) -> float:
    override = model.after_override
    inside = _mean_inside(model, model.ask_after[state]) if override is None else override[state].mean
    weight = model.tail_weight[state] if model.has_tail else 0.0
    return (1 - weight) * inside + weight * model.tail_size.mean
