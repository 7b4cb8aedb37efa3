"""The two sides of a comparison: two scenarios, or one scenario under other data, another day or changed values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis.briefing.view import View, view_of
from analysis.case import Case
from analysis.decision import Results, past_rounds_of, strategy_inputs
from analysis.errors import DataError, ScenarioError, VintageError
from analysis.ledger import Ledger
from analysis.paths import DATA
from analysis.readiness import fitting_evidence, rows_of
from analysis.scenario import Scenario
from analysis.scenario_files import checked, load_scenario
from analysis.simulation import FULL_ASK, KOREA_TERMS, simulate
from analysis.vintage import Evidence, load_evidence, public_on

READINGS = "event.readings"
_COMPARED = (KOREA_TERMS, FULL_ASK)  # kinds of scenario that follow such a course themselves
WAYS = "another scenario, --as-of, --data or --set: one of them"


@dataclass(frozen=True)
class Side:
    """One side: what it is called, its case and results, and what had to be left out to make it."""

    label: str
    case: Case
    view: View
    left_out: tuple[str, ...] = ()


def sides(
    name: str,
    other: str | None = None,
    as_of: str | None = None,
    data: Path | None = None,
    overrides: tuple[str, ...] = (),
) -> tuple[Side, Side]:
    """The side before (`-`) and the side after (`+`).

    other: another scenario; as_of: the same scenario as it would have been seen on that day; data: a folder of tables,
    which stands before, with the project's own after; overrides: `key.path=value`, after. Exactly one of them.
    Raises ScenarioError, DataError, VintageError or DefinitionError, as `readiness.ready` does.
    """
    given = [way for way in (other, as_of, data, overrides) if way]
    if len(given) != 1:
        raise ScenarioError("diff", f"{len(given) or 'nothing'} to compare {name[:80]} with", WAYS)
    scenario = load_scenario(name)
    if other or overrides:
        label = other or f"{name} with {', '.join(overrides)}"
        second = load_scenario(other) if other else load_scenario(name, overrides)
        before = _side(name, scenario)
        same_day = scenario.as_of == second.as_of
        return before, _side(label, second, known=before.case.evidence if same_day else None)
    if data:
        return _side(f"{name} on {data}", scenario, _tables(data)), _side(f"{name} on data/", scenario)
    day = _day(as_of)  # before the work that a misspelt one would waste
    return _side(name, scenario), _on_day(scenario, day)


def _side(label: str, scenario: Scenario, folder: Path = DATA, known: Evidence | None = None) -> Side:
    return _judged(label, scenario, fitting_evidence(scenario, folder, known))


def _judged(label: str, scenario: Scenario, evidence: Evidence, left_out: tuple[str, ...] = ()) -> Side:
    case = Case(scenario, evidence, Ledger(evidence))
    reference = past_rounds_of(scenario, evidence)
    # courses that only serve to compare cost time, and nothing printed here shows them
    inputs = strategy_inputs(scenario, evidence, reference, compared=scenario.strategy.kind in _COMPARED)
    return Side(label, case, view_of(case, Results(scenario, reference, simulate(inputs))), left_out)


def _tables(folder: Path) -> Path:
    if not (folder / "datapackage.json").is_file():
        raise DataError(f"--data {folder}", "no datapackage.json there", "a folder of tables, such as a copy of data/")
    return folder


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise ScenarioError("--as-of", f"{str(text)[:40]!r} is not a date", "YYYY-MM-DD") from None


def _on_day(scenario: Scenario, day: date) -> Side:
    """The scenario with what was public on another day; rows it only refers to and does not need are left out."""
    evidence = load_evidence(day)
    raw = scenario.model_dump(by_alias=True) | {"as_of": day, "date": max(day, scenario.date)}
    known = {str(row) for frame in evidence.tables.values() if frame.index.name == "id" for row in frame.index}
    late = [row for row in scenario.event.readings if row not in known]
    raw["event"]["readings"] = [row for row in scenario.event.readings if row in known]
    if scenario.ask is not None and scenario.ask not in known:
        late.append(scenario.ask)
        raw["ask"] = None
    for name, credit in scenario.credits.items():
        if credit.row not in known:
            late.append(credit.row)
            del raw["credits"][name]
    _refuse_too_early(scenario, known, day)
    seen = checked(raw, f"data/scenarios/{scenario.id}.yaml as of {day}")
    fitting_evidence(seen, known=evidence)
    return _judged(f"{scenario.id} as of {day}", seen, evidence, tuple(late))


def _refuse_too_early(scenario: Scenario, known: set[str], day: date) -> None:
    """Raise VintageError when a row the scenario cannot do without was not public, with the first day that will do."""
    then = load_evidence(scenario.as_of)
    needed = [
        row for field, row in rows_of(scenario) if field.split(".")[0] not in ("ask", "credits") and field != READINGS
    ]
    public = {row: public_on(str(then.row(row)["published"])) for row in needed if row not in known}
    if public:
        row = max(public, key=lambda one: public[one])
        problem = f"row {row}, which {scenario.id} rests on, was published on {public[row]}"
        raise VintageError(f"--as-of {day}", problem, f"{public[row]} or later")
