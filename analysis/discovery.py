"""Scenario discovery: in which part of the input space does something happen, such as the bridge losing?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import ScenarioError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Box:
    """A rule found by scenario discovery: limits of a few inputs, and how well they describe the cases of interest.

    density: share of cases of interest inside the box. coverage: share of all cases of interest that it holds.
    base: share of cases of interest overall.
    """

    limits: dict[str, tuple[float, float]]
    density: float
    coverage: float
    base: float


def discover(
    inputs: Mapping[str, Floats], interesting: NDArray[np.bool_], min_coverage: float = 0.5, peel: float = 0.05
) -> Box:
    """When does it happen? A box of inputs in which `interesting` cases are dense, by patient peeling (PRIM).

    From the full range, the 5 percent slice (of one input, at one end) whose removal raises the density most is cut
    again and again, until the next cut would hold less than `min_coverage` of the cases of interest. Friedman and
    Fisher 1999; Bryant and Lempert 2010. Only inputs whose limits moved are in the answer; limits are values of the
    input. Raises ScenarioError when no case, or every case, is of interest.
    """
    total = int(interesting.sum())
    if total in (0, interesting.size):
        raise ScenarioError(
            "scenario discovery", f"{total} of {interesting.size} cases are of interest", "some, not all"
        )
    inside = np.ones(interesting.size, dtype=bool)
    limits = {name: [float(values.min()), float(values.max())] for name, values in inputs.items()}
    moved: set[str] = set()
    while cut := _best_cut(inputs, interesting, inside, peel):
        name, end, bound, kept = cut
        if interesting[kept].sum() < min_coverage * total:
            break
        inside, limits[name][end] = kept, bound
        moved.add(name)
    return Box(
        limits={name: (limits[name][0], limits[name][1]) for name in inputs if name in moved},
        density=float(interesting[inside].mean()),
        coverage=float(interesting[inside].sum() / total),
        base=total / interesting.size,
    )


def _best_cut(inputs: Mapping[str, Floats], interesting: NDArray[np.bool_], inside: NDArray[np.bool_], peel: float):
    """(input, end, bound, cases kept) of the cut that raises the density most, or None when none does."""
    best, density = None, float(interesting[inside].mean())
    for name, values in inputs.items():
        low, high = np.quantile(values[inside], [peel, 1 - peel])
        for end, bound, kept in ((0, low, inside & (values >= low)), (1, high, inside & (values <= high))):
            share = float(interesting[kept].mean())
            if kept.sum() < inside.sum() and share > density:
                best, density = (name, end, float(bound), kept), share
    return best
