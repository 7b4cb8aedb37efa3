"""The choice in words and as a table: means, the bad tail, other rules of choice, every course beside the others."""

from __future__ import annotations

from analysis import formats
from analysis.briefing.choice import frame_split
from analysis.briefing.view import View, break_even, certain_state, cost, course_name, length, model_rows, waiting
from analysis.case import Case
from analysis.deal_chance import deal_chance
from analysis.exhibit import Column, Exhibit, prose, table
from analysis.simulation import (
    BRIDGE,
    EITHER,
    FIVE_YEAR,
    MIXED,
    STATUS_QUO,
    leaked_cost,
)
from analysis.wording import direction, likelihood, listed, state_name


def text(case: Case, view: View) -> Exhibit:
    """Paragraphs: the choice, its bad tail, and what another rule of choice would say."""
    return prose(
        "\n\n".join(
            part for part in (_choice(case, view), _tail(case, view), _rule(case, view), _calendar(case)) if part
        )
    )


def _calendar(case: Case) -> str:
    """Whether past talks leave time for a multi-year deal before a figure is needed."""
    chance = deal_chance(case.scenario, case.evidence)
    if chance is None:
        return ""
    by = formats.day(chance.by)
    left = case.ledger.quote(
        "months_left",
        chance.months_left,
        "months",
        f"{formats.plain(chance.months_left, 1)} months",
        assumptions=["talks"],
        formula="months from the as-of date to the day a figure is needed",
    )
    rows = list(chance.lengths)
    if chance.probability is None:
        if not rows:
            return f"Whether a multi-year deal can be done by {by} cannot be told from past talks: none has both dates on record."
        took = listed([f"{formats.plain(months, 1)} months" for months in chance.lengths.values()])
        return (
            f"Whether a multi-year deal can be done by {by}, {left} away, cannot be told from past talks: only "
            f"{formats.counted(len(rows), 'round')} had both dates on record, and took {took}{case.cite(*rows)}."
        )
    share = case.ledger.quote(
        "deal_in_time",
        chance.probability,
        "probability",
        formats.percent(100 * chance.probability),
        rows=rows,
        assumptions=["talks"],
        formula="lognormal talk lengths, Student-t predictive, given the months already spent",
    )
    word = likelihood(chance.probability)
    opened = (
        "," if chance.months_elapsed == 0 else f", after {formats.plain(chance.months_elapsed, 1)} months of talks,"
    )
    said = f"is {word}" if not word.startswith("almost certainly not") else "will almost certainly not be done"
    return (
        f"By the length of {formats.counted(len(rows), 'past round')} with both dates on record{case.cite(*rows)}, a multi-year deal by "
        f"{by}, {left} away{opened} {said} ({share}): the calendar may decide before the price does."
    )


def _rule(case: Case, view: View) -> str:
    """Whether the smallest worst regret and the smallest mean cost agree, and what signing would block."""
    decision = view.results.decision
    regrets = {course: max(by_state.values()) for course, by_state in decision.regret.items()}
    sign, wait = (
        case.ledger.quote(
            f"regret.{course}",
            regrets[course],
            f"{case.currency} bn over {length(case.scenario.horizon.years)}",
            formats.money(regrets[course], case.currency),
            rows=model_rows(case, view),
            assumptions=["settlement", "strategy"],
            formula="largest excess over the cheaper course, over the two outcomes",
        )
        for course in (FIVE_YEAR, BRIDGE)
    )
    mean_course = BRIDGE if decision.bridge_cheaper_on_average else FIVE_YEAR
    names = {FIVE_YEAR: "signing now", BRIDGE: "waiting"}
    if min(regrets.values()) == max(regrets.values()):
        return ""
    judged = (
        f"Judged by the worst regret instead of the mean, {names[decision.minimax_regret_course]} looks better: signing now "
        f"can turn out {sign} too dear, waiting {wait}."
        if decision.minimax_regret_course != mean_course
        else f"The rule of choice does not matter here: {names[mean_course]} has both the lower mean and the smaller worst "
        f"regret ({sign} for signing now, {wait} for waiting)."
    )
    if decision.minimax_regret_course != mean_course:
        judged += " The rule chosen matters, and it is the reader's."
    return judged + _leak(case, view)


def _leak(case: Case, view: View) -> str:
    given = case.scenario.strategy.leakage
    if given is None:
        return ""
    extra = leaked_cost(view.results.simulation, given.mean)
    total = sum(case.scenario.event.states[state] * value for state, value in extra.items())
    quoted = case.ledger.quote(
        "leakage",
        total,
        f"{case.currency} bn over {length(case.scenario.horizon.years)}",
        formats.money(total, case.currency),
        rows=model_rows(case, view),
        assumptions=["strategy.leakage"],
        formula="share x max(later uplift - uplift now, 0) x status quo after the bridge, mean",
    )
    wait = view.results.decision.value_of_waiting
    turned = (
        "enough to make waiting the cheaper course" if wait < 0 < wait + total else "not enough to change the order"
    )
    if wait > 0:
        turned = "one more reason to wait"
    return (
        f" A signed agreement may also be paid around: if {formats.percent(100 * given.mean)} of a blocked rise came back in other "
        f"budget lines, signing now would cost {quoted} more, {turned}."
    )


