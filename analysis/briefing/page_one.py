"""Page one: the answer as the title, the numbers behind it, two charts, and what would change our mind."""

from __future__ import annotations

import pandas as pd

from analysis import charts_page_one, formats
from analysis.briefing.answer import heavier_tail, lead, near_tie, readings_of, reservation, title
from analysis.briefing.asks import assumed_rate
from analysis.briefing.bill import NAMES
from analysis.briefing.view import (
    View,
    break_even,
    certain_state,
    cost,
    course_name,
    followed,
    length,
    model_rows,
    price_now,
    waiting,
)
from analysis.case import Case
from analysis.exhibit import Exhibit, KeyFigure, columns, figure, key_figures, new_page, side_by_side
from analysis.exhibit import cover as cover_exhibit
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, MIXED, STATUS_QUO
from analysis.strategy import reservation_uplift, weights
from analysis.wording import capital, listed, state_name


def cover(case: Case, view: View) -> Exhibit:
    """The head of page one and the document's own data."""
    day = formats.day(case.scenario.as_of)
    return cover_exhibit(
        title(case, view),
        kicker=f"{case.host['name']} · cost sharing for U.S. forces · {case.horizon}",
        lead=lead(case, view),
        running_left="Host-nation support briefing",
        running_right=f"Scenario: {case.scenario.id} · data as of {day}",
        foot="Reported figures are marked; every number is traced in the source list",
        author=case.scenario.author,
        keywords=["host-nation support", "Special Measures Agreement", str(case.host["name"]), case.scenario.id],
        date=case.scenario.as_of,
    )


def numbers(case: Case, view: View) -> Exhibit:
    """Three numbers with their ranges: status quo, bridge, five years now."""
    strategy, horizon = case.scenario.strategy, case.scenario.horizon
    only = certain_state(case)
    bridge_state = only or MIXED
    rate, _ = assumed_rate(case)
    base = view.by_year["status_quo"].mean()
    items = [
        (
            (STATUS_QUO, EITHER),
            f"status quo path, {length(horizon.years)}: about {formats.plain(base)} bn a year "
            f"({formats.money(base / rate, 'USD', 1)} at {formats.symbol(case.currency)}{formats.plain(rate)})",
        ),
        (
            (BRIDGE, bridge_state),
            (f"{waiting(case)} first, then a deal with " if strategy.bridge_years else "waiting for a deal with ")
            + (state_name(only) if only else "whoever wins"),
        ),
        (
            (FIVE_YEAR, EITHER),
            f"{length(horizon.years)} now, at the price foreseen ({price_now(case, view)})",
        ),
    ]
    shown = []
    for (course, state), words in items:
        mean = cost(case, view, course, state)
        low, high = (float(view.results.costs.loc[(course, state), c]) for c in ("p10", "p90"))
        shown.append(KeyFigure(str(mean), words, f"{formats.plain(low)}–{formats.plain(high)}"))
    return key_figures(shown)


def charts_of_the_decision(case: Case, view: View) -> Exhibit:
    """Two figures side by side: the price at which waiting begins to pay, and the cost of each course."""
    return side_by_side(_price_figure(case, view), _course_figure(case, view))


def _price_figure(case: Case, view: View) -> Exhibit:
    first, second = view.results.decision.states
    draws = view.results.simulation
    path = view.by_year["status_quo"].to_numpy()
    split = weights(path, case.scenario.strategy.bridge_years, case.scenario.money.discount_rate)
    means = [float(draws.u_after[s].mean()) for s in (first, second)]
    chances = [i / 20 for i in range(21)]
    line = pd.DataFrame(
        {
            "p": chances,
            "uplift": [
                float(reservation_uplift(split, p, draws.u_bridge.mean(), *means, draws.fee_pct.mean()))
                for p in chances
            ],
        }
    )
    readings = readings_of(case, first)
    top, bottom = float(line["uplift"].max()), float(line["uplift"].min())
    chance = [float(r) for r in readings["probability"]]
    marks = pd.DataFrame(
        {
            "p": chance,
            "uplift": [float(top + (bottom - top) * p) for p in chance],
            # the words stand below the line, further down for each later reading, so that no rule crosses them
            "level": [bottom + (top - bottom) * (0.16 - 0.13 * i) for i in range(len(chance))],
            "text": [f"{f} {formats.percent(100 * p)}" for f, p in zip(readings["forecaster"], chance, strict=True)],
        }
    )
    words = pd.DataFrame(
        [
            {
                "p": 0.97,
                "uplift": top - 0.08 * (top - bottom),
                "text": "wait: the short deal costs less",
                "side": "wait",
            },
            {"p": 0.03, "uplift": bottom + 0.35 * (top - bottom), "text": "sign for the full term", "side": "sign"},
        ]
    )
    winner = state_name(first)
    return figure(
        charts_page_one.reservation_line(line, marks, words, f"probability of {winner}"),
        line,
        id="fig-price",
        title="The price at which waiting begins to pay",
        subtitle=f"Reservation uplift of a {length(case.scenario.horizon.years)[:-1].replace(' ', '-')} deal over the "
        "status quo, by win probability",
        source=case.ledger.source_line(
            *view.results.reference.rounds["id"], *readings["id"], note="Model: closed form."
        ),
        alt=f"The reservation uplift falls from {formats.change(line['uplift'].iloc[0])} when {winner} cannot win to "
        f"{formats.change(line['uplift'].iloc[-1])} when he is certain to.",
        width="half",
    )


