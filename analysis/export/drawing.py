"""From an Altair chart to one drawing: a specification that is the same in every run, and its SVG.

The chart is drawn once, by vl-convert, with the project's theme and fonts and without any access to addresses.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from analysis import fonts, theme
from analysis.errors import BuildError
from analysis.export.kept import kept
from analysis.export.text import html_text, visible


def _walk_names(node: Any, found: dict[str, str]) -> None:
    """Collect names Altair numbered by a counter of the process, in document order."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("datasets", "values", "data"):
                continue
            if (
                key == "name"
                and isinstance(value, str)
                and (m := re.fullmatch(r"(view|param|layer|concat)_\d+", value))
            ):
                found.setdefault(value, f"{m[1]}_{len(found) + 1}")
            _walk_names(value, found)
    elif isinstance(node, list):
        for item in node:
            _walk_names(item, found)


def _rename(node: Any, swap: Callable[[str], str]) -> Any:
    if isinstance(node, dict):
        return {key: value if key in ("datasets", "values") else _rename(value, swap) for key, value in node.items()}
    if isinstance(node, list):
        return [_rename(item, swap) for item in node]
    return swap(node) if isinstance(node, str) else node


def _clean(node: Any) -> Any:
    """Data for a drawing: ten significant digits (no noise of binary fractions), no invisible characters."""
    if isinstance(node, str):
        return visible(node)
    if isinstance(node, float):
        return float(f"{node:.10g}")
    if isinstance(node, list):
        return [_clean(item) for item in node]
    if isinstance(node, dict):
        return {key: _clean(value) for key, value in node.items()}
    return node