def _choice(case: Case, view: View) -> str:
    decision = view.results.decision
    first, second = decision.states
    now, bridge = cost(case, view, FIVE_YEAR), cost(case, view, BRIDGE, MIXED)
    gap = decision.value_of_waiting
    better = cost(case, view, BRIDGE, first)
    worse = cost(case, view, BRIDGE, second)
    take = f"Taking {waiting(case)}" if case.scenario.strategy.bridge_years else "Waiting"
    compare = direction(gap, 3 * max(decision.value_error, 1), "less than", "about as much as", "more than")
    sentences = [
        f"{take} and settling the rest with the winner costs {bridge} on average, {compare} signing now ({now})."
    ]
    if certain_state(case) is None:
        sentences.append(
            f"With {state_name(first)} it comes to {better}, with {state_name(second)} to {worse}. " + _even(case, view)
        )
    else:
        only = certain_state(case)
        sentences = [
            f"{take} and settling the rest with {state_name(only)} costs "
            f"{better if only == first else worse} on average, {compare} signing now ({now})."
        ]
    return " ".join(sentences)


def _even(case: Case, view: View) -> str:
    if 0 <= view.results.decision.break_even_probability <= 1:
        return f"The two courses cost the same at {break_even(case, view)}."
    cheaper = "Waiting" if view.results.decision.value_of_waiting > 0 else "Signing now"
    return f"{cheaper} is the cheaper course on average whoever wins."


def _tail(case: Case, view: View) -> str:
    now = cost(case, view, FIVE_YEAR, EITHER, "cvar95")
    bridge = cost(case, view, BRIDGE, MIXED, "cvar95")
    second = view.results.decision.states[1]
    split = frame_split(case, view, second)
    if bridge.value <= 1.03 * now.value:
        return (
            f"In the worst 5% of outcomes waiting costs {bridge} and signing now {now}: under this scenario's odds the "
            "bad tail does not decide."
        )
    why = (
        f"the price with {state_name(second)} lies in a wide range. That range is a judgement."
        if split is None
        else f"a {formats.percent(100 * split.weight)} chance that talks with {state_name(second)} leave the existing frame is "
        "kept open. That chance is a judgement without precedent."
    )
    return (
        f"Waiting is a bet, not an insurance. In the worst 5% of outcomes it costs {bridge} against {now} for signing "
        f"now, because {why}"
    )


def course_table(case: Case, view: View) -> Exhibit:
    """Table: every course over the horizon: mean, range, worst cases, and the difference to the status quo."""
    for course, state in view.results.costs.index:
        for column in ("mean", "p10", "p50", "p90", "cvar95"):
            cost(case, view, course, state, column)  # every cell of the table can be traced by name
    costs = view.results.costs.reset_index()
    frame = costs.assign(name=[course_name(case, c, s) for c, s in zip(costs["course"], costs["state"], strict=True)])
    base = float(view.results.costs.loc[(STATUS_QUO, EITHER), "mean"])
    frame["over"] = 100 * (frame["mean"] / base - 1)
    frame["note"] = [likelihood_note(case, c, s) for c, s in zip(frame["course"], frame["state"], strict=True)]
    number = formats.plain
    error = frame["mc_error_mean"].max()
    tail = frame["mc_error_cvar"].max()
    return table(
        frame[["name", "mean", "over", "p10", "p50", "p90", "cvar95", "note"]],
        [
            Column("name", "Course"),
            Column("mean", "Mean", "right", number),
            Column("over", "Over status quo", "right", lambda v: formats.change(v, 0)),
            Column("p10", "10%", "right", number),
            Column("p50", "Median", "right", number),
            Column("p90", "90%", "right", number),
            Column("cvar95", "Worst 5%", "right", number),
            Column("note", "Held to be"),
        ],
        id="tab-courses",
        title="What each course costs, and how bad it can get",
        subtitle=f"Cost of {case.horizon}, bn {case.currency}, {case.scenario.draws:,} simulated outcomes; "
        f"Monte Carlo error of a mean at most {error:.1f}, of the worst 5% at most {tail:.0f}",
        source="This project's model; assumptions at the end.",
    )


def likelihood_note(case: Case, course: str, state: str) -> str | None:
    """How likely the state of a bridge is held to be, in ICD 203 words; None for courses that are chosen."""
    if course != BRIDGE or state == MIXED:
        return None
    return likelihood(case.scenario.event.states[state])
