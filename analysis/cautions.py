"""What a reader must be told before quoting a result: one plain sentence each, or none."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.decision import Results
from analysis.definitions import Basis
from analysis.quantities import RangeGiven
from analysis.scenario import Scenario
from analysis.vintage import Evidence

#: Ranges within which past rounds or the method give an input any support; beyond them a result is an extrapolation.
CALIBRATED = {
    "settlement.kappa": (0, 10),
    "settlement.lambda_1": (0, 0.6),
    "settlement.tail.size_pct": (20, 400),
    "strategy.bridge_uplift_pct": (-1, 8),
    "strategy.five_year_uplift_pct": (-9, 14),
    "strategy.fee_pct": (0, 23),
}
FRESH_DAYS = 7


def cautions(results: Results, evidence: Evidence) -> list[str]:
    """Every caution that applies, the gravest first; evidence must be that of the scenario's as-of date."""
    scenario = results.scenario
    found = [*results.decision.warnings]
    for check in (_ask, _odds, _confidence, _calibration, _exchange_rate, _basis, _capital):
        found += check(scenario, evidence)
    return found


def _ask(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    if scenario.ask is None:
        return
    row = evidence.row(scenario.ask, "asks")
    if row["status"] != "confirmed":
        denied = ", and the host's government denied it" if "denied" in str(row["note"]).lower() else ""
        yield f"The ask is {row['status']}, not confirmed by both sides{denied}."


def _odds(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    if not scenario.event.readings:
        if min(scenario.event.states.values()) > 0:
            yield "The odds rest on no forecast on record; they are an assumption."
        return
    days = [
        pd.Period(str(evidence.row(r, "forecasts")["reading_date"])).end_time.date() for r in scenario.event.readings
    ]
    age = (scenario.as_of - max(days)).days
    if age > FRESH_DAYS:
        yield f"The newest forecast behind the odds is {age} days old; odds go stale after {FRESH_DAYS}."


def _confidence(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    base = scenario.base_year
    quantities = {"total": base.total, **{str(name): q for name, q in base.categories.items()}}
    weak = [name for name, q in quantities.items() if q.row and evidence.row(q.row)["confidence"] == "C"]
    assumed = [name for name, q in quantities.items() if not q.row]
    if weak:
        yield f"The bill of {base.year} rests on one source or a working-out (confidence C) for: {', '.join(weak)}."
    if assumed:
        yield f"The split of the bill of {base.year} is partly assumed: {', '.join(assumed)}."


def _calibration(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    for path, (low, high) in CALIBRATED.items():
        given = _range_at(scenario, path)
        if given is not None and (given.range[0] < low or given.range[2] > high):
            yield f"{path} reaches beyond {low:g} to {high:g}, the range that past rounds support."


def _range_at(scenario: Scenario, path: str) -> RangeGiven | None:
    value = scenario
    for part in path.split("."):
        value = getattr(value, part)
    return value


def _exchange_rate(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    year, averaging = scenario.horizon.year_type, scenario.fx.averaging
    if averaging == "part_year":
        yield "Exchange rates are averages of part of a year: a full year's average may differ."
    elif averaging != year:
        yield f"Exchange rates are averages over {averaging} years, payments fall in {year} years."


def _basis(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    if scenario.basis == Basis.ANNOUNCED:
        yield "Announced totals leave out later wage revisions: they must not be set against budgets or outturns."


def _capital(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    spread = [f"{line.name} ({line.years} years)" for line in scenario.credits.values() if line.years > 1]
    if spread:
        yield f"One-off capital is spread over several years as if it were a yearly payment: {', '.join(spread)}."