def stable_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A Vega-Lite specification whose names depend on its content alone.

    Altair numbers views and parameters by a counter of the process and names data by a hash; two runs of the same
    notebook would differ.
    """
    names: dict[str, str] = {}
    _walk_names(spec, names)
    spec = dict(spec)
    old = spec.pop("datasets", {})
    names.update({name: f"table_{number}" for number, name in enumerate(old, 1)})
    if names:
        pattern = re.compile(
            r"(?<![A-Za-z0-9_-])("
            + "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
            + r")(?![A-Za-z0-9-])"
        )
        spec = _rename(spec, lambda text: pattern.sub(lambda m: names[m[1]], text))
    if old:
        spec["datasets"] = {names[name]: _clean(rows) for name, rows in old.items()}
    return spec


def _single(spec: Mapping[str, Any]) -> bool:
    """Whether Vega-Lite can fit the chart to a given outer width (single and layered views only)."""
    if any(key in spec for key in ("hconcat", "vconcat", "concat", "facet", "repeat", "spec")):
        return False
    if any(channel in spec.get("encoding", {}) for channel in ("row", "column", "facet")):
        return False
    return all(_single(layer) for layer in spec.get("layer", ()))


def _steps_down(spec: Mapping[str, Any]) -> bool:
    """Whether the height follows from the number of rows (a discrete y axis)."""
    y = spec.get("encoding", {}).get("y", {})
    if y.get("type") in ("nominal", "ordinal"):
        return True
    return any(_steps_down(layer) for layer in spec.get("layer", ()))


def _sized(spec: dict[str, Any], width: theme.Width) -> dict[str, Any]:
    """The chart with the outer width of the page grid; its height stays what the author gave."""
    if not _single(spec):
        return spec
    outer, height = theme.size(width)
    fit = "fit"
    if "height" not in spec:
        if _steps_down(spec):
            fit = "fit-x"
        else:
            spec["height"] = height
    elif isinstance(spec["height"], dict):
        fit = "fit-x"
    return spec | {"width": outer, "autosize": {"type": fit, "contains": "padding"}}


def specification(chart: Any, width: theme.Width, place: str) -> dict[str, Any]:
    """The chart's Vega-Lite specification with the project's theme, stable names and the width of the page grid.

    width: "full" or "half". Raises BuildError (at `place`) when the chart would load data from an address.
    """
    import altair as alt

    with alt.data_transformers.disable_max_rows():
        raw = chart.to_dict(validate=False)  # checked when it is drawn
    own = {key: value for key, value in raw.get("config", {}).items() if key != "view"}
    raw["config"] = _merge(theme.config(), own)
    if _names_y(raw):  # the name of the measure stands above the axis: the legend moves up for it
        raw["config"]["legend"]["offset"] = theme.LEGEND_ABOVE_TITLE
    if _has_address(raw):
        raise BuildError(place, "the chart asks for data or pictures at an address", "data inside the chart")
    return _sized(stable_spec(raw), width)


def _names_y(spec: Mapping[str, Any]) -> bool:
    """Whether some y axis of the chart has a title."""
    y = spec.get("encoding", {}).get("y")
    if isinstance(y, dict) and ("field" in y or "aggregate" in y):
        axis = y.get("axis", {})
        title = (axis or {}).get("title", y.get("title", y.get("field")))
        if axis is not None and title:
            return True
    return any(_names_y(layer) for layer in spec.get("layer", ()))


def _has_address(node: Any) -> bool:
    if isinstance(node, dict):
        return any(
            (key in ("url", "href") and isinstance(value, str | dict)) or _has_address(value)
            for key, value in node.items()
            if key not in ("datasets", "values")
        )
    return isinstance(node, list) and any(map(_has_address, node))


def _merge(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in over.items():
        out[key] = _merge(out[key], value) if isinstance(out.get(key), dict) and isinstance(value, dict) else value
    return out


def draw(spec: Mapping[str, Any], place: str, chart: Any = None) -> str:
    """The specification as SVG with text kept as text; `chart`, where given, is what it was made from.

    A drawing is kept on disk under a digest of the specification, data and all, of the converter and of the fonts, so
    the same chart is checked and drawn once. Raises BuildError with the first complaint of Vega, and Altair's
    SchemaValidationError for a chart that is no valid Vega-Lite.
    """
    made_from = json.dumps([spec, version("vl-convert-python"), fonts.files()])
    name = f"drawings/{hashlib.sha256(made_from.encode()).hexdigest()}.svg"
    return _own_ids(_UNSEEN.sub("", kept(name, lambda: _drawn(spec, place, chart))), "mark-")


def _drawn(spec: Mapping[str, Any], place: str, chart: Any) -> str:
    import vl_convert

    if chart is not None:
        _check(spec, chart)
    fonts.register_with_charts()
    try:
        return vl_convert.vegalite_to_svg(dict(spec), allowed_base_urls=[])
    except Exception as error:  # the converter wraps a JavaScript trace in a ValueError
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        told = next((line for line in lines if line.startswith(("Error:", "TypeError:"))), (lines or ["no reason"])[0])
        raise BuildError(place, f"the chart cannot be drawn: {told[:160]}", "a valid Vega-Lite chart") from None


def _check(spec: Mapping[str, Any], chart: Any) -> None:
    """Hold the specification, without its rows of data and the theme, against the schema of Vega-Lite."""
    from altair.utils.schemapi import SchemaValidationError
    from jsonschema import ValidationError

    try:
        chart.validate({key: value for key, value in spec.items() if key not in ("datasets", "config")})
    except ValidationError as error:
        raise SchemaValidationError(chart, error) from None


# Points that only answer the pointer on the page; a drawing can do without.
_UNSEEN = re.compile(r'<path [^>]*(?<![\w-])opacity="0"[^>]*/?>(?:</path>)?')


def _own_ids(svg: str, prefix: str) -> str:
    """Ids numbered within the drawing; Vega numbers them through the whole process."""
    ids = list(dict.fromkeys(re.findall(r'\sid="([^"]+)"', svg)))
    new = {name: f"{prefix}{number}" for number, name in enumerate(ids, 1)}
    svg = re.sub(r'\sid="([^"]+)"', lambda m: f' id="{new[m[1]]}"', svg)
    return re.sub(r"url\(#([^)]+)\)", lambda m: f"url(#{new.get(m[1], m[1])})", svg)


_SVG_SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def size_of(svg: str, place: str) -> tuple[float, float]:
    """Width and height of a drawing in chart units. Raises BuildError when it states none."""
    if (found := _SVG_SIZE.search(svg)) is None:
        raise BuildError(place, "the drawn chart has no size", "a chart with width and height")
    return float(found[1]), float(found[2])


def svg_for_page(svg: str, key: str, alt: str) -> str:
    """The drawing for a page that holds several: own ids, one description, nothing else for a screen reader."""
    svg = _own_ids(svg, f"{key}-mark-")
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    svg = svg.replace('class="marks"', 'class="hns-static"', 1)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{html_text(alt)}" ', 1)
