"""Which scenarios stand next to each other: those that were named, else the relatives of the first."""

from __future__ import annotations

from pathlib import Path

from analysis.errors import ScenarioError
from analysis.paths import SCENARIOS
from analysis.scenario import Scenario
from analysis.scenario_files import load_scenario, scenario_names

MOST = 12  # beyond this neither the chart nor the tables can be read


def chosen(name: str, against: str = "", folder: Path = SCENARIOS) -> list[str]:
    """Names of the set, `name` first: those in `against` (separated by spaces or commas), else its relatives.

    Raises ScenarioError for an unknown name, a broken file, a name without another to set it against, and for more
    than twelve.
    """
    first = load_scenario(name, folder=folder)
    named = list(dict.fromkeys(against.replace(",", " ").split()))
    for other in named:
        load_scenario(other, folder=folder)
    others = [other for other in named if other != name] if named else relatives(first, folder)
    if named and not others:
        raise ScenarioError("AGAINST", f"{name} is the first scenario already", "another scenario")
    if len(others) >= MOST:
        raise ScenarioError("AGAINST", f"{len(others)} scenarios besides {name}", f"at most {MOST - 1}")
    return [name, *others]


def relatives(first: Scenario, folder: Path = SCENARIOS) -> list[str]:
    """Those it extends, that extend it or its parent, and all of its host and horizon; sorted.

    Where it has none, the scenarios of any host that weigh open odds against signing now, for its question then has no
    other measure.
    """
    known = [load_scenario(n, folder=folder) for n in scenario_names(folder) if n != first.id]
    by_name = {scenario.id: scenario for scenario in (*known, first)}
    above, parent = set(), first.extends
    while parent is not None:
        above.add(parent)
        parent = by_name[parent].extends  # no circle: load_scenario refuses one
    near = [
        other.id
        for other in known
        if other.id in above
        or other.extends in {first.id, first.extends} - {None}
        or (other.host, other.horizon) == (first.host, first.horizon)
    ]
    return near or _open_choices(known)


def _open_choices(known: list[Scenario]) -> list[str]:
    """Those that choose between signing and waiting with the outcome open; variants of one of them are left out."""
    found = {s.id: s.extends for s in known if s.strategy.kind == "bridge" and max(s.event.states.values()) < 1}
    return [name for name, parent in found.items() if parent not in found]
