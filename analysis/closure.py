"""Which modules of this project a notebook reaches: followed from its import lines, without running anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from analysis.paths import ROOT

# House style imports only in these two forms, at any depth of indentation (tests/test_freshness.py compares the result
# with what Python's own parser finds).
_FROM = re.compile(r"^[ \t]*from[ \t]+(analysis(?:\.\w+)*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+(analysis(?:\.\w+)*)", re.MULTILINE)


def notebook_sources(notebook: Path) -> list[str]:
    """What stands in each cell of a notebook, text cells included: an import line in prose does no harm."""
    return ["".join(cell["source"]) for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]


def modules_reached(sources: Iterable[str]) -> list[Path]:
    """Files of all modules of `analysis` these sources import, directly or through one another, sorted."""
    reached: set[Path] = set()
    waiting = list(sources)
    while waiting:
        for path in {path for name in _names(waiting.pop()) for path in _files(name)} - reached:
            reached.add(path)
            waiting.append(path.read_text(encoding="utf-8"))
    return sorted(reached)


def modules_named(source: str) -> list[str]:
    """Names of the modules of `analysis` that one source imports itself, sorted."""
    return sorted(name for name in _names(source) if _files(name))


def _names(source: str) -> set[str]:
    names = set(_IMPORT.findall(source))
    for package, listed in _FROM.findall(source):
        names.add(package)
        names |= {f"{package}.{word.split()[0]}" for word in listed.strip("() \n").split(",") if word.split()}
    return names


def _files(name: str) -> list[Path]:
    """The module's file and those of the packages above it; empty for a name that is no module."""
    base = ROOT.joinpath(*name.split("."))
    own = next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)
    above = [ROOT.joinpath(*name.split(".")[:n]) / "__init__.py" for n in range(1, name.count(".") + 1)]
    return [own, *above] if own else []
