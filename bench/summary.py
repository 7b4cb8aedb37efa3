"""From the readings of a benchmark to medians, quartiles, ratios pair by pair, and targets met or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of several runs; with fewer than four runs, the least and the greatest."""

    low: float
    middle: float
    high: float
    runs: int

    @property
    def ends(self) -> str:
        """What low and high are."""
        return "quartiles" if self.runs >= 4 else "least and greatest"


@dataclass(frozen=True)
class Target:
    """Something promised: words, the limit, and the readings it is judged by (a ratio, or seconds)."""

    words: str
    limit: float
    over: str
    under: tuple[str, ...] = ()  # the sum of these; without any, the seconds themselves are judged


# The least that any route needs is the start and the computing, one after the other.
FLOOR = ("floor-start", "floor-cells")
TARGETS = (
    Target("make report against the plain route, environment as pip makes it", 0.25, "make-first", ("plain-pip",)),
    Target("make report against the plain route, environment of the project", 0.45, "make-first", ("plain-own",)),
    Target("make report against the floor: libraries, one kernel, the notebook's computing", 1.5, "make-first", FLOOR),
    Target("make report when nothing has changed", 0.3, "make-unchanged"),
    Target("all scenarios at once against one after the other", 0.6, "reports-all", ("reports-single",)),
    Target("a PDF from an executed notebook", 1.0, "pdf-alone"),
)


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles of at least one value."""
    if len(values) < 4:
        return Spread(min(values), median(values), max(values), len(values))
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return Spread(low, middle, high, len(values))


def by_key(found: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The routes of a result by their key, those without a reading left out."""
    return {route["key"]: route for route in found["routes"] if route["rounds"]}


#: Workers of a pool are started by a process of their own, so the system does not add their seconds to the command's.
UNCOUNTED = frozenset({"reports-all"})


def totals(route: Mapping[str, Any], what: str = "wall") -> list[float]:
    """Seconds (`wall` or `cpu`) of each round, its steps added up; empty where it was not read."""
    if what == "cpu" and route["key"] in UNCOUNTED:
        return []
    if any(step[what] is None for steps in route["rounds"] for step in steps):
        return []
    return [sum(step[what] for step in steps) for steps in route["rounds"]]


def step_medians(route: Mapping[str, Any]) -> dict[str, float]:
    """Median seconds of each step of a route, in their order."""
    steps = [step["step"] for step in route["rounds"][0]]
    return {step: median(one[place]["wall"] for one in route["rounds"]) for place, step in enumerate(steps)}


def peak(route: Mapping[str, Any]) -> float | None:
    """MiB of the largest process of any step and round; None where it was not read."""
    seen = [step["memory"] for steps in route["rounds"] for step in steps if step["memory"] is not None]
    return max(seen, default=None)


def ratios(found: Mapping[str, Any], over: str, under: Sequence[str], what: str = "wall") -> list[float]:
    """Ratio of a route to the sum of others, round by round; empty where one of them was not read."""
    routes = by_key(found)
    read = {key: totals(routes[key], what) if key in routes else [] for key in (over, *under)}
    if not all(read.values()):
        return []
    below = [sum(parts) for parts in zip(*(read[key] for key in under), strict=True)]
    return [a / b for a, b in zip(read[over], below, strict=True)]


def judged(found: Mapping[str, Any], target: Target, what: str = "wall") -> Spread | None:
    """What a target came to: ratios, or seconds of the clock (`wall`) or the processor (`cpu`); None if not read."""
    routes = by_key(found)
    if target.under:
        values = ratios(found, target.over, target.under, what)
    else:
        values = totals(routes[target.over], what) if target.over in routes else []
    return spread(values) if values else None


def verdict(target: Target, reached: Spread | None) -> str:
    """`met`, `not met`, or `not measured`, by the median."""
    if reached is None:
        return "not measured"
    return "met" if reached.middle <= target.limit else "not met"
