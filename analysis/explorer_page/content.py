"""What the explorer embeds of each scenario: the means its closed forms take, ranges, definitions and sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from analysis import formats
from analysis.case import Case
from analysis.course_names import course_name
from analysis.credits import WEIGHTS
from analysis.decision import COURSE, past_rounds_of, strategy_inputs
from analysis.errors import ScenarioError
from analysis.explorer_page.controls import controls
from analysis.explorer_page.floor import REACH, STEP, excess_table
from analysis.inputs import base_year, credit_lines
from analysis.ledger import Ledger
from analysis.scenario import Scenario
from analysis.settlement import ReferenceClass
from analysis.simulation import EITHER, MIXED, StrategyInputs, mean_deflator, mean_path
from analysis.vintage import Evidence
from analysis.wording import state_briefly, state_name

#: Courses whose mean costs differ by less than this part of the cost of signing cost the same, as in the briefing.
NEAR_TIE = 0.0025

#: Keys that say what a scenario is called or shows, not what it costs: scenarios alike in all others share numbers.
_NAMES = {"id", "title", "question", "course", "briefing", "simulated", "group"}


def explorer_data(
    checked: Sequence[tuple[Scenario, Evidence]],
    *,
    simulated: Mapping[str, Mapping[str, Any]] | None = None,
    briefings: Mapping[str, str] | None = None,
    refused: Iterable[str] = (),
) -> dict[str, Any]:
    """Everything the page shows, as plain data in the order of the page.

    checked: scenarios with the evidence of their day. simulated: headline results of the simulation by scenario, as
    in `<name>.expected.json`. briefings: address of a scenario's briefing from the page, where there is one. refused:
    sentences on scenarios that could not be read. Raises ScenarioError, DataError or VintageError.
    """
    ordered = sorted(checked, key=lambda pair: _order(pair[0]))
    scenarios: list[dict[str, Any]] = []
    sources: dict[str, dict[str, Any]] = {}
    for scenario, evidence in ordered:
        one = _scenario(scenario, evidence)
        one["simulated"] = _simulated(scenario.id, (simulated or {}).get(scenario.id))
        one["briefing"] = (briefings or {}).get(scenario.id)
        twin = next((other["id"] for other in scenarios if _numbers(other) == _numbers(one)), None)
        scenarios.append({**one, "twin": twin})
        for _, ids in one["sources"]:
            sources |= {key: _source(evidence, key) for key in ids}
    return {
        "nearTie": NEAR_TIE,
        "floor": {"reach": REACH, "step": STEP},
        "scenarios": scenarios,
        "sources": sources,
        "refused": list(refused),
    }


def _order(scenario: Scenario) -> tuple[Any, ...]:
    """By host and date; the scenario with open odds that waits leads, since the others are variations of it."""
    sure = max(scenario.event.states.values()) == 1
    varied = scenario.strategy.kind != "bridge" or scenario.extends not in (None, "baseline")
    return scenario.host, scenario.as_of, varied, sure, scenario.id


def _numbers(one: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key not in _NAMES | {"twin"}}


def _scenario(scenario: Scenario, evidence: Evidence) -> dict[str, Any]:
    case = Case(scenario, evidence, Ledger(evidence))
    past = past_rounds_of(scenario, evidence)
    inputs = strategy_inputs(scenario, evidence, past, compared=False)
    first, last = scenario.horizon.first_year, scenario.horizon.all_years[-1]
    course, state = COURSE[scenario.strategy.kind]
    sure = next((s for s, p in scenario.event.states.items() if p == 1), MIXED)
    deflator = np.ones(len(inputs.years)) if inputs.inflation is None else mean_deflator(inputs)
    return {
        "id": scenario.id,
        "title": scenario.title,
        "question": scenario.question,
        "group": f"{case.host['name']}, {scenario.as_of:%B %Y}",
        "course": course_name(scenario, course, sure if state == MIXED else EITHER),
        "host": str(case.host["name"]),
        "span": formats.years(first, last, scenario.horizon.year_type),
        "asOf": formats.day(scenario.as_of),
        "event": scenario.event.name,
        "currency": case.currency,
        "symbol": formats.symbol(case.currency),
        "states": [{"name": state_name(s), "brief": state_briefly(s)} for s in inputs.states],
        "years": list(inputs.years),
        "path": [float(value) for value in mean_path(inputs)],
        "deflator": [float(value) for value in deflator],
        "ratchetRule": inputs.ratchet_rule,
        "excess": _excess(inputs),
        "reference": past.distribution.mean,
        "kappa": None if inputs.settlement.level == "L0" else inputs.settlement.kappa.mean,
        "controls": [asdict(control) for control in controls(scenario, inputs, _ask_in_dollars(case))],
        "base": _base(case),
        "credits": _credits(case),
        "definition": _definition(case),
        "sources": _sources(case, past),
    }


def _excess(inputs: StrategyInputs) -> list[list[float]] | None:
    if inputs.ratchet_rule != "floor":
        return None
    return [excess_table(inputs.settlement, state) for state in inputs.states]


def _ask_in_dollars(case: Case) -> float | None:
    """The ask on record in bn dollars a year, at the central rate of the first year; None without one."""
    if case.scenario.ask is None:
        return None
    row = case.evidence.row(case.scenario.ask, "asks")
    rate = 1.0 if row["currency"] == "USD" else case.scenario.fx.values[case.scenario.horizon.first_year].range[1]
    return float(row["amount"]) / rate if row["amount_unit"] == "bn" else None


def _base(case: Case) -> dict[str, Any]:
    base = case.scenario.base_year
    year = formats.year(base.year, case.scenario.horizon.year_type)
    return {"year": base.year, "words": year, "total": base_year(case.scenario, case.evidence)[0].value}


def _credits(case: Case) -> list[dict[str, Any]]:
    """What else the host pays: name, bn a year, and the part counted on each view; the bill itself comes first."""
    lines = credit_lines(case.scenario, case.evidence)
    return [{"name": x.name, "amount": x.per_year, **{view: getattr(x, view) for view in WEIGHTS}} for x in lines]


def _definition(case: Case) -> str:
    scenario, host = case.scenario, case.host
    prices = "money of each year"
    if scenario.money.price_basis == "real":
        prices = f"prices of {scenario.base_year.year}"
    year = {"FY": "fiscal years from April to March", "CY": "calendar years"}[scenario.horizon.year_type]
    return f"{host['line_name']} ({host['line_purpose']}), {scenario.basis.replace('_', ' ')}, {year}, {prices}"


def _sources(case: Case, past: ReferenceClass) -> list[tuple[str, list[str]]]:
    """What rests on which sources: words and ids of rows in the table of sources."""
    scenario, base = case.scenario, case.scenario.base_year
    groups = {
        f"Bill of {_base(case)['words']}": [q.row for q in (base.total, *base.categories.values()) if q.row],
        "Reported ask": [scenario.ask] if scenario.ask else [],
        "Odds": list(scenario.event.readings),
        formats.counted(past.n, "past round").capitalize(): list(past.rounds["id"]),
        "What else the host pays": [line.row for line in scenario.credits.values()],
    }
    named = {words: {str(case.evidence.row(row)["source"]): None for row in rows} for words, rows in groups.items()}
    return [(words, list(ids)) for words, ids in named.items() if ids]


def _source(evidence: Evidence, key: str) -> dict[str, Any]:
    row = evidence.table("sources").loc[key]
    url = str(row["url"])
    return {
        "producer": str(row["producer"]),
        "title": str(row["title"]),
        "url": url if url.startswith(("https://", "http://")) else None,
    }


def _simulated(name: str, headline: Mapping[str, Any] | None) -> dict[str, float] | None:
    """Of the simulated results, what the page sets beside its own: reservation uplift, V_wait, and the worst 5%."""
    if headline is None:
        return None
    try:
        costs = headline["strategies"]
        return {
            "reservation": headline["reservation_uplift_pct"],
            "waiting": headline["value_of_waiting"],
            "worstNow": costs["five_year"]["cvar95"],
            "worstWait": costs["bridge.mixed"]["cvar95"],
        }
    except (KeyError, TypeError):
        place = f"data/scenarios/{name}.expected.json"
        raise ScenarioError(place, "not the expected results of a scenario", "what `make expect` writes") from None
