"""One look for all charts: faces, sizes, colours with fixed meanings, and marks for how sure a number is.

A chart is drawn at 680 (full) or 328 units wide (half); on A4 a full chart is 170 mm wide, so that 11 units
print as 7.8 pt. Titles stand in the exhibit, never in the chart.
"""

from __future__ import annotations

from typing import Any, Literal

from analysis.fonts import FAMILIES

Width = Literal["full", "half"]

FULL = 680  # chart units, 170 mm in print
HALF = 328  # chart units, 82 mm in print
HEIGHT = {"full": 300, "half": 236}
FONT_SIZE = 11.5
LEGEND_ABOVE_TITLE = 26  # chart units between plot and legend when the name of the measure stands between
# The page defines the narrowed faces, for readers without Source Sans (templates/hns/page.css).
_SUBSTITUTES = ("Narrowed Arial", "Narrowed DejaVu", "Helvetica Neue", "Arial")
# Names with spaces in quotes: the PDF compiler reads this list as CSS and drops all of it at the first error.
FONT = ", ".join(f"'{name}'" for name in (*FAMILIES, *_SUBSTITUTES)) + ", sans-serif"

INK = "#1f2933"
GREY = "#5b6773"  # 5.8:1 on white: small grey text stays readable
RULE = "#c9d0d6"
GRID = "#e3e7eb"

#: Fixed meanings. Hues follow Okabe and Ito's advice (blue against orange and vermilion, unequal lightness).
COLOURS: dict[str, str] = {
    "japan": "#1b5e8f",
    "korea": "#d28a00",
    "us": "#7a3e2a",
    "trump": "#b8432f",
    "biden": "#4b93cf",
    "status_quo": "#8a949e",
    "five_now": "#2f3b47",
    "neutral": "#8a949e",
    "light": "#c9d0d6",
    "ink": INK,
    "highlight": "#b8432f",
    # parts of the bill, in its order: neighbours differ in grey as well, for readers without colour
    "labour": "#1b5e8f",
    "welfare": "#8fbfdf",
    "utilities": "#d28a00",
    "training": "#7cc0ac",
    "equipment": "#e3b5cb",
    "logistics": "#c9a66b",
    "facilities": "#5f6a75",
    "construction": "#5f6a75",
    "other": "#dde2e6",
    # areas behind lines
    "wait_area": "#dbe7f2",
    "sign_area": "#e8e4d9",
}

#: The same meanings dark enough for text on white (at least 4.5:1).
TEXT_COLOURS: dict[str, str] = {
    **{name: INK for name in COLOURS},
    "japan": "#1b5e8f",
    "korea": "#8a5a00",
    "us": "#7a3e2a",
    "trump": "#a63a27",
    "biden": "#2a6aa3",
    "status_quo": GREY,
    "neutral": GREY,
    "light": GREY,
    "labour": "#1b5e8f",
    "welfare": "#3a6f96",
    "utilities": "#8a5a00",
    "training": "#1f7060",
    "equipment": "#8c3f67",
    "facilities": GREY,
    "construction": GREY,
    "logistics": "#7a5c1e",
    "wait_area": "#1b5e8f",
    "sign_area": "#7a5c1e",
}

#: How sure a number is, always drawn the same: solid, outlined, light and dashed; a gap is nothing but a word.
STATUS: dict[str, dict[str, Any]] = {
    "actual": {"fillOpacity": 1.0, "strokeWidth": 0, "strokeDash": [1, 0]},
    "announced": {"fillOpacity": 0.12, "strokeWidth": 1.4, "strokeDash": [1, 0]},
    "forecast": {"fillOpacity": 0.35, "strokeWidth": 1.2, "strokeDash": [4, 3]},
    "gap": {"fillOpacity": 0.0, "strokeWidth": 0, "strokeDash": [1, 0]},
}
STATUS["plan"] = STATUS["announced"]

#: Order of the series in a chart without fixed meanings.
CATEGORY = ["#1b5e8f", "#d28a00", "#2f8f79", "#a8557f", "#7a3e2a", "#6fa8cf", "#7c8894"]


