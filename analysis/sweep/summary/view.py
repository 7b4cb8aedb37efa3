"""A finished sweep as its summary sees it: the points, the fields that vary, and the scenario they start from."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import formats
from analysis.annex.assumption_log import readable
from analysis.case import Case, load_case
from analysis.decision import Results, decided
from analysis.errors import BuildError
from analysis.ledger import Quote
from analysis.paths import reports_folder
from analysis.quantities import RangeGiven
from analysis.readiness import rows_of
from analysis.simulation import BRIDGE
from analysis.sweep.columns import as_words, unit_of
from analysis.sweep.grid_file import HYPERCUBE, Grid, VariedGiven
from analysis.sweep.point import STATES
from analysis.wording import state_name

POINTS = "HNS_SWEEP_POINTS"  # the environment names the file while a report is built
EXAMPLE = "odds-and-price"
_MOST_VALUES = 9
_BANDS = (8, 7, 6, 9, 10, 11, 5)  # how many bands of a map are tried for ends that read well
_RESULTS = ("value_of_waiting", "value_error", "closed_form", "course_by_mean", "course_by_regret", "course_by_worst_5")
_WORST = ("worst_5_now", "worst_5_waiting", "worst_5_now_error", "worst_5_waiting_error")


@dataclass(frozen=True)
class Field:
    """One field that varies: its key path, its name and unit for the reader, why it varies so, and its values.

    span: the ends between which it was looked at, where the grid file names them.
    """

    path: str
    name: str
    unit: str
    reason: str | None
    values: pd.Series
    span: tuple[float, float] | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest value looked at."""
        return self.span or (float(self.values.min()), float(self.values.max()))

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return pd.api.types.is_float_dtype(self.values)

    def said(self, value: Any) -> str:
        """One value as a reader would say it: `65%`, `+3.5%`, `2.5`, `floor`."""
        if not isinstance(value, float | int) or isinstance(value, bool):
            return as_words(value)
        if self.unit.startswith("share"):
            return formats.percent(100 * value, 0 if abs(100 * value - round(100 * value)) < 0.05 else 1)
        if self.unit.startswith("percent,"):
            return formats.change(value)
        return formats.plain(value, 0 if abs(value) >= 100 else 2 if abs(value) < 1 else 1)

    @cached_property
    def bands(self) -> tuple[list[str], np.ndarray]:
        """Names of a few bands of its values, in order, and the band of every point."""
        known = list(pd.unique(self.values))
        if not self.numeric or len(known) <= _MOST_VALUES:
            order = sorted(known) if self.numeric else known
            return [self.said(v) for v in order], self.values.map({v: i for i, v in enumerate(order)}).to_numpy()
        low, high = self.ends
        number = next((n for n in _BANDS if _round((high - low) / n)), _BANDS[0])
        edges = np.linspace(low, high, number + 1)
        at = np.clip(np.searchsorted(edges + 1e-12, self.values.to_numpy(), side="right") - 1, 0, number - 1)
        return [f"{self.said(a)} to {self.said(b)}" for a, b in itertools.pairwise(edges)], at

    def third(self, which: int) -> np.ndarray:
        """Which points lie in the lowest (0), middle (1) or highest (2) third of its range, by value."""
        low, high = self.ends
        edge = low + (high - low) * which / 3, low + (high - low) * (which + 1) / 3
        return ((self.values >= edge[0] - 1e-12) & (self.values <= edge[1] + 1e-12)).to_numpy()


