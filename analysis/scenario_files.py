"""Scenario files: read, extended from their parent, overridden from the command line, checked."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.errors import ScenarioError
from analysis.paths import SCENARIOS, listed_scenarios
from analysis.plain_files import content
from analysis.quantities import Strict
from analysis.reads import note_scenario, note_scenario_names
from analysis.scenario import Scenario
from analysis.scenario_yaml import plain_value

MAX_BYTES = 200_000
MAX_OVERRIDE = 10_000  # characters of one --set
_KEYS = re.compile(r"[^.]{1,60}(\.[^.]{1,60}){0,11}")
#: How the parent must stand in the file, so that whatever tells which reports are out of date finds it too.
_EXTENDS = re.compile(r"^extends[ \t]*:[ \t]*[\"']?([a-z0-9-]+)", re.MULTILINE)
#: How a number may be stated, for one that is stated otherwise.
_FORMS = {
    "AssumedGiven": "a number with a decimal point, such as 1.5, or {value: 1.5, reason: ...}",
    "QuantityGiven": "a number with a decimal point, such as 1.5, {value: 1.5, reason: ...} or {row: ...}",
    "RangeGiven": "[lowest, most likely, highest] or {range: [...], reason: ...}",
}


def scenario_names(folder: Path = SCENARIOS) -> list[str]:
    """Names of all scenarios, sorted."""
    note_scenario_names()
    return listed_scenarios(folder)


def load_scenario(name: str, overrides: tuple[str, ...] = (), folder: Path = SCENARIOS) -> Scenario:
    """Read `<name>.yaml` with everything it extends, apply `key.path=value` overrides, and check the result.

    Raises ScenarioError naming the file and field, what was wrong and what is allowed.
    """
    merged = merged_values(name, folder)
    for override in overrides:
        merged = _overridden(merged, override)
    return checked(merged, place=f"data/scenarios/{name}.yaml" + (" with --set" if overrides else ""))


def checked(raw: dict[str, Any], place: str) -> Scenario:
    """The scenario a mapping describes, or a ScenarioError on one line."""
    try:
        return Scenario.model_validate(raw)
    except ValidationError as error:
        raise ScenarioError(place, *worded(error)) from None


def merged_values(name: str, folder: Path = SCENARIOS) -> dict[str, Any]:
    """Everything a scenario and what it extends say, not yet checked; raises ScenarioError for files unfit to read."""
    return _merged(name, folder, ())


def _merged(name: str, folder: Path, below: tuple[str, ...]) -> dict[str, Any]:
    raw = raw_scenario(name, folder)
    note_scenario(name)
    if raw.get("id") != name:
        raise ScenarioError(f"data/scenarios/{name}.yaml", f"id is {raw.get('id')!r}", f"the file's own name, {name!r}")
    parent = raw.get("extends")
    if parent is None:
        return raw
    if parent in (*below, name):
        raise ScenarioError(f"data/scenarios/{name}.yaml", f"extends goes in a circle through {parent!r}")
    return deep_merged(_merged(str(parent), folder, (*below, name)), raw)


def require_known(name: str, folder: Path = SCENARIOS) -> None:
    """Raise ScenarioError, with the names there are, unless there is a scenario of this name."""
    known = listed_scenarios(folder)
    if name not in known:
        near = difflib.get_close_matches(name[:80], known, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise ScenarioError("SCENARIO", f"there is no scenario {name[:80]!a}{hint}", ", ".join(known))


def raw_scenario(name: str, folder: Path = SCENARIOS) -> dict[str, Any]:
    """What one scenario file itself says, unchecked. Raises ScenarioError where it cannot be read."""
    require_known(name, folder)
    place = f"data/scenarios/{name}.yaml"
    text = _text(folder / f"{name}.yaml", place)
    raw = _mapping(text, place)
    if _EXTENDS.findall(text) != ([] if raw.get("extends") is None else [raw["extends"]]):
        raise ScenarioError(
            place, f"extends is {str(raw.get('extends'))[:80]!r}", "`extends: name` on a line of its own"
        )
    return raw


def read_mapping(path: Path, place: str) -> dict[str, Any]:
    """The `key: value` pairs of a YAML file; raises ScenarioError, with `place`, for one unfit to read."""
    return _mapping(_text(path, place), place)


def _text(path: Path, place: str) -> str:
    try:
        text = content(path, place, MAX_BYTES, ScenarioError).decode("utf-8-sig")
    except FileNotFoundError:
        raise ScenarioError(place, "a link that leads nowhere", "a plain file") from None
    except UnicodeDecodeError:
        raise ScenarioError(place, "not UTF-8 text", "plain YAML in UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _mapping(text: str, place: str) -> dict[str, Any]:
    try:
        raw = _plain(text)
    except ValueError as error:
        raise ScenarioError(place, str(error), "plain YAML in UTF-8") from None
    if not isinstance(raw, dict):
        raise ScenarioError(place, "the file is not a list of `key: value` pairs")
    return raw


_plain = lru_cache(maxsize=64)(plain_value)  # by its text; what is made from it is merged into new mappings


def deep_merged(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    """Child over parent: mappings merge key by key, anything else replaces.

    A quantity or range given anew replaces the old one whole, so that a value never keeps another's reason.
    """
    merged = dict(parent)
    for key, value in child.items():
        old = parent.get(key)
        whole = isinstance(value, dict) and {"row", "value", "range"} & set(value)
        if key != "states" and not whole and isinstance(value, dict) and isinstance(old, dict):
            merged[key] = deep_merged(old, value)
        else:
            merged[key] = value
    return merged


def _overridden(raw: dict[str, Any], override: str) -> dict[str, Any]:
    path, equals, text = override.partition("=")
    if len(override) > MAX_OVERRIDE:
        raise ScenarioError("--set", f"{override[:80]!a} is too long", f"{MAX_OVERRIDE:,} characters")
    if not equals or not _KEYS.fullmatch(path.strip()):
        raise ScenarioError("--set", f"{override[:80]!a} is not key.path=value", "for example event.states.biden=0.65")
    try:
        value = plain_value(text)
    except ValueError as error:
        raise ScenarioError("--set", f"cannot read the value in {override[:80]!a} ({error})") from None
    return with_value(raw, path.strip().split("."), value)


def with_value(raw: dict[str, Any], keys: list[str], value: Any) -> dict[str, Any]:
    """The mapping with one value replaced, at the end of a path of keys."""
    head: Any = int(keys[0]) if re.fullmatch("[0-9]{1,9}", keys[0]) else keys[0]
    if len(keys) == 1:
        return {**raw, head: value}
    inner = raw.get(head)
    return {**raw, head: with_value(inner if isinstance(inner, dict) else {}, keys[1:], value)}


def worded(error: ValidationError, model: type[Strict] = Scenario) -> tuple[str, str | None]:
    """The first problem of a model in plain words, and what is allowed; the count of the others."""
    first, *others = error.errors(include_url=False)
    field = ".".join(str(part) for part in first["loc"]) or "the scenario"
    more = f" (and {len(others)} more)" if others else ""
    kind, context = first["type"], first.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = ", ".join(_siblings(first["loc"], model))
        return f"unknown key {field}{more}", allowed or None
    if kind == "missing":
        return f"{field} is missing{more}", None
    if kind in {"greater_than_equal", "less_than_equal", "greater_than", "less_than"}:
        return f"{field} is {first['input']!r}{more}", first["msg"].removeprefix("Input should be ")
    if kind == "value_error":
        return f"{field}: {context['error']}{more}", None
    if first["input"] is None:
        return f"{field} is empty{more}", None
    allowed = first["msg"].removeprefix("Input should be ")
    if kind == "float_parsing":
        allowed = "a number with a decimal point, such as 1.5"
    elif kind == "model_type":
        allowed = _FORMS.get(context.get("class_name", ""), "a list of `key: value` pairs")
    return f"{field} is {str(first['input'])[:80]!r}{more}", allowed


def _siblings(location: tuple[int | str, ...], model: Any) -> list[str]:
    """Keys allowed beside an unknown one, as far as the path can be followed through the models."""
    for part in location[:-1]:
        field = getattr(model, "model_fields", {}).get(part)
        model = getattr(field, "annotation", None)
    return [f.alias or n for n, f in getattr(model, "model_fields", {}).items()]
