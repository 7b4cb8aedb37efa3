"""The decision of one scenario as plain data and as a screen of text: what `hns decide` prints."""

from __future__ import annotations

import math
from typing import Any

from analysis import formats
from analysis.cautions import cautions
from analysis.course_names import course_name
from analysis.deal_chance import DealChance, deal_chance
from analysis.decision import Results
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, by_category, leaked_cost
from analysis.vintage import Evidence
from analysis.wording import capital, state_name

_COLUMNS = ("mean", "p10", "p50", "p90", "cvar95")


def verdict(results: Results, evidence: Evidence) -> dict[str, Any]:
    """The decision as plain data; every amount has its unit and currency, what has no meaning is None.

    evidence: that of the scenario's as-of date.
    """
    scenario, decision = results.scenario, results.decision
    years = _years(results)
    money = {"unit": "bn", "currency": str(scenario.money.currency), "years": years}
    first = decision.states[0]
    star = decision.break_even_probability
    return {
        "scenario": scenario.id,
        "question": scenario.question,
        "host": scenario.host,
        "as_of": scenario.as_of.isoformat(),
        "definition": {
            "scope": str(scenario.scope),
            "basis": str(scenario.basis),
            "year_type": str(scenario.horizon.year_type),
            "price_basis": scenario.money.price_basis,
            "price_year": scenario.base_year.year if scenario.money.price_basis == "real" else None,
        },
        "information_level": scenario.settlement.level,
        "probability": {state: scenario.event.states[state] for state in decision.states},
        "reservation_uplift_pct": {
            "value": decision.reservation_uplift_pct,
            "unit": "percent over the status quo",
            "mc_error": decision.reservation_error,
        },
        "price_now_pct": {"value": results.price_now, "unit": "percent over the status quo"},
        "break_even_probability": {
            "value": None if math.isnan(star) or not 0 <= star <= 1 else star,
            "unit": f"probability of {first}",
            "unbounded_value": None if math.isnan(star) else star,
        },
        "value_of_waiting": {"value": decision.value_of_waiting, **money, "mc_error": decision.value_error},
        "evpi": {"value": decision.evpi, **money},
        "regret": {
            course: {state: {"value": value, **money} for state, value in by_state.items()}
            for course, by_state in decision.regret.items()
        },
        "cheaper_on_average": BRIDGE if decision.bridge_cheaper_on_average else FIVE_YEAR,
        "smallest_worst_regret": decision.minimax_regret_course,
        "strategies": {
            _key(course, state): {**{c: float(row[c]) for c in (*_COLUMNS, "mc_error_mean", "mc_error_cvar")}, **money}
            for (course, state), row in results.costs.iterrows()
        },
        "payments_by_year": _yearly(results),
        "deal_in_time": _deal(deal_chance(scenario, evidence)),
        "leakage": _leakage(results, money),
        "cautions": cautions(results, evidence),
        "seed": scenario.seed,
        "draws": scenario.draws,
    }


def headline(found: dict[str, Any]) -> dict[str, Any]:
    """The results a scenario is expected to give: the part of a verdict that a test compares, rounded to 0.01."""
    kept = {name: found[name]["value"] for name in ("reservation_uplift_pct", "break_even_probability")}
    kept |= {name: found[name]["value"] for name in ("price_now_pct", "value_of_waiting", "evpi")}
    kept["regret"] = {c: {s: v["value"] for s, v in by.items()} for c, by in found["regret"].items()}
    kept["strategies"] = {k: {c: v[c] for c in _COLUMNS} for k, v in found["strategies"].items()}
    return {"scenario": found["scenario"], "currency": found["value_of_waiting"]["currency"], **_rounded(kept)}


def verdict_text(results: Results, found: dict[str, Any]) -> str:
    """The verdict as a screen of text, 100 columns wide."""
    scenario, decision = results.scenario, results.decision
    currency = str(scenario.money.currency)
    first = decision.states[0]
    real = f"prices of {found['definition']['price_year']}" if scenario.money.price_basis == "real" else "nominal"
    lines = [
        f"{scenario.id}: {scenario.question}",
        f"{found['definition']['scope']}, {found['definition']['basis']}, {_years(results)}, bn {currency}, {real}; "
        f"as of {scenario.as_of}; level {scenario.settlement.level}; "
        f"{state_name(first)} {formats.percent(100 * decision.p)}",
        "",
        f"  {capital(advice(results))}",
        "",
        _line(
            "Reservation uplift", formats.change(decision.reservation_uplift_pct), decision.reservation_error, "points"
        ),
        _line("Price foreseen now", f"{formats.change(results.price_now)}, from {results.price_rests_on}"),
        _line("Break-even probability", _star(found, first)),
        _line("Value of waiting", formats.money(decision.value_of_waiting, currency), decision.value_error, "bn"),
        _line("Value of knowing the winner", formats.money(decision.evpi, currency)),
        _line("Regret at worst", _regret(decision, currency)),
    ]
    if found["deal_in_time"]:
        lines.append(_line("A multi-year deal in time", _deal_words(found["deal_in_time"])))
    lines += ["", f"  {'Course':58}{'Mean':>8}{'10%':>8}{'Median':>8}{'90%':>8}{'Worst 5%':>10}"]
    for (course, state), row in results.costs.iterrows():
        numbers = "".join(f"{formats.plain(row[c]):>8}" for c in _COLUMNS[:-1])
        lines.append(f"  {course_name(scenario, course, state):58}{numbers}{formats.plain(row['cvar95']):>10}")
    if found["cautions"]:
        lines += [
            "",
            "  Before quoting:",
            *(f"  - {capital(c)}{'' if c.endswith('.') else '.'}" for c in found["cautions"]),
        ]
    return "\n".join(lines)


