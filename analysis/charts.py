"""Altair charts from tidy frames. A chart holds no title and no words of judgement: those stand in the exhibit.

Actual figures are solid, plans outlined, forecasts light and dashed, everywhere the same.

A channel is written with its class, `text=alt.Text("text:N")`: for a bare string Altair searches all its classes,
which takes longer than anything else about a mark.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.theme import COLOURS, FONT_SIZE, GREY, INK, RULE, STATUS, TEXT_COLOURS, label

# A chart is checked whole when it is drawn (export/drawing.py), so not also part by part while it is put together.
alt.utils.schemapi.disable_debug_mode()


def _years(first: int, last: int, step: int = 5, title: str | None = None) -> alt.X:
    ticks = [y for y in range(first, last + 1) if y % step == 0]
    return alt.X(
        "year:Q",
        title=title,
        scale=alt.Scale(domain=[first, last], nice=False),
        axis=alt.Axis(values=ticks, format="d", grid=False),
    )


def tips(**fields: tuple[str, str]) -> list[alt.Tooltip]:
    """What the page shows when a mark is pointed at, from field=(words, number format; empty for text)."""
    return [
        alt.Tooltip(f"{field}:{'Q' if form else 'N'}", title=words, **({"format": form} if form else {}))
        for field, (words, form) in fields.items()
    ]


#: Points that answer when pointed at but are not drawn.
UNSEEN = alt.OverlayMarkDef(opacity=0, size=90)


def on(channel: alt.X | alt.Y, field: str) -> alt.X | alt.Y:
    """The same axis and scale for another field: layers that state a scale apart would stretch the shared one."""
    other = channel.copy()
    other.shorthand = field
    return other


def unbroken(series: pd.DataFrame, value: str) -> pd.DataFrame:
    """The rows that have a value, numbered by stretch, so that no line is drawn across a gap.

    A new stretch begins after a missing row and wherever an existing `stretch` column changes.
    """
    gap = series[value].isna()
    turn = series["stretch"].ne(series["stretch"].shift()) if "stretch" in series else gap & ~gap
    stretch = (gap | turn).cumsum()
    return series.assign(stretch=stretch, **{value: series[value].astype("Float64")})[~gap].reset_index(drop=True)


def payment_history(totals: pd.DataFrame, outturns: pd.DataFrame, spans: pd.DataFrame, unit: str) -> alt.LayerChart:
    """Yearly totals as a broken line, outturns as open circles, agreements as bands.

    totals, outturns: year, value (missing = gap), note (words for a labelled point, else empty);
    spans: first, last, name.
    """
    first, last = int(totals["year"].min()), int(max(totals["year"].max(), spans["last"].max()))
    top = float(max(totals["value"].max(), outturns["value"].max() if len(outturns) else 0)) * 1.34
    x, y = _years(first, last), alt.Y("value:Q", title=unit, scale=alt.Scale(domain=[0, top], nice=False))
    bands = spans.assign(shade=[i % 2 for i in range(len(spans))], top=top, start=spans["first"] - 0.5)
    bands["start"] = bands["start"].clip(lower=first)  # the first band would cover the axis
    bands["end"] = (bands["last"].astype(float) - 0.5).clip(upper=last)
    bands["middle"] = (bands["start"] + bands["end"]) / 2
    shading = (
        alt.Chart(bands)
        .mark_rect(opacity=1)
        .encode(
            x=on(x, "start:Q"),
            x2=alt.X2("end:Q"),
            color=alt.Color("shade:N", scale=alt.Scale(domain=[0, 1], range=["#eef3f8", "#f6f8fa"]), legend=None),
        )
    )
    names = (
        alt.Chart(bands)
        .mark_text(baseline="top", dy=3, fontSize=FONT_SIZE - 1, color=GREY)
        .encode(x=on(x, "middle:Q"), y=alt.YValue(0), text=alt.Text("name:N"))
    )
    base = alt.Chart(unbroken(totals, "value")).encode(x=x, y=y)
    line = base.mark_line(color=COLOURS["japan"]).encode(detail=alt.Detail("stretch:N"))
    told = tips(year=("year", "d"), value=(unit, ",.1f"))
    points = base.mark_point(color=COLOURS["japan"], size=28, filled=True).encode(tooltip=told)
    words = (
        alt.Chart(totals[totals["note"].astype(str).str.len() > 0])
        .mark_text(**label(dx=0, dy=-11, align="center"))
        .encode(x=x, y=y, text=alt.Text("note:N"))
    )
    layers = [shading, line, points, words, names]
    if len(outturns):
        spent = alt.Chart(outturns).encode(x=x, y=y)
        rings = spent.mark_point(color=COLOURS["japan"], filled=False, size=34, strokeWidth=1.3)
        layers.insert(3, rings.encode(tooltip=tips(year=("outturn of", "d"), value=(unit, ",.1f"))))
    return alt.layer(*layers).properties(height=175)


def stacked_bill(parts: pd.DataFrame, order: list[str], colours: dict[str, str], unit: str) -> alt.LayerChart:
    """One horizontal bar a year, its parts in a fixed order with their value inside.

    parts: label (year), category (words), value, shown (text, empty when the part is too small),
    split (False: the part was not published, drawn outlined).
    """
    parts = parts.assign(rank=parts["category"].map({c: i for i, c in enumerate(order)}))
    parts = parts.sort_values(["label", "rank"])
    parts["end"] = parts.groupby("label")["value"].cumsum()
    parts["start"] = parts["end"] - parts["value"]
    parts["middle"] = (parts["start"] + parts["end"]) / 2
    y = alt.Y("label:N", title=None, sort=None, axis=alt.Axis(grid=False))
    x = alt.X("start:Q", title=unit, axis=alt.Axis(grid=True, tickCount=5))
    colour = alt.Color(
        "category:N",
        sort=order,
        scale=alt.Scale(domain=order, range=[colours[c] for c in order]),
        legend=alt.Legend(title=None, columns=3),
    )
    bars = (
        alt.Chart(parts)
        .mark_bar(height=24, stroke="white", strokeWidth=1)
        .encode(
            y=y,
            x=x,
            x2=alt.X2("end:Q"),
            color=colour,
            tooltip=tips(label=("year", ""), category=("part", ""), value=(unit, ",.1f")),
        )
    )
    inside = (
        alt.Chart(parts)
        .mark_text(fontSize=FONT_SIZE, baseline="middle")
        .encode(
            y=y,
            x=alt.X("middle:Q"),
            text=alt.Text("shown:N"),
            color=alt.condition("datum.dark", alt.value("white"), alt.value(INK)),
        )
    )
    totals = parts.groupby("label", as_index=False, sort=False)["value"].sum()
    totals["text"] = totals["value"].map(lambda v: f"{v:.1f}")
    ends = alt.Chart(totals).mark_text(**label(fontWeight=600)).encode(y=y, x=alt.X("value:Q"), text=alt.Text("text:N"))
    return alt.layer(bars, inside, ends).properties(height=alt.Step(38))


def troop_lines(counts: pd.DataFrame, breaks: pd.DataFrame, names: pd.DataFrame) -> alt.LayerChart:
    """Head-counts by host and year; the line breaks where the definition changes.

    counts: year, count, host, stretch (one value per unbroken definition); breaks: year, text, level (y of the
    words); names: year, count, host, text.
    """
    first, last = int(counts["year"].min()), int(counts["year"].max())
    x = _years(first, last, 10)
    y = alt.Y("count:Q", title="persons", axis=alt.Axis(format=",d"))
    hosts = list(dict.fromkeys(counts["host"]))
    colour = alt.Color(
        "host:N",
        legend=None,
        scale=alt.Scale(domain=hosts, range=[COLOURS["japan"], COLOURS["korea"]][: len(hosts)]),
    )
    line = (
        alt.Chart(unbroken(counts, "count"))
        .mark_line(point=UNSEEN)
        .encode(
            x=x,
            y=y,
            color=colour,
            detail=alt.Detail("stretch:N"),
            strokeDash=alt.StrokeDash("host:N", legend=None, sort=hosts),
            tooltip=tips(host=("host", ""), year=("year", "d"), count=("persons", ",d")),
        )
    )
    rules = (
        alt.Chart(breaks.assign(floor=0))
        .mark_rule(color=GREY, strokeDash=[2, 3])
        .encode(x=x, y=on(y, "floor:Q"), y2=alt.Y2("level:Q"))
    )
    words = (
        alt.Chart(breaks)
        .mark_text(**label(color=GREY, fontSize=FONT_SIZE - 1, align="right", dx=-4, dy=5))
        .encode(x=x, y=on(y, "level:Q"), text=alt.Text("text:N"))
    )
    hosts_words = [
        alt.Chart(names[names["host"] == host])
        .mark_text(**label(fontWeight=600, dx=0, color=TEXT_COLOURS[name]))
        .encode(x=x, y=y, text=alt.Text("text:N"))
        for host, name in zip(hosts, ("japan", "korea"), strict=False)
    ]
    return alt.layer(rules, line, words, *hosts_words)


def asks_and_settlements(rounds: pd.DataFrame, low: float, limit: float) -> alt.LayerChart:
    """One row a round: what was settled (solid), what was offered and asked (open), asks beyond the axis as words.

    rounds: label, host, settled, offer, ask (percent over the prior payment, missing when none), beyond (words).
    low, limit: ends of the axis, with room for the words left of the lowest dot.
    """
    order = list(rounds["label"])
    y = alt.Y("label:N", sort=order, title=None)
    x = alt.X(
        "settled:Q",
        title="percent over the prior payment",
        scale=alt.Scale(domain=[low, limit], nice=False),
        axis=alt.Axis(
            grid=True, tickCount=8, labelExpr="(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + abs(datum.value)"
        ),
    )
    hosts = list(dict.fromkeys(rounds["host"]))
    colour = alt.Color(
        "host:N",
        sort=hosts,
        legend=None,
        scale=alt.Scale(domain=["Japan", "South Korea"], range=[COLOURS["japan"], COLOURS["korea"]]),
    )
    zero = alt.Chart(pd.DataFrame({"settled": [0]})).mark_rule(color=RULE, strokeWidth=1.5).encode(x=alt.X("settled:Q"))
    asked = rounds.dropna(subset=["ask"]).assign(end=lambda f: f["ask"].clip(upper=limit - 1))
    span = (
        alt.Chart(asked).mark_rule(color=GREY, strokeDash=[3, 3]).encode(y=y, x=alt.X("settled:Q"), x2=alt.X2("end:Q"))
    )
    ask = (
        alt.Chart(asked[asked["ask"] <= limit])
        .mark_point(shape="diamond", filled=False, size=70, color=COLOURS["us"], strokeWidth=1.6)
        .encode(y=y, x=alt.X("end:Q"))
    )
    ask_words = (
        alt.Chart(asked)
        .mark_text(**label(color=TEXT_COLOURS["us"], dx=9))
        .encode(y=y, x=alt.X("end:Q"), text=alt.Text("beyond:N"))
        .transform_filter(f"datum.ask <= {limit}")
    )
    far_words = (
        alt.Chart(asked[asked["ask"] > limit])
        .mark_text(**label(color=TEXT_COLOURS["us"], align="right", dy=-9, dx=0))
        .encode(y=y, x=alt.X("end:Q"), text=alt.Text("beyond:N"))
    )
    arrow = (
        alt.Chart(asked[asked["ask"] > limit])
        .mark_point(shape="triangle-right", filled=True, size=60, color=COLOURS["us"])
        .encode(y=y, x=alt.X("end:Q"))
    )
    settled = (
        alt.Chart(rounds)
        .mark_point(filled=True, size=90)
        .encode(
            y=y,
            x=x,
            color=colour,
            shape=alt.Shape(
                "host:N", legend=None, scale=alt.Scale(domain=["Japan", "South Korea"], range=["circle", "square"])
            ),
            tooltip=tips(label=("round", ""), settled=("settled, %", "+.1f")),
        )
    )
    # The value stands on the free side of its dot: away from the zero line, above where a span goes to the right.
    asked_too, fell = rounds["ask"].notna(), rounds["settled"].lt(0)
    words = [
        alt.Chart(rounds[side]).mark_text(**style).encode(y=y, x=alt.X("settled:Q"), text=alt.Text("text:N"))
        for side, style in (
            (fell, label(align="right", dx=-8)),
            (asked_too & ~fell, label(dx=-4, dy=-10, fontSize=FONT_SIZE - 1)),
            (~asked_too & ~fell, label(dx=8)),
        )
        if side.any()
    ]
    return alt.layer(zero, span, settled, *words, ask, ask_words, arrow, far_words).properties(height=alt.Step(21))


def labelled_bars(bars: pd.DataFrame, unit: str, limit: float | None = None) -> alt.LayerChart:
    """Horizontal bars in the given order with their value in words at the end.

    bars: label (`|` breaks the line), value, text, colour (name in COLOURS), status (a key of STATUS).
    """
    y = alt.Y(
        "label:N",
        sort=list(bars["label"]),
        title=None,
        axis=alt.Axis(labelLimit=400, labelExpr="split(datum.value, '|')"),
    )
    top = limit or float(bars["value"].max()) * 1.16
    x = alt.X(
        "value:Q", title=unit, scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(grid=True, tickCount=6)
    )
    height = 31 if bars["label"].str.contains("|", regex=False).any() else 26
    layers = []
    for (name, status), rows in bars.groupby(["colour", "status"], sort=False):
        mark = alt.Chart(rows).mark_bar(height=16, color=COLOURS[name], stroke=COLOURS[name], **STATUS[status])
        layers.append(mark.encode(y=y, x=x))
    ends = alt.Chart(bars).mark_text(**label()).encode(y=y, x=alt.X("value:Q"), text=alt.Text("text:N"))
    return alt.layer(*layers, ends).properties(height=alt.Step(height))


def outlook_paths(
    paths: pd.DataFrame, bands: pd.DataFrame, names: pd.DataFrame, unit: str, prefix: str
) -> alt.LayerChart:
    """Cost by year: what was budgeted (solid), the status quo and the scenario (dashed) with its 80% band.

    paths: year, value, course, stretch (one value per unbroken line); bands: year, low, high, course;
    names: year, value, text, course.
    """
    first, last = int(paths["year"].min()), int(paths["year"].max())
    room = 0.5 + 0.27 * (last - first + 1) / 11 * names["text"].str.len().max()  # for the words right of the lines
    low, high = (
        float(min(paths["value"].min(), bands["low"].min())),
        float(max(paths["value"].max(), bands["high"].max())),
    )
    pad = 0.12 * (high - low)
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(domain=[first - 0.15, last + room], nice=False),
        axis=alt.Axis(
            values=list(range(first, last + 1)), labelExpr=f"'{prefix}' + datum.value", grid=False, labelFlush=False
        ),
    )
    y = alt.Y("value:Q", title=unit, scale=alt.Scale(domain=[max(0, low - pad), high + pad], zero=False))
    palette = alt.Scale(
        domain=["paid", "status_quo", "scenario"],
        range=[COLOURS["japan"], GREY, COLOURS["highlight"]],
    )
    area = (
        alt.Chart(bands)
        .mark_area(opacity=0.16)
        .encode(
            x=x,
            y=alt.Y("low:Q", title=unit),
            y2=alt.Y2("high:Q"),
            color=alt.Color("course:N", scale=palette, legend=None),
        )
    )
    line = (
        alt.Chart(paths)
        .mark_line(point=alt.OverlayMarkDef(size=30, filled=True))
        .encode(
            x=x,
            y=y,
            color=alt.Color("course:N", scale=palette, legend=None),
            detail=alt.Detail("stretch:N"),
            strokeDash=alt.StrokeDash(
                "course:N",
                legend=None,
                scale=alt.Scale(domain=["paid", "status_quo", "scenario"], range=[[1, 0], [4, 3], [7, 3]]),
            ),
            tooltip=tips(year=("year", "d"), value=(unit, ",.1f")),
        )
    )
    words = (
        alt.Chart(names)
        .mark_text(**label(dx=8))
        .encode(
            x=alt.X("year:Q"),
            y=alt.Y("value:Q"),
            text=alt.Text("text:N"),
            color=alt.Color("course:N", scale=palette, legend=None),
        )
    )
    return alt.layer(area, line, words).properties(height=200)
