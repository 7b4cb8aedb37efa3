"""What a worker does: answer one stretch of points. It can be imported anywhere, so that any process may call it."""

from __future__ import annotations

import hashlib
import platform
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from analysis.errors import BuildError, HnsError
from analysis.manifest import hashes, scenario_chain
from analysis.paths import DATA, ROOT
from analysis.sweep.design import Row
from analysis.sweep.point import Prepared, Question

_ONE_AT_A_TIME = threading.Lock()  # what is kept from point to point is not made for two threads


@dataclass(frozen=True)
class Refusal:
    """A refusal on its way back from another process."""

    place: str
    problem: str
    allowed: str | None


def answered(question: Question, first: int, rows: Sequence[Row]) -> list[dict[str, Any]] | Refusal:
    """The answers at a stretch of points, numbered from `first`; a refusal is returned, not raised."""
    try:
        with _ONE_AT_A_TIME:
            return prepared(question).answers(first, rows)
    except HnsError as error:
        return Refusal(error.place, error.problem, error.allowed)


@lru_cache(maxsize=1)
def prepared(question: Question) -> Prepared:
    """The question made ready once in each process. Raises BuildError where code or data are not those of the asker."""
    if inputs_of(question.scenario) != question.inputs:
        place = f"worker on {platform.node() or 'another machine'}"
        raise BuildError(place, "its checkout holds other code, data or packages", "the same version everywhere")
    return Prepared(question)


def inputs_of(scenario: str) -> str:
    """Hash of everything an answer rests on beside the grid: scenario, data, code of the model, packages."""
    code = [*(ROOT / "analysis").glob("*.py"), *(ROOT / "analysis" / "sweep").glob("*.py")]
    files = [*scenario_chain(scenario), *DATA.glob("*.csv"), DATA / "datapackage.json", *code]
    packages = {name: version(name) for name in ("numpy", "pandas", "pydantic", "scipy")}
    told = [*sorted(hashes(files, ROOT).items()), *packages.items(), ("python", platform.python_version())]
    return hashlib.sha256(repr(told).encode("utf-8")).hexdigest()
