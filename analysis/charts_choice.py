"""Charts of the choice itself: the tree, the map of reservation prices, the spread of costs, the change of the bill."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.theme import COLOURS, FONT_SIZE, GREY, INK, RULE, STATUS, TEXT_COLOURS, label

_HEIGHT = 195  # of a chart that stands beside another in the body
_ELBOW = 0.05  # how far right of a node its branches turn level


def decision_tree(nodes: pd.DataFrame, branches: pd.DataFrame) -> alt.LayerChart:
    """A tree from left to right: squares are decisions, circles chances, words the costs at the ends.

    nodes: x, y (0 to 1, y upwards), kind (decision, chance, end), text (cost at an end, else empty), strong (the
    cheaper course); branches: x, y, x2, y2, text (what happens, over the level part of the branch), strong.
    """
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.02, 1.34], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.08, 1.1], nice=False))
    corners = [
        {"branch": i, "step": step, "x": px, "y": py, "strong": b.strong}
        for i, b in enumerate(branches.itertuples())
        for step, (px, py) in enumerate([(b.x, b.y), (b.x + _ELBOW, b.y2), (b.x2, b.y2)])
    ]
    layers = []
    for strong, width in ((False, 1.1), (True, 2.6)):
        lines = alt.Chart(pd.DataFrame([c for c in corners if c["strong"] == strong]))
        layers.append(
            lines.mark_line(color=GREY, strokeWidth=width).encode(
                x=x, y=y, detail=alt.Detail("branch:N"), order=alt.Order("step:Q")
            )
        )
    over = branches.assign(x=branches["x"] + _ELBOW, y=branches["y2"])
    layers.append(alt.Chart(over).mark_text(**label(dx=3, dy=-9)).encode(x=x, y=y, text=alt.Text("text:N")))
    for kind, shape in (("decision", "square"), ("chance", "circle")):
        marks = alt.Chart(nodes[nodes["kind"] == kind])
        layers.append(marks.mark_point(shape=shape, filled=True, size=110, color=INK).encode(x=x, y=y))
    ends = nodes[nodes["text"].str.len() > 0]
    for strong, weight in ((True, 700), (False, 400)):
        words = alt.Chart(ends[ends["strong"] == strong])
        style = label(fontWeight=weight, dx=6, lineBreak="|", lineHeight=13)
        layers.append(words.mark_text(**style).encode(x=x, y=y, text=alt.Text("text:N")))
    return alt.layer(*layers).properties(height=_HEIGHT)


def price_map(cells: pd.DataFrame, first: str, second: str) -> alt.LayerChart:
    """Reservation price by the chance of one winner and by the later price with the other; numbers in the cells.

    cells: p, later (percent, as text in `row`), row, column, text, sign (whether signing is cheaper at the price
    foreseen), here (the scenario's own cell).
    """
    rows, columns = list(dict.fromkeys(cells["row"])), list(dict.fromkeys(cells["column"]))
    y = alt.Y("row:N", sort=rows, title=f"later price with {second}")
    x = alt.X("column:N", sort=columns, title=f"chance of {first}", axis=alt.Axis(labelAngle=0, orient="bottom"))
    fill = alt.condition("datum.sign", alt.value(COLOURS["sign_area"]), alt.value(COLOURS["wait_area"]))
    base = alt.Chart(cells).encode(x=x, y=y)
    boxes = base.mark_rect(stroke="white", strokeWidth=1.5).encode(color=fill)
    own = alt.Chart(cells[cells["here"]]).mark_rect(fillOpacity=0, stroke=INK, strokeWidth=2).encode(x=x, y=y)
    layers = [boxes, own]
    for sign, weight in ((True, 700), (False, 400)):
        numbers = alt.Chart(cells[cells["sign"] == sign]).mark_text(
            fontSize=FONT_SIZE - 0.5, fontWeight=weight, color=INK
        )
        layers.append(numbers.encode(x=x, y=y, text=alt.Text("text:N")))
    return alt.layer(*layers).properties(height=alt.Step(27))


def cost_spread(curves: pd.DataFrame, marks: pd.DataFrame, words: pd.DataFrame, unit: str) -> alt.LayerChart:
    """Two distributions of costs: one filled, one dashed, with the mean of the worst cases of each marked below.

    curves: cost, density (of the highest), course (now or wait); marks: cost, level, text, course;
    words: cost, density, text, course.
    """
    x = alt.X(
        "cost:Q",
        title=unit,
        scale=alt.Scale(nice=False, zero=False),
        axis=alt.Axis(grid=False, format=",d", tickCount=5),
    )
    y = alt.Y("density:Q", axis=None, scale=alt.Scale(domain=[-0.34, 1.16], nice=False))
    palette = alt.Scale(domain=["now", "wait"], range=[COLOURS["five_now"], COLOURS["japan"]])
    text_palette = alt.Scale(domain=["now", "wait"], range=[TEXT_COLOURS["five_now"], TEXT_COLOURS["japan"]])
    colour = alt.Color("course:N", legend=None, scale=palette)
    dash = alt.StrokeDash("course:N", legend=None, scale=alt.Scale(domain=["now", "wait"], range=[[1, 0], [6, 3]]))
    area = (
        alt.Chart(curves[curves["course"] == "now"]).mark_area(opacity=0.15, color=COLOURS["five_now"]).encode(x=x, y=y)
    )
    lines = alt.Chart(curves).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash)
    floor = alt.Chart(pd.DataFrame({"density": [0]})).mark_rule(color=RULE).encode(y=y)
    names = (
        alt.Chart(words)
        .mark_text(**label(fontWeight=600, dx=0, align="right"))
        .encode(x=x, y=y, text=alt.Text("text:N"), color=alt.Color("course:N", legend=None, scale=text_palette))
    )
    low = alt.Chart(marks).encode(x=x, y=alt.Y("level:Q"))
    triangles = low.mark_point(shape="triangle-up", filled=True, size=60).encode(color=colour)
    said = low.mark_text(**label(dx=-7, align="right", fontSize=FONT_SIZE - 0.5)).encode(
        text=alt.Text("text:N"), color=alt.Color("course:N", legend=None, scale=text_palette)
    )
    return alt.layer(area, floor, lines, names, triangles, said).properties(height=_HEIGHT)


def bill_changes(steps: pd.DataFrame, unit: str) -> alt.LayerChart:
    """From one yearly bill to another: totals as dots on the line, what moves them as bars between.

    steps: label, start, end, text, kind (total or change), status (a key of STATUS).
    """
    low, high = float(steps[["start", "end"]].min().min()), float(steps[["start", "end"]].max().max())
    pad = 0.12 * max(high - low, 1.0)
    y = alt.Y(
        "label:N",
        sort=list(steps["label"]),
        title=None,
        axis=alt.Axis(labelLimit=260),
    )
    x = alt.X(
        "start:Q",
        title=unit,
        scale=alt.Scale(domain=[low - pad, high + 3.4 * pad], nice=False, zero=False),
        axis=alt.Axis(grid=True, tickCount=4, format=",d"),
    )
    rises = steps[steps["kind"] == "change"].assign(colour=lambda f: f["end"] >= f["start"])
    bars = (
        alt.Chart(rises)
        .mark_bar(height=13, strokeWidth=1.2, strokeDash=STATUS["forecast"]["strokeDash"], fillOpacity=0.35)
        .encode(
            y=y,
            x=x,
            x2=alt.X2("end:Q"),
            color=alt.condition("datum.colour", alt.value(COLOURS["japan"]), alt.value(COLOURS["korea"])),
            stroke=alt.condition("datum.colour", alt.value(COLOURS["japan"]), alt.value(COLOURS["korea"])),
        )
    )
    totals = steps[steps["kind"] == "total"]
    layers = [bars]
    for status, filled in (("actual", True), ("forecast", False)):
        dots = alt.Chart(totals[totals["status"] == status])
        layers.append(dots.mark_point(filled=filled, size=80, color=INK, strokeWidth=1.6).encode(y=y, x=alt.X("end:Q")))
    ends = steps.assign(right=steps[["start", "end"]].max(axis=1))
    for kind, weight in (("total", 700), ("change", 400)):
        rows = alt.Chart(ends[ends["kind"] == kind])
        layers.append(
            rows.mark_text(**label(dx=8, fontWeight=weight)).encode(y=y, x=alt.X("right:Q"), text=alt.Text("text:N"))
        )
    return alt.layer(*layers).properties(height=alt.Step(27))
