"""Names of the courses of action, as every table, chart and screen prints them."""

from __future__ import annotations

from analysis import formats
from analysis.comparison import NEIGHBOUR
from analysis.scenario import Scenario
from analysis.simulation import (
    BRIDGE,
    EXTENSION,
    FIVE_YEAR,
    FULL_ASK,
    KOREA_TERMS,
    LIKE_NEIGHBOUR,
    MIXED,
    STATUS_QUO,
)
from analysis.wording import capital, state_name

_COUNTRIES = {"JP": "Japan", "KR": "South Korea"}
_MEASURES = {
    "per_head_headline": "pay per person (headline strength)",
    "per_head_counted": "pay per person (U.S. count)",
    "gdp_share": "share of national product",
    "defence_share": "share of the defence budget",
}


def course_name(scenario: Scenario, course: str, state: str) -> str:
    """A course in a few words, such as `One year, then Biden`; `state` is an outcome, `mixed` or `either`."""
    bridge = formats.counted(scenario.strategy.bridge_years, "year")
    whole = formats.counted(scenario.horizon.years, "year")
    if course == BRIDGE and not scenario.strategy.bridge_years:
        return "Wait for the winner" if state == MIXED else f"Wait, then {state_name(state)}"
    if course.startswith(LIKE_NEIGHBOUR):
        neighbour = _COUNTRIES.get(NEIGHBOUR.get(scenario.host, ""), "the neighbour")
        measure = course.partition(":")[2]
        return f"{neighbour}'s {_MEASURES.get(measure, measure)}"
    return capital(
        {
            STATUS_QUO: "status quo path",
            FIVE_YEAR: f"{whole} now",
            EXTENSION: f"short-deal terms for {whole}",
            BRIDGE: f"{bridge}, then {'the winner' if state == MIXED else state_name(state)}",
            KOREA_TERMS: "terms of the last agreement" if scenario.host == "KR" else "Korea's latest terms",
            FULL_ASK: "the ask in full",
        }[course]
    )
