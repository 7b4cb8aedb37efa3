"""The decisions side by side: at which price to sign, at which odds to wait, and what signing, waiting and each course cost."""

from __future__ import annotations

import math

import pandas as pd

from analysis import formats
from analysis.briefing.view import followed
from analysis.exhibit import Column, Exhibit, table
from analysis.scenario_compare.front import uplift
from analysis.scenario_compare.view import Comparison, Entry
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, MIXED, STATUS_QUO
from analysis.wording import listed, state_briefly


def decision_table(found: Comparison) -> Exhibit:
    """Table: one row for each set of inputs."""
    frame = pd.DataFrame([_decision(group) for group in found.alike])
    errors = [g[0].decision for g in found.alike]
    uplift_error = max(d.reservation_error for d in errors)
    shared = [
        f"{group[0].name} also stands for {listed([e.name for e in group[1:]])}: the same inputs, another course."
        for group in found.alike
        if len(group) > 1
    ]
    return table(
        frame,
        [
            Column("scenario", "Scenario"),
            Column("day", "Data as of"),
            Column("odds", "Odds"),
            Column("uplift_text", "Reservation uplift", "right"),
            Column("price_text", "Price foreseen", "right"),
            Column("odds_text", "Break-even odds", "right"),
            Column("waiting_text", "Value of waiting", "right", str),
            Column("now_text", "Sign: mean", "right", str),
            Column("now_tail", "worst 5%", "right", str),
            Column("wait_text", "Wait: mean", "right", str),
            Column("wait_tail", "worst 5%", "right", str),
        ],
        id="tab-decisions",
        title=_title(found),
        subtitle=f"{_unit(found)} over each scenario's horizon; worst 5%: mean of the worst twentieth (CVaR); odds: of the outcome named",
        source="Model: simulated means.",
        notes=[
            *shared,
            f"Monte Carlo error: at most {formats.plain(uplift_error, 2)} points of a reservation uplift, "
            f"{_largest_error(found)} of a value of waiting. Break-even odds: the chance of that outcome at which signing and waiting cost the "
            "same; none: one course is cheaper whoever wins.",
        ],
        strong_rows=lambda row: row["scenario"] == found.first.name,
    )


def _unit(found: Comparison) -> str:
    currencies = list(dict.fromkeys(entry.case.currency for entry in found.entries))
    return f"bn {currencies[0]}" if len(currencies) == 1 else "bn of each host's currency"


def _largest_error(found: Comparison) -> str:
    worst: dict[str, float] = {}
    for group in found.alike:
        currency, error = group[0].case.currency, group[0].decision.value_error
        worst[currency] = max(worst.get(currency, 0.0), error)
    return listed([formats.money(error, currency, 1) for currency, error in worst.items()])


def _decision(group: list[Entry]) -> dict[str, object]:
    entry = group[0]
    decision = entry.decision
    first, star = decision.states[0], decision.break_even_probability
    now, wait = entry.cost(FIVE_YEAR, EITHER), entry.cost(BRIDGE, MIXED)
    has_star = not math.isnan(star) and 0 <= star <= 1
    money = f"{entry.case.currency} bn"
    quoted = {
        name: str(entry.quote(name, float(value), money, _money(entry, value), formula))
        for name, value, formula in (
            ("value_of_waiting", decision.value_of_waiting, "C_now - E[C_bridge]"),
            ("cost.five_year.mean", now["mean"], "mean of the simulated costs of signing now"),
            ("cost.five_year.cvar95", now["cvar95"], "mean of the worst 5% of the simulated costs of signing now"),
            ("cost.bridge.mean", wait["mean"], "mean of the simulated costs of waiting"),
            ("cost.bridge.cvar95", wait["cvar95"], "mean of the worst 5% of the simulated costs of waiting"),
        )
    }
    if has_star:
        formula = "(C_second - C_now) / (C_second - C_first)"
        entry.quote("break_even_probability", star, f"probability of {first}", formats.percent(100 * star), formula)
    return {
        "scenario": entry.name,
        "alike": " ".join(e.name for e in group),
        "day": f"{entry.case.scenario.as_of:%d %b %Y}".lstrip("0"),
        "odds": f"{state_briefly(first)} {formats.percent(100 * decision.p)}",
        "uplift_text": uplift(entry),
        "price_text": formats.change(entry.price_now),
        "odds_text": formats.percent(100 * star) if has_star else "none",
        "waiting_text": quoted["value_of_waiting"],
        "now_text": quoted["cost.five_year.mean"],
        "now_tail": quoted["cost.five_year.cvar95"],
        "wait_text": quoted["cost.bridge.mean"],
        "wait_tail": quoted["cost.bridge.cvar95"],
        "reservation_uplift_pct": decision.reservation_uplift_pct,
        "reservation_error": decision.reservation_error,
        "price_now_pct": entry.price_now,
        "break_even_probability": star if has_star else None,
        "value_of_waiting": decision.value_of_waiting,
        "value_error": decision.value_error,
        "cost_now": float(now["mean"]),
        "cost_wait": float(wait["mean"]),
        "cvar95_now": float(now["cvar95"]),
        "cvar95_wait": float(wait["cvar95"]),
        "currency": entry.case.currency,
    }


