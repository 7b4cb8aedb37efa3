"""The choice in pictures: the tree of outcomes, the map of reservation prices, the spread of costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import charts_choice, formats
from analysis.briefing.view import View, certain_state, course_name, model_rows
from analysis.case import Case
from analysis.exhibit import Exhibit, figure, side_by_side
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, MIXED
from analysis.strategy import reservation_uplift, weights
from analysis.wording import state_briefly, state_name

_CHANCES = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
_LATER = [0.0, 5.0, 10.0, 15.0, 20.0, 30.0]
_BINS = 60


@dataclass(frozen=True)
class FrameSplit:
    """Mean cost of the short deal under one state, bn: talks that stay in the existing frame, and talks that leave it."""

    weight: float
    inside: float
    outside: float


def frame_split(case: Case, view: View, state: str) -> FrameSplit | None:
    """How the mean cost under a state splits at the frame; None where no tail is drawn."""
    weight = case.scenario.settlement.tail.weight[state]
    if weight == 0 or not case.scenario.settlement.has_tail:
        return None
    simulation, bridge = view.results.simulation, case.scenario.strategy.bridge_years
    late = weights(simulation.totals, bridge, case.scenario.money.discount_rate, simulation.deflator).late
    size = case.scenario.settlement.tail.size_pct.mean
    inside_uplift = (float(simulation.u_after[state].mean()) - weight * size) / (1 - weight)
    apart = float(late.mean()) * (size - inside_uplift) / 100
    mean = view.results.decision.cost_bridge[state]
    return FrameSplit(weight, mean - weight * apart, mean + (1 - weight) * apart)


def tree_and_map(case: Case, view: View) -> Exhibit:
    """Two figures side by side: the decision tree, and the reservation price by odds and later price."""
    return side_by_side(tree(case, view), price_map(case, view))


def tree(case: Case, view: View) -> Exhibit:
    """Figure: the decision as a tree with the mean cost at every end."""
    decision, currency = view.results.decision, case.currency
    first, second = decision.states
    now_wins = not decision.bridge_cheaper_on_average
    nodes = [(0.0, 0.66, "decision", "", False)]
    branches = [
        (0.0, 0.66, 0.42, 0.96, _short(case), now_wins),
        (0.0, 0.66, 0.4, 0.36, _bridge_words(case), not now_wins),
    ]
    nodes += [
        (0.5, 0.96, "end", formats.money(decision.cost_now, currency), now_wins),
        (0.4, 0.36, "chance", "", False),
    ]
    chance = case.scenario.event.states
    for state, height in ((first, 0.58), (second, 0.12)):
        split = frame_split(case, view, state)
        words = f"{state_briefly(state)} {formats.percent(100 * chance[state])}"
        branches.append((0.4, 0.36, 0.78, height, words, not now_wins))
        if split is None:
            nodes.append((0.78, height, "end", formats.money(decision.cost_bridge[state], currency), not now_wins))
            continue
        nodes.append((0.78, height, "chance", "", False))
        for name, share, value, at in (
            ("stays in the frame", 1 - split.weight, split.inside, height + 0.13),
            ("leaves it", split.weight, split.outside, height - 0.13),
        ):
            text = f"{formats.money(value, currency)}|{name}, {formats.percent(100 * share)}"
            branches.append((0.78, height, 0.86, at, "", not now_wins))
            nodes.append((0.86, at, "end", text, not now_wins))
    node_frame = pd.DataFrame(nodes, columns=["x", "y", "kind", "text", "strong"])
    branch_frame = pd.DataFrame(branches, columns=["x", "y", "x2", "y2", "text", "strong"])
    mixed = float(view.results.costs.loc[(BRIDGE, MIXED), "mean"])
    low, high = sorted((decision.cost_now, mixed))
    cheaper, other = ("signing now", "waiting") if now_wins else ("waiting", "signing now")
    return figure(
        charts_choice.decision_tree(node_frame, branch_frame),
        _ends(case, view),
        id="fig-tree",
        title=f"On average {cheaper} costs {formats.money(low, currency)}, {other} {formats.money(high, currency)}",
        subtitle=f"Mean cost of {case.horizon}, bn {currency}; square: Japan's choice, circle: chance; "
        "thick: the cheaper course".replace("Japan's", f"{case.host['name']}'s"),
        source=case.ledger.source_line(*_known(case, view), note="Model: simulated means."),
        alt=f"Decision tree. Signing now costs {formats.money(decision.cost_now, currency)}. Waiting costs "
        + " and ".join(
            f"{formats.money(decision.cost_bridge[s], currency)} with {state_name(s)}" for s in (first, second)
        )
        + ".",
        width="half",
    )


def _short(case: Case) -> str:
    return f"Sign {formats.counted(case.scenario.horizon.years, 'year')} now"


def _bridge_words(case: Case) -> str:
    years = case.scenario.strategy.bridge_years
    return f"{formats.counted(years, 'year').capitalize()} first" if years else "Wait"


def _ends(case: Case, view: View) -> pd.DataFrame:
    """The ends of the tree as data: course, state, frame, probability, mean cost."""
    rows = [("five_year", "", "", 1.0, view.results.decision.cost_now)]
    for state in view.results.decision.states:
        chance, split = case.scenario.event.states[state], frame_split(case, view, state)
        if split is None:
            rows.append(("bridge", state, "", chance, view.results.decision.cost_bridge[state]))
        else:
            rows.append(("bridge", state, "inside", chance * (1 - split.weight), split.inside))
            rows.append(("bridge", state, "outside", chance * split.weight, split.outside))
    return pd.DataFrame(rows, columns=["course", "state", "frame", "probability", "mean_cost"])


def _known(case: Case, view: View) -> list[str]:
    payments = case.table("payments").index
    return [r for r in model_rows(case, view) if r in payments]


def price_map(case: Case, view: View) -> Exhibit:
    """Figure: the reservation price for every chance of the first winner and every later price with the second."""
    simulation = view.results.simulation
    first, second = view.results.decision.states
    split = weights(
        simulation.totals.mean(axis=0), case.scenario.strategy.bridge_years, case.scenario.money.discount_rate
    )
    u_bridge, fee = float(simulation.u_bridge.mean()), float(simulation.fee_pct.mean())
    u_first, u_second = (float(simulation.u_after[s].mean()) for s in (first, second))
    price, p = view.results.price_now, case.scenario.event.states[first]
    later_prices, chances = _with_own(_LATER, u_second), _with_own(_CHANCES, p)
    cells = []
    for later in reversed(later_prices):
        for chance in chances:
            value = float(reservation_uplift(split, chance, u_bridge, u_first, later, fee))
            cells.append(
                {
                    "p": chance,
                    "later": later,
                    "reservation_uplift_pct": value,
                    "row": formats.change(later, 0 if later in _LATER else 1),
                    "column": formats.percent(100 * chance),
                    "text": formats.change(value, 1 if abs(value) < 9.95 else 0),
                    "sign": value >= price,
                    "here": (later, chance) == (u_second, p),
                }
            )
    frame = pd.DataFrame(cells)
    signs = int(frame["sign"].sum())
    message = f"signing pays in {signs} of {len(frame)} cases"
    return figure(
        charts_choice.price_map(frame, state_name(first), state_name(second)),
        frame[["p", "later", "reservation_uplift_pct", "sign", "here"]],
        id="fig-map",
        title=f"At the price foreseen, {formats.change(price)}, {message}",
        subtitle=f"Reservation uplift, percent, by odds and by the mean later price with {state_name(second)}; bold on sand: "
        f"signing at {formats.change(price)} is cheaper; framed: this scenario",
        source="Model: closed form; inputs at their means.",
        alt=f"Table of reservation prices from {formats.change(frame['reservation_uplift_pct'].min())} to "
        f"{formats.change(frame['reservation_uplift_pct'].max())}: lower the likelier {state_name(first)} is, higher the "
        f"dearer the later deal with {state_name(second)}.",
        width="half",
    )


def _with_own(grid: list[float], own: float) -> list[float]:
    """The grid in rising order with the scenario's own value in place of the one nearest to it, ends kept."""
    inner = [v for v in grid if v not in (grid[0], grid[-1]) and abs(v - own) != min(abs(g - own) for g in grid)]
    return sorted({grid[0], *inner, grid[-1], own})


