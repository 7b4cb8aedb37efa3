"""The chart of the portal: signing against waiting, one row a choice."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.theme import COLOURS, GREY, INK, RULE, TEXT_COLOURS, label

SIGN, WAIT = "sign now", "wait"
_COLOURS = {SIGN: "five_now", WAIT: "biden"}  # the colours these courses have in the briefings


def sign_or_wait(rows: pd.DataFrame, unit: str) -> alt.LayerChart:
    """A square for signing and a circle for waiting in each row, joined by a rule, each with its value.

    rows: label (`|` breaks the line), course (SIGN or WAIT), value (percent), text (the value in words).
    """
    order = list(dict.fromkeys(rows["label"]))
    y = alt.Y(
        "label:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelLimit=400, labelExpr="split(datum.value, '|')", labelColor=INK),
    )
    low, high = float(min(rows["value"].min(), 0)), float(rows["value"].max())
    room = 0.42 * (high - low)  # for the values left and right of the outer marks
    x = alt.X(
        "value:Q",
        title=unit,
        scale=alt.Scale(domain=[low - room, high + room], nice=False),
        axis=alt.Axis(grid=True, tickCount=4, labelExpr="(datum.value > 0 ? '+' : '') + datum.value + '%'"),
    )
    zero = alt.Chart(pd.DataFrame({"value": [0]})).mark_rule(color=RULE, strokeWidth=1.5).encode(x=x)
    ends = rows.groupby("label", sort=False)["value"].agg(["min", "max"]).reset_index()
    span = alt.Chart(ends).mark_rule(color=GREY).encode(y=y, x=alt.X("min:Q"), x2=alt.X2("max:Q"))
    scale = {"domain": [SIGN, WAIT], "range": [COLOURS[_COLOURS[SIGN]], COLOURS[_COLOURS[WAIT]]]}
    marks = (
        alt.Chart(rows)
        .mark_point(filled=True, size=80)
        .encode(
            y=y,
            x=x,
            color=alt.Color("course:N", title=None, scale=alt.Scale(**scale)),
            shape=alt.Shape("course:N", title=None, scale=alt.Scale(domain=[SIGN, WAIT], range=["square", "circle"])),
        )
    )
    outer = rows.groupby("label")["value"].transform("max").eq(rows["value"]) & ~rows.duplicated(["label", "value"])
    words = [
        alt.Chart(part)
        .mark_text(**label(color=TEXT_COLOURS[_COLOURS[course]], align=align, dx=dx))
        .encode(y=y, x=x, text=alt.Text("text:N"))
        for course in (SIGN, WAIT)
        for side, align, dx in ((outer, "left", 8), (~outer, "right", -8))
        if len(part := rows[side & rows["course"].eq(course)])
    ]
    return alt.layer(zero, span, marks, *words).properties(height=alt.Step(40))
