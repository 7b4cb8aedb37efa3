"""Whether a scenario can be worked with: everything that can be refused before a kernel starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import HnsError, ScenarioError
from analysis.paths import DATA
from analysis.scenario_files import load_scenario

if TYPE_CHECKING:
    from analysis.scenario import Scenario
    from analysis.vintage import Evidence


def ready(name: str, overrides: tuple[str, ...] = ()) -> tuple[Scenario, Evidence]:
    """The checked scenario and what was public on its as-of date.

    Raises ScenarioError, DataError, VintageError or DefinitionError: for the file, for a row it rests on, for inputs
    that contradict each other, and for tables that are not in order.
    """
    assumed = load_scenario(name, overrides)
    return assumed, fitting_evidence(assumed)


def fitting_evidence(assumed: Scenario, folder: Path = DATA, known: Evidence | None = None) -> Evidence:
    """What was public on the as-of date of a scenario, from the tables of a folder, if the scenario fits it.

    known: that evidence, where it has been read already. Raises as `ready` does.
    """
    from analysis.data import check_tables  # after the file: a misspelt name is refused at once
    from analysis.decision import past_rounds_of, strategy_inputs
    from analysis.inputs import credit_lines
    from analysis.vintage import load_evidence

    evidence = known or load_evidence(assumed.as_of, folder)
    for field, row in rows_of(assumed):
        try:
            evidence.row(row)
        except HnsError as error:
            raise type(error)(f"data/scenarios/{assumed.id}.yaml, {field}, {error.place}", error.problem) from None
    _check_troops(assumed, evidence)
    strategy_inputs(assumed, evidence, past_rounds_of(assumed, evidence))
    credit_lines(assumed, evidence)
    check_tables(folder)  # last, because changed tables are checked in full and that takes longest
    return evidence


def _check_troops(assumed: Scenario, evidence: Evidence) -> None:
    place = f"data/scenarios/{assumed.id}.yaml, troops, row {assumed.troops}"
    try:
        count = float(evidence.row(assumed.troops).get("count"))
    except TypeError:  # no such column, or a gap
        raise ScenarioError(place, "the row counts nobody", "a row of troops.csv or people.csv") from None
    if not count > 0:
        raise ScenarioError(place, f"the head-count is {count:g}", "above zero")


def rows_of(assumed: Scenario) -> Iterator[tuple[str, str]]:
    """Field and id of every data row the scenario rests on."""
    if assumed.ask is not None:
        yield "ask", assumed.ask
    yield "troops", assumed.troops
    yield from (("event.readings", row) for row in assumed.event.readings)

    def walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
        for key, inner in value.items() if isinstance(value, Mapping) else ():
            here = f"{path}.{key}".lstrip(".")
            if key == "row" and inner is not None:
                yield here, inner
            yield from walk(inner, here)

    yield from walk(assumed.model_dump(), "")
