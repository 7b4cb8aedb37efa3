"""From a scenario and its evidence to the choice: the inputs of the model, the simulation, and its results."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.backtest import rolling, summarised
from analysis.comparison import beside_neighbour, treated_like
from analysis.costs import CategoryDriver
from analysis.distributions import Pert
from analysis.errors import ScenarioError
from analysis.inputs import Input, base_year, resolved
from analysis.quantities import Range
from analysis.scenario import Driver, Scenario
from analysis.settlement import ReferenceClass, SettlementModel, reference_class
from analysis.simulation import (
    BRIDGE,
    EITHER,
    EXTENSION,
    FIVE_YEAR,
    FULL_ASK,
    KOREA_TERMS,
    MIXED,
    STATUS_QUO,
    FullAsk,
    KoreaTerms,
    Simulation,
    StrategyInputs,
    by_year,
    cost_table,
    simulate,
    simulated_decision,
    yearly_costs,
)
from analysis.strategy import Decision
from analysis.vintage import Evidence

#: The course a scenario follows, as (course, state) of the simulation.
COURSE = {
    "status_quo": (STATUS_QUO, EITHER),
    "five_year": (FIVE_YEAR, EITHER),
    "bridge": (BRIDGE, MIXED),
    "extension": (EXTENSION, EITHER),
    "korea_terms": (KOREA_TERMS, EITHER),
    "full_ask": (FULL_ASK, EITHER),
}


@dataclass(frozen=True)
class Results:
    """The simulated choice of one scenario; money in bn of the scenario's currency."""

    scenario: Scenario
    reference: ReferenceClass
    simulation: Simulation

    @cached_property
    def decision(self) -> Decision:
        """Reservation uplift, break-even probability, value of waiting, EVPI and regret."""
        return simulated_decision(self.simulation)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """One row a course and state: mean, p10, p50, p90, cvar95 and Monte Carlo errors."""
        return cost_table(self.simulation).set_index(["course", "state"])

    @property
    def course(self) -> tuple[str, str]:
        """The course this scenario follows."""
        return COURSE[self.scenario.strategy.kind]

    def yearly(self, course: tuple[str, str]) -> pd.DataFrame:
        """Payments by year of one course: year, mean, p10, p50, p90."""
        return by_year(self.simulation, *course)

    def draws_of_year(self, course: tuple[str, str], year: int):
        """Simulated payments of one course in one year, shape (draws,)."""
        return yearly_costs(self.simulation, *course)[:, self.scenario.horizon.all_years.index(year)]

    @property
    def price_now(self) -> float:
        """Mean uplift of a full-length deal signed now, percent."""
        return float(self.simulation.u_now.mean())

    @property
    def price_rests_on(self) -> str:
        """What the price of signing now is taken from, in words that follow "the price suggested by"."""
        if self.scenario.strategy.five_year_uplift_pct is not None:
            return "the price on the table"
        return {
            "L0": "past rounds",
            "L1": "past rounds and the ask",
            "L2": "the last offer and the last ask",
        }[self.scenario.settlement.level]

    @property
    def odds_decide(self) -> bool:
        """Whether there are odds at which signing and waiting cost the same."""
        return 0 <= self.decision.break_even_probability <= 1


def decided(scenario: Scenario, evidence: Evidence) -> Results:
    """Simulate every course of a scenario from what was known on its as-of date.

    Raises ScenarioError or VintageError when the scenario contradicts the evidence.
    """
    reference = past_rounds_of(scenario, evidence)
    return Results(scenario, reference, simulate(strategy_inputs(scenario, evidence, reference)))


def past_rounds_of(scenario: Scenario, evidence: Evidence) -> ReferenceClass:
    """The reference class of the scenario's host: past rounds known on the as-of date, shrunk and spread."""
    return reference_class(
        past_rounds(evidence),
        scenario.host,
        scenario.settlement.drift_pct,
        prior_mean_pct=scenario.settlement.prior_mean_pct,
        prior_sd_pct=scenario.settlement.prior_sd_pct,
    )


