"""What a report was made from: the hash of every input, the versions, and the command that makes it again."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from analysis.paths import DATA, ROOT, SCENARIOS
from analysis.publication import SET_NOTEBOOK

# The packages whose version can change a figure or a page.
PACKAGES = (
    "hns-analysis", "altair", "ipykernel", "mistune", "nbconvert", "numpy", "pandas", "papermill", "pydantic",
    "scipy", "typst", "vl-convert-python",
)  # fmt: skip
_EXTENDS = re.compile(r"^extends\s*:\s*[\"']?([a-z0-9-]+)", re.MULTILINE)


def scenario_chain(name: str, folder: Path = SCENARIOS) -> list[Path]:
    """File of a (checked) scenario and of all it extends, nearest first."""
    path = folder / f"{name}.yaml"
    parent = _EXTENDS.search(path.read_text(encoding="utf-8-sig"))
    return [path, *(scenario_chain(parent[1], folder) if parent else [])]


def input_files(scenario: str, notebook: Path) -> list[Path]:
    """Every file of the project that this report reads: notebook, scenario chain, data, modules and templates."""
    modules = [p for p in (ROOT / "analysis").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return [
        notebook,
        *(sorted(SCENARIOS.glob("*.yaml")) if notebook.stem == SET_NOTEBOOK else scenario_chain(scenario)),
        *sorted(DATA.glob("*.csv")),
        DATA / "datapackage.json",
        *sorted(p for p in modules if not p.name.startswith(".")),
    ]


def epoch(as_of: date) -> int:
    """Seconds since 1970 of midnight UTC: the date a report bears, so that it does not depend on the clock."""
    return int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())


def hashes(paths: Iterable[Path], base: Path) -> dict[str, str]:
    """SHA-256 of each file, under its path relative to `base` (or its name, if it lies elsewhere)."""
    return {
        (p.relative_to(base).as_posix() if p.is_relative_to(base) else p.name): hashlib.sha256(
            p.read_bytes()
        ).hexdigest()
        for p in paths
    }


def versions(*more: str) -> dict[str, str]:
    """Versions of Python and of the packages that shape a report (and of `more`); a missing one is left out."""
    found = {"python": platform.python_version()}
    for name in (*PACKAGES, *more):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_json(path: Path, content: Any) -> None:
    """Write readable JSON with the same bytes everywhere; ValueError for a number that is not finite."""
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
