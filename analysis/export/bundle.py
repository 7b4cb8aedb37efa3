"""The chart runtime (Vega, Vega-Lite, Vega-Embed) as one compressed text for the page, made once and kept."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

from analysis.paths import ROOT

SNIPPET = "window.vegaEmbed=vegaEmbed;"


def cache_folders() -> list[Path]:
    """Where the finished bundle may be kept, best first: the project's build folder, then the user's cache."""
    user = os.environ.get("XDG_CACHE_HOME")
    folders = [ROOT / "build"]
    if user or os.environ.get("HOME") or os.environ.get("LOCALAPPDATA"):
        base = user or os.environ.get("LOCALAPPDATA") or os.path.join(os.environ.get("HOME", ""), ".cache")
        folders.append(Path(base) / "hns-analysis")
    return folders


def _read(file: Path) -> str | None:
    """The kept bundle, if it is whole: its first line is the digest of the rest."""
    try:
        digest, _, text = file.read_text(encoding="ascii").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if hashlib.sha256(text.encode()).hexdigest() == digest else None


def _keep(folder: Path, name: str, text: str) -> bool:
    """Write the bundle in one step; False where that is not allowed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".vega-")
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as out:
            out.write(hashlib.sha256(text.encode()).hexdigest() + "\n" + text)
        os.replace(temporary, folder / name)
    except OSError:
        return False
    return True


@cache
def vega_bundle() -> str:
    """Base64 of the gzipped runtime (about 400 kB of text), the same bytes every time.

    Making it takes more than a second, so it is kept on disk by version; where nothing can be written it is made anew.
    """
    import vl_convert

    version = vl_convert.get_vegalite_versions()[-1]
    name = f"vega-{vl_convert.__version__}-{version}-{hashlib.sha256(SNIPPET.encode()).hexdigest()[:8]}.txt"
    folders = cache_folders()
    for folder in folders:
        if (kept := _read(folder / name)) is not None:
            return kept
    script = vl_convert.javascript_bundle(SNIPPET, version)
    text = base64.b64encode(gzip.compress(script.encode(), 9, mtime=0)).decode("ascii")
    for folder in folders:
        if _keep(folder, name, text):
            break
    return text
