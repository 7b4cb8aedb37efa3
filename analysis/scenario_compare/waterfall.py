"""Which input makes the difference: the way from the first scenario's answer to each other one's, step by step."""

from __future__ import annotations

import pandas as pd

from analysis import charts_scenarios, formats
from analysis.briefing.view import model_rows
from analysis.exhibit import Column, Exhibit, figure, prose, side_by_side, table
from analysis.impact import DRAWS
from analysis.scenario_compare.front import points
from analysis.scenario_compare.steps import REMAINDER, Steps
from analysis.scenario_compare.view import Comparison, Entry, money_of
from analysis.wording import capital, listed

MOST_DRAWN = 3
_SEEN = 0.015  # of the longest bar: shorter ones are not drawn
_LINE_BREAK = {
    "talks that leave the frame": "talks that leave|the frame",
    "terms of the short deal": "terms of the|short deal",
    "the bill and its growth": "the bill and|its growth",
    "horizon and prices": "horizon and|prices",
}


def method(found: Comparison) -> Exhibit:
    """Paragraph: how the steps are worked out, and for which scenarios there is nothing to explain."""
    same = [e.name for e in found.alike[0][1:]]
    words = []
    if same:
        words.append(
            f"{capital(listed([f'**{name}**' for name in same]))} {'have' if len(same) > 1 else 'has'} the inputs of "
            f"**{found.first.name}**: no step leads there."
        )
    if found.steps:
        orders = max(len(steps.groups) for steps in found.steps.values())
        words.append(
            f"Starting from **{found.first.name}**, the groups of inputs that differ are exchanged one after another for those of the "
            "other scenario. How much a group adds can depend on which others were exchanged before it; each step shown is the mean over all "
            "orders (the Shapley value), so the steps add up exactly"
            + (
                f", and the table gives the least and the most a group adds in any order.{_draws(found)}"
                if orders > 1
                else f".{_draws(found)}"
            )
        )
        words.append(
            "Exchange rates, head-counts and credits do not enter this choice. Where an offer and an ask in money are "
            "exchanged without the bill, they keep their proportion to it."
        )
    if not found.steps:
        words.append("There is no step to show.")
    return prose(" ".join(words))


def _draws(found: Comparison) -> str:
    simulated = [name for name, steps in found.steps.items() if not steps.closed]
    exact = " The steps are worked out in closed form; what the simulated answers differ from it is shown as Monte Carlo error."
    if not simulated:
        return exact
    return (
        f"{exact if len(simulated) < len(found.steps) else ''} With a floor on later prices there is no closed form: the way to "
        f"{listed(simulated)} is simulated with {DRAWS:,} draws of one seed, and what the full simulations differ from it is shown likewise."
    )


def drawn(found: Comparison) -> list[Exhibit]:
    """Figures: for up to three other scenarios, farthest first, the steps of the reservation price and of waiting."""
    by_name = {entry.name: entry for entry in found.entries}
    return [_pair(found, by_name[name], found.steps[name]) for name in _order(found)[:MOST_DRAWN]]


def _order(found: Comparison) -> list[str]:
    """The other scenarios, the one whose reservation price lies farthest from the first one's in front."""
    return sorted(found.steps, key=lambda name: -abs(found.steps[name].way("uplift")))


def _pair(found: Comparison, other: Entry, steps: Steps) -> Exhibit:
    money = money_of(other.case) == money_of(found.first.case)
    currency = found.first.case.currency
    waits, unit = ("waiting", f"bn {currency}") if money else ("waiting_pct", "percent")
    names = f"{found.first.name} to {other.name}"
    source = found.first.case.ledger.source_line(*_rows(found.first), *_rows(other), note=_how(steps))

    def change(value: float) -> str:
        return formats.change(value).removesuffix("%")

    def amount(value: float) -> str:
        shown = formats.plain(value, 0 if money else 1)
        return f"+{shown}" if value > 0 and shown.strip("0.") else shown

    left = _figure(
        steps, "uplift", found.first.name, other.name, change, "percent",
        id=f"fig-uplift-{other.name}",
        title=f"{names}: {_headline(steps, 'uplift', lambda v: points(v).replace(chr(160), ' '))}",
        subtitle="Reservation uplift, percent over the status quo; bars: what each group of inputs adds, mean over all orders",
        source=source,
    )  # fmt: skip
    right = _figure(
        steps, waits, found.first.name, other.name, amount, unit,
        id=f"fig-waiting-{other.name}",
        title=f"Value of waiting: {_headline(steps, waits, lambda v: _unit(v, amount, money, currency))}",
        subtitle=f"Signing now less waiting, {'bn ' + currency if money else 'percent of the status-quo cost'}; above zero waiting is cheaper",
        source=source,
    )  # fmt: skip
    return side_by_side(left, right)


def _unit(value: float, amount, money: bool, currency: str) -> str:
    if not money:
        return points(value).replace("\u00a0", " ")
    return ("+" if value >= 0.5 else "") + formats.money(value, currency).replace("\u00a0", " ")


def _how(steps: Steps) -> str:
    return "Model: closed form." if steps.closed else f"Model: {DRAWS:,} draws."


def _headline(steps: Steps, measure: str, said) -> str:
    """The whole way and the largest step: `+5.0 points, of which +2.4 points from the odds of the event`."""
    groups = steps.frame[steps.frame["group"] != REMAINDER]
    top, whole = groups.loc[groups[measure].abs().idxmax()], steps.way(measure)
    if len(groups) == 1:
        return f"{said(whole)}, all from the {top['name']}"
    return f"{said(whole)}, of which {said(float(top[measure]))} from the {top['name'].removeprefix('the ')}"


