"""The picture of a benchmark: one bar a route, its steps one after the other, in the look of the briefings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from analysis import theme
from bench.summary import by_key, spread, step_medians, totals

SHOWN = ("plain-pip", "plain-own", "make-first", "make-changed", "make-unchanged")
FLOOR_KEYS = ("floor-start", "floor-cells")
FLOOR_TITLE = "the floor: libraries and a kernel, then the computing"
STEP_WORDS = {"start": "libraries, kernel", "cells": "computing"}
#: Fill and stroke by whose route it is: the plain one grey, ours blue, the floor an outline.
LOOK = {
    "plain": (theme.COLOURS["light"], theme.GREY),
    "make": (theme.COLOURS["japan"], theme.COLOURS["japan"]),
    "floor": ("white", theme.INK),
}
WIDTH, LONGEST, CHARACTER = 380, 1.28, 6.4  # chart units; the axis beyond the longest bar; chart units


def bars(found: Mapping[str, Any]) -> pd.DataFrame:
    """One row a step: title, kind, step, start, end, middle (seconds), whole and text on the last one."""
    rows = []
    for key, title, steps, text in _measured(found):
        start = 0.0
        for step, seconds in steps.items():
            row = {"title": title, "kind": key.split("-")[0], "start": start, "end": start + seconds}
            rows.append(row | {"step": STEP_WORDS.get(step, step), "text": ""})
            start += seconds
        rows[-1]["text"] = text
    return pd.DataFrame(rows)


def chart(found: Mapping[str, Any]) -> alt.LayerChart:
    """Median seconds of the single report; the table beside it has the rest."""
    rows = bars(found)
    rows["middle"] = (rows["start"] + rows["end"]) / 2
    top = float(rows["end"].max())
    several = rows.groupby("title", sort=False)["step"].transform("size") > 1
    room = (rows["end"] - rows["start"]) / (top * LONGEST) * WIDTH
    rows["named"] = rows["step"].where(several & (room > rows["step"].str.len() * CHARACTER), "")
    y = alt.Y("title:N", sort=list(dict.fromkeys(rows["title"])), title=None, axis=alt.Axis(labelLimit=330))
    x = alt.X("start:Q", title="seconds, median", scale=alt.Scale(domain=[0, top * LONGEST], nice=False))
    kinds = list(LOOK)
    fill, stroke = ([LOOK[kind][place] for kind in kinds] for place in (0, 1))
    drawn = (
        alt.Chart(rows)
        .mark_bar(height=22, strokeWidth=1.1)
        .encode(
            y=y,
            x=x,
            x2="end:Q",
            fill=alt.Fill("kind:N", scale=alt.Scale(domain=kinds, range=fill), legend=None),
            stroke=alt.Stroke("kind:N", scale=alt.Scale(domain=kinds, range=stroke), legend=None),
        )
    )
    inside = alt.Chart(rows).mark_text(font=theme.FONT, fontSize=theme.FONT_SIZE - 1, color=theme.INK)
    beside = alt.Chart(rows[rows["text"] != ""]).mark_text(**theme.label(color=theme.INK))
    words = inside.encode(y=y, x="middle:Q", text="named:N")
    return alt.layer(drawn, words, beside.encode(y=y, x="end:Q", text="text:N")).properties(height=alt.Step(36))


def png(found: Mapping[str, Any]) -> bytes:
    """The chart as PNG on white."""
    import vl_convert

    from analysis.export.pictures import png as drawn
    from analysis.fonts import register_with_charts

    register_with_charts()
    drawing = chart(found).properties(width=WIDTH).to_dict() | {"config": theme.config()}
    return drawn(vl_convert.vegalite_to_svg(drawing), 2.0, "the benchmark")


def _measured(found: Mapping[str, Any]) -> list[tuple[str, str, dict[str, float], str]]:
    routes = by_key(found)
    shown = [(key, routes[key]["title"], step_medians(routes[key]), _text(totals(routes[key])))
             for key in SHOWN if key in routes]  # fmt: skip
    if set(FLOOR_KEYS) <= routes.keys():
        parts = [totals(routes[key]) for key in FLOOR_KEYS]
        steps = {step: value for key in FLOOR_KEYS for step, value in step_medians(routes[key]).items()}
        shown.append(("floor", FLOOR_TITLE, steps, _text([sum(both) for both in zip(*parts, strict=True)])))
    return shown


def _text(values: list[float]) -> str:
    found = spread(values)
    digits = 1 if found.middle >= 1 else 2
    low, middle, high = (f"{value:.{digits}f}" for value in (found.low, found.middle, found.high))
    return f"{middle} s ({low}–{high})" if found.runs > 1 else f"{middle} s"
