"""What a report was made from: the hash of every input, the versions, and the command that makes it again."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from analysis.closure import modules_reached, notebook_sources
from analysis.errors import BuildError
from analysis.paths import DATA, ROOT, SCENARIOS
from analysis.reads import Read

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


def input_files(notebook: Path, reads: Iterable[Read]) -> list[Path]:
    """Every file of the project that a report rests on: notebook, what it read, the modules it reaches, the templates.

    reads: what the notebook read while it ran, as `reads.noted` lists it.
    """
    scenarios = {SCENARIOS / f"{read[1]}.yaml" for read in reads if read[0] == "scenario"}
    if ("scenarios",) in reads:
        scenarios |= set(SCENARIOS.glob("*.yaml"))
    tables = {DATA / f"{read[2]}.csv" for read in reads if read[0] in {"table", "row"}}
    return [
        notebook,
        *sorted(scenarios),
        *sorted(tables),
        DATA / "datapackage.json",
        *code_reached(notebook),
    ]


@lru_cache(maxsize=16)  # a process runs the code it has read at its start
def code_reached(notebook: Path) -> tuple[Path, ...]:
    """The modules a report from this notebook rests on, those that make reports included, and all templates."""
    pipeline = (ROOT / "analysis" / "report.py").read_text(encoding="utf-8")
    templates = sorted(p for p in (ROOT / "analysis").rglob("*") if _is_template(p))
    return *modules_reached([pipeline, *notebook_sources(notebook)]), *templates


def _is_template(path: Path) -> bool:
    return path.is_file() and path.suffix not in {".py", ".pyc"} and not path.name.startswith(".")


def stamp(as_of: date) -> int:
    """The date a report bears, in seconds since 1970: SOURCE_DATE_EPOCH, else midnight UTC of the as-of date.

    So it does not depend on the clock. Raises BuildError for a SOURCE_DATE_EPOCH that is no number.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if given and not (given.isascii() and given.isdigit() and len(given) < 12):
        raise BuildError("SOURCE_DATE_EPOCH", f"{given[:40]!r} is not a number of seconds", "a whole number")
    return int(given or datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())


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
