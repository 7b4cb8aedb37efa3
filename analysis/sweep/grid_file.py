"""The grid file: which fields of a scenario a sweep varies, over which values, by which method."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError, model_validator

from analysis.errors import ScenarioError
from analysis.paths import DATA, ROOT
from analysis.quantities import Finite, ScenarioId, Strict, Text, told
from analysis.scenario_files import read_mapping, worded

SWEEPS = DATA / "sweeps"
MOST_POINTS = 1_000_000
DRAWS = 20_000  # enough for the mean of the worst 5 percent; means are exact where a closed form exists
CLOSED_FORM, SIMULATED = "closed-form", "simulated"
GRID, HYPERCUBE = "grid", "latin-hypercube"
#: Parts of a scenario that the choice hangs on; everything else names it, or plays no part in the choice.
PARTS = ("money", "base_year", "drivers", "outlook_error_pct", "event", "settlement", "strategy")

Triple = tuple[Finite, Finite, Finite]
Single = bool | Finite | Annotated[str, StringConstraints(max_length=40)]
KeyPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)*$", max_length=120)]


def _list_as_values(raw: object) -> object:
    return {"values": raw} if isinstance(raw, list | tuple) else raw


class VariedGiven(Strict):
    """The values of one field: between two ends, from a list, or from a PERT range."""

    from_: Finite | None = told("lowest value", default=None, alias="from")
    to: Finite | None = told("highest value", default=None)
    steps: int | None = told("how many values of a grid, ends included", default=None, ge=2, le=10_000)
    values: list[Triple | Single] | None = told("the values themselves", default=None, min_length=1, max_length=10_000)
    range: Triple | None = told("[lowest, most likely, highest], drawn by a latin-hypercube", default=None)
    name: Annotated[Text, StringConstraints(max_length=60)] | None = told(
        "the field as the reader sees it", default=None
    )
    reason: Text | None = told("why these values", default=None)

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        span = self.from_ is not None or self.to is not None
        if [span, self.values is not None, self.range is not None].count(True) != 1:
            raise ValueError(
                "give one of {from: .., to: .., steps: ..}, [values] and {range: [lowest, likely, highest]}"
            )
        if span and (self.from_ is None or self.to is None or not self.from_ < self.to):
            raise ValueError("from and to are two numbers, the lower one first")
        if self.range is not None and not self.range[0] <= self.range[1] <= self.range[2]:
            raise ValueError(f"the range must be in rising order, not {list(self.range)}")
        if self.steps is not None and not span:
            raise ValueError("steps belong to from and to")
        return self


Varied = Annotated[VariedGiven, BeforeValidator(_list_as_values)]


class Grid(Strict):
    """One sweep: a scenario, the fields that vary, and how their values are combined."""

    schema_version: Literal[1] = told("version of this format", alias="schema")
    title: Text = told("the sweep in a few words")
    question: Text = told("the question it answers")
    author: Text = told("who stands behind it")
    scenario: ScenarioId = told("scenario whose values hold wherever nothing varies")
    method: Literal["grid", "latin-hypercube"] = told("every combination, or points spread evenly through the space")
    points: int | None = told("number of points of a latin-hypercube", default=None, ge=2, le=MOST_POINTS)
    seed: int | None = told("seed of a latin-hypercube", default=None, ge=0, le=2**32 - 1)
    means: Literal["closed-form", "simulated"] = told(
        "closed-form: mean costs are exact wherever a closed form exists; simulated: as `hns decide` works them out",
        default=CLOSED_FORM,
    )
    draws: int = told("simulated outcomes of each point", default=DRAWS, ge=1_000, le=5_000_000)
    vary: dict[KeyPath, Varied] = told("values by key path, as in `hns decide --set`", min_length=1, max_length=12)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        sampled = self.method == HYPERCUBE
        if sampled and (self.points is None or self.seed is None):
            raise ValueError("a latin-hypercube needs points and seed")
        if not sampled and (self.points is not None or self.seed is not None):
            raise ValueError("points and seed belong to method latin-hypercube; a grid takes every combination")
        for path, varied in self.vary.items():
            if path.split(".")[0] not in PARTS:
                raise ValueError(f"vary.{path} plays no part in the choice; what can vary: {', '.join(PARTS)}")
            if varied.from_ is not None and (varied.steps is None) is not sampled:
                raise ValueError(f"vary.{path}: steps are for a grid, and a grid needs them beside from and to")
            if varied.range is not None and not sampled:
                raise ValueError(f"vary.{path}: a range is for a latin-hypercube; give a grid from, to and steps")
        if self.count > MOST_POINTS:
            raise ValueError(f"{self.count:,} points are more than {MOST_POINTS:,}; take fewer steps")
        return self

    @property
    def count(self) -> int:
        """Number of points."""
        if self.method == HYPERCUBE:
            return self.points or 0
        return math.prod(varied.steps or len(varied.values or ()) for varied in self.vary.values())


def sweep_names(folder: Path = SWEEPS) -> list[str]:
    """Names of the sweeps that come with the project, sorted."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def load_grid(given: str) -> tuple[Path, Grid]:
    """Path and content of a grid file: a path, or the name of a file in data/sweeps.

    Raises ScenarioError naming the file and field, what was wrong and what is allowed.
    """
    path = Path(given)
    if given in sweep_names():
        path = SWEEPS / f"{given}.yaml"
    if path.suffix not in {".yaml", ".yml"} or not path.is_file():
        allowed = f"a .yaml file, or one of {', '.join(sweep_names())}"
        raise ScenarioError("GRID", f"there is no grid file {given[:80]!r}", allowed)
    place = shown(path)
    try:
        _Named(name=path.stem)
    except ValidationError:
        raise ScenarioError(place, "the file's name becomes a folder's", "a to z, 0 to 9 and hyphens") from None
    return path, checked_grid(read_mapping(path, place), place)


def checked_grid(raw: dict[str, Any], place: str) -> Grid:
    """The grid a mapping describes, or a ScenarioError on one line."""
    try:
        return Grid.model_validate(raw)
    except ValidationError as error:
        raise ScenarioError(place, *worded(error, Grid)) from None


def shown(path: Path) -> str:
    """A path as the reader knows it: inside the project, else as short as it can be."""
    whole = path.resolve()
    if whole.is_relative_to(ROOT):
        return whole.relative_to(ROOT).as_posix()
    return Path(os.path.relpath(whole)).as_posix() if whole.is_relative_to(Path.cwd()) else path.name


class _Named(Strict):
    name: ScenarioId = Field()
