"""The answer in words: the title of page one and the paragraph below it, worked out from the choice."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.briefing.asks import ask_multiple, ask_quote
from analysis.briefing.outlook import View, certain_state, cost, length, model_rows, state_name, waiting
from analysis.briefing.situation import agreement_in_force, bill_in_dollars
from analysis.case import Case
from analysis.ledger import Quote
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, FULL_ASK, KOREA_TERMS, MIXED, STATUS_QUO, yearly_costs
from analysis.wording import likelihood


def reservation(case: Case, view: View) -> Quote:
    """The reservation uplift, quoted."""
    value = view.results.decision.reservation_uplift_pct
    return case.ledger.quote(
        "reservation_uplift_pct",
        value,
        "percent over the status quo",
        formats.change(value),
        rows=model_rows(case, view),
        assumptions=["event.states", "settlement", "strategy"],
        formula="[b u_b + (n - b)(p u_first + (1 - p) u_second) + f] / n, over the status-quo path",
    )


def title(case: Case, view: View) -> str:
    """The answer in one sentence; what it says depends on the course and on who wins."""
    kind, only = case.scenario.strategy.kind, certain_state(case)
    total = case.scenario.horizon.years
    if kind == "status_quo":
        base = cost(case, view, STATUS_QUO)
        return f"If nothing changes, {case.host['name']} pays {base} over {length(total)}"
    if kind == "bridge" and only:
        spent, base = cost(case, view, BRIDGE, only), cost(case, view, STATUS_QUO)
        over = 100 * (spent.value / base.value - 1)
        if abs(over) < 1.5:
            return f"If {state_name(only)} wins, waiting costs {spent}: about what {case.host['name']} pays anyway"
        worst = cost(case, view, BRIDGE, only, "cvar95")
        return f"If {state_name(only)} wins, waiting costs {spent} on average, and {worst} when it goes badly"
    if kind == "korea_terms":
        return f"On Korea's latest terms {case.host['name']} would pay {_spent_over(case, view, KOREA_TERMS)}"
    if kind == "full_ask":
        return f"Paying the ask in full would cost {case.host['name']} {_spent_over(case, view, FULL_ASK)}"
    waits, price = waiting(case), reservation(case, view)
    if kind == "five_year":
        now = cost(case, view, FIVE_YEAR)
        verdict = "too dear" if view.results.decision.value_of_waiting > 0 else "worth it"
        return f"{length(total).capitalize()} now at {now} is {verdict}: sign up to {price}, not above"
    if not case.scenario.strategy.bridge_years:
        return f"Above {price}, wait for the winner; below it, sign for {length(total)} now"
    return f"Above {price}, take {waits} and wait; below it, sign for {length(total)}"


def _spent_over(case: Case, view: View, course: str) -> str:
    spent, base = cost(case, view, course), cost(case, view, STATUS_QUO)
    over = 100 * (spent.value / base.value - 1)
    return f"{spent}, {formats.percent(abs(over))} {'over' if over > 0 else 'under'} the status quo"


def lead(case: Case, view: View) -> str:
    """The paragraph under the title: the deadline, the odds, the price, the likely cheaper course and its risk."""
    sentences = [_deadline(case)]
    kind, only = case.scenario.strategy.kind, certain_state(case)
    if kind == "status_quo":
        sentences.append(_status_quo(case, view))
    elif kind == "korea_terms":
        sentences.append(_korea(case, view))
    elif kind == "full_ask":
        sentences.append(_full(case, view))
    elif only:
        sentences.append(_certain(case, view, only))
    else:
        sentences.append(_odds(case, view))
    return " ".join(sentences)


def _deadline(case: Case) -> str:
    agreement = agreement_in_force(case)
    first = formats.year(case.scenario.horizon.first_year, case.scenario.horizon.year_type)
    local, dollars, rows = bill_in_dollars(case)
    paid = f"{case.host['name']} pays {local} ({dollars}) a year for U.S. forces{case.cite(*rows)}"
    if agreement is None:
        return f"{paid} and has no agreement in force."
    end = formats.day(pd.Timestamp(agreement["last_day"]))
    need = (
        f"the draft budget of late December needs a figure for {first}"
        if first.startswith("FY")
        else f"{first} is open"
    )
    return f"{paid}. The agreement ends on {end}, and {need}."


def _status_quo(case: Case, view: View) -> str:
    low, high = (float(view.results.costs.loc[(STATUS_QUO, EITHER), c]) for c in ("p10", "p90"))
    price = reservation(case, view)
    return (
        f"With the present terms the bill stays near {formats.money(float(view.by_year['status_quo'].mean()), case.currency)} "
        f"a year: wages and utilities grow slowly and the agreed ceilings hold. Eight outcomes in ten lie between "
        f"{formats.money_range(low, high, case.currency)} in all. Any new deal is measured against this path; at today's "
        f"odds a five-year deal is worth signing up to {price} above it."
    )


def _korea(case: Case, view: View) -> str:
    terms = view.results.simulation.inputs.korea_terms
    rounds = case.table("rounds")
    last = rounds[rounds["host"] == "KR"].sort_values("first_year").iloc[-1]
    price = reservation(case, view)
    return (
        f"South Korea's last agreement raised the payment by {formats.change(terms.rise_pct)}{case.cite(last['id'])}; the one "
        f"before grew by {formats.percent(terms.index_pct, 1)} a year. Moved to {case.host['name']}'s bill, that is more than "
        f"a five-year deal is worth at today's odds, {price} over the status quo. Definitions differ: South Korea's line "
        "holds no utilities, Japan's no logistics."
    )


def _full(case: Case, view: View) -> str:
    ask, times = ask_quote(case), ask_multiple(case)
    base = float(view.results.costs.loc[(STATUS_QUO, EITHER), "mean"])
    full = float(view.results.costs.loc[(FULL_ASK, EITHER), "mean"])
    return (
        f"The reported {ask} a year is {times} today's bill{case.cite(case.scenario.ask)}, and it is in dollars: a weaker "
        f"currency makes it dearer still. Beyond the present path lie {formats.money(full - base, case.currency)} over "
        f"{length(case.scenario.horizon.years)}. No cost category now in the agreement could hold that sum; it would take new "
        "ones. This is an upper bound for comparison, not a forecast."
    )


def _certain(case: Case, view: View, only: str) -> str:
    spent, now = cost(case, view, BRIDGE, only), cost(case, view, FIVE_YEAR)
    gap = now.value - spent.value
    words = formats.money(abs(gap), case.currency)
    course = "less" if gap > 0 else "more"
    waits, price = waiting(case), reservation(case, view)
    part = tail_part(case, view, only)
    tail = ""
    if part and gap < 0:
        chance = formats.percent(100 * case.scenario.settlement.tail.weight[only])
        rest = -gap - part
        tail = (
            f" All of that comes from the {chance} chance that talks leave the existing frame."
            if rest < 0.1 * part
            else f" {formats.money(part, case.currency)} of it comes from the {chance} chance that talks leave the frame."
        )
    known = (
        f"Had one known that {state_name(only)} wins, a five-year deal would be worth signing only below {price}. "
        if price.value < 0
        else f"Had one known that {state_name(only)} wins, a five-year deal would be worth signing up to {price}. "
    )
    return (
        f"This scenario takes {waits} first and assumes that {state_name(only)} wins. It then costs {words} {course} than "
        f"signing for five years now at what past renewals suggest.{tail} {known}"
        "The winner is assumed here, not predicted."
    )


def _odds(case: Case, view: View) -> str:
    decision = view.results.decision
    first = decision.states[0]
    p = case.scenario.event.states[first]
    readings = readings_of(case, first)
    between = ""
    if len(readings) >= 2:
        low, high = readings.iloc[0], readings.iloc[-1]
        between = (
            f", between {low['forecaster']} at {formats.percent(100 * low['probability'])} and {high['forecaster']} at "
            f"{formats.percent(100 * high['probability'])}{case.cite(low['id'], high['id'])}"
        )
    price, gap = reservation(case, view), decision.value_of_waiting
    draws = view.results.simulation
    spared = yearly_costs(draws, FIVE_YEAR).sum(axis=1) - yearly_costs(draws, BRIDGE, MIXED).sum(axis=1)
    share = float((spared > 0).mean())
    now = cost(case, view, FIVE_YEAR)
    better = "Waiting" if gap > 0 else "Signing now"
    p_better = share if gap > 0 else 1 - share
    course = f"**{likelihood(p_better)}** the cheaper course"
    if 0.45 <= p_better <= 0.55:
        course = f"{likelihood(p_better)} to be the cheaper course"
    return (
        f"At odds of {formats.percent(100 * p)} for {state_name(first)}{between}, a five-year agreement is worth signing "
        f"only up to {price} above the present path. {better} is {course}, by about "
        f"{formats.money(abs(gap), case.currency)} of {now} on average; but waiting is a bet rather than an insurance: it "
        "keeps the whole of the bad tail."
    )


def readings_of(case: Case, state: str) -> pd.DataFrame:
    """Forecast rows the probability rests on, normalised over the two outcomes, lowest first."""
    rows = case.table("forecasts")
    rows = rows[rows.index.isin(case.scenario.event.readings) & rows["outcome"].eq(state)]
    return rows.sort_values("probability")


def tail_part(case: Case, view: View, state: str) -> float:
    """Mean cost, bn, that the chance of leaving the frame adds to the bridge under one state."""
    weight = case.scenario.settlement.tail.weight[state]
    if weight == 0:
        return 0.0
    return weight * _per_point_of_tail(case, view, state)


def _per_point_of_tail(case: Case, view: View, state: str) -> float:
    """Mean cost, bn, of leaving the frame for certain rather than staying inside it."""
    weight = case.scenario.settlement.tail.weight[state]
    late = float(view.results.simulation.totals[:, case.scenario.strategy.bridge_years :].mean(axis=0).sum())
    size = case.scenario.settlement.tail.size_pct.mean
    inside = (float(view.results.simulation.u_after[state].mean()) - weight * size) / (1 - weight)
    return late * (size - inside) / 100


def heavier_tail(case: Case, view: View) -> float | None:
    """Tail weight of the second state at which waiting and signing cost the same, if it lies within 0 to 30%."""
    _, second = view.results.decision.states
    chance = case.scenario.event.states[second]
    if chance == 0:
        return None
    weight = case.scenario.settlement.tail.weight[second]
    found = weight + view.results.decision.value_of_waiting / (chance * _per_point_of_tail(case, view, second))
    return found if 0 < found <= 0.3 else None
