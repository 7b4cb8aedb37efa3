"""What a field of a scenario means: its meaning, unit, range and default, read from the scenario's own model."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from analysis.errors import ScenarioError
from analysis.quantities import AssumedGiven, QuantityGiven, RangeGiven, Strict
from analysis.scenario import Scenario

_LIMITS = ((Ge, "ge", "at least"), (Gt, "gt", "above"), (Le, "le", "at most"), (Lt, "lt", "below"))
NUMBERS = (AssumedGiven, QuantityGiven, RangeGiven)
KEY = "<name>"  # stands for a name the author chooses: a state, a category, a year


def fields(model: type[Strict] = Scenario, prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every field by its dotted path, such as `settlement.tail.weight`; names the author chooses stand as <name>."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        yield path, field
        inner, named = _inner_model(field.annotation)
        if inner is not None and not issubclass(inner, NUMBERS):
            yield from fields(inner, f"{path}.{KEY}." if named else f"{path}.")


def explained(path: str) -> str:
    """The explanation of one field on a few lines. Raises ScenarioError with near names for an unknown one."""
    known = dict(fields())
    wanted = path.strip().strip(".")
    found = next((path for path, field in known.items() if _matches(path, field, wanted)), None)
    if found is None:
        near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.4)
        ends = [p for p in known if p.split(".")[-1] == wanted.split(".")[-1]]
        allowed = ", ".join(dict.fromkeys([*ends, *near])) or "run `hns explain` for all fields"
        raise ScenarioError("explain", f"there is no field {wanted[:80]!r}", allowed)
    field = known[found]
    lines = [found, f"  meaning   {field.description}"]
    if unit := (field.json_schema_extra or {}).get("unit"):
        lines.append(f"  unit      {unit}")
    if allowed := allowed_values(field):
        lines.append(f"  allowed   {allowed}")
    lines.append(f"  default   {_default(field)}")
    return "\n".join(lines)


def field_of(path: str) -> FieldInfo | None:
    """The field a dotted path means, None where there is none."""
    return next((field for known, field in fields() if _matches(known, field, path)), None)


def overview() -> str:
    """All fields on a line each, with their meaning."""
    rows = [(path, str(field.description)) for path, field in fields()]
    width = max(len(path) for path, _ in rows)
    return "\n".join(f"{path:{width}}  {words}" for path, words in rows)


def allowed_values(field: FieldInfo) -> str:
    """What may stand in the field, in words; empty for free text."""
    words = []
    for kind in _alternatives(field.annotation):
        words += _kind_in_words(kind)
    for limit in field.metadata:
        words += [f"{sign} {getattr(limit, name):,}" for kind, name, sign in _LIMITS if isinstance(limit, kind)]
    return ", ".join(dict.fromkeys(word for word in words if word))


def _matches(path: str, field: FieldInfo, wanted: str) -> bool:
    """Whether a typed path means this field; `event.states.biden` means `event.states`, a name the author chose."""
    ours, theirs = path.split("."), wanted.split(".")
    if len(theirs) == len(ours) + 1 and any(get_origin(kind) is dict for kind in _alternatives(field.annotation)):
        inner, _ = _inner_model(field.annotation)
        theirs = theirs[:-1] if inner is None or issubclass(inner, NUMBERS) else theirs
    return len(ours) == len(theirs) and all(a in (b, KEY) for a, b in zip(ours, theirs, strict=True))


def _alternatives(annotation: Any) -> list[Any]:
    if get_origin(annotation) in (Union, types.UnionType):
        return [a for part in get_args(annotation) if part is not type(None) for a in _alternatives(part)]
    if hasattr(annotation, "__metadata__"):
        return _alternatives(get_args(annotation)[0])
    return [annotation]


def _inner_model(annotation: Any) -> tuple[type[Strict] | None, bool]:
    """The model inside a field, and whether it stands under names the author chooses."""
    for kind in _alternatives(annotation):
        if get_origin(kind) is dict:
            return _inner_model(get_args(kind)[1])[0], True
        if isinstance(kind, type) and issubclass(kind, Strict):
            return kind, False
    return None, False


def _kind_in_words(kind: Any) -> list[str]:
    if get_origin(kind) is Literal:
        return [str(choice) for choice in get_args(kind)]
    if get_origin(kind) is dict:
        inner, _ = _inner_model(kind)
        of_numbers = inner is None or issubclass(inner, NUMBERS)
        return [f"a list of `name: {'number' if of_numbers else 'fields below'}`"]
    if get_origin(kind) in (list, tuple):
        return ["a list"]
    if not isinstance(kind, type):
        return []
    if issubclass(kind, Enum):
        return [str(member) for member in kind]
    if issubclass(kind, RangeGiven):
        return ["[lowest, most likely, highest], alone or as {range: [...], reason: ...}"]
    if issubclass(kind, AssumedGiven):
        return ["a number of 0 or more, alone or as {value: ..., reason: ...}"]
    if issubclass(kind, QuantityGiven):
        return ["{row: a data row}, or {value: a number of 0 or more, reason: ...}"]
    return ["fields below"] if issubclass(kind, Strict) else []


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "none: the field is needed"
    value = field.get_default(call_default_factory=True)
    return "unset" if value is None or value in ({}, []) else str(value)
