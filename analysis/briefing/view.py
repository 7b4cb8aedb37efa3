"""What every section of a briefing reads from the model: results by course and year, and quotes of its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis import formats
from analysis.case import Case
from analysis.course_names import course_name as named
from analysis.decision import Results
from analysis.decision import decided as results_of
from analysis.ledger import Quote
from analysis.ranges import Choice, choice
from analysis.simulation import (
    EITHER,
    MIXED,
    STATUS_QUO,
)
from analysis.wording import state_name


@dataclass(frozen=True)
class View:
    """Results of the choice, and the outlook by year in one frame."""

    results: Results
    by_year: pd.DataFrame  # year, status_quo, mean, low, high, rate, dollars

    @cached_property
    def choice(self) -> Choice:
        """The choice as a function of its inputs, with their ranges."""
        return choice(self.results)


def decided(case: Case) -> View:
    """Run the model of the case once."""
    return view_of(case, results_of(case.scenario, case.evidence))


def view_of(case: Case, results: Results) -> View:
    """The view of results that are there already."""
    base, course = results.yearly((STATUS_QUO, EITHER)), results.yearly(results.course)
    frame = pd.DataFrame(
        {
            "year": course["year"],
            "status_quo": base["mean"],
            "mean": course["mean"],
            "low": course["p10"],
            "high": course["p90"],
            "rate": [case.scenario.fx.values[int(y)].range[1] for y in course["year"]],
        }
    )
    frame["dollars"] = frame["mean"] / frame["rate"]
    return View(results, frame)


def length(years: int) -> str:
    """`one year`, `five years`."""
    return formats.counted(years, "year")


def waiting(case: Case) -> str:
    """The other course as a phrase: `one year`, or `no deal yet` where the agreement in force needs no bridge."""
    years = case.scenario.strategy.bridge_years
    return length(years) if years else "no deal yet"


def course_name(case: Case, course: str, state: str) -> str:
    """A course in a few words, such as `One year, then Biden`."""
    return named(case.scenario, course, state)


def followed(case: Case, view: View) -> str:
    """Name of the course the scenario follows, with the winner where one is certain."""
    course, state = view.results.course
    return course_name(case, course, certain_state(case) if state == MIXED and certain_state(case) else state)


def certain_state(case: Case) -> str | None:
    """The state that is assumed to come for certain, or None."""
    return next((state for state, p in case.scenario.event.states.items() if p == 1.0), None)


def cost(case: Case, view: View, course: str, state: str = EITHER, column: str = "mean") -> Quote:
    """Quote one cost over the horizon, rounded to 1 bn (tenths for dollars are never shown)."""
    value = float(view.results.costs.loc[(course, state), column])
    return case.ledger.quote(
        f"cost.{course}.{state}.{column}",
        value,
        f"{case.currency} bn over {length(case.scenario.horizon.years)}",
        formats.money(value, case.currency),
        rows=model_rows(case, view),
        assumptions=["drivers", "settlement", "strategy", "event.states"],
        formula=f"{column} of {case.scenario.draws:,} simulated costs of the course, seed {case.scenario.seed}",
    )


def model_rows(case: Case, view: View) -> list[str]:
    """Data rows every simulated cost rests on: the base year and the past rounds."""
    base = case.scenario.base_year
    rows = [q.row for q in (base.total, *base.categories.values()) if q.row]
    return [*rows, *view.results.reference.rounds["id"]]


def price_now(case: Case, view: View) -> Quote:
    """The mean uplift of a full-length deal signed now, quoted."""
    price = view.results.price_now
    return case.ledger.quote(
        "price_now",
        price,
        "percent over the status quo",
        formats.change(price),
        rows=view.results.reference.rounds["id"],
        assumptions=["settlement.kappa", "settlement.ask_now", "settlement.drift_pct"],
        formula="mean of reference class + kappa x ln(ask multiple); with an offer: offer + lambda_1 (ask - offer)",
    )


def break_even(case: Case, view: View) -> str:
    """The break-even probability in words: a value, or why there is none."""
    p = view.results.decision.break_even_probability
    first = state_name(view.results.decision.states[0])
    if pd.isna(p):
        return "any odds: the winner makes no difference"
    if not 0 <= p <= 1:
        return "no odds at all"
    quoted = case.ledger.quote(
        "break_even_probability",
        p,
        "probability",
        formats.percent(100 * p),
        rows=model_rows(case, view),
        assumptions=["settlement", "strategy"],
        formula="(C_second - C_now) / (C_second - C_first)",
    )
    return f"a {quoted} chance of {first}"