def rolling_test(scenario: Scenario, evidence: Evidence) -> pd.DataFrame:
    """Mean scores of the price model and of simple rules over past rounds, each seen from the rounds before it.

    Columns as `backtest.summarised`; raises DataError when no round of 2009 or later is known.
    """
    given = scenario.settlement
    scores = rolling(
        past_rounds(evidence),
        given.drift_pct,
        prior_mean=given.prior_mean_pct,
        prior_sd=given.prior_sd_pct,
    )
    return summarised(scores)


def past_rounds(evidence: Evidence) -> pd.DataFrame:
    """The rounds of the reference class, with gap_years and ask_multiple as numbers (NaN where not known)."""
    rounds = evidence.table("rounds")
    rounds = rounds[rounds["reference_class"].astype("string").eq("true") | rounds["reference_class"].eq(True)]
    payments = evidence.table("payments")
    rounds = rounds.assign(change_pct=rounds["change_pct"].astype(float))
    prior = payments["first_year"].reindex(rounds["prior_row"]).to_numpy(dtype=float, na_value=float("nan"))
    gap = rounds["first_year"].to_numpy(dtype=float) - prior
    asked = rounds["ask_multiple"].astype("Float64").to_numpy(dtype=float, na_value=float("nan"))
    return rounds.assign(gap_years=gap, ask_multiple=asked).reset_index(drop=True)


def strategy_inputs(
    scenario: Scenario,
    evidence: Evidence,
    reference: ReferenceClass,
    *,
    compared: bool = True,
    base: tuple[Input, dict[str, Input]] | None = None,
) -> StrategyInputs:
    """All numbers the simulation needs, as plain values; `compared` adds the courses that only serve to compare.

    base: what `inputs.base_year` gave for this scenario, where it is known.
    """
    total, parts = base or base_year(scenario, evidence)
    first, second = scenario.event.states
    years = scenario.horizon.all_years
    strategy = scenario.strategy
    return StrategyInputs(
        years=tuple(years),
        base_year=scenario.base_year.year,
        drivers={
            name: _driver(driver, parts[name].value, evidence, f"drivers.{name}")
            for name, driver in scenario.drivers.items()
        },
        states=(first, second),
        p=scenario.event.states[first],
        bridge_years=strategy.bridge_years,
        bridge_uplift=_pert(strategy.bridge_uplift_pct),
        bridge_share=_pert(strategy.bridge_share) if strategy.bridge_share else None,
        fee=_pert(strategy.fee_pct),
        settlement=_settlement(scenario, evidence, reference),
        ratchet=_pert(strategy.ratchet),
        ratchet_rule=strategy.ratchet_rule,
        discount_rate=scenario.money.discount_rate,
        outlook_error_pct=scenario.outlook_error_pct.value,
        korea_terms=korea_terms(evidence) if compared else None,
        full_ask=_full_ask(scenario, evidence) if compared else None,
        like_neighbour=_like_neighbour(scenario, evidence, total.value) if compared else {},
        inflation=_pert(scenario.money.inflation) if scenario.money.price_basis == "real" else None,
        seed=scenario.seed,
        draws=scenario.draws,
    )


def _pert(given: Range) -> Pert:
    return Pert(*given.range)


def _driver(driver: Driver, base: float, evidence: Evidence, path: str) -> CategoryDriver:
    def bound(name: str) -> float | None:
        quantity = getattr(driver, name)
        return None if quantity is None else resolved(quantity, evidence, f"{path}.{name}").value

    ceiling, limit = bound("ceiling"), bound("volume_limit")
    if ceiling is not None and base > ceiling + 1e-9:
        raise ScenarioError(f"{path}.ceiling", f"the base year's {base:g} bn stands above it", f"at least {base:g}")
    if limit is not None and driver.volume is not None and driver.volume.range[2] > limit:
        raise ScenarioError(
            f"{path}.volume", f"reaches {driver.volume.range[2]:g}", f"at most {limit:g}, all there are"
        )
    return CategoryDriver(
        base=base,
        growth=_pert(driver.growth) if driver.growth else None,
        level=_pert(driver.level) if driver.level else None,
        # a share of the cost and a number of workers both multiply the amount
        volume=_pert(driver.volume or driver.share) if driver.volume or driver.share else None,
        base_volume=driver.base_share if driver.share else bound("base_volume"),
        floor=bound("floor"),
        ceiling=ceiling,
    )