def spread(case: Case, view: View) -> Exhibit:
    """Figure: the distributions of the two courses' costs, with the mean of the worst twentieth of each."""
    costs, currency = view.results.simulation.costs, case.currency
    only = certain_state(case)
    waiting = (BRIDGE, only or MIXED)
    courses = {"now": (FIVE_YEAR, EITHER), "wait": waiting}
    tails = {name: float(view.results.costs.loc[key, "cvar95"]) for name, key in courses.items()}
    low = min(float(np.quantile(costs[key], 0.002)) for key in courses.values())
    high = max(*tails.values(), *(float(np.quantile(costs[key], 0.97)) for key in courses.values()))
    edges = np.linspace(low, high + 0.04 * (high - low), _BINS + 1)
    curves = [
        pd.DataFrame(
            {
                "cost": (edges[1:] + edges[:-1]) / 2,
                "density": np.histogram(costs[key], edges)[0] / costs[key].size,
                "course": name,
            }
        )
        for name, key in courses.items()
    ]
    frame = pd.concat(curves, ignore_index=True)
    shares = frame["density"].copy()
    frame["density"] = shares / shares.max()
    beyond = float((costs[waiting] > edges[-1]).mean())
    marks = pd.DataFrame(
        [
            {"cost": tails[n], "level": level, "text": f"worst 5%: {formats.plain(tails[n])}", "course": n}
            for n, level in (("now", -0.11), ("wait", -0.26))
        ]
    )
    names = {"now": f"{_short(case).removeprefix('Sign ').capitalize()}", "wait": course_name(case, *waiting)}
    start = edges[-1]
    words = pd.DataFrame(
        [
            {"cost": start, "density": 1.07 if n == "now" else 0.95, "text": names[n], "course": n}
            for n in ("now", "wait")
        ]
    )
    means = {n: float(view.results.costs.loc[key, "mean"]) for n, key in courses.items()}
    lower = means["wait"] < means["now"]
    fatter = tails["wait"] > tails["now"]
    message = {
        (True, True): "Waiting: lower on average, dearer when it goes badly",
        (True, False): "Waiting costs less on average and in the worst cases",
        (False, True): "Waiting costs more on average and most when it goes badly",
        (False, False): "Waiting costs more on average, less in the worst cases",
    }[lower, fatter]
    return figure(
        charts_choice.cost_spread(frame, marks, words, f"bn {currency}"),
        frame.assign(share=shares)[["cost", "share", "course"]],
        id="fig-spread",
        title=message,
        subtitle=f"Distribution of the cost of {case.horizon}, bn {currency}; triangle: mean of the worst 5%"
        + (f"; {formats.percent(100 * beyond, 1)} of waiting lies beyond the axis" if beyond >= 0.0005 else ""),
        source=f"Model: {case.scenario.draws:,} draws.",
        alt=f"Signing now averages {formats.money(means['now'], currency)}, worst 5% {formats.money(tails['now'], currency)}; "
        f"waiting {formats.money(means['wait'], currency)}, worst 5% {formats.money(tails['wait'], currency)}.",
        width="half",
    )
