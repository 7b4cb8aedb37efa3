"""Scenarios with their finished reports, in the groups the portal shows them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis import formats
from analysis.briefing.view import state_name
from analysis.data import read_table
from analysis.errors import HnsError
from analysis.finished import Finished, finished
from analysis.scenario import Scenario
from analysis.scenario_files import load_scenario, scenario_names
from analysis.wording import capital, listed

#: Stems of the figures in results.json that hold what signing, waiting and the present path cost.
SIGNING, WAITING, BASE = "cost.five_year.either", "cost.bridge.mixed", "cost.status_quo.either"


@dataclass(frozen=True)
class Entry:
    """One scenario and its report."""

    scenario: Scenario
    report: Finished
    host: str

    @property
    def years(self) -> str:
        """The years under discussion, such as `FY2021–25`."""
        years = self.scenario.horizon.all_years
        return formats.years(years[0], years[-1], self.scenario.horizon.year_type)

    @property
    def odds(self) -> str:
        """`Biden 80%, Trump 20%`, or `Biden certain`."""
        states = self.scenario.event.states.items()
        if sure := [state_name(state) for state, p in states if p == 1]:
            return f"{sure[0]} certain"
        return ", ".join(f"{state_name(state)} {formats.percent(100 * p)}" for state, p in states)

    @property
    def first_odds(self) -> str:
        """The odds of the first outcome alone: `Biden 80%`."""
        return self.odds.split(", ")[0]


@dataclass(frozen=True)
class Group:
    """Scenarios of one host; those of the round that lies ahead stand apart."""

    title: str
    entries: tuple[Entry, ...]


def entries_of(reports: Path) -> tuple[list[Entry], list[str]]:
    """Every scenario with its report in a folder, and the errors of those that cannot be read."""
    hosts = read_table("hosts")["name"]
    entries, refused = [], []
    for name in scenario_names():
        try:
            scenario = load_scenario(name)
        except HnsError as error:
            refused.append(error.sentence)
            continue
        entries.append(Entry(scenario, finished(name, reports), str(hosts.get(scenario.host, scenario.host))))
    return entries, refused


def grouped(entries: Sequence[Entry]) -> list[Group]:
    """Hosts in the order of their first letter, then the round whose years still lie ahead of all evidence."""
    newest = max((e.scenario.as_of for e in entries), default=date.min)
    ahead = [e for e in entries if _first_day(e.scenario) > newest]
    groups = []
    for host in sorted({e.host for e in entries}):
        some = sorted((e for e in entries if e.host == host and e not in ahead), key=_order)
        if some:
            days = sorted({e.scenario.as_of for e in some})
            groups.append(Group(f"{host}, {listed([f'{day:%B %Y}' for day in days])}", tuple(some)))
    if ahead:
        rounds = dict.fromkeys(f"{e.host}, {e.years}" for e in sorted(ahead, key=_order))
        groups.append(Group(f"The live round: {listed(list(rounds))}", tuple(sorted(ahead, key=_order))))
    return groups


def _first_day(scenario: Scenario) -> date:
    return date(scenario.horizon.first_year, 1 if scenario.horizon.year_type == "CY" else 4, 1)


def _order(entry: Entry) -> tuple[date, bool, bool, str]:
    """By date; the scenario with open odds that waits leads, since the others are variations of it."""
    scenario = entry.scenario
    varied = scenario.extends not in (None, "baseline")
    return scenario.as_of, varied, scenario.strategy.kind == "status_quo", scenario.id


def differences(group: Group) -> str:
    """What the scenarios of a group share and in what they differ, in one or two sentences."""
    entries = group.entries
    scenarios = [e.scenario for e in entries]
    days = sorted({s.as_of for s in scenarios})
    known = listed([formats.day(day) for day in days])
    if len(entries) == 1:
        return f"One scenario, on what was public on {known}. {_assumed(scenarios[0])}"
    if len({(s.as_of, s.horizon.first_year) for s in scenarios}) > 1:
        return (
            f"{capital(formats.counted(len(entries), 'round'))} of talks, each judged on what was public at the time "
            f"({known}). Their costs cover different years and cannot be compared with each other."
        )
    parts = []
    odds = dict.fromkeys(e.first_odds for e in entries)
    if len(odds) > 1:
        parts.append(f"in the odds of the election ({listed(list(odds), 'or')})")
    courses = dict.fromkeys(_course(e) for e in entries)
    if len(courses) > 1:
        parts.append(f"in the course the host takes ({listed(list(courses), 'or')})")
    return (
        f"These {formats.counted(len(entries), 'scenario')} share the evidence of {known}, the base year and the "
        f"model of prices. They differ {listed(parts) or 'in name only'}."
    )


def _course(entry: Entry) -> str:
    bridge = entry.scenario.strategy.bridge_years
    return {
        "status_quo": "the present terms go on",
        "bridge": f"{formats.counted(bridge, 'year')} first" if bridge else "wait for the winner",
        "five_year": f"{formats.counted(entry.scenario.horizon.years, 'year')} now",
        "korea_terms": "South Korea's terms",
        "full_ask": "the ask in full",
    }[entry.scenario.strategy.kind]


def _assumed(scenario: Scenario) -> str:
    if scenario.ask is None:
        return "No ask is on record for this round; the price rests on past rounds and on assumptions marked as such."
    return "The ask is on record; prices rest on past rounds and on assumptions marked as such."
