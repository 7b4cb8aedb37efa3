"""A set of slider values as a scenario file of its own, which `make report` then takes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from analysis import formats
from analysis.decision import past_rounds_of, strategy_inputs
from analysis.errors import ScenarioError
from analysis.explore.changes import UNSAVED, changes, moved
from analysis.explore.controls import Control, Dial, Settings, Value
from analysis.explore.start import Start
from analysis.inputs import credit_lines
from analysis.paths import SCENARIOS
from analysis.quantities import ScenarioId
from analysis.scenario import Scenario
from analysis.scenario_files import checked, deep_merged, load_scenario, scenario_names

PLACE = "save as scenario"
_TITLE = 160  # letters


@dataclass(frozen=True)
class Saved:
    """A scenario file that was written, and what to tell the one who asked for it."""

    path: Path
    sentence: str


def save(
    start: Start,
    settings: Settings,
    name: str,
    question: str,
    author: str,
    *,
    replace: bool = False,
    today: date | None = None,
    folder: Path = SCENARIOS,
) -> Saved:
    """Write `<name>.yaml`, which extends the scenario the exploration began with and states only what differs.

    Raises ScenarioError, in one sentence and with nothing written, for an unusable or taken name, an empty question or
    author, settings that change nothing, or values the scenario's model refuses.
    """
    stated = stated_scenario(start, settings, name.strip(), question, author, today or date.today())
    _require_free(start, name.strip(), replace, folder)
    path = folder / f"{name.strip()}.yaml"
    _write(path, yaml_text(stated))
    left = [c.label.lower() for c in moved(start, settings) if c.key == "ask"]
    note = " The reported ask is a row of data/asks.csv and was left as it is on record." if left else ""
    return Saved(path, f"Saved data/scenarios/{path.name}: make report SCENARIO={path.stem} takes it.{note}")


def stated_scenario(
    start: Start, settings: Settings, name: str, question: str, author: str, today: date
) -> dict[str, Any]:
    """The scenario file as a mapping, checked by the same model as every file. Raises ScenarioError."""
    parent = start.scenario
    found = changes(start, settings)
    _require_words(name, question, author)
    if not found:
        raise ScenarioError(PLACE, f"nothing differs from {parent.id}", "move a slider first")
    if name == parent.id:
        raise ScenarioError(PLACE, f"{name!r} is the scenario this one extends", "another name")
    head = {
        "schema": 1,
        "id": name,
        "extends": parent.id,
        "title": title(start, settings),
        "question": " ".join(question.split()),
        "author": " ".join(author.split()),
        "date": max(today, parent.as_of),
        "as_of": parent.as_of,
        "references": list(parent.references),
    }
    _check(start, checked(deep_merged(deep_merged(start.raw, found), head), PLACE))
    return head | found


def _require_words(name: str, question: str, author: str) -> None:
    try:
        TypeAdapter(ScenarioId).validate_python(name)
    except ValidationError:
        allowed = "a to z, 0 to 9 and hyphens inside, at most 62 letters"
        raise ScenarioError(PLACE, f"{name[:80]!r} is no name for a scenario", allowed) from None
    for what, text in (("question", question), ("author", author)):
        if len(" ".join(text.split())) < 3:
            raise ScenarioError(PLACE, f"the {what} is missing", "three letters or more")


def _check(start: Start, scenario: Scenario) -> None:
    strategy_inputs(scenario, start.evidence, past_rounds_of(scenario, start.evidence))
    credit_lines(scenario, start.evidence)


def title(start: Start, settings: Settings) -> str:
    """What a saved scenario is called: its parent, and the values that were moved."""
    said = [shown(c, settings[c.key]) for c in moved(start, settings) if c.key not in UNSAVED]
    words = f"{start.scenario.id} with {'; '.join(said)}"
    return words if len(words) <= _TITLE else words[: _TITLE - 1] + "…"


def shown(control: Control, value: Value) -> str:
    """A control and its value in words, such as `chance of Biden 65%`."""
    label = control.label[0].lower() + control.label[1:]
    if not isinstance(control, Dial):
        return f"{label}: {next(words for words, option in control.options if option == value)}"
    decimals = 0 if control.step >= 1 else 2 if control.step < 0.1 else 1
    number = formats.plain(float(value), decimals)
    return f"{label} {number}%" if control.unit == "%" else f"{label} {number} {control.unit}"


def _require_free(start: Start, name: str, replace: bool, folder: Path) -> None:
    if name not in scenario_names(folder):
        return
    if not replace:
        raise ScenarioError(PLACE, f"there is a scenario {name!r} already", "another name, or tick `replace`")
    children = [other for other in scenario_names(folder) if load_scenario(other, folder=folder).extends == name]
    if children:
        raise ScenarioError(PLACE, f"{name!r} cannot be replaced: {', '.join(children)} extends it", "another name")


class _Plain(yaml.SafeDumper):
    """YAML without aliases, which scenario files may not hold; short lists of numbers stay on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _sequence(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)


_Plain.add_representer(list, _sequence)


def yaml_text(stated: Mapping[str, Any]) -> str:
    """The mapping as the text of a scenario file."""
    return yaml.dump(dict(stated), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)


def _write(path: Path, text: str) -> None:
    """The whole file at once: a reader never meets half of one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".saving-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
