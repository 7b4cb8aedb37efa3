"""What follows from a set of slider values: the decision, the price line, costs by outcome and year, and the ask.

Everything is in closed form; nothing is simulated, so an answer takes a fraction of a second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.credits import WEIGHTS, CreditLine, credit_ladder
from analysis.decision import past_rounds_of, strategy_inputs
from analysis.distributions import Floats
from analysis.explore.changes import changed, moved
from analysis.explore.controls import Dial, Settings, dollars_asked
from analysis.explore.floors import mean_after, mean_blocked, sampled_prices
from analysis.explore.start import Prices, Start, path_of, prices_of
from analysis.inputs import credit_lines
from analysis.scenario import Scenario
from analysis.settlement import ReferenceClass
from analysis.simulation import mean_deflator
from analysis.strategy import Decision, Weights, decide, discount_factors, reservation_uplift, weights
from analysis.strategy_inputs import StrategyInputs

CHANCES = 41  # points of the price line


@dataclass(frozen=True)
class AskSide:
    """The ask beside what is paid, bn a year in local currency; None and NaN where no ask is on record."""

    dollars: float | None
    rate: float
    ask: float
    bill: float
    counted: float
    heads: float

    @property
    def multiple(self) -> float:
        """Ask divided by the last known bill."""
        return self.ask / self.bill

    @property
    def share(self) -> float:
        """Part of the ask that is covered by what is counted."""
        return self.counted / self.ask if self.ask > 0 else float("nan")

    @property
    def dollars_per_head(self) -> float:
        """The payment itself, in dollars a year for each person."""
        return self.bill / self.rate * 1e9 / self.heads


@dataclass(frozen=True)
class Explored:
    """The answer at one set of values; money in bn of the scenario's currency, uplifts in percent.

    prices: before any ratchet; after: by state, with it. line: p (0 to 1), uplift (the reservation uplift at it).
    yearly: year, rate, status_quo, now, and bridge:<state>, payments that are not discounted. leaked: extra cost of
    the full-length deal by state, if part of what it blocks comes back. to_dollars: factor for totals, at the central
    rates. beyond: words for every control out of its supported range, by key.
    """

    scenario: Scenario
    decision: Decision
    prices: Prices
    after: dict[str, float]
    line: pd.DataFrame
    yearly: pd.DataFrame
    path_cost: float
    leaked: dict[str, float]
    to_dollars: float
    ask: AskSide
    beyond: dict[str, str]

    @property
    def leaked_mean(self) -> float:
        """Mean extra cost of signing now through leakage, over the outcomes."""
        return sum(self.scenario.event.states[state] * cost for state, cost in self.leaked.items())

    @property
    def cost_bridge(self) -> float:
        """Mean cost of waiting over the outcomes."""
        return sum(self.scenario.event.states[state] * cost for state, cost in self.decision.cost_bridge.items())


def explored(start: Start, settings: Settings) -> Explored:
    """The answer at one set of values. Raises ScenarioError when the scenario they describe is refused."""
    scenario = changed(start, settings)
    inputs = _inputs(start, scenario)
    path = path_of(inputs)
    prices = prices_of(inputs, path)
    deflator = None if inputs.inflation is None else mean_deflator(inputs)
    split = weights(path, inputs.bridge_years, inputs.discount_rate, deflator)
    sample = sampled_prices(inputs, float(path[0]))
    after = {state: mean_after(sample, state, prices.after[state]) for state in inputs.states}
    share = 0.0 if scenario.strategy.leakage is None else scenario.strategy.leakage.mean
    fee = inputs.fee.mean
    yearly = _yearly(scenario, inputs, path * (1.0 if deflator is None else deflator), prices, after)
    due = yearly["status_quo"] * discount_factors(len(path), inputs.discount_rate)
    return Explored(
        scenario=scenario,
        decision=decide(split, inputs.states, inputs.p, prices.now, prices.bridge, *after.values(), fee),
        prices=prices,
        after=after,
        line=_line(split, prices, after, fee),
        yearly=yearly,
        path_cost=float(split.total),
        leaked={s: share * float(split.late) * mean_blocked(sample, s) / 100 if share else 0.0 for s in inputs.states},
        to_dollars=float((due / yearly["rate"]).sum() / due.sum()),
        ask=_ask_side(start, scenario, settings),
        beyond=_beyond(start, settings),
    )


def _inputs(start: Start, scenario: Scenario) -> StrategyInputs:
    if scenario is start.scenario:
        return start.inputs
    return strategy_inputs(scenario, start.evidence, _reference(start, scenario), compared=False)


def _reference(start: Start, scenario: Scenario) -> ReferenceClass:
    same = scenario.settlement.drift_pct == start.scenario.settlement.drift_pct
    return start.reference if same else past_rounds_of(scenario, start.evidence)


def _line(split: Weights, prices: Prices, after: dict[str, float], fee: float) -> pd.DataFrame:
    chances = np.linspace(0, 1, CHANCES)
    return pd.DataFrame(
        {"p": chances, "uplift": reservation_uplift(split, chances, prices.bridge, *after.values(), fee)}
    )


def _yearly(
    scenario: Scenario, inputs: StrategyInputs, path: Floats, prices: Prices, after: dict[str, float]
) -> pd.DataFrame:
    bridge, years = inputs.bridge_years, len(path)
    fee = np.zeros(years)
    if 0 < bridge < years:
        fee[bridge] = path[0] * inputs.fee.mean / 100
    early = np.arange(years) < bridge
    frame = {
        "year": list(inputs.years),
        "rate": [scenario.fx.values[year].range[1] for year in inputs.years],
        "status_quo": path,
        "now": path * (1 + prices.now / 100),
    }
    for state, price in after.items():
        frame[f"bridge:{state}"] = path * (1 + np.where(early, prices.bridge, price) / 100) + fee
    return pd.DataFrame(frame)


def _ask_side(start: Start, scenario: Scenario, settings: Settings) -> AskSide:
    on_record = dollars_asked(start)
    asked = None if on_record is None else float(settings.get("ask", on_record))
    rate = scenario.fx.values[scenario.horizon.first_year].range[1]
    counted = start.bill
    lines = credit_lines(scenario, start.evidence)
    view = str(settings.get("counted", "strict"))
    if lines:
        counted = counted_amount(lines, view)
    heads = float(start.evidence.row(scenario.troops)["count"])
    local = float("nan") if asked is None else asked * rate
    return AskSide(asked, rate, local, start.bill, counted, heads)


def counted_amount(lines: list[CreditLine], view: str) -> float:
    """What one view counts of the lines, bn a year; view: strict, central or full."""
    if view not in WEIGHTS:
        raise ValueError(f"no view {view!r}")
    return float(credit_ladder(lines, ask=1.0)[f"cumulative_{view}"].iloc[-1])


def _beyond(start: Start, settings: Settings) -> dict[str, str]:
    said = {c.key: c.beyond(settings[c.key]) for c in moved(start, settings) if isinstance(c, Dial)}
    return {key: words for key, words in said.items() if words}
