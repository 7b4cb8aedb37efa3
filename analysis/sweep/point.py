"""One point of a sweep: a scenario with a few values changed, and what follows for the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.decision import past_rounds_of, strategy_inputs
from analysis.errors import HnsError, ScenarioError
from analysis.inputs import base_year
from analysis.risk import cvar, error_of_cvar
from analysis.scenario import Scenario
from analysis.scenario_files import checked, merged_values, with_value
from analysis.settlement import ReferenceClass
from analysis.simulation import (
    BRIDGE,
    FIVE_YEAR,
    MIXED,
    STATUS_QUO,
    StrategyInputs,
    expected_decision,
    mean_deflator,
    mean_path,
    mean_prices,
    simulate,
    simulated_decision,
)
from analysis.strategy import Decision, weights
from analysis.sweep.design import Row, Value, tidy
from analysis.sweep.grid_file import CLOSED_FORM
from analysis.sweep.kept import KeptDraws
from analysis.vintage import load_evidence

STATES = "event.states."


@dataclass(frozen=True)
class Question:
    """What is worked out at every point: plain values that travel to other processes and machines.

    scenario: its name; fields: key paths that vary; draws: simulated outcomes of a point; means: closed-form or
    simulated; inputs: hash of the code and data the answer rests on; place: the grid file, for a refusal.
    """

    scenario: str
    fields: tuple[str, ...]
    draws: int
    means: str
    inputs: str
    place: str


class Prepared:
    """A question with its scenario and evidence read; answers points one after the other, not from two threads."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.raw = merged_values(question.scenario)
        self.scenario = checked(self.raw, f"data/scenarios/{question.scenario}.yaml")
        self.states = tuple(self.scenario.event.states)
        self.evidence = load_evidence(self.scenario.as_of)
        self.base = base_year(self.scenario, self.evidence)
        self.draws = KeptDraws(self.scenario.seed, question.draws)
        self._references: dict[tuple[object, ...], ReferenceClass] = {}

    def scenario_at(self, row: Row) -> Scenario:
        """The scenario with the values of one point, checked as a file is. Raises ScenarioError."""
        raw: Mapping[str, Any] = self.raw
        for path, value in zip(self.question.fields, row, strict=True):
            raw = with_value(dict(raw), path.split("."), list(value) if isinstance(value, tuple) else value)
            if path.startswith(STATES):
                raw = with_value(raw, self._other_state(path).split("."), _rest(value))
        return checked(dict(raw), f"{self.question.place}, {self.told(row)}")

    def inputs_at(self, row: Row) -> StrategyInputs:
        """The inputs of the model at one point. Raises ScenarioError or DataError for values that do not fit."""
        scenario = self.scenario_at(row)
        base = self.base if scenario.base_year == self.scenario.base_year else None
        try:
            reference = self._reference(scenario)
            inputs = strategy_inputs(scenario, self.evidence, reference, compared=False, base=base)
        except HnsError as error:
            raise ScenarioError(f"{self.question.place}, {self.told(row)}", error.sentence) from None
        return replace(inputs, draws=self.question.draws)

    def told(self, row: Row) -> str:
        """The values of a point in words, for a refusal."""
        return ", ".join(f"{path}={value}" for path, value in zip(self.question.fields, row, strict=True))

    def answers(self, first: int, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """The answer at each of the points, numbered from `first`."""
        return [{"point": first + i, **self.answer(row)} for i, row in enumerate(rows)]

    def answer(self, row: Row) -> dict[str, Any]:
        """Every result of one point by its name in `columns`; what has no meaning is None."""
        inputs = self.inputs_at(row)
        simulation = simulate(inputs, self.draws)
        exact = expected_decision(inputs) if self.question.means == CLOSED_FORM else None
        decision = exact or simulated_decision(simulation)
        now, waiting = simulation.cost(FIVE_YEAR), simulation.cost(BRIDGE, MIXED)
        worst_now, worst_waiting = cvar(now), cvar(waiting)
        return {
            **_decision(decision, inputs.p),
            "price_now_pct": float(simulation.u_now.mean()) if exact is None else float(mean_prices(inputs)[0]),
            "cost_status_quo": float(simulation.cost(STATUS_QUO).mean()) if exact is None else _mean_bill(inputs),
            "closed_form": exact is not None,
            "worst_5_now": worst_now,
            "worst_5_waiting": worst_waiting,
            "worst_5_now_error": error_of_cvar(now),
            "worst_5_waiting_error": error_of_cvar(waiting),
            "course_by_worst_5": BRIDGE if worst_waiting < worst_now else FIVE_YEAR,
        }

    def _other_state(self, path: str) -> str:
        one = path.removeprefix(STATES)
        if one not in self.states:
            raise ScenarioError(
                self.question.place, f"unknown key {path}", ", ".join(f"{STATES}{s}" for s in self.states)
            )
        return STATES + next(state for state in self.states if state != one)

    def _reference(self, scenario: Scenario) -> ReferenceClass:
        given = scenario.settlement
        key = (*given.drift_pct.items(), given.prior_mean_pct, given.prior_sd_pct)
        if key not in self._references:
            self._references = {key: past_rounds_of(scenario, self.evidence)}  # the last one: a grid stays with it
        return self._references[key]


def _rest(value: Value) -> float:
    """What is left to 1 for the other outcome of the event."""
    return tidy(1 - value) if isinstance(value, float | int) else value


def _mean_bill(inputs: StrategyInputs) -> float:
    deflator = None if inputs.inflation is None else mean_deflator(inputs)
    return float(weights(mean_path(inputs), inputs.bridge_years, inputs.discount_rate, deflator).total)


def _decision(decision: Decision, p: float) -> dict[str, Any]:
    star = decision.break_even_probability
    first, second = decision.states
    worst = {course: max(by.values()) for course, by in decision.regret.items()}
    return {
        "p": p,
        "reservation_uplift_pct": decision.reservation_uplift_pct,
        "reservation_error": decision.reservation_error,
        "break_even_probability": star if star == star else None,
        "odds_decide": bool(0 <= star <= 1),
        "cost_now": decision.cost_now,
        "cost_waiting": p * decision.cost_bridge[first] + (1 - p) * decision.cost_bridge[second],
        **{f"cost_waiting.{state}": cost for state, cost in decision.cost_bridge.items()},
        "value_of_waiting": decision.value_of_waiting,
        "value_error": decision.value_error,
        "evpi": decision.evpi,
        "regret_now": worst[FIVE_YEAR],
        "regret_waiting": worst[BRIDGE],
        "course_by_mean": BRIDGE if decision.bridge_cheaper_on_average else FIVE_YEAR,
        "course_by_regret": decision.minimax_regret_course,
    }