def size(width: Width) -> tuple[int, int]:
    """Outer width and default height of a chart, in chart units."""
    return (FULL if width == "full" else HALF), HEIGHT[width]


def colour_scale(names: dict[str, str]) -> dict[str, list[str]]:
    """Domain and range of an Altair scale from {label in the data: name in COLOURS}.

    Raises KeyError when a name is not in COLOURS.
    """
    return {"domain": list(names), "range": [COLOURS[name] for name in names.values()]}


def label(**changes: Any) -> dict[str, Any]:
    """Settings of `mark_text` for words set directly beside a line or bar."""
    return {"font": FONT, "fontSize": FONT_SIZE, "align": "left", "baseline": "middle", "dx": 5} | changes


def config() -> dict[str, Any]:
    """The theme as a Vega-Lite configuration (a new dict each time)."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": FONT_SIZE, "titleFontSize": FONT_SIZE}
    return {
        "font": FONT,
        "background": None,
        "padding": {
            "left": 8,
            "right": 6,
            "top": 6,
            "bottom": 2,
        },  # left: where Source Sans is missing, words are wider
        "aria": False,  # one description for the whole chart; single marks would flood a screen reader
        "view": {"stroke": None, "continuousWidth": FULL, "continuousHeight": HEIGHT["full"]},
        "axis": {
            **text,
            "labelColor": INK,
            "titleColor": GREY,
            "titleFontWeight": "normal",
            "labelFontWeight": "normal",
            "domainColor": RULE,
            "tickColor": RULE,
            "gridColor": GRID,
            "gridWidth": 0.8,
            "ticks": False,
            "domain": False,
            "labelPadding": 6,
            "titlePadding": 8,
            "labelLimit": 240,
            "labelOverlap": "greedy",
            "labelAngle": 0,
        },
        "axisX": {"grid": False, "domain": True, "titleAnchor": "end", "titleAlign": "right"},
        "axisY": {
            "grid": True,
            # the name of the measure lies flat above the axis: nobody turns a page to read it
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleBaseline": "bottom",
            "titleY": -8,
            "titleX": 0,
        },
        "axisYDiscrete": {"grid": False},
        "legend": {
            **text,
            "labelColor": INK,
            "titleColor": GREY,
            "titleFontWeight": "normal",
            "orient": "top",
            "direction": "horizontal",
            "title": None,
            "symbolSize": 90,
            "symbolType": "square",
            "symbolStrokeWidth": 1.2,
            "columnPadding": 14,
            "offset": 8,
            "padding": 0,
            "labelLimit": 260,
        },
        "header": {
            **text,
            "labelColor": INK,
            "labelFontWeight": 600,
            "labelAnchor": "start",
            "title": None,
        },
        "title": {"font": FONT, "fontSize": FONT_SIZE, "anchor": "start", "color": INK},
        "text": {"font": FONT, "fontSize": FONT_SIZE, "color": INK},
        "line": {"strokeWidth": 2, "strokeCap": "round", "strokeJoin": "round"},
        "bar": {"color": COLOURS["japan"]},
        "point": {"size": 55, "filled": True, "opacity": 1},
        "rule": {"color": GREY, "strokeWidth": 1},
        "area": {"opacity": 1},
        "range": {
            "category": list(CATEGORY),
            "heatmap": ["#f4efe3", "#cfdbe6", "#7fa8c9", "#1b5e8f"],
            "ramp": ["#eaf1f7", "#7fa8c9", "#1b5e8f"],
            "diverging": ["#b8432f", "#efc9b4", "#f5f3ee", "#b7cfe3", "#1b5e8f"],
        },
        "scale": {"bandPaddingInner": 0.28, "bandPaddingOuter": 0.14},
    }


def enable() -> None:
    """Make this the theme of Altair, for charts shown on their own while writing."""
    import altair as alt

    @alt.theme.register("hns", enable=True)
    def _theme() -> alt.theme.ThemeConfig:
        return {"config": config()}
