"""The two charts of page one: the price at which waiting begins to pay, and what each course costs."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.charts import UNSEEN, on, tips
from analysis.theme import COLOURS, FONT_SIZE, GREY, HEIGHT, INK, RULE, TEXT_COLOURS, label


def reservation_line(line: pd.DataFrame, marks: pd.DataFrame, words: pd.DataFrame, event: str) -> alt.LayerChart:
    """The price at which waiting begins to pay, over the probability of the better outcome.

    line: p, uplift (percent); marks: p, uplift, level (height of the words), text (readings of the probability);
    words: p, uplift, text, side.
    """
    low = float(min(line["uplift"].min(), 0, marks["level"].min() if len(marks) else 0)) - 0.8
    high = float(line["uplift"].max()) + 1.6
    line = line.assign(top=high, bottom=low)
    x = alt.X("p:Q", title=event, scale=alt.Scale(nice=False), axis=alt.Axis(format="%", tickCount=5, grid=False))
    y = alt.Y(
        "uplift:Q",
        title=None,
        scale=alt.Scale(domain=[low, high], nice=False),
        axis=alt.Axis(
            tickCount=6,
            grid=False,
            labelExpr="(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + abs(datum.value) + '%'",
        ),
    )
    wait = alt.Chart(line).mark_area(color=COLOURS["wait_area"]).encode(x=x, y=y, y2=alt.Y2("top:Q"))
    sign = alt.Chart(line).mark_area(color=COLOURS["sign_area"]).encode(x=x, y=y, y2=alt.Y2("bottom:Q"))
    told = tips(p=(event, ".0%"), uplift=("reservation uplift, %", "+.1f"))
    edge = alt.Chart(line).mark_line(color=INK, strokeWidth=2.2, point=UNSEEN).encode(x=x, y=y, tooltip=told)
    rules = (
        alt.Chart(marks).mark_rule(color=GREY, strokeDash=[2, 3]).encode(x=x, y=on(y, "level:Q"), y2=alt.Y2("uplift:Q"))
    )
    dots = alt.Chart(marks).mark_point(color=INK, filled=True, size=45).encode(x=x, y=y)
    rule_words = (
        alt.Chart(marks)
        .mark_text(**label(color=GREY, fontSize=FONT_SIZE - 1, align="right", dx=-3, baseline="bottom"))
        .encode(x=x, y=on(y, "level:Q"), text=alt.Text("text:N"))
    )
    sides = [
        alt.Chart(words[words["side"] == name])
        .mark_text(fontWeight=600, fontSize=FONT_SIZE, align=align, color=TEXT_COLOURS[f"{name}_area"])
        .encode(x=x, y=y, text=alt.Text("text:N"))
        for name, align in (("wait", "right"), ("sign", "left"))
    ]
    return alt.layer(wait, sign, edge, rules, dots, rule_words, *sides)


def course_intervals(courses: pd.DataFrame, unit: str) -> alt.LayerChart:
    """One row a course: its name and median above, 80% of outcomes as a bar, the median as a dot.

    courses: label, p10, p50, p90, text, colour (name in COLOURS).
    """
    y = alt.Y("label:N", sort=list(courses["label"]), title=None, axis=None)
    x = alt.X(
        "p10:Q",
        title=unit,
        scale=alt.Scale(zero=False, nice=True, padding=12),
        axis=alt.Axis(tickCount=4, grid=False, ticks=True, format=",d"),
    )
    told = tips(label=("course", ""), p10=("10%", ",.0f"), p50=("median", ",.0f"), p90=("90%", ",.0f"))
    # A line under each bar instead of a grid, which would run through the words.
    tracks = alt.Chart(courses).mark_rule(color=RULE, yOffset=9)
    layers = [tracks.encode(y=y, x=alt.XValue(0), x2=alt.X2Value("width"))]
    for name, rows in courses.groupby("colour", sort=False):
        bar = alt.Chart(rows).mark_bar(height=9, yOffset=9, cornerRadius=4, color=COLOURS[name], opacity=0.45)
        layers.append(bar.encode(y=y, x=x, x2=alt.X2("p90:Q"), tooltip=told))
        dot = alt.Chart(rows).mark_point(filled=True, size=60, yOffset=9, color=COLOURS[name], opacity=1)
        layers.append(dot.encode(y=y, x=alt.X("p50:Q"), tooltip=told))
    base = alt.Chart(courses).encode(y=y)
    names = base.mark_text(**label(dx=0, dy=-7)).encode(x=alt.XValue(0), text=alt.Text("label:N"))
    medians = base.mark_text(**label(dx=0, dy=-7, align="right", fontWeight=600)).encode(
        x=alt.XValue("width"), text=alt.Text("text:N")
    )
    return alt.layer(*layers, names, medians).properties(height=HEIGHT["half"])