def advice(results: Results) -> str:
    """One sentence: at which price to sign and at which to wait."""
    decision, scenario = results.decision, results.scenario
    price = formats.change(decision.reservation_uplift_pct)
    years, bridge = scenario.horizon.years, scenario.strategy.bridge_years
    short = f"take {formats.counted(bridge, 'year')} and wait" if bridge else "wait"
    answer = f"sign for {formats.counted(years, 'year')} now up to {price} over the status quo; above it, {short}."
    if results.odds_decide:
        return answer
    cheaper = "waiting" if decision.bridge_cheaper_on_average else "signing now"
    return f"{answer} Taking {results.price_rests_on}, {cheaper} costs less whatever the outcome."


def _years(results: Results) -> str:
    years = results.scenario.horizon.all_years
    return formats.years(years[0], years[-1], results.scenario.horizon.year_type)


def _key(course: str, state: str) -> str:
    return course if state == EITHER else f"{course}.{state}"


def _yearly(results: Results) -> dict[str, Any]:
    """Payments of the scenario's own course by year, with their parts, and dollars at the central rate."""
    scenario = results.scenario
    parts = by_category(results.simulation, *results.course)
    shown = {}
    for row in results.yearly(results.course).itertuples():
        rate = scenario.fx.values[row.year].range[1]
        of_year = parts[parts["year"] == row.year]
        shown[str(row.year)] = {
            "unit": "bn",
            "currency": str(scenario.money.currency),
            **{c: float(getattr(row, c)) for c in _COLUMNS[:-1]},
            "dollars_bn": float(row.mean) / rate,
            "local_per_dollar": rate,
            "categories": {str(c): float(v) for c, v in zip(of_year["category"], of_year["mean"], strict=True)},
        }
    return {"course": _key(*results.course), "years": shown}


def _deal(chance: DealChance | None) -> dict[str, Any] | None:
    if chance is None:
        return None
    return {
        "by": chance.by.isoformat(),
        "months_left": chance.months_left,
        "months_elapsed": chance.months_elapsed,
        "probability": chance.probability,
        "past_talks": chance.n,
    }


def _leakage(results: Results, money: dict[str, Any]) -> dict[str, Any] | None:
    given = results.scenario.strategy.leakage
    if given is None:
        return None
    extra = leaked_cost(results.simulation, given.mean)
    chances = results.scenario.event.states
    return {
        "share": given.mean,
        "added_to_signing_now": {"value": sum(chances[s] * v for s, v in extra.items()), **money},
    }


def _line(name: str, value: str, error: float | None = None, unit: str = "") -> str:
    exact = "" if not error else f"  (Monte Carlo error {error:.2f} {unit})"
    return f"  {name:30}{value}{exact}"


def _star(found: dict[str, Any], first: str) -> str:
    value = found["break_even_probability"]["value"]
    return "none" if value is None else f"{formats.percent(100 * value)} for {state_name(first)}"


def _regret(decision: Any, currency: str) -> str:
    said = []
    for course, words in ((FIVE_YEAR, "signing now"), (BRIDGE, "waiting")):
        state, worst = max(decision.regret[course].items(), key=lambda pair: pair[1])
        said.append(f"{words} {formats.money(worst, currency)}" + (f" if {state_name(state)}" if worst > 0 else ""))
    return ", ".join(said)


def _deal_words(deal: dict[str, Any]) -> str:
    if deal["probability"] is None:
        n = deal["past_talks"]
        return f"no estimate: {formats.counted(n, 'past talk')} with both dates on record, three are needed"
    return f"{formats.percent(100 * deal['probability'])} by {deal['by']} ({deal['past_talks']} past talks)"


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return round(value, 2) if isinstance(value, float) else value