def _figure(steps: Steps, measure: str, start: str, end: str, said, unit: str, **words: str) -> Exhibit:
    frame = _rows_of_chart(steps, measure, start, end, said)
    changes = frame[frame["kind"] == "change"]
    spoken = "; ".join(f"{r.label.replace('|', ' ')} {r.text}" for r in changes.itertuples())
    first, last = said(getattr(steps.start, measure)), said(getattr(steps.end, measure))
    length = (frame["end"] - frame["start"]).abs()
    seen = frame[(frame["kind"] == "total") | (length > _SEEN * length.max())]
    if len(seen) < len(frame):
        words["subtitle"] += "; steps too small to see stand in the table alone"
    return figure(
        charts_scenarios.answer_steps(seen, unit),
        frame.assign(label=frame["label"].str.replace("|", " ", regex=False))[
            ["label", "kind", "start", "end", "text"]
        ],
        alt=f"Waterfall from {start}, {first}, to {end}, {last}: {spoken}.",
        width="half",
        **words,
    )


def _rows_of_chart(steps: Steps, measure: str, start: str, end: str, said) -> pd.DataFrame:
    """The rows of the waterfall, largest step first; start: label of the first answer, end: of the last."""
    at = getattr(steps.start, measure)
    rows = [{"label": start, "start": 0.0, "end": at, "text": said(at), "kind": "total"}]
    by_size = steps.frame.sort_values(measure, key=abs, ascending=False, kind="stable")
    by_size = by_size.sort_values("group", key=lambda g: g == REMAINDER, kind="stable")  # what is no input comes last
    for step in by_size.itertuples():
        value = float(getattr(step, measure))
        name = _LINE_BREAK.get(step.name, step.name)
        rows.append({"label": name, "start": at, "end": at + value, "text": said(value), "kind": "change"})
        at += value
    last = getattr(steps.end, measure)
    rows.append({"label": end, "start": 0.0, "end": last, "text": said(last), "kind": "total"})
    return pd.DataFrame(rows)


def _rows(entry: Entry) -> list[str]:
    payments = entry.case.table("payments").index
    return [row for row in model_rows(entry.case, entry.view) if row in payments]


def step_table(found: Comparison) -> Exhibit:
    """Table: every step to every other scenario with its range over the orders; the steps of each add up to the total."""
    if not found.steps:
        return prose("No table of steps: nothing differs.")
    by_name = {entry.name: entry for entry in found.entries}
    rows = [row for name in _order(found) for row in _table_rows(found, by_name[name], found.steps[name])]
    name, steps = _order(found)[0], found.steps[_order(found)[0]]
    return table(
        pd.DataFrame(rows),
        [
            Column("to", "To"),
            Column("name", "Group of inputs"),
            Column("uplift", "Reservation uplift, points", "right", lambda v: formats.change(v, 2).removesuffix("%")),
            Column("uplift_range", "in any order", "right", str),
            Column(
                "waiting_pct", "Value of waiting, % of cost", "right", lambda v: formats.change(v, 2).removesuffix("%")
            ),
            Column("waiting_range", "in any order", "right", str),
            Column("waiting_text", "in money, bn", "right", str),
        ],
        id="tab-steps",
        title=f"To {name} the reservation price moves by {points(steps.way('uplift'))}, {_count(len(steps.groups))}",
        subtitle=f"Steps from {found.first.name}; each the mean over all orders of exchange, with the least and the most in any order",
        source="Model: the closed forms, or one simulation of every combination where there is none.",
        notes=[
            "In money: only where both scenarios count the same thing in the same currency. Percent of cost: of the status-quo cost of the "
            "horizon, which is how far the price foreseen lies above the reservation price."
        ],
        strong_rows=lambda row: row["name"] == "all together",
    )


def _count(groups: int) -> str:
    return "from one group of inputs" if groups == 1 else f"in {formats.counted(groups, 'step')}"


def _table_rows(found: Comparison, other: Entry, steps: Steps) -> list[dict[str, object]]:
    money = money_of(other.case) == money_of(found.first.case)
    rows = []
    for step in steps.frame.itertuples():
        single = step.group == REMAINDER or len(steps.groups) == 1
        found.first.case.ledger.quote(
            f"step.{found.first.name}.{other.name}.{step.group}.uplift",
            step.uplift,
            "percentage points",
            points(step.uplift, 2),
            rows=[*model_rows(found.first.case, found.first.view), *model_rows(other.case, other.view)],
            assumptions=["event.states", "settlement", "strategy", "drivers"],
            formula="mean over all orders of what exchanging this group of inputs adds to the reservation uplift (Shapley value)",
        )
        rows.append(
            {
                "to": other.name,
                "name": step.name,
                "uplift": step.uplift,
                "uplift_range": None if single else _range(step.uplift_low, step.uplift_high),
                "waiting_pct": step.waiting_pct,
                "waiting_range": None if single else _range(step.waiting_pct_low, step.waiting_pct_high),
                "waiting_text": formats.plain(step.waiting, 1) if money else None,
                "waiting_bn": step.waiting if money else None,
            }
        )
    whole = steps.way("waiting")
    rows.append(
        {
            "to": other.name,
            "name": "all together",
            "uplift": steps.way("uplift"),
            "waiting_pct": steps.way("waiting_pct"),
            "waiting_text": formats.plain(whole, 1) if money else None,
            "waiting_bn": whole if money else None,
        }
    )
    return rows


def _range(low: float, high: float) -> str:
    ends = [formats.change(x, 2).removesuffix("%") for x in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
