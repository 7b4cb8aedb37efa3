"""Charts of the method: what the answer hangs on, shares by price band, forecasts against outcomes.

Like `analysis.charts`, from tidy frames and without words of judgement.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.theme import COLOURS, FONT_SIZE, FULL, GREY, INK, TEXT_COLOURS, label

_LETTER = 5.6  # mean width of a letter beside a bar, chart units


def tornado_bars(bars: pd.DataFrame, base: float, unit: str, sides: tuple[str, str]) -> alt.LayerChart:
    """One row an input, from the answer at its low value to the answer at its high value.

    bars: label (`|` breaks the line), low, high (answers), low_text, high_text (words at the two ends). base: answer
    with nothing moved. sides: words left and right of zero. The part reached with a high input is solid, that with a
    low one light.
    """
    longest = max(len(line) for text in bars["label"] for line in text.split("|"))
    domain, words = _placed(bars, sides, FULL - 30 - _LETTER * longest)
    scale = alt.Scale(domain=domain, nice=False)
    y = alt.Y(
        "label:N",
        sort=list(bars["label"]),
        title=None,
        axis=alt.Axis(
            labelLimit=300,
            grid=False,
            labelExpr="split(datum.value, '|')",
            labelOffset={"condition": {"test": "indexof(datum.value, '|') > 0", "value": -6}, "value": 0},
        ),
    )
    x = alt.X("start:Q", title=unit, scale=scale, axis=alt.Axis(tickCount=6, grid=False, format=",d"))
    layers: list[alt.Chart] = []
    for end, opacity in (("low", 0.3), ("high", 1.0)):
        half = bars.assign(start=base, stop=bars[end])[["label", "start", "stop"]]
        mark = alt.Chart(half).mark_bar(
            height=13, color=COLOURS["japan"], fillOpacity=opacity, stroke=COLOURS["japan"], strokeWidth=0.8
        )
        layers.append(mark.encode(y=y, x=x, x2=alt.X2("stop:Q")))
    for side, align, dx in (("left", "right", -5), ("right", "left", 5)):
        mark = alt.Chart(words[words["side"] == side]).mark_text(**label(align=align, dx=dx, fontSize=FONT_SIZE - 1))
        layers.append(mark.encode(y=y, x=alt.X("start:Q"), text=alt.Text("text:N")))
    zero = alt.Chart(pd.DataFrame({"start": [0.0]})).mark_rule(color=INK, strokeWidth=1.6).encode(x=alt.X("start:Q"))
    middle = (
        alt.Chart(pd.DataFrame({"start": [base]})).mark_rule(color=GREY, strokeDash=[3, 3]).encode(x=alt.X("start:Q"))
    )
    names = []
    for text, align, dx, side in (
        (f"← {sides[0]}", "right", -6, "sign_area"),
        (f"{sides[1]} →", "left", 6, "wait_area"),
    ):
        heading = alt.Chart(pd.DataFrame({"start": [0.0], "text": [text]}))
        settings = label(align=align, dx=dx, fontWeight=600, baseline="bottom", color=TEXT_COLOURS[side])
        names.append(
            heading.mark_text(**settings).encode(x=alt.X("start:Q"), y=alt.YValue(-6), text=alt.Text("text:N"))
        )
    return alt.layer(*layers, middle, zero, *names).properties(
        height=alt.Step(34 if bars["label"].str.contains("|", regex=False).any() else 26)
    )


def _placed(bars: pd.DataFrame, sides: tuple[str, str], width: float) -> tuple[list[float], pd.DataFrame]:
    """Ends of the axis such that all words beside the bars and beside zero fit, and those words; width in units."""
    ends = pd.concat([bars["low"], bars["high"]])
    low, high = float(min(ends.min(), 0)), float(max(ends.max(), 0))
    left, right = low, high
    for _ in range(12):  # room for words narrows the scale, which asks for more room; it settles quickly
        scale = width / (right - left)
        words = _end_words(bars, scale)
        needed = words["start"].where(words["side"] == "right", -words["start"])
        needed += (_LETTER * words["text"].str.len() + 12) / scale
        heads = [(_LETTER * 1.15 * len(text) + 24) / scale for text in sides]
        reach = needed.groupby(words["side"]).max()
        left = -max(reach.get("left", 0.0), heads[0], -low)
        right = max(reach.get("right", 0.0), heads[1], high)
    return [left, right], words


def _end_words(bars: pd.DataFrame, scale: float) -> pd.DataFrame:
    """Words left and right of each bar; both on one side where the zero line would cross them. scale: units a value."""
    rows = []
    for r in bars.itertuples():
        (left, first), (right, last) = sorted([(r.low, r.low_text), (r.high, r.high_text)])
        if left > 0 and left * scale < _LETTER * len(first) + 8:
            first, last = "", f"{first}   to   {last}"
        elif right < 0 and -right * scale < _LETTER * len(last) + 8:
            first, last = f"{first}   to   {last}", ""
        rows += [(r.label, left, first, "left"), (r.label, right, last, "right")]
    words = pd.DataFrame(rows, columns=["label", "start", "text", "side"])
    return words[words["text"] != ""]


def shares_by_band(bands: pd.DataFrame, unit: str) -> alt.LayerChart:
    """One row a price band: the share of cases in which waiting costs less, from 0 to 100 percent.

    bands: label, share (0 to 1), text, verdict (words beside the bar).
    """
    y = alt.Y("label:N", sort=list(bands["label"]), title=None, axis=alt.Axis(grid=False))
    x = alt.X(
        "share:Q",
        title=unit,
        scale=alt.Scale(domain=[0, 1.42], nice=False),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], grid=True),
    )
    whole = alt.Chart(bands.assign(full=1.0)).mark_bar(height=15, color=COLOURS["sign_area"])
    part = alt.Chart(bands).mark_bar(height=15, color=COLOURS["japan"])
    inside = bands.assign(dark=bands["share"] > 0.16)
    words = alt.Chart(inside[inside["dark"]]).mark_text(**label(align="right", dx=-5, color="white"))
    beside = alt.Chart(inside[~inside["dark"]]).mark_text(**label())
    verdict = alt.Chart(bands.assign(full=1.0)).mark_text(**label(dx=8, fontWeight=600))
    return alt.layer(
        whole.encode(y=y, x=alt.X("full:Q", title=unit)),
        part.encode(y=y, x=x),
        words.encode(y=y, x=x, text=alt.Text("text:N")),
        beside.encode(y=y, x=x, text=alt.Text("text:N")),
        verdict.encode(y=y, x=alt.X("full:Q"), text=alt.Text("verdict:N")),
    ).properties(height=alt.Step(24))


def forecasts_and_outcomes(bands: pd.DataFrame, points: pd.DataFrame, unit: str) -> alt.LayerChart:
    """One row a target: the model's 80 percent band and median, and what simple methods said; the outcome is zero.

    bands: label, low, mid, high (percent of the outcome, above or below it), text (the outcome), key
    (words beside the first band); points: label, value, method. Methods differ by shape, not by colour.
    """
    order, methods = list(bands["label"]), list(dict.fromkeys(points["method"]))
    y = alt.Y(
        "label:N",
        sort=order,
        title=None,
        axis=alt.Axis(
            labelLimit=220,
            grid=False,
            labelExpr="split(datum.value, '|')",
            labelOffset={"condition": {"test": "indexof(datum.value, '|') > 0", "value": -6}, "value": 0},
        ),
    )
    ends = pd.concat([bands["low"], bands["high"], points["value"]])
    domain = [float(ends.min()) - 2, float(ends.max()) + 12]
    x = alt.X(
        "low:Q",
        title=unit,
        scale=alt.Scale(domain=domain, nice=False),
        axis=alt.Axis(
            values=[v for v in range(-100, 101, 5) if domain[0] < v <= ends.max() + 2],
            grid=True,
            labelExpr="(datum.value > 0 ? '+' : '') + replace(datum.value + '%', '-', '\u2212')",
        ),
    )
    bar = alt.Chart(bands).mark_bar(height=14, color=COLOURS["japan"], fillOpacity=0.3, cornerRadius=3)
    dot = alt.Chart(bands).mark_point(filled=True, size=85, color=COLOURS["japan"], shape="circle")
    zero = alt.Chart(pd.DataFrame({"low": [0.0]})).mark_rule(color=INK, strokeWidth=1.6).encode(x=alt.X("low:Q"))
    simple = (
        alt.Chart(points)
        .mark_point(filled=False, size=70, color=GREY, strokeWidth=1.6)
        .encode(
            y=y,
            x=alt.X("value:Q", title=unit),
            shape=alt.Shape(
                "method:N",
                sort=methods,
                legend=alt.Legend(title=None, symbolFillColor="transparent", symbolStrokeColor=GREY),
                scale=alt.Scale(domain=methods, range=["square", "triangle-up", "diamond", "cross"][: len(methods)]),
            ),
        )
    )
    key = (
        alt.Chart(bands.head(1))
        .mark_text(**label(color=TEXT_COLOURS["japan"]))
        .encode(y=y, x=alt.X("high:Q"), text=alt.Text("key:N"))
    )
    outcome = alt.Chart(bands.assign(end=domain[1])).mark_text(**label(align="right", dx=-2, color=INK))
    return alt.layer(
        bar.encode(y=y, x=x, x2=alt.X2("high:Q")),
        zero,
        simple,
        dot.encode(y=y, x=alt.X("mid:Q")),
        key,
        outcome.encode(y=y, x=alt.X("end:Q"), text=alt.Text("text:N")),
    ).properties(height=alt.Step(34))
