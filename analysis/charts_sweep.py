"""The chart of a sweep: the map of its two strongest fields."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.theme import COLOURS, FONT_SIZE, INK

_WAIT, _SIGN = "#8fb8da", COLOURS["sign_area"]


def sweep_map(cells: pd.DataFrame, across: str, down: str, *, legend: bool = True) -> alt.LayerChart:
    """Cells with a number each, shaded by the share of points in which waiting costs less.

    cells: row, column (names of the bands, in order), text, share (0 to 1; a cell without points is missing), sign
    (whether signing costs less on average), here (the scenario's own cell). across, down: names of the two fields.
    """
    rows, columns = list(dict.fromkeys(cells["row"])), list(dict.fromkeys(cells["column"]))
    dense = alt.Scale(paddingInner=0.05, paddingOuter=0.02)
    y = alt.Y("row:N", sort=rows, title=down, scale=dense, axis=alt.Axis(labelLimit=200))
    x = alt.X(
        "column:N",
        sort=columns,
        title=across,
        scale=dense,
        axis=alt.Axis(orient="bottom", labelExpr="split(datum.label, ' to ')", labelLineHeight=13),
    )
    fill = alt.Color(
        "share:Q",
        scale=alt.Scale(domain=[0, 0.5, 1], range=[_SIGN, "#ffffff", _WAIT], interpolate="rgb"),
        legend=None
        if not legend
        else alt.Legend(
            title="waiting costs less in",
            titleOrient="left",
            format="%",
            values=[0, 0.5, 1],
            gradientLength=160,
            gradientThickness=10,
            gradientStrokeColor=COLOURS["light"],
            gradientStrokeWidth=1,
        ),
    )
    base = alt.Chart(cells).encode(x=x, y=y)
    layers = [base.mark_rect(stroke=COLOURS["light"], strokeWidth=0.5).encode(color=fill)]
    if cells["here"].any():
        own = alt.Chart(cells[cells["here"]])
        layers.append(own.mark_rect(filled=False, color=INK, strokeWidth=2).encode(x=x, y=y))
    for sign, weight in ((True, 700), (False, 400)):
        numbers = alt.Chart(cells[cells["sign"] == sign]).mark_text(fontSize=FONT_SIZE, fontWeight=weight, color=INK)
        layers.append(numbers.encode(x=x, y=y, text="text:N"))
    return alt.layer(*layers).properties(height=alt.Step(27))