def _settlement(scenario: Scenario, evidence: Evidence, reference: ReferenceClass) -> SettlementModel:
    given, strategy = scenario.settlement, scenario.strategy

    def amount(name: str) -> float | None:
        quantity = getattr(given, name)
        return None if quantity is None else resolved(quantity, evidence, f"settlement.{name}").value

    return SettlementModel(
        level=given.level,
        reference=reference.distribution,
        kappa=_pert(given.kappa),
        ask_now=_pert(given.ask_now),
        ask_after={state: _pert(ask) for state, ask in given.ask_multiple.items()},
        tail_weight=given.tail.weight,
        tail_size=_pert(given.tail.size_pct),
        offer=amount("offer"),
        last_ask=amount("last_ask"),
        lambda_1=_pert(given.lambda_1) if given.lambda_1 else None,
        now_override=_pert(strategy.five_year_uplift_pct) if strategy.five_year_uplift_pct else None,
        after_override={s: _pert(u) for s, u in given.uplift_pct.items()} if given.uplift_pct else None,
        tail_beside_override=given.tail_beside_uplift,
    )


def korea_terms(evidence: Evidence) -> KoreaTerms | None:
    """South Korea's latest terms as known on the day: rise of the last round, then its mean yearly growth before.

    The growth is that between the first and the last year of the agreement before, in won. None when fewer than two
    rounds are known.
    """
    rounds = evidence.table("rounds")
    rounds = rounds[rounds["host"] == "KR"].sort_values("first_year")
    if len(rounds) < 2:
        return None
    before, last = rounds.iloc[-2], rounds.iloc[-1]
    spread = int(last["first_year"]) - 1 - int(before["first_year"])
    growth = 0.0 if spread < 1 else (float(last["prior_payment"]) / float(before["new_payment"])) ** (1 / spread) - 1
    return KoreaTerms(float(last["change_pct"]), 100 * growth, flat_years=0)


def _full_ask(scenario: Scenario, evidence: Evidence) -> FullAsk | None:
    """The ask of every year in local money; None when none is on record, or it is not an amount a year.

    Raises ScenarioError for an ask in a currency the scenario has no rate for.
    """
    if scenario.ask is None:
        return None
    row = evidence.row(scenario.ask, "asks")
    if row["amount_unit"] != "bn":
        return None
    years = scenario.horizon.all_years
    if row["currency"] == scenario.money.currency:
        return FullAsk(float(row["amount"]), tuple(Pert.certain(1.0) for _ in years))
    if row["currency"] != "USD":
        allowed = f"USD or {scenario.money.currency}"
        raise ScenarioError("ask", f"row {scenario.ask} is in {row['currency']}, for which no rate is given", allowed)
    return FullAsk(float(row["amount"]), tuple(_pert(scenario.fx.values[year]) for year in years))


def _like_neighbour(scenario: Scenario, evidence: Evidence, base: float) -> dict[str, float]:
    """What the host would pay in the base year if each measure stood at its neighbour's level, bn, by measure.

    Shares of national product and the like; the yearly amount itself is no standard of equal treatment.
    """
    (host, other), _, found = beside_neighbour(evidence.tables, scenario.host)
    known = [m for m in found if m.key != "dollars" and not pd.isna([m.values[host], m.values[other]]).any()]
    return {m.key: treated_like(m, host, other, base) for m in known}
