"""The points of a sweep, in a fixed order, worked out a stretch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from analysis.distributions import Floats, Pert
from analysis.sweep.grid_file import HYPERCUBE, Grid, VariedGiven

Value = float | str | bool | tuple[float, float, float]
Row = tuple[Value, ...]  # one value a field, in the order of the grid file
_PARTS, _SHORTEST, _LONGEST = 64, 10, 500  # a sweep falls into about so many stretches, each so many points long


class Design:
    """The points of one grid: every combination, the last field moving fastest, or a Latin hypercube."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.fields = tuple(grid.vary)
        self.count = grid.count

    @property
    def stretch(self) -> int:
        """Points of one stretch; it hangs on the number of points only, so a rerun cuts the same stretches."""
        return min(_LONGEST, max(_SHORTEST, self.count // _PARTS))

    @property
    def starts(self) -> range:
        """Number of the first point of every stretch."""
        return range(0, self.count, self.stretch)

    def rows(self, start: int, stop: int) -> list[Row]:
        """The values of points `start` to `stop`, the end excluded."""
        given = list(self.grid.vary.values())
        stop = min(stop, self.count)
        if self.grid.method == HYPERCUBE:
            columns = [at_ranks(one, self._ranks[start:stop, i]) for i, one in enumerate(given)]
        else:
            places = np.unravel_index(np.arange(start, stop), [len(values) for values in self._values])
            columns = [[values[i] for i in place] for values, place in zip(self._values, places, strict=True)]
        return list(zip(*columns, strict=True))

    def sample(self, most: int) -> Iterator[tuple[int, Row]]:
        """At most so many points, spread evenly over the order, the first and the last among them."""
        for number in sorted({round(x) for x in np.linspace(0, self.count - 1, min(most, self.count))}):
            yield number, self.rows(number, number + 1)[0]

    @cached_property
    def _values(self) -> list[list[Value]]:
        return [values_of(one) for one in self.grid.vary.values()]

    @cached_property
    def _ranks(self) -> Floats:
        from scipy.stats import qmc  # half a second to import, needed here only

        return qmc.LatinHypercube(len(self.fields), rng=self.grid.seed).random(self.count)


def values_of(varied: VariedGiven) -> list[Value]:
    """Every value a field takes in a grid; the two ends, or those of the range, where it is sampled."""
    if varied.values is not None:
        return list(varied.values)
    if varied.range is not None:
        return [varied.range[0], varied.range[2]]
    # 0.65 shall be the number that `--set` would read, not one a rounding error away
    return [tidy(x) for x in np.linspace(varied.from_, varied.to, varied.steps or 2)]


def at_ranks(varied: VariedGiven, ranks: Floats) -> Sequence[Value]:
    """The values of one field at ranks between 0 and 1: even between two ends or over a list, else PERT."""
    if varied.values is not None:
        return [varied.values[int(rank * len(varied.values))] for rank in ranks]
    if varied.range is not None:
        return [float(x) for x in Pert(*varied.range).ppf(ranks)]
    return [float(x) for x in varied.from_ + (varied.to - varied.from_) * ranks]


def tidy(value: float) -> float:
    """The value to twelve digits."""
    return float(f"{value:.12g}")
