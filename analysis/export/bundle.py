"""The chart runtime (Vega, Vega-Lite, Vega-Embed) as one compressed text for the page, made once and kept."""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import cache

from analysis.export.kept import kept

SNIPPET = "window.vegaEmbed=vegaEmbed;"


@cache
def vega_bundle() -> str:
    """Base64 of the gzipped runtime (about 400 kB of text), the same bytes every time.

    Making it takes more than a second, so it is kept on disk by version.
    """
    import vl_convert

    version = vl_convert.get_vegalite_versions()[-1]
    name = f"vega-{vl_convert.__version__}-{version}-{hashlib.sha256(SNIPPET.encode()).hexdigest()[:8]}.txt"
    return kept(f"runtime/{name}", lambda: _packed(vl_convert.javascript_bundle(SNIPPET, version)))


def _packed(script: str) -> str:
    return base64.b64encode(gzip.compress(script.encode(), 9, mtime=0)).decode("ascii")
