"""How the results of the two sides differ, each with its unit, and whether by more than Monte Carlo error."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.course_names import course_name
from analysis.decision import Results
from analysis.risk import error_of_mean
from analysis.scenario_compare.view import money_of
from analysis.scenario_diff.sides import Side
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, MIXED, STATUS_QUO

_SIGNIFICANT = 3.0  # standard errors, as for a tie between the two courses


@dataclass(frozen=True)
class Result:
    """One result on both sides; None where it has no meaning. units: of before and after, such as `bn JPY`.

    error: standard error of the difference, None for what has none; comparable: the difference has a meaning.
    """

    name: str
    units: tuple[str, str]
    before: float | None
    after: float | None
    error: float | None
    comparable: bool = True

    @property
    def difference(self) -> float | None:
        """After less before, where both exist and count the same thing."""
        if not self.comparable or self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def within_error(self) -> bool:
        """Whether the difference is no more than three standard errors."""
        difference = self.difference
        return bool(difference and self.error and abs(difference) <= _SIGNIFICANT * self.error)

    @property
    def moved(self) -> bool:
        """Whether the two sides show anything different here."""
        same = self.before == self.after or (self.difference is not None and abs(self.difference) < 1e-9)
        return not same or self.units[0] != self.units[1]


def results_of(before: Side, after: Side) -> list[Result]:
    """Headline results and the mean and worst twentieth of signing, waiting, the status quo and the course followed."""
    one, other = before.view.results, after.view.results
    money = money_of(before.case) == money_of(after.case)
    points = ("percent", "percent")
    first = tuple(f"probability of {r.decision.states[0].replace('_', ' ')}" for r in (one, other))
    bn = (f"bn {before.case.currency}", f"bn {after.case.currency}")
    found = [
        _mean("Reservation uplift", points, one, other, _uplift_draws, lambda r: r.decision.reservation_uplift_pct),
        _mean("Price foreseen now", points, one, other, lambda r: r.simulation.u_now, lambda r: r.price_now),
        Result("Break-even probability", first, *map(_star, (one, other)), None, first[0] == first[1]),
        _mean("Value of waiting", bn, one, other, _waiting_draws, lambda r: r.decision.value_of_waiting, money),
        Result("Value of knowing the winner", bn, one.decision.evpi, other.decision.evpi, None, money),
    ]
    for label, course, theirs in _courses(before, after):
        found.append(
            _mean(
                f"{label}: mean",
                bn,
                one,
                other,
                lambda r, mine=course, his=theirs: r.simulation.costs[mine if r is one else his],
                lambda r, mine=course, his=theirs: _cost(r, mine if r is one else his, "mean"),
                money,
            )
        )
        ends = [(_cost(one, course, c), _cost(other, theirs, c)) for c in ("cvar95", "mc_error_cvar")]
        found.append(Result(f"{label}: worst 5%", bn, *ends[0], math.hypot(*ends[1]), money))
    return found


def _courses(before: Side, after: Side) -> Iterator[tuple[str, tuple[str, str], tuple[str, str]]]:
    """Label, course before, course after; the course followed only where it is none of the others."""
    usual = {"Status quo": (STATUS_QUO, EITHER), "Signing now": (FIVE_YEAR, EITHER), "Waiting": (BRIDGE, MIXED)}
    for label, course in usual.items():
        yield label, course, course
    own, other = before.view.results.course, after.view.results.course
    if not {own, other} <= set(usual.values()):
        names = [course_name(s.case.scenario, *c) for s, c in ((before, own), (after, other))]
        yield "Course followed (" + " / ".join(dict.fromkeys(names)) + ")", own, other


def _cost(results: Results, course: tuple[str, str], column: str) -> float:
    return float(results.costs.loc[course, column])


def _star(results: Results) -> float | None:
    return results.decision.break_even_probability if results.odds_decide else None


def _mean(
    name: str,
    units: tuple[str, str],
    one: Results,
    other: Results,
    draws: Callable[[Results], NDArray[np.float64]],
    value: Callable[[Results], float],
    comparable: bool = True,
) -> Result:
    """A result that is a mean of draws. Draws of one seed are paired, so that their common noise drops out."""
    mine, theirs = draws(one), draws(other)
    if one.scenario.seed == other.scenario.seed and len(mine) == len(theirs):
        error = error_of_mean(theirs - mine)
    else:
        error = math.hypot(error_of_mean(mine), error_of_mean(theirs))
    return Result(name, units, float(value(one)), float(value(other)), float(error), comparable)


def _expected_bridge(results: Results) -> NDArray[np.float64]:
    costs, inputs = results.simulation.costs, results.simulation.inputs
    first, second = (costs[BRIDGE, state] for state in inputs.states)
    return inputs.p * first + (1 - inputs.p) * second


def _waiting_draws(results: Results) -> NDArray[np.float64]:
    return results.simulation.costs[FIVE_YEAR, EITHER] - _expected_bridge(results)


def _uplift_draws(results: Results) -> NDArray[np.float64]:
    """Draws whose mean is 0 and whose spread is that of the reservation uplift, a ratio of means."""
    base = results.simulation.costs[STATUS_QUO, EITHER]
    ceiling = results.decision.reservation_uplift_pct
    return (100 * _expected_bridge(results) - (100 + ceiling) * base) / base.mean()
