"""Rounds over the routes: each route once a round, in turn, so that a slow minute meets all of them alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from bench.measure import BenchError, Reading
from bench.routes import Route

Told = Callable[[str], None]


def measured(
    routes: Sequence[Route], runs: int, warm_up: bool, tell: Told, check: Callable[[], int] | None = None
) -> dict[str, Any]:
    """Run every route `runs` times in turn and return what was read.

    warm_up: one round more at the start, which does not count; check: called after the first round.
    Returns `loads` (load average before each round), `shared` (what `check` counted) and `routes`:
    key, title, absent (why it is not here, else empty), rounds (a list of readings for each round).
    Raises BenchError when a route fails that may not.
    """
    absent = {route.key: route.absent for route in routes}
    rounds: dict[str, list[list[dict[str, object]]]] = {route.key: [] for route in routes}
    loads, shared = [], None
    for number in range(-1 if warm_up else 0, runs):
        tell("warming up" if number < 0 else f"round {number + 1} of {runs}")
        if number >= 0:
            loads.append(round(os.getloadavg()[0], 2))
        for route in routes:
            if absent[route.key]:
                continue
            readings, absent[route.key] = _once(route)
            if number >= 0 and readings:
                rounds[route.key].append([one.as_data() for one in readings])
                tell(f"  {route.title}: {sum(one.wall for one in readings):.2f} s")
        if check and shared is None:
            shared = check()
    found = [
        {"key": route.key, "title": route.title, "absent": absent[route.key], "rounds": rounds[route.key]}
        for route in routes
    ]
    return {"loads": loads, "shared": shared, "routes": found}


def _once(route: Route) -> tuple[Sequence[Reading], str]:
    try:
        return route.run(), ""
    except BenchError as error:
        if not route.may_fail:
            raise
        return [], f"fails here ({error.problem[-160:]})"
