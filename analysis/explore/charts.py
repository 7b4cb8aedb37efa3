"""The charts of the explorer: one specification each, with named tables that are exchanged as sliders move.

The same charts stand in the rendered notebook. Domains follow the tables, so that new numbers need no new chart.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from analysis import formats
from analysis.explore.words import Words
from analysis.strategy import FIVE_YEAR
from analysis.theme import COLOURS, FONT_SIZE, GREY, HEIGHT, INK, STATUS, TEXT_COLOURS, Width, label
from analysis.wording import capital, state_briefly, state_name

Tables = dict[str, pd.DataFrame]

WIDTHS: dict[str, Width] = {"price": "half", "outcomes": "half", "years": "full"}
_CHANGE = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + format(abs(datum.value), ',~f') + '%'"
_ROOM = 118  # chart units right of the last year, for the names of the lines
_COURSE = {FIVE_YEAR: "sign", "bridge": "wait"}
#: Where words stand beside their mark, read from its row.
_PLACED = {name: alt.ExprRef(f"datum.{name}") for name in ("align", "dx", "dy")}
_DASH = STATUS["forecast"]["strokeDash"]


def with_tables(chart: alt.LayerChart, tables: Tables) -> alt.LayerChart:
    """A chart of named tables with their rows inside."""
    return chart.properties(datasets={name: records(frame) for name, frame in tables.items()})


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values."""
    return [{k: getattr(v, "item", lambda v=v: v)() for k, v in row.items()} for row in frame.to_dict("records")]


def _rimmed(words: alt.Chart, style: dict[str, Any]) -> alt.Chart:
    """A white rim to stand under words, so that they stay readable where a line runs under them."""
    return words.mark_text(**style, stroke="white", strokeWidth=3, strokeJoin="round")


