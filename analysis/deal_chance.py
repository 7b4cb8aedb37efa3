"""How likely a multi-year deal is by the day a budget needs its figure, from the length of past talks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analysis.errors import DataError
from analysis.feasibility import talk_lengths
from analysis.scenario import Scenario
from analysis.vintage import Evidence

_DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class DealChance:
    """The outside view of the calendar. Months throughout.

    probability: None where fewer than three past talks have both dates on record. lengths: those that have, by round.
    """

    by: date
    months_left: float
    months_elapsed: float
    lengths: dict[str, float]
    probability: float | None

    @property
    def n(self) -> int:
        """Number of past talks whose length is known."""
        return len(self.lengths)


def deal_chance(scenario: Scenario, evidence: Evidence) -> DealChance | None:
    """Chance that talks end by `talks.figure_needed_by`, as seen on the as-of date; None without such a date."""
    if scenario.talks is None:
        return None
    rounds = evidence.table("rounds")
    known = rounds.dropna(subset=["talks_months"])
    lengths = {str(row): float(months) for row, months in known["talks_months"].items()}
    left = max(months_between(scenario.as_of, scenario.talks.figure_needed_by), 0.0)
    opened = scenario.talks.opened
    elapsed = 0.0 if opened is None else max(months_between(opened, scenario.as_of), 0.0)
    try:
        chance = float(talk_lengths(list(lengths.values())).within(left, elapsed))
    except DataError:
        chance = None
    return DealChance(scenario.talks.figure_needed_by, left, elapsed, lengths, chance)


def months_between(first: date, last: date) -> float:
    """Months from one day to another, of 30.44 days each."""
    return (last - first).days / _DAYS_A_MONTH