def _money(entry: Entry, value: float) -> str:
    return formats.money(value, entry.case.currency).removesuffix("\u00a0bn")


def _title(found: Comparison) -> str:
    heads = [group[0] for group in found.alike]
    waits = [e.name for e in heads if e.decision.bridge_cheaper_on_average]
    worse = [e for e in heads if _tail(e, BRIDGE, MIXED) > _tail(e, FIVE_YEAR, EITHER)]
    mean = (
        "Waiting is cheaper on average everywhere"
        if len(waits) == len(heads)
        else f"Waiting is cheaper on average in {listed(waits)}"
        if waits
        else "Signing now is cheaper on average everywhere"
    )
    tail = (
        "and dearer in its worst cases everywhere"
        if len(worse) == len(heads)
        else f"and dearer in its worst cases in {listed([e.name for e in worse])}"
        if worse
        else "and nowhere dearer in its worst cases"
    )
    if len(heads) == 1:
        mean, tail = (
            text.replace(" everywhere", "").replace(f" in {heads[0].name}", "").replace(" nowhere", " not")
            for text in (mean, tail)
        )
    if not waits and worse:
        tail = tail.replace("and dearer in its worst cases", "and waiting dearest in the worst cases")
    return f"{mean}, {tail}"


def _tail(entry: Entry, course: str, state: str) -> float:
    return float(entry.cost(course, state)["cvar95"])


def course_table(found: Comparison) -> Exhibit:
    """Table: what each scenario pays on the course it follows, against the status quo of its own inputs."""
    frame = pd.DataFrame([_course(entry) for entry in found.entries])
    low, high = (frame.loc[frame["over_pct"].idxmin()], frame.loc[frame["over_pct"].idxmax()])
    title = f"From {_against(low)} ({low['scenario']}) to {_against(high)} ({high['scenario']}) the status quo"
    if len(frame) == 1:
        title = f"{low['scenario']}: {_against(low)} the status quo"
    return table(
        frame,
        [
            Column("scenario", "Scenario"),
            Column("title", "What it supposes"),
            Column("course", "Course it follows"),
            Column("mean", "Mean", "right", formats.plain),
            Column("band", "80% of outcomes", "right", str),
            Column("cvar95", "Worst 5%", "right", formats.plain),
            Column("over_pct", "Over status quo", "right", formats.change),
        ],
        id="tab-courses",
        title=title,
        subtitle=f"{_unit(found)} over each scenario's horizon, on the course the scenario follows; against the status quo path of the same scenario",
        source=f"Model: {found.first.case.scenario.draws:,} draws.",
        strong_rows=lambda row: row["scenario"] == found.first.name,
    )


def _against(row: pd.Series) -> str:
    over = float(row["over_pct"])
    if abs(over) < 0.05:
        return "no change on"
    return f"{formats.percent(abs(over), 0 if abs(over) >= 10 else 1)} {'over' if over > 0 else 'under'}"


def _course(entry: Entry) -> dict[str, object]:
    own, base = entry.cost(*entry.view.results.course), entry.cost(STATUS_QUO, EITHER)
    return {
        "scenario": entry.name,
        "title": entry.case.scenario.title,
        "course": followed(entry.case, entry.view),
        "mean": float(own["mean"]),
        "band": f"{formats.plain(own['p10'])}–{formats.plain(own['p90'])}",
        "cvar95": float(own["cvar95"]),
        "over_pct": 100 * (float(own["mean"]) / float(base["mean"]) - 1),
        "p10": float(own["p10"]),
        "p90": float(own["p90"]),
        "currency": entry.case.currency,
    }
