"""Charts of what else is paid and of the exchange rate."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.theme import COLOURS, FONT_SIZE, GREY, INK, STATUS, TEXT_COLOURS, label

_HEIGHT = 190  # of a chart that stands beside another in the body


def credit_steps(steps: pd.DataFrame, ask: float, ask_text: str, unit: str) -> alt.LayerChart:
    """Line upon line towards the ask: each bar begins where the one above ends; views of all of it below.

    steps: label (`|` breaks the line), start, end, text, kind (line or view), status (a key of STATUS).
    """
    y = alt.Y(
        "label:N",
        sort=list(steps["label"]),
        title=None,
        axis=alt.Axis(labelLimit=320, labelExpr="split(datum.value, '|')"),
    )
    top = max(1.13 * ask, 1.2 * float(steps["end"].max()))
    x = alt.X(
        "start:Q",
        title=unit,
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(grid=True, tickCount=5, format=",d"),
    )
    layers = []
    for (kind, status), rows in steps.groupby(["kind", "status"], sort=False):
        colour = COLOURS["japan"] if kind == "line" else COLOURS["five_now"]
        mark = alt.Chart(rows).mark_bar(height=13, color=colour, stroke=colour, **STATUS[status])
        layers.append(mark.encode(y=y, x=x, x2=alt.X2("end:Q")))
    goal = pd.DataFrame({"start": [ask], "text": [ask_text]})
    rule = alt.Chart(goal).mark_rule(color=COLOURS["highlight"], strokeWidth=1.6).encode(x=alt.X("start:Q"))
    said = (
        alt.Chart(goal)
        .mark_text(
            **label(
                color=TEXT_COLOURS.get("highlight", INK),
                align="right",
                dx=-4,
                fontWeight=600,
                baseline="bottom",
            )
        )
        .encode(x=alt.X("start:Q"), y=alt.YValue(-4), text=alt.Text("text:N"))
    )
    # Words that would run into the line of the ask stand inside their bar.
    inside = steps["end"].between(0.8 * ask, ask)
    words = [
        alt.Chart(steps[side]).mark_text(**style).encode(y=y, x=alt.X("end:Q"), text=alt.Text("text:N"))
        for side, style in ((~inside, label()), (inside, label(align="right", dx=-5)))
        if side.any()
    ]
    return alt.layer(*layers, rule, *words, said).properties(height=alt.Step(23))


def ask_over_rate(line: pd.DataFrame, marks: pd.DataFrame, unit: str, rate: str) -> alt.LayerChart:
    """A dollar ask in local money over the exchange rate, with a few rates named.

    line: rate, value; marks: rate, value, text, align (left or right of the point).
    """
    x = alt.X("rate:Q", title=rate, scale=alt.Scale(nice=False, zero=False), axis=alt.Axis(grid=False, tickCount=5))
    low, high = float(line["value"].min()), float(line["value"].max())
    pad = 0.1 * (high - low)  # room for the words at both ends
    ends = alt.Scale(domain=[low - 1.4 * pad, high + pad], nice=False)
    y = alt.Y("value:Q", title=unit, scale=ends, axis=alt.Axis(tickCount=5, format=",d"))
    layers = [
        alt.Chart(line).mark_line(color=COLOURS["us"], strokeWidth=2).encode(x=x, y=y),
        alt.Chart(marks).mark_point(filled=True, size=60, color=COLOURS["us"]).encode(x=x, y=y),
    ]
    for side, shift in (("left", 7), ("right", -7)):
        rows = alt.Chart(marks[marks["align"] == side])
        layers.append(
            rows.mark_text(**label(align=side, dx=shift, dy=9 if side == "left" else -9)).encode(
                x=x, y=y, text=alt.Text("text:N")
            )
        )
    return alt.layer(*layers).properties(height=_HEIGHT)


def dollar_value(paid: pd.DataFrame, fan: pd.DataFrame, words: pd.DataFrame, prefix: str) -> alt.LayerChart:
    """Payments in dollars: solid at each year's own rate, then the same bill at the assumed rates with its 80% band.

    paid: year, dollars, stretch; fan: year, low, middle, high; words: year, value, text.
    """
    first, last = int(min(paid["year"].min(), fan["year"].min())), int(fan["year"].max())
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(domain=[first - 0.3, last + 0.5], nice=False),
        axis=alt.Axis(
            values=[y for y in range(first, last + 1) if y % 10 == 0], labelExpr=f"'{prefix}' + datum.value", grid=False
        ),
    )
    y = alt.Y(
        "value:Q",
        title="bn U.S. dollars",
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(tickCount=5, format=".1f"),
    )
    shade = (
        alt.Chart(fan)
        .mark_area(color=COLOURS["japan"], opacity=0.18)
        .encode(x=x, y=alt.Y("low:Q", title="bn U.S. dollars"), y2=alt.Y2("high:Q"))
    )
    ahead = (
        alt.Chart(fan.rename(columns={"middle": "value"}))
        .mark_line(color=COLOURS["japan"], strokeDash=[5, 3])
        .encode(x=x, y=y)
    )
    behind = paid.rename(columns={"dollars": "value"})
    line = alt.Chart(behind).mark_line(color=COLOURS["japan"]).encode(x=x, y=y, detail=alt.Detail("stretch:N"))
    points = alt.Chart(behind).mark_point(filled=True, size=26, color=COLOURS["japan"]).encode(x=x, y=y)
    said = (
        alt.Chart(words)
        .mark_text(**label(color=GREY, fontSize=FONT_SIZE - 0.5, align="right", dx=-4))
        .encode(x=x, y=y, text=alt.Text("text:N"))
    )
    return alt.layer(shade, ahead, line, points, said).properties(height=_HEIGHT)
