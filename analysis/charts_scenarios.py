"""Charts of scenarios next to each other: payments year by year, and the way from one answer to another.

Like `analysis.charts`, from tidy frames and without words of judgement.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from analysis.charts import tips
from analysis.theme import COLOURS, FONT_SIZE, FULL, GREY, HALF, HEIGHT, INK, STATUS, TEXT_COLOURS, label

_LETTER = 5.6  # mean width of a letter, chart units
_LINE = 15.0  # height of a line of words, chart units
_AXIS = 60.0  # room of the vertical axis
_ROW = 28.0  # height of a row of steps: a name may have two lines


def cost_paths(paths: pd.DataFrame, names: pd.DataFrame, unit: str, years: str, prefix: str = "") -> alt.LayerChart:
    """Payments by year: budgeted ones solid, forecasts dashed, each line named at its end.

    paths: x (year, or years since a base year), value, line (one value an unbroken line), colour (a key of COLOURS),
    strong (the line the others are set against), paid (budgeted, not forecast); names: x, value, text, colour, strong.
    unit and years: names of the two axes; prefix: stands before each year.
    """
    first, last = int(paths["x"].min()), int(paths["x"].max())
    words = _LETTER * float(names["text"].str.len().max()) + 14
    room = words * (last - first) / (FULL - _AXIS - words)
    low, high = float(paths["value"].min()), float(paths["value"].max())
    pad = 0.06 * (high - low)
    domain = [max(0.0, low - pad), high + pad]
    gap = _LINE * (domain[1] - domain[0]) / HEIGHT["full"]
    names = pd.concat(
        [rows.assign(at=apart(list(rows["value"]), gap)) for _, rows in names.groupby("x")], ignore_index=True
    )
    x = alt.X(
        "x:Q",
        title=years or None,
        scale=alt.Scale(domain=[first - 0.1, last + room], nice=False),
        axis=alt.Axis(
            values=list(range(first, last + 1)),
            labelExpr=f"'{prefix}' + datum.value",
            grid=False,
            labelFlush=False,
            titleAnchor="start",
            titleAlign="left",
        ),
    )
    y = alt.Y("value:Q", title=unit, scale=alt.Scale(domain=domain, zero=False, nice=False))
    colour = alt.Color("shade:N", scale=None, legend=None)
    paths = paths.assign(shade=paths["colour"].map(COLOURS))
    layers = []
    for (paid, strong), rows in paths.groupby(["paid", "strong"]):
        dash = STATUS["actual" if paid else "forecast"]["strokeDash"]
        mark = alt.Chart(rows).mark_line(
            strokeDash=dash, strokeWidth=3.0 if strong else 1.7, point=alt.OverlayMarkDef(size=26, filled=True)
        )
        told = tips(line=("scenario", ""), x=("year", "d"), value=(unit, ",.1f"))
        layers.append(mark.encode(x=x, y=y, color=colour, detail=alt.Detail("line:N"), tooltip=told))
    names = names.assign(shade=names["colour"].map(TEXT_COLOURS))
    for strong, rows in names.groupby("strong"):
        mark = alt.Chart(rows).mark_text(**label(dx=8, fontWeight=700 if strong else 400))
        layers.append(mark.encode(x=alt.X("x:Q"), y=alt.Y("at:Q"), text=alt.Text("text:N"), color=colour))
    return alt.layer(*layers)


def apart(values: Sequence[float], gap: float) -> list[float]:
    """The values moved as little as needed for every two to be `gap` apart, in the same order."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    groups: list[list[int]] = []
    for i in order:  # neighbours that would touch are centred on their mean, as one block
        groups.append([i])
        while len(groups) > 1 and _bottom(groups[-1], values, gap) - _top(groups[-2], values, gap) < gap - 1e-9:
            groups[-2:] = [groups[-2] + groups[-1]]
    placed = [0.0] * len(values)
    for group in groups:
        for position, i in enumerate(group):
            placed[i] = _bottom(group, values, gap) + position * gap
    return placed


def _bottom(group: list[int], values: Sequence[float], gap: float) -> float:
    return sum(values[i] for i in group) / len(group) - gap * (len(group) - 1) / 2


def _top(group: list[int], values: Sequence[float], gap: float) -> float:
    return _bottom(group, values, gap) + gap * (len(group) - 1)


def answer_steps(steps: pd.DataFrame, unit: str) -> alt.LayerChart:
    """From one answer, down the rows, to another: answers as dots, what each group of inputs adds as bars between.

    steps: label (`|` breaks the line), start, end, text, kind (total or change). Half as wide as the page. A rise is
    solid, a fall light and outlined.
    """
    ends = steps[["start", "end"]].to_numpy(dtype=float)
    low, high = min(0.0, float(ends.min())), max(0.0, float(ends.max()))
    longest = max(len(line) for text in steps["label"] for line in text.split("|"))
    plot = HALF - 22 - _LETTER * longest
    words = _LETTER * float(steps["text"].str.len().max()) + 12
    room = (high - low or 1.0) * words / max(plot - words, 40)
    y = alt.Y(
        "label:N",
        sort=list(steps["label"]),
        title=None,
        axis=alt.Axis(
            labelLimit=200,
            grid=False,
            labelExpr="split(datum.value, '|')",
            labelOffset={"condition": {"test": "indexof(datum.value, '|') > 0", "value": -6}, "value": 0},
        ),
    )
    x = alt.X(
        "start:Q",
        title=unit,
        scale=alt.Scale(domain=[low - 0.03 * (high - low), high + room], nice=False),
        axis=alt.Axis(tickCount=4, grid=True, labelExpr="replace(datum.label, '-', '\u2212')"),
    )
    changes = steps[steps["kind"] == "change"]
    layers: list[alt.Chart] = [
        alt.Chart(pd.DataFrame({"start": [0.0]})).mark_rule(color=INK, strokeWidth=1.2).encode(x=alt.X("start:Q"))
    ]
    for rises, opacity in ((True, 1.0), (False, 0.25)):
        rows = changes[(changes["end"] >= changes["start"]) == rises]
        mark = alt.Chart(rows).mark_bar(
            height=13, color=COLOURS["japan"], fillOpacity=opacity, stroke=COLOURS["japan"], strokeWidth=0.9
        )
        layers.append(mark.encode(y=y, x=x, x2=alt.X2("end:Q")))
    totals = steps[steps["kind"] == "total"]
    layers.append(alt.Chart(totals).mark_point(filled=True, size=75, color=INK).encode(y=y, x=alt.X("end:Q")))
    joints = alt.Chart(_joints(steps)).mark_tick(thickness=1, color=GREY, height=_ROW - 7, yOffset=-_ROW / 2)
    layers.append(joints.encode(y=y, x=alt.X("end:Q")))
    right = steps.assign(right=steps["end"].where(steps["kind"] == "total", steps[["start", "end"]].max(axis=1)))
    for kind, weight in (("total", 700), ("change", 400)):
        said = alt.Chart(right[right["kind"] == kind]).encode(y=y, x=alt.X("right:Q"), text=alt.Text("text:N"))
        words = label(dx=8, fontWeight=weight, fontSize=FONT_SIZE - 0.5)
        # a white edge keeps the words clear of the zero line
        layers += [said.mark_text(**words, stroke="white", strokeWidth=3), said.mark_text(**words)]
    return alt.layer(*layers).properties(height=alt.Step(_ROW))


def _joints(steps: pd.DataFrame) -> pd.DataFrame:
    """Where each row takes over from the row above it."""
    later = steps.iloc[1:]
    return later.assign(end=later["start"].where(later["kind"] == "change", later["end"]))[["label", "end"]]
