"""What each assumption of a scenario is worth: how far the answer moves when that assumption alone moves.

Every number comes from the scenario run again with one value changed, through the same code as the scenario itself:
in closed form where there is one, else from a simulation with the same seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.decision import Results, strategy_inputs
from analysis.distributions import Pert
from analysis.inputs import assumptions
from analysis.ranges import WEIGHT_LIMIT
from analysis.scenario import Scenario
from analysis.settlement import ReferenceClass, reference_class
from analysis.simulation import StrategyInputs, expected_decision, simulate, simulated_decision
from analysis.vintage import Evidence

DRAWS = 20_000  # where no closed form exists
ENDS = (0.1, 0.9)
#: Plain settings without a range, and the step by which this log moves them to either side.
SETTINGS = {
    "settlement.drift_pct": (1.0, "Yearly drift taken out of past rounds. No range is given: moved by one point."),
    "settlement.prior_mean_pct": (
        1.0,
        "Mean the past rounds are drawn to. No range is given: moved by one point.",
    ),
    "settlement.prior_sd_pct": (3.0, "Spread assumed before any round. No range is given: moved by three points."),
}


@dataclass(frozen=True)
class Assumption:
    """One assumption that can be moved: dotted path, range as shown, the two values tried, and the reason."""

    path: str
    shown: tuple[float, float, float]
    ends: tuple[float, float] | None
    reason: str | None
    is_range: bool = True


def assumption_log(results: Results, evidence: Evidence) -> pd.DataFrame:
    """Every assumption with the swing of the answer between its 10th and 90th percentile, largest first.

    Columns path, low, mode, high, reason, low_input, high_input, uplift_swing (points of u*, high end minus low end),
    value_swing (bn of V_wait, likewise). An assumption without a range has no swing (NaN). Swings of less than
    1e-6 are exact zeros. The column order of size is that of |value_swing|, then |uplift_swing|.
    """
    rows = []
    for given in _given(results.scenario):
        row: dict[str, Any] = dict(zip(("low", "mode", "high"), given.shown, strict=True))
        row |= {"path": given.path, "reason": given.reason, "uplift_swing": math.nan, "value_swing": math.nan}
        if given.ends:
            (u_low, v_low), (u_high, v_high) = (_answer(results, evidence, given, end) for end in given.ends)
            row |= {"low_input": given.ends[0], "high_input": given.ends[1]}
            row |= {"uplift_swing": _clean(u_high - u_low), "value_swing": _clean(v_high - v_low)}
        rows.append(row)
    frame = pd.DataFrame(rows)
    order = (
        frame[["value_swing", "uplift_swing"]]
        .abs()
        .sort_values(["value_swing", "uplift_swing"], ascending=False, kind="stable", na_position="last")
    )
    return frame.loc[order.index].reset_index(drop=True)


def _clean(swing: float) -> float:
    return 0.0 if abs(swing) < 1e-6 else swing


def _given(scenario: Scenario) -> Iterator[Assumption]:
    """The assumptions of the scenario file, the tail weights, and the settings without a range."""
    for row in assumptions(scenario).itertuples():
        shown = (float(row.low), float(row.mode), float(row.high))
        ends = None
        if row.low < row.high:
            ends = tuple(float(x) for x in Pert(*shown).ppf(ENDS))
            if row.path == "event.probability_range" and set(scenario.event.states.values()) == {0.0, 1.0}:
                ends = None  # the scenario supposes who wins; its range of odds is not in use
        yield Assumption(row.path, shown, ends, row.reason)
    if scenario.settlement.has_tail:
        for state, weight in scenario.settlement.tail.weight.items():
            if weight > 0:
                shown = (0.0, weight, WEIGHT_LIMIT)
                ends = tuple(float(x) for x in Pert(*shown).ppf(ENDS))
                yield Assumption(f"settlement.tail.weight.{state}", shown, ends, scenario.settlement.tail.reason, False)
    for path, (step, reason) in SETTINGS.items():
        name = path.rpartition(".")[2]
        value = getattr(scenario.settlement, name)
        values = {f"{path}.{host}": float(v) for host, v in value.items()} if isinstance(value, dict) else {path: value}
        for full, one in values.items():
            yield Assumption(full, (one, one, one), (one - step, one + step), reason, False)


def _answer(results: Results, evidence: Evidence, given: Assumption, value: float) -> tuple[float, float]:
    """(u*, V_wait) with one assumption at one value."""
    scenario = with_value(results.scenario, given.path, value, given.is_range)
    reference = results.reference
    if given.path.startswith(tuple(SETTINGS)):
        reference = _reference(reference, scenario)
    return answer(strategy_inputs(scenario, evidence, reference, compared=False))


def answer(inputs: StrategyInputs) -> tuple[float, float]:
    """(u* in percent, V_wait in bn): in closed form, or simulated with DRAWS draws where there is none."""
    decision = expected_decision(inputs) or simulated_decision(simulate(replace(inputs, draws=DRAWS)))
    return decision.reservation_uplift_pct, decision.value_of_waiting


def _reference(known: ReferenceClass, scenario: Scenario) -> ReferenceClass:
    given = scenario.settlement
    return reference_class(
        known.rounds,
        known.host,
        given.drift_pct,
        prior_mean_pct=given.prior_mean_pct,
        prior_sd_pct=given.prior_sd_pct,
    )


def with_value(scenario: Scenario, path: str, value: float, is_range: bool = True) -> Scenario:
    """The scenario with one assumption certain at `value`; checked by the scenario's own model.

    `event.probability_range` moves the probability of the first state itself. Raises ScenarioError's cause, a pydantic
    ValidationError, for a value the model refuses.
    """
    raw = scenario.model_dump(by_alias=True)
    if path == "event.probability_range":
        first, second = scenario.event.states
        raw["event"]["states"] = {first: value, second: 1 - value}
        return Scenario.model_validate(raw)
    *parents, last = path.split(".")
    node = raw
    for name in parents:
        node = node[name if name in node else int(name)]
    key = last if last in node else int(last)
    node[key] = {"range": [value, value, value]} if is_range else value
    return Scenario.model_validate(raw)
