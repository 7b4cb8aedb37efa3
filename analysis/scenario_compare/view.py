"""The set of scenarios as every exhibit of the comparison takes it: each with its results, all with one ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.briefing.view import View, model_rows, view_of
from analysis.case import Case
from analysis.decision import Results, past_rounds_of, strategy_inputs
from analysis.ledger import Ledger, Quote
from analysis.scenario_compare.fields import Value, values
from analysis.scenario_compare.steps import Steps, answer_of, steps_between
from analysis.scenario_files import load_scenario
from analysis.simulation import simulate
from analysis.strategy import Decision
from analysis.strategy_inputs import StrategyInputs
from analysis.vintage import load_evidence


@dataclass(frozen=True)
class Entry:
    """One scenario of the set: what was known on its day, and its results.

    shared: results of the first scenario of the set with the same inputs, so that the costs are worked out once.
    """

    case: Case
    view: View
    shared: Results

    @property
    def name(self) -> str:
        """The scenario's file name."""
        return self.case.scenario.id

    @property
    def inputs(self) -> StrategyInputs:
        """What the model takes."""
        return self.shared.simulation.inputs

    @property
    def decision(self) -> Decision:
        """Its choice between signing now and waiting."""
        return self.shared.decision

    @property
    def price_now(self) -> float:
        """Mean uplift of a full-length deal signed now, percent."""
        return self.shared.price_now

    def cost(self, course: str, state: str) -> pd.Series:
        """Cost of a course over the horizon, bn: mean, p10, p50, p90, cvar95 and Monte Carlo errors."""
        return self.shared.costs.loc[(course, state)]

    @cached_property
    def fields(self) -> dict[str, Value]:
        """Its inputs by path."""
        return values(self.case.scenario, self.case.evidence)

    def quote(self, figure: str, value: float, unit: str, text: str, formula: str) -> Quote:
        """Enter a figure of this scenario into the ledger, under `<scenario>.<figure>`."""
        return self.case.ledger.quote(
            f"{self.name}.{figure}",
            value,
            unit,
            text,
            rows=model_rows(self.case, self.view),
            assumptions=["event.states", "settlement", "strategy", "drivers"],
            formula=formula,
        )


@dataclass(frozen=True)
class Comparison:
    """The set, the scenario it is about first. latest: the case with the newest as-of date, which sees all rows used."""

    entries: tuple[Entry, ...]
    latest: Case

    @property
    def first(self) -> Entry:
        """The scenario the others are set against."""
        return self.entries[0]

    @cached_property
    def alike(self) -> list[list[Entry]]:
        """The entries in groups with the same inputs to the choice, in order; the first entry's group first."""
        groups: list[list[Entry]] = []
        for entry in self.entries:
            same = next((g for g in groups if g[0].shared is entry.shared), None)
            if same is None:
                groups.append([entry])
            else:
                same.append(entry)
        return groups

    @cached_property
    def same_money(self) -> bool:
        """Whether all amounts count the same thing in the same currency and prices, so that they can be subtracted."""
        return len({money_of(entry.case) for entry in self.entries}) == 1

    @cached_property
    def same_years(self) -> bool:
        """Whether all pay in the same years, on one line of the budget."""
        return self.same_money and len({str(e.case.scenario.horizon) for e in self.entries}) == 1

    @cached_property
    def steps(self) -> dict[str, Steps]:
        """The way from the first scenario's answer to each other one's, by name of the first entry of each group."""
        start = self.first
        return {
            other.name: steps_between(
                start.inputs,
                other.inputs,
                money_of(other.case) == money_of(start.case),
                (answer_of(start.decision), answer_of(other.decision)),
            )
            for other, *_ in self.alike[1:]
        }

    @property
    def later(self) -> list[Entry]:
        """Entries that know more than the first: their as-of date is later."""
        return [e for e in self.entries if e.case.scenario.as_of > self.first.case.scenario.as_of]


def money_of(case: Case) -> tuple[str, ...]:
    """What every amount of a case counts: host, currency, scope, basis, price basis."""
    scenario = case.scenario
    return (
        scenario.host,
        str(scenario.money.currency),
        str(scenario.scope),
        str(scenario.basis),
        scenario.money.price_basis,
    )


def compared(names: Sequence[str]) -> Comparison:
    """Load the scenarios, each with the evidence of its own day, and run the model once for each set of inputs."""
    scenarios = [load_scenario(name) for name in names]
    days = {scenario.as_of: load_evidence(scenario.as_of) for scenario in scenarios}
    newest = max(scenarios, key=lambda scenario: scenario.as_of)
    ledger = Ledger(days[newest.as_of])
    known: list[Results] = []
    entries = []
    for scenario in scenarios:
        case = Case(scenario, days[scenario.as_of], ledger)
        reference = past_rounds_of(scenario, case.evidence)
        inputs = strategy_inputs(scenario, case.evidence, reference)
        shared = next((results for results in known if results.simulation.inputs == inputs), None)
        if shared is None:
            known.append(shared := Results(scenario, reference, simulate(inputs)))
        own = Results(scenario, reference, shared.simulation)
        entries.append(Entry(case, view_of(case, own), shared))
    return Comparison(tuple(entries), Case(newest, days[newest.as_of], ledger))
