"""A sweep that can run: everything that can be refused is refused here, before the first point is answered."""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.errors import BuildError, ScenarioError
from analysis.readiness import ready
from analysis.sweep.columns import schema
from analysis.sweep.design import Design, values_of
from analysis.sweep.grid_file import Grid, load_grid, shown
from analysis.sweep.point import STATES, Question
from analysis.sweep.work import inputs_of, prepared

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.scenario import Scenario

_TRIED = 64  # values of a field, corners of the space and points that are checked before anything runs


@dataclass(frozen=True)
class Sweep:
    """A checked sweep. key: hash of the grid and of all it rests on; the same key means the same results."""

    name: str
    grid: Grid
    design: Design
    question: Question
    scenario: Scenario
    key: str

    @property
    def schema(self) -> pa.Schema:
        """Columns of points.parquet, with the grid in the file's own record."""
        grid = self.grid.model_dump_json(by_alias=True, exclude_unset=True)
        record = {"name": self.name, "grid": grid, "key": self.key, "as_of": self.scenario.as_of.isoformat()}
        return schema(self.grid, self.scenario, record)


def checked_sweep(given: str) -> Sweep:
    """The sweep of a grid file, ready to run. Raises an HnsError for anything that can be refused beforehand."""
    if importlib.util.find_spec("pyarrow") is None:
        raise BuildError("sweep", "needs pyarrow; `pip install 'hns-analysis[sweep]'` brings it")
    path, grid = load_grid(given)
    design, place = Design(grid), shown(path)
    scenario, _ = ready(grid.scenario)
    inputs = inputs_of(grid.scenario)
    question = Question(grid.scenario, design.fields, grid.draws, grid.means, inputs, place)
    _check_points(question, design)
    words = {"title": True, "question": True, "author": True, "vary": {"__all__": {"name", "reason"}}}
    told = [path.stem, grid.model_dump_json(exclude=words), inputs]
    key = hashlib.sha256(json.dumps(told).encode("utf-8")).hexdigest()[:16]
    return Sweep(path.stem, grid, design, question, scenario, key)


def _check_points(question: Question, design: Design) -> None:
    """Refuse fields and values the scenario does not take, and fields without any influence on the choice."""
    model = prepared(question)
    given = {path: values_of(one) for path, one in design.grid.vary.items()}
    if len([p for p in given if p.startswith(STATES)]) > 1:
        both = "the odds of both outcomes vary"
        raise ScenarioError(question.place, both, "one of the two; the other is what is left to 1")
    first = tuple(values[0] for values in given.values())
    for i, (path, values) in enumerate(given.items()):
        found = {repr(model.inputs_at((*first[:i], value, *first[i + 1 :]))) for value in _some(values)}
        if len(values) > 1 and len(found) == 1:
            raise ScenarioError(question.place, f"vary.{path} changes nothing in the choice")
    ends = itertools.product(*((values[0], values[-1]) for values in given.values()))
    for row in itertools.islice(ends, _TRIED):
        model.inputs_at(row)
    for _, row in design.sample(_TRIED):
        model.inputs_at(row)


def _some(values: list[Any]) -> list[Any]:
    return values if len(values) <= _TRIED else [*values[:: max(1, len(values) // _TRIED)], values[-1]]
