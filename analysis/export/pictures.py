"""Each chart as a file of its own for slides: the drawing as it stands (SVG) and as dots on white (PNG)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.errors import BuildError
from analysis.export.listing import Listed

SLIDE_SCALE = 3.0  # dots for each unit of a chart: a full-width one gets 2,040 dots


def png(svg: str, scale: float, place: str) -> bytes:
    """A drawing as PNG on white with `scale` dots for each unit of the chart; BuildError when it cannot be drawn."""
    import vl_convert

    from analysis.fonts import register_with_charts

    register_with_charts()
    white = re.sub(r"(<svg\b[^>]*>)", r'\1<rect width="100%" height="100%" fill="white"/>', svg, count=1)
    try:
        return vl_convert.svg_to_png(white, scale=scale)
    except ValueError as error:
        raise BuildError(place, f"the drawing cannot be made a picture: {str(error)[:160]}") from None


def pictures(exhibits: Iterable[Listed], kind: str) -> dict[str, bytes]:
    """File name -> content of every chart, in the kind asked for: "svg" or "png"."""
    out = {}
    for one in exhibits:
        if one.svg is not None:
            content = one.svg.encode() if kind == "svg" else png(one.svg, SLIDE_SCALE, one.id)
            out[f"{one.id}.{kind}"] = content
    return out
