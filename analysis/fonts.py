"""Where the fonts are: the files of installed font packages, found without importing those packages.

Charts, page and PDF use the same faces: Source Sans for Latin text, IPAexGothic for Japanese,
NanumGothic for Korean. The files stay in their packages; nothing here copies them into the project.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from analysis.errors import BuildError

SANS = "Source Sans Pro"
JAPANESE = "IPAexGothic"
KOREAN = "NanumGothic"
SERIF = "Libertinus Serif"  # inside the typst wheel
FAMILIES = (SANS, JAPANESE, KOREAN)

_PACKAGES = {
    "font_source_sans_pro": ("files", "font-source-sans-pro"),
    "matplotlib_fontja": ("fonts", "matplotlib-fontja"),
    "koreanize_matplotlib": ("fonts", "koreanize-matplotlib"),
}


@cache
def folders() -> tuple[Path, ...]:
    """Folders of the three font packages; BuildError names the package that is missing."""
    found = []
    for module, (folder, package) in _PACKAGES.items():
        # find_spec of a top-level module only locates it; importing would start a plotting library.
        spec = importlib.util.find_spec(module)
        place = Path(next(iter(spec.submodule_search_locations or ()), "")) / folder if spec else None
        if place is None or not any(place.glob("*.ttf")):
            raise BuildError("fonts", f"no font files of {package} in this environment", "`make` sets it up")
        found.append(place)
    return tuple(found)


@cache
def files() -> list[str]:
    """Name and size of every font file, in a fixed order: what the measure of a text depends on."""
    found = (file for folder in folders() for file in folder.glob("*.ttf"))
    return sorted(f"{file.name} {file.stat().st_size}" for file in found)


@cache
def register_with_charts() -> None:
    """Tell vl-convert, which measures and draws chart text, about the fonts (once in a process)."""
    import vl_convert

    for folder in folders():
        vl_convert.register_font_directory(str(folder))