def _of(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


# ------------------------------------------------------------------------------------------------------- price line


def price_tables(words: Words, own: tuple[float, float]) -> Tables:
    """Tables of the price line; own: odds (0 to 1) and price (percent) of the scenario the exploration began with."""
    found = words.found
    p, price, limit = found.decision.p, found.prices.now, found.decision.reservation_uplift_pct
    line = found.line
    spread = [*line["uplift"], price, own[1]]
    low, high = min(spread), max(spread)
    pad = max(0.12 * (high - low), 1.5)
    line = line.assign(bottom=low - pad, top=high + pad)
    align = "right" if p > 0.88 else "left" if p < 0.12 else "center"
    # each label on its own side of the line: the price above it where waiting costs less
    up = -15 if price >= limit else 16
    marks = pd.DataFrame(
        [
            {"p": p, "uplift": price, "kind": "price", "dy": up, "text": f"price {formats.change(price)}"},
            {"p": p, "uplift": limit, "kind": "limit", "dy": 1 - up, "text": f"worth {formats.change(limit)}"},
        ]
    ).assign(align=align, dx={"right": 6, "left": -6, "center": 0}[align])
    here = pd.DataFrame([{"p": p, "low": min(price, limit), "high": max(price, limit)}])
    start = pd.DataFrame([{"p": own[0], "uplift": own[1]}])
    areas = pd.DataFrame(
        [
            {"p": 0.98, "uplift": high + 0.55 * pad, "text": "wait", "side": "wait"},
            {"p": 0.02, "uplift": low - 0.6 * pad, "text": "sign", "side": "sign"},
        ]
    )
    return {"hns_line": line, "hns_marks": marks, "hns_here": here, "hns_own": start, "hns_areas": areas}


def price_chart(event: str) -> alt.LayerChart:
    """Reservation uplift over the odds, with the price on the table; above the line waiting costs less."""
    x = alt.X("p:Q", title=event, scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(format="%", tickCount=5))
    y = alt.Y(
        "uplift:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(tickCount=6, grid=False, labelExpr=_CHANGE),
    )
    line = _of("hns_line")
    wait = line.mark_area(color=COLOURS["wait_area"]).encode(x=x, y=y, y2="top:Q")
    sign = line.mark_area(color=COLOURS["sign_area"]).encode(x=x, y=y, y2="bottom:Q")
    edge = line.mark_line(color=INK, strokeWidth=2.2).encode(x=x, y=y)
    gap = _of("hns_here").mark_rule(color=GREY, strokeDash=[2, 3]).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    own = _of("hns_own").mark_point(filled=False, size=70, color=GREY, strokeWidth=1.4).encode(x=x, y=y)
    marks = _of("hns_marks")
    price = marks.mark_point(filled=True, size=130, color=COLOURS["highlight"], opacity=1)
    limit = marks.mark_point(filled=True, size=50, color=INK, opacity=1)
    layers = [wait, sign, edge, gap, own]
    layers += [
        m.transform_filter(f"datum.kind == '{k}'").encode(x=x, y=y) for m, k in ((price, "price"), (limit, "limit"))
    ]
    said, style = marks.encode(x=x, y=y, text="text:N"), label(**_PLACED, fontWeight=600)
    layers += [_rimmed(said, style), said.mark_text(**style)]
    for side, align in (("wait", "right"), ("sign", "left")):
        area = _of("hns_areas").transform_filter(f"datum.side == '{side}'")
        colour = TEXT_COLOURS[f"{side}_area"]
        layers.append(
            area.mark_text(fontWeight=600, fontSize=FONT_SIZE + 1, align=align, color=colour).encode(
                x=x, y=y, text="text:N"
            )
        )
    return alt.layer(*layers)


# -------------------------------------------------------------------------------------------------- costs by outcome


def outcome_tables(words: Words) -> Tables:
    """Cost of both courses in each outcome and on average, and the status quo, in the chosen currency."""
    found, decision = words.found, words.found.decision
    factor = found.to_dollars if words.currency == "dollars" else 1.0
    decimals = 2 if words.currency == "dollars" else 0
    # names that no slider changes: Vega keeps the order in which it first met them
    rows = [(capital(state_briefly(s)), decision.cost_bridge[s]) for s in decision.states]
    rows.append(("On average", found.cost_bridge))
    places = []
    for name, wait in rows:
        for course, cost, other in ((FIVE_YEAR, decision.cost_now, wait), ("bridge", wait, decision.cost_now)):
            is_left = cost < other or (cost == other and course == FIVE_YEAR)
            places.append(
                {
                    "row": name,
                    "cost": cost * factor,
                    "course": course,
                    "text": ("" if places[1:] else _COURSE[course] + " ") + formats.plain(cost * factor, decimals),
                    "align": "right" if is_left else "left",
                    "dx": -9 if is_left else 9,
                }
            )
    ends = pd.DataFrame(
        [
            {"row": n, "low": min(w, decision.cost_now) * factor, "high": max(w, decision.cost_now) * factor}
            for n, w in rows
        ]
    )
    base = pd.DataFrame(
        [{"cost": found.path_cost * factor, "text": f"status quo {formats.plain(found.path_cost * factor, decimals)}"}]
    )
    return {"hns_places": pd.DataFrame(places), "hns_ends": ends, "hns_base": base}


def outcome_chart(unit: str) -> alt.LayerChart:
    """One row an outcome: the cost of signing now (square) and of waiting (dot), joined by what parts them."""
    y = alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=150))
    x = alt.X(
        "cost:Q",
        title=unit,
        scale=alt.Scale(zero=False, nice=True, padding=58),
        axis=alt.Axis(tickCount=4, grid=False, format=",~f"),
    )
    base = _of("hns_base")
    rule = base.mark_rule(color=COLOURS["status_quo"], strokeDash=[2, 3]).encode(
        x=x, y=alt.value(15), y2=alt.value("height")
    )
    named = base.mark_text(**label(align="center", dx=0, color=GREY, fontSize=FONT_SIZE - 1, baseline="top")).encode(
        x=x, y=alt.value(0), text="text:N"
    )
    bar = _of("hns_ends").mark_rule(color=GREY, strokeWidth=2).encode(y=y, x=alt.X("low:Q"), x2="high:Q")
    layers = [rule, named, bar]
    places = _of("hns_places")
    for course, shape, colour in ((FIVE_YEAR, "square", "five_now"), ("bridge", "circle", "japan")):
        marks = places.transform_filter(f"datum.course == '{course}'")
        layers.append(
            marks.mark_point(shape=shape, filled=True, size=110, color=COLOURS[colour], opacity=1).encode(y=y, x=x)
        )
        said = marks.encode(y=y, x=x, text="text:N")
        style = label(align=_PLACED["align"], dx=_PLACED["dx"], color=TEXT_COLOURS[colour], fontWeight=600)
        layers += [_rimmed(said, style), said.mark_text(**style)]
    return alt.layer(*layers).properties(height=HEIGHT["half"])