@dataclass(frozen=True)
class View:
    """The points of one sweep, and what the scenario says at its own values."""

    name: str
    grid: Grid
    case: Case
    frame: pd.DataFrame
    fields: Sequence[Field]

    @cached_property
    def own(self) -> Results:
        """The scenario itself, simulated as `hns decide` does."""
        return decided(self.case.scenario, self.case.evidence)

    @property
    def sampled(self) -> bool:
        """Whether the points are a sample of the space, not every combination."""
        return self.grid.method == HYPERCUBE

    @cached_property
    def wait(self) -> np.ndarray:
        """At which points waiting costs less on average."""
        return self.frame["course_by_mean"].eq(BRIDGE).to_numpy()

    @cached_property
    def variance(self) -> pd.Series:
        """Share of the variance of the value of waiting that each field explains alone, largest first, by path."""
        shares = {f.path: explained_share(self.frame["value_of_waiting"], f, self.sampled) for f in self.fields}
        return pd.Series(shares).sort_values(ascending=False, kind="stable")

    def field(self, path: str) -> Field:
        """The field with this key path."""
        return next(f for f in self.fields if f.path == path)

    def own_value(self, field: Field) -> Any:
        """What the scenario itself says there; the mean of a range, None where it says nothing."""
        if field.path == "strategy.five_year_uplift_pct":
            return self.own.price_now
        found: Any = self.case.scenario.model_dump(by_alias=True)
        held: Any = self.case.scenario
        for key in field.path.split("."):
            held = held.get(key) if isinstance(held, dict) else getattr(held, key, None)
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(held, RangeGiven):
            return held.mean
        return found.get("value") if isinstance(found, dict) else found

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """The data rows the scenario and its reference class rest on."""
        given = self.case.scenario
        found = [row for field, row in rows_of(given) if field.split(".")[0] in ("base_year", "drivers")]
        return tuple(dict.fromkeys([*found, *self.own.reference.rounds["id"]]))

    def quote(self, name: str, value: float, unit: str, text: str, formula: str) -> Quote:
        """Enter a number of the sweep into the ledger, resting on the fields that vary."""
        paths = [field.path for field in self.fields]
        return self.case.ledger.quote(name, value, unit, text, rows=self.rows, assumptions=paths, formula=formula)

    def share(self, name: str, which: np.ndarray, formula: str) -> Quote:
        """A share of the points, quoted in percent."""
        value = float(np.mean(which))
        return self.quote(f"share.{name}", value, "share of points", share_text(value), formula)


def _round(width: float) -> bool:
    """Whether a number has one digit only, zeros aside."""
    return abs(float(f"{width:.0e}") - width) < 1e-9 * abs(width)


def share_text(value: float) -> str:
    """A share of points: `46%`; never 0% or 100% for some that are not all."""
    if 0 < value < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < value < 1 else formats.percent(100 * value)


def explained_share(answer: pd.Series, field: Field, sampled: bool) -> float:
    """Share of the variance of the answer that one field explains alone, 0 to 1 (the correlation ratio).

    Over a full grid it is exact. Over a sample, values fall into classes of equal number, and what classes would
    explain by chance is taken off. 0 where the answer does not vary.
    """
    total = float(answer.var(ddof=0))
    if total <= 1e-18:
        return 0.0
    classes = field.values
    if field.numeric and classes.nunique() > 50:
        classes = pd.qcut(classes, 20, labels=False, duplicates="drop")
    groups = answer.groupby(classes.to_numpy())
    inside = float((groups.var(ddof=0) * groups.size()).sum()) / len(answer)
    kept = inside / total
    if sampled:
        kept *= (len(answer) - 1) / max(len(answer) - groups.ngroups, 1)
    return min(max(1 - kept, 0.0), 1.0)


def load_view(points: str = "") -> View:
    """The sweep in a points.parquet: the file named, the one being published, else the finished example.

    Raises BuildError where there is none.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = Path(points or os.environ.get(POINTS) or reports_folder() / "sweeps" / EXAMPLE / "points.parquet")
    try:
        kept = pq.read_schema(path)
        grid = Grid.model_validate(json.loads(kept.metadata[b"hns.grid"]))
        columns = ["point", *grid.vary, *_RESULTS, *_WORST]
        frame = pq.read_table(path, columns=columns).to_pandas()
    except (OSError, KeyError, TypeError, pa.ArrowException):
        raise BuildError("points", f"no sweep in {path.name}", f"make one first: hns sweep {EXAMPLE}") from None
    case = load_case(grid.scenario)
    fields = [
        Field(
            path,
            one.name or named(path, case.scenario.event.states),
            unit_of(path),
            one.reason,
            frame[path],
            _span(one),
        )
        for path, one in grid.vary.items()
    ]
    return View(kept.metadata[b"hns.name"].decode(), grid, case, frame, fields)


def _span(given: VariedGiven) -> tuple[float, float] | None:
    return None if given.from_ is None else (given.from_, given.to)


def named(path: str, states: Iterable[str]) -> str:
    """A field in words, for one the grid file does not name: `odds of Biden`, `price on the table`."""
    for state in states:
        if path == f"{STATES}{state}":
            return f"odds of {state_name(state)}"
    words = re.sub(r", (percent|points|times|bn)\b[^:]*", "", readable(path))
    for state in states:
        words = words.replace(f": {state.replace('_', ' ')}", f", {state_name(state)}")
    return words[:1].lower() + words[1:]
