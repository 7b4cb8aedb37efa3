"""Charts of two hosts side by side: rounds on a time line, ratios around one, rules replayed, shares by definition.

Like `analysis.charts`, from tidy frames, without words of judgement. Japan is blue and round, Korea ochre and square.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.charts import on, tips, unbroken
from analysis.theme import COLOURS, GREY, INK, TEXT_COLOURS, label

_HOSTS = ["JP", "KR"]
_NAMES = ["japan", "korea"]
_SHAPES = alt.Shape("host:N", legend=None, scale=alt.Scale(domain=_HOSTS, range=["circle", "square"]))
_SIGNED = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + abs(datum.value) + '%'"
_ROWS = alt.Axis(
    labelLimit=330,
    grid=False,
    labelExpr="split(datum.value, '|')",
    labelOffset={"condition": {"test": "indexof(datum.value, '|') > 0", "value": -6}, "value": 0},
)


def _colour() -> alt.Color:
    return alt.Color("host:N", legend=None, scale=alt.Scale(domain=_HOSTS, range=[COLOURS[n] for n in _NAMES]))


def _words(rows: pd.DataFrame, field: str, x: alt.X, y: alt.Y, **style: object) -> list[alt.Chart]:
    """Text in the dark shade of each host: layers share one colour scale, so the shade is set, not encoded."""
    return [
        alt.Chart(rows[rows["host"] == host])
        .mark_text(**label(color=TEXT_COLOURS[name], **style))
        .encode(x=x, y=y, text=f"{field}:N")
        for host, name in zip(_HOSTS, _NAMES, strict=True)
        if rows["host"].eq(host).any()
    ]


def rounds_over_time(deals: pd.DataFrame, asks: pd.DataFrame, first: float, last: float, top: float) -> alt.LayerChart:
    """Each deal as a stroke as long as it runs, at the height of its first-year change; talks below it, asks above.

    deals: host, name (words left of a host's first deal, else empty), start, end, talks_start, talks_end (decimal
    years; missing = not on record), change (percent), text, below (words under the stroke), year, years.
    asks: host, when, change (percent; beyond `top` drawn as an arrow), level (height of the words), text, end (change
    the round came to, missing while open).
    """
    ticks = [y for y in range(int(first), int(last) + 1) if y % 5 == 0]
    x = alt.X(
        "start:Q",
        title=None,
        scale=alt.Scale(domain=[first, last], nice=False),
        axis=alt.Axis(values=ticks, format="d", grid=True),
    )
    low = float(deals["change"].min()) - 2.5
    y = alt.Y(
        "change:Q",
        title="first-year change of the payment, local currency",
        scale=alt.Scale(domain=[low, top], nice=False),
        axis=alt.Axis(tickCount=6, labelExpr=_SIGNED),
    )
    zero = alt.Chart(pd.DataFrame({"change": [0.0]})).mark_rule(color=GREY, strokeWidth=1.4).encode(y=y)
    told = tips(year=("first year", "d"), change=("change, %", "+.1f"), years=("years", "d"))
    strokes = (
        alt.Chart(deals).mark_rule(strokeWidth=5).encode(x=x, x2=alt.X2("end:Q"), y=y, color=_colour(), tooltip=told)
    )
    heads = alt.Chart(deals).mark_point(filled=True, size=95).encode(x=x, y=y, color=_colour(), shape=_SHAPES)
    talked = deals.dropna(subset=["talks_start", "talks_end"])
    talks = alt.Chart(talked).mark_rule(color=GREY, strokeWidth=2.6, yOffset=9)
    layers = [zero, talks.encode(x=on(x, "talks_start:Q"), x2=alt.X2("talks_end:Q"), y=y), strokes, heads]
    for below, dy in ((False, -12), (True, 19)):
        layers += _words(deals[deals["below"] == below], "text", x, y, dx=7, dy=dy)
    layers += _words(deals[deals["name"] != ""], "name", x, y, align="right", dx=-9, fontWeight=600)
    return alt.layer(*layers, *_asked(asks, x, y, top)).properties(height=330)


def _asked(asks: pd.DataFrame, x: alt.X, y: alt.Y, top: float) -> list[alt.Chart]:
    """The asks above the deals: a diamond on the scale, an arrow with words where it lies beyond."""
    if asks.empty:
        return []
    asks = asks.assign(shown=asks["change"].clip(upper=asks["level"]))
    at = on(x, "when:Q")
    closed = asks.dropna(subset=["end"])
    span = alt.Chart(closed).mark_rule(color=COLOURS["us"], strokeDash=[3, 3])
    layers = [span.encode(x=at, y=on(y, "end:Q"), y2=alt.Y2("shown:Q"))] if len(closed) else []
    inside, beyond = asks[asks["change"] <= top], asks[asks["change"] > top]
    words = {"color": TEXT_COLOURS["us"]}
    if len(inside):
        diamond = alt.Chart(inside).mark_point(shape="diamond", filled=False, size=80, color=COLOURS["us"])
        text = alt.Chart(inside).mark_text(**label(dx=9, **words))
        layers += [
            diamond.encode(x=at, y=on(y, "shown:Q")),
            text.encode(x=at, y=on(y, "shown:Q"), text=alt.Text("text:N")),
        ]
    if len(beyond):
        arrow = alt.Chart(beyond).mark_point(shape="triangle-up", filled=True, size=75, color=COLOURS["us"])
        text = alt.Chart(beyond).mark_text(**label(align="right", dx=-9, **words))
        layers += [
            arrow.encode(x=at, y=on(y, "shown:Q")),
            text.encode(x=at, y=on(y, "shown:Q"), text=alt.Text("text:N")),
        ]
    return layers


def ratios_around_one(rows: pd.DataFrame, sides: tuple[str, str]) -> alt.LayerChart:
    """One row a measure: the first host's value over the second's, on a log scale with one in the middle.

    rows: label (`|` breaks the line), ratio, text, host (the one that pays more). sides: words left and right of one.
    """
    reach = 1.5 * max(float(rows["ratio"].max()), 1 / float(rows["ratio"].min()))
    low = 1 / max(1.9, 1.8 / float(rows["ratio"].min()))
    y = alt.Y("label:N", sort=list(rows["label"]), title=None, axis=_ROWS)
    scale = alt.Scale(type="log", domain=[low, reach], nice=False)
    ticks = [v for v in (0.25, 0.5, 1, 2, 4, 8) if low <= v <= reach]
    x = alt.X("ratio:Q", title=None, scale=scale, axis=alt.Axis(values=ticks, grid=True, format="~r"))
    one = alt.Chart(pd.DataFrame({"ratio": [1.0]}))
    stems = (
        alt.Chart(rows.assign(one=1.0)).mark_rule(strokeWidth=3).encode(y=y, x=x, x2=alt.X2("one:Q"), color=_colour())
    )
    told = tips(label=("measure", ""), ratio=("Japan over South Korea", ".2f"))
    dots = alt.Chart(rows).mark_point(filled=True, size=95)
    layers = [
        one.mark_rule(color=INK, strokeWidth=1.6).encode(x=x),
        stems,
        dots.encode(y=y, x=x, color=_colour(), shape=_SHAPES, tooltip=told),
    ]
    for host, align, dx in (("JP", "left", 9), ("KR", "right", -9)):
        words = alt.Chart(rows[rows["host"] == host]).mark_text(**label(align=align, dx=dx))
        layers.append(words.encode(y=y, x=x, text=alt.Text("text:N")))
    for text, align, dx, name in ((f"← {sides[0]}", "right", -8, "korea"), (f"{sides[1]} →", "left", 8, "japan")):
        mark = one.mark_text(**label(align=align, dx=dx, fontWeight=600, baseline="bottom", color=TEXT_COLOURS[name]))
        layers.append(mark.encode(x=x, y=alt.YValue(-6), text=alt.TextValue(text)))
    return alt.layer(*layers).properties(height=alt.Step(30))


def replayed_rules(lines: pd.DataFrame, names: pd.DataFrame, colour: str, unit: str, prefix: str) -> alt.LayerChart:
    """What was paid (solid) and what rules would have made of the first year's bill (dashed, one dash a rule).

    lines: year, value (missing = gap), rule; the first rule in the frame is what was paid; names: year, value, rule,
    text (words at the end of each line). prefix: `FY` or nothing, before the years.
    """
    rules = list(dict.fromkeys(lines["rule"]))
    first, last = int(lines["year"].min()), int(lines["year"].max())
    room = 0.035 * (last - first + 1) * names["text"].str.len().max() / 2.2
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(domain=[first - 0.2, last + room], nice=False),
        axis=alt.Axis(
            values=list(range(first, last + 1, 5)), labelExpr=f"'{prefix}' + datum.value", grid=False, labelFlush=False
        ),
    )
    known = lines["value"].dropna()
    low, high = float(known.min()), float(known.max())
    pad = 0.14 * (high - low)
    y = alt.Y("value:Q", title=unit, scale=alt.Scale(domain=[max(0.0, low - pad), high + pad], zero=False, nice=False))
    dashes = alt.StrokeDash(
        "rule:N",
        legend=None,
        scale=alt.Scale(domain=rules, range=[[1, 0], [6, 3], [2, 3], [9, 3, 2, 3]][: len(rules)]),
    )
    pieces = pd.concat([unbroken(part, "value").assign(rule=rule) for rule, part in lines.groupby("rule", sort=False)])
    pieces["piece"] = pieces["rule"] + pieces["stretch"].astype(str)
    paid, others = pieces[pieces["rule"] == rules[0]], pieces[pieces["rule"] != rules[0]]
    told = tips(rule=("", ""), year=("year", "d"), value=(unit, ",.1f"))
    style = {"x": x, "y": y, "detail": alt.Detail("piece:N"), "strokeDash": dashes}
    shapes = alt.OverlayMarkDef(size=26, filled=True, color=COLOURS[colour])
    layers = [
        alt.Chart(others)
        .mark_line(color=GREY, point=alt.OverlayMarkDef(opacity=0, size=60))
        .encode(**style, tooltip=told),
        alt.Chart(paid).mark_line(color=COLOURS[colour], point=shapes).encode(**style, tooltip=told),
    ]
    for is_paid in (True, False):
        mark = alt.Chart(names[(names["rule"] == rules[0]) == is_paid]).mark_text(
            **label(dx=8, fontWeight=600 if is_paid else 400, color=TEXT_COLOURS[colour] if is_paid else GREY)
        )
        layers.append(mark.encode(x=on(x, "at:Q"), y=on(y, "level:Q"), text=alt.Text("text:N")))
    return alt.layer(*layers)


def shares_by_definition(rows: pd.DataFrame) -> alt.LayerChart:
    """One row a published share of cost, from 0 to 100 percent, with the definition in words.

    rows: label (`|` breaks the line), share, text, host.
    """
    y = alt.Y("label:N", sort=list(rows["label"]), title=None, axis=_ROWS)
    x = alt.X(
        "share:Q",
        title="share paid by the host, percent",
        scale=alt.Scale(domain=[0, 118], nice=False),
        axis=alt.Axis(values=[0, 25, 50, 75, 100], grid=True),
    )
    stems = (
        alt.Chart(rows.assign(zero=0.0)).mark_rule(strokeWidth=1.2).encode(y=y, x=on(x, "zero:Q"), x2=alt.X2("share:Q"))
    )
    told = tips(label=("definition", ""), share=("share, %", ".1f"))
    dots = alt.Chart(rows).mark_point(filled=True, size=110)
    return alt.layer(
        stems.encode(color=_colour()),
        dots.encode(y=y, x=x, color=_colour(), shape=_SHAPES, tooltip=told),
        *_words(rows, "text", x, y, dx=10),
    ).properties(height=alt.Step(34))