def _course_figure(case: Case, view: View) -> Exhibit:
    first, second = view.results.decision.states
    rows = [
        (STATUS_QUO, EITHER, "status_quo"),
        (BRIDGE, first, "biden" if first == "biden" else "japan"),
        (FIVE_YEAR, EITHER, "five_now"),
        (BRIDGE, second, "trump"),
        ("korea_terms", EITHER, "korea"),
    ]
    rows = [r for r in rows if r[:2] in view.results.costs.index]
    frame = pd.DataFrame(
        [
            {
                "label": course_name(case, course, state),
                **view.results.costs.loc[(course, state), ["p10", "p50", "p90"]].to_dict(),
                "colour": colour,
            }
            for course, state, colour in rows
        ]
    )
    frame["text"] = [formats.plain(v) for v in frame["p50"]]
    ask = view.results.costs["mean"].get(("full_ask", EITHER))
    beyond = "" if ask is None else f"; the ask in full would be {formats.plain(ask)}"
    only = certain_state(case)
    heading = (
        "Waiting: lower on average, wider at the end" if only is None else f"{followed(case, view)}, beside the rest"
    )
    if only is None and near_tie(view):
        heading = "Alike on average, but waiting is wider at the end"
    elif only is None and view.results.decision.value_of_waiting < 0:
        heading = "Waiting: dearer on average, wider at the end"
    return figure(
        charts_page_one.course_intervals(frame, f"bn {case.currency}; bar: 80% of outcomes, dot and figure: median"),
        frame.drop(columns=["colour"]),
        id="fig-courses",
        title=heading,
        subtitle=f"Cost of {case.horizon} by course and winner, bn {case.currency}{beyond}",
        source=case.ledger.source_line(
            *[r for r in model_rows(case, view) if r in case.table("payments").index],
            note=f"{case.scenario.draws:,} draws.",
        ),
        alt="Bars: "
        + "; ".join(
            f"{r.label} {r.text}, 80% of outcomes {formats.plain(r.p10)} to {formats.plain(r.p90)}"
            for r in frame.itertuples()
        )
        + ".",
        width="half",
    )


def reading(case: Case, view: View) -> Exhibit:
    """Two columns: what would change our mind, and how to read the numbers."""
    return columns(_triggers(case, view), _definitions(case, view))


def _triggers(case: Case, view: View) -> str:
    _, second = view.results.decision.states
    price, only = reservation(case, view), certain_state(case)
    odds = f"if {state_name(only)} is sure to win" if only else "at these odds"
    items = [
        f"An offer of {length(case.scenario.horizon.years)} below **{price}**: sign. Above it: wait, {odds}.",
        _odds_trigger(case, view),
    ]
    heavy = heavier_tail(case, view)
    weight = case.scenario.settlement.tail.weight[second]
    if heavy is not None and heavy > weight:
        items.append(
            f"A chance above **{formats.percent(100 * heavy)}** that talks with {state_name(second)} leave the existing "
            "frame: lock in, contrary to intuition, since waiting is what exposes the host to it."
        )
    elif heavy is not None:
        items.append(
            f"A chance below **{formats.percent(100 * heavy)}** that talks with {state_name(second)} leave the existing "
            f"frame, instead of {formats.percent(100 * weight)}: waiting would then cost no more than signing now."
        )
    items.append("A figure or an offer leaked by either side: it outweighs everything inferred from past rounds.")
    return "### What would change our mind\n\n" + "\n".join(f"- {item}" for item in items)


def _odds_trigger(case: Case, view: View) -> str:
    if view.results.odds_decide:
        return f"Odds: the two courses cost the same at {break_even(case, view)}; below it, signing now is cheaper."
    cheaper = "signing now" if view.results.decision.value_of_waiting < 0 else "waiting"
    return f"Odds: none. At the price foreseen, {cheaper} is cheaper on average whoever wins."


def _definitions(case: Case, view: View) -> str:
    if case.scenario.ask is None:
        asked = "No ask is on record for this round; the price rests on past rounds and an assumed ask."
    else:
        row = case.evidence.row(case.scenario.ask, "asks")
        denied = ", and the host's denied it" if "denied" in str(row["note"]) else ""
        asked = f"The ask was **{row['status']}**; no government has published it{denied}."
    basis = str(case.scenario.basis).replace("_", " ")
    months = "April to March" if case.scenario.horizon.year_type == "FY" else "calendar year"
    items = [
        f"**{case.host['line_name']}**, {basis}, {months}; not the wider envelope, not auditors’ “direct” support.",
        asked,
        f"Confidence: **moderate** in the price, **low** in the tail.{_weak_ground(case)}",
        f"Past rounds: {formats.counted(len(view.results.reference.rounds), 'renewal')} in two countries, none of them with a "
        "re-elected Trump. See how far to trust it.",
    ]
    return "### Read these numbers as\n\n" + "\n".join(f"- {item}" for item in items)


def _weak_ground(case: Case) -> str:
    """What the headline stands on that is weak: a bill from one source, or a split that is assumed."""
    base, year_type = case.scenario.base_year, case.scenario.horizon.year_type
    year = formats.year(base.year, year_type)
    said = []
    if base.total.row and case.evidence.row(base.total.row)["confidence"] == "C":
        said.append(f"the bill of {year} rests on one source (C)")
    assumed = [
        NAMES.get(str(name), str(name)).split(" (")[0].lower() for name, q in base.categories.items() if not q.row
    ]
    if assumed:
        said.append(
            f"its split is partly assumed ({listed(assumed)})"
            if said
            else f"the split of the {year} bill is partly assumed ({listed(assumed)})"
        )
    return f" {capital(listed(said))}." if said else ""


def end() -> Exhibit:
    """Page one stands alone: what follows begins on a new page."""
    return new_page()