# ------------------------------------------------------------------------------------------------------ cost by year


def year_tables(words: Words) -> Tables:
    """Payments by year of the status quo and of each course, and the names of the lines, kept apart."""
    found = words.found
    states = found.decision.states
    short = formats.counted(found.scenario.strategy.bridge_years, "year")
    first = f"{short[0].upper()}{short[1:]}" if found.scenario.strategy.bridge_years else "Wait"
    named = {
        "status_quo": ("Status quo", "status_quo"),
        "now": (f"{formats.counted(found.scenario.horizon.years, 'year').capitalize()} now", "five_now"),
        f"bridge:{states[0]}": (f"{first}, then {state_briefly(states[0])}", "biden"),
        f"bridge:{states[1]}": (f"{first}, then {state_briefly(states[1])}", "trump"),
    }
    rate = found.yearly["rate"] if words.currency == "dollars" else 1.0
    lines = pd.concat(
        [
            pd.DataFrame(
                {"year": found.yearly["year"], "cost": found.yearly[key] / rate, "series": series, "colour": colour}
            )
            for key, (series, colour) in named.items()
        ]
    )
    last = lines[lines["year"] == lines["year"].max()].reset_index(drop=True)
    span = float(lines["cost"].max() - lines["cost"].min()) or 1.0
    decimals = 2 if words.currency == "dollars" else 0
    last["text"] = [f"{s} {formats.plain(c, decimals)}" for s, c in zip(last["series"], last["cost"], strict=True)]
    last["level"] = _apart(last["cost"].tolist(), 0.085 * span)
    return {"hns_years": lines.reset_index(drop=True), "hns_names": last}


def _apart(levels: list[float], step: float) -> list[float]:
    """The levels, moved as little as needed so that neighbours are at least a step apart."""
    order = sorted(range(len(levels)), key=lambda i: levels[i])
    placed = list(levels)
    for lower, upper in pairwise(order):
        placed[upper] = max(placed[upper], placed[lower] + step)
    middle = sum(placed) / len(placed) - sum(levels) / len(levels)
    return [level - middle for level in placed]


def year_chart(unit: str, prefix: str) -> alt.LayerChart:
    """Payments by year, all of them forecasts and so dashed; every line named at its end."""
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(nice=False, zero=False, range=[0, alt.ExprRef(f"width - {_ROOM + 40}")]),
        axis=alt.Axis(tickMinStep=1, labelExpr=f"'{prefix}' + datum.value", grid=False, format="d"),
    )
    y = alt.Y("cost:Q", title=unit, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=5, format=",~f"))
    names = ["status_quo", "five_now", "biden", "trump"]
    colour = alt.Color("colour:N", legend=None, scale=alt.Scale(domain=names, range=[COLOURS[n] for n in names]))
    words = alt.Color("colour:N", legend=None, scale=alt.Scale(domain=names, range=[TEXT_COLOURS[n] for n in names]))
    shape = alt.Shape(
        "colour:N", legend=None, scale=alt.Scale(domain=names, range=["cross", "square", "circle", "triangle-up"])
    )
    lines = _of("hns_years")
    drawn = lines.mark_line(strokeWidth=2, strokeDash=_DASH).encode(x=x, y=y, color=colour)
    points = lines.mark_point(filled=True, size=48, opacity=1).encode(x=x, y=y, color=colour, shape=shape)
    said = (
        _of("hns_names")
        .mark_text(**label(dx=9, fontWeight=600))
        .encode(x=x, y=alt.Y("level:Q"), text="text:N", color=words)
    )
    return alt.layer(drawn, points, said).resolve_scale(color="independent").properties(height=250)


def all_tables(words: Words, own: tuple[float, float]) -> dict[str, Tables]:
    """Tables of every chart, by its name; own: odds (0 to 1) and price (percent) of the scenario as it stands."""
    return {"price": price_tables(words, own), "outcomes": outcome_tables(words), "years": year_tables(words)}


def all_charts(words: Words) -> dict[str, alt.LayerChart]:
    """Every chart without its tables, by name, with the names and units of the scenario."""
    scenario = words.found.scenario
    first = state_name(words.found.decision.states[0])
    return {
        "price": price_chart(f"chance of {first}"),
        "outcomes": outcome_chart(f"bn {words.unit}"),
        "years": year_chart(f"bn {words.unit} a year", formats.year(0, scenario.horizon.year_type).rstrip("0")),
    }
