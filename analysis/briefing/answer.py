"""The answer in words: the title of page one and the paragraph below it, worked out from the choice."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.briefing.asks import ask_multiple, ask_quote
from analysis.briefing.choice import frame_split
from analysis.briefing.situation import agreement_in_force, bill_in_dollars
from analysis.briefing.view import View, certain_state, cost, length, model_rows, price_now, waiting
from analysis.case import Case
from analysis.ledger import Quote
from analysis.simulation import (
    BRIDGE,
    EITHER,
    EXTENSION,
    FIVE_YEAR,
    FULL_ASK,
    KOREA_TERMS,
    MIXED,
    STATUS_QUO,
    yearly_costs,
)
from analysis.wording import likelihood, state_name


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
    if kind == "extension":
        return f"Extended for {length(total)}, the short deal would cost {_spent_over(case, view, EXTENSION)}"
    price = reservation(case, view)
    if kind == "five_year":
        now = cost(case, view, FIVE_YEAR)
        verdict = "too dear" if view.results.decision.value_of_waiting > 0 else "worth it"
        return f"{length(total).capitalize()} now at {now} is {verdict}: sign up to {price}, not above"
    return _title_of_the_choice(case, view, price)


def _title_of_the_choice(case: Case, view: View, price: Quote) -> str:
    total, years = length(case.scenario.horizon.years), case.scenario.strategy.bridge_years
    short = f"take {waiting(case)} and wait" if years else "wait for the winner"
    if near_tie(view):
        return f"Sign up to {price}, wait above it: at the price foreseen the two cost the same"
    if view.results.odds_decide:
        return f"Above {price}, {short}; below it, sign for {total}"
    if view.results.decision.bridge_cheaper_on_average:
        return f"Do not sign above {price}: at the price foreseen, {short}, whoever wins"
    dear = f"waiting {length(years)} is" if years else "waiting for the vote is"
    return f"Sign for {total} up to {price}: {dear} the dearer course whoever wins"


def near_tie(view: View) -> bool:
    """Whether the two courses cost the same on average, to within three Monte Carlo errors or a quarter of a percent."""
    decision = view.results.decision
    return abs(decision.value_of_waiting) < max(3 * decision.value_error, 0.0025 * decision.cost_now)


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
        f"signing now at the price foreseen.{tail} {known}"
        "The winner is assumed here, not predicted."
    )


def _odds(case: Case, view: View) -> str:
    price, foreseen = reservation(case, view), price_now(case, view)
    full = length(case.scenario.horizon.years).removesuffix("s").replace(" ", "-")
    return (
        f"{_odds_held(case, view)}, a {full} agreement is worth signing only up to {price} above the present path; "
        f"{view.results.price_rests_on} suggest {foreseen}. {_likelier(case, view)}{_same_administration(case)}"
    )


def _odds_held(case: Case, view: View) -> str:
    first = view.results.decision.states[0]
    p = case.scenario.event.states[first]
    readings = readings_of(case, first)
    if len(readings) < 2:
        held = "even odds" if p == 0.5 else f"odds of {formats.percent(100 * p)} for {state_name(first)}"
        return f"At {held}, assumed for want of a forecast"
    low, high = readings.iloc[0], readings.iloc[-1]
    return (
        f"At odds of {formats.percent(100 * p)} for {state_name(first)}, between {low['forecaster']} at "
        f"{formats.percent(100 * low['probability'])} and {high['forecaster']} at "
        f"{formats.percent(100 * high['probability'])}{case.cite(low['id'], high['id'])}"
    )


def _likelier(case: Case, view: View) -> str:
    """Which course is likely to cost less, by how much, and what becomes of the worst cases."""
    decision, draws = view.results.decision, view.results.simulation
    spared = yearly_costs(draws, FIVE_YEAR).sum(axis=1) - yearly_costs(draws, BRIDGE, MIXED).sum(axis=1)
    waits = decision.value_of_waiting > 0
    share = float((spared > 0).mean()) if waits else float((spared < 0).mean())
    now = cost(case, view, FIVE_YEAR)
    bad_now, bad_wait = (cost(case, view, c, s, "cvar95") for c, s in ((FIVE_YEAR, EITHER), (BRIDGE, MIXED)))
    tails = f"the worst 5% of outcomes cost {bad_wait} against {bad_now}"
    if near_tie(view):
        return (
            f"At that price the two courses cost the same on average, about {now}; they differ when things go badly: with "
            f"waiting {tails} for signing."
        )
    better = "Waiting" if waits else "Signing now"
    word = likelihood(share)
    course = f"{word} to be the cheaper course" if 0.45 <= share <= 0.55 else f"**{word}** the cheaper course"
    gap = formats.money(abs(decision.value_of_waiting), case.currency)
    opening = f"{better} is {course}, by about {gap} of {now} on average"
    dearer_tail = bad_wait.value > 1.02 * bad_now.value
    if waits and dearer_tail:
        return f"{opening}; but it is a bet, not an insurance: {tails} for signing."
    if waits:
        return f"{opening}, and the bad outcomes do not speak against it: {tails} for signing."
    if dearer_tail:
        return f"{opening}, and it shuts out the worst: with waiting {tails} for signing."
    return f"{opening}; the bad outcomes are alike: with waiting {tails} for signing."


def _same_administration(case: Case) -> str:
    """A short deal made with those who ask now settles nothing, and what it concedes stays in the base."""
    far = (case.scenario.event.resolves - case.scenario.as_of).days > 365
    if not far or case.scenario.strategy.ratchet_rule == "none" or not case.scenario.strategy.bridge_years:
        return ""
    return (
        " The short deal would be struck with the administration now in office, and what it concedes stays in the base of the "
        "talks that follow."
    )


def readings_of(case: Case, state: str) -> pd.DataFrame:
    """Forecast rows the probability rests on, normalised over the two outcomes, lowest first."""
    rows = case.table("forecasts")
    rows = rows[rows.index.isin(case.scenario.event.readings) & rows["outcome"].eq(state)]
    return rows.sort_values("probability")


def tail_part(case: Case, view: View, state: str) -> float:
    """Mean cost, bn, that the chance of leaving the frame adds to the bridge under one state."""
    split = frame_split(case, view, state)
    return 0.0 if split is None else split.weight * (split.outside - split.inside)


def heavier_tail(case: Case, view: View) -> float | None:
    """Tail weight of the second state at which waiting and signing cost the same, if it lies within 0 to 30%."""
    _, second = view.results.decision.states
    chance, split = case.scenario.event.states[second], frame_split(case, view, second)
    if chance == 0 or split is None:
        return None
    found = split.weight + view.results.decision.value_of_waiting / (chance * (split.outside - split.inside))
    return found if 0 < found <= 0.3 else None
