"""From a scenario and the evidence of its day to the numbers the model takes, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.errors import ScenarioError
from analysis.scenario import Quantity, Scenario
from analysis.vintage import Evidence


@dataclass(frozen=True)
class Input:
    """One resolved number: value, the row or scenario path it rests on, and the reason for an assumption."""

    value: float
    row: str | None
    path: str
    reason: str | None


def resolved(quantity: Quantity, evidence: Evidence, path: str) -> Input:
    """The number behind a scenario quantity. Raises VintageError when its row was published too late."""
    if quantity.row is None:
        return Input(float(quantity.value), None, path, quantity.reason)
    row = evidence.row(quantity.row)
    if quantity.field not in row or pd.isna(row[quantity.field]):
        raise ScenarioError(path, f"row {quantity.row} has no number in field {quantity.field!r}")
    return Input(float(row[quantity.field]), quantity.row, path, None)


def base_year(scenario: Scenario, evidence: Evidence) -> tuple[Input, dict[str, Input]]:
    """Total and categories of the base year, in bn.

    Raises ScenarioError when the categories miss the total by more than 0.05, when the total row counts another
    scope, basis, currency or year than the scenario says, or when a category is negative.
    """
    place = f"data/scenarios/{scenario.id}.yaml: base_year"
    base = scenario.base_year
    total = resolved(base.total, evidence, "base_year.total")
    parts = {
        name: resolved(quantity, evidence, f"base_year.categories.{name}") for name, quantity in base.categories.items()
    }
    for quantity in (base.total, *base.categories.values()):
        if quantity.row and evidence.table_of(quantity.row) == "payments":
            _require_tags(scenario, evidence.row(quantity.row), place)
    if negative := [name for name, part in parts.items() if part.value < 0]:
        raise ScenarioError(place, f"category {negative[0]} is negative", "0 or more")
    difference = sum(part.value for part in parts.values()) - total.value
    if abs(difference) > 0.05:
        raise ScenarioError(
            place, f"the categories differ from the total of {total.value:g} by {difference:+.2f} bn", "at most 0.05 bn"
        )
    return total, parts


def _require_tags(scenario: Scenario, row: pd.Series, place: str) -> None:
    wanted = {
        "host": scenario.host,
        "scope": scenario.scope,
        "basis": scenario.basis,
        "year_type": scenario.horizon.year_type,
        "currency": scenario.money.currency,
        "first_year": scenario.base_year.year,
    }
    for tag, value in wanted.items():
        if str(row[tag]) != str(value):
            raise ScenarioError(place, f"row {row['id']} has {tag} {row[tag]}, the scenario {value}")


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """Every assumption of a scenario: columns path, low, mode, high, reason."""
    found: list[dict[str, object]] = []
    _walk(scenario.model_dump(), "", found)
    return pd.DataFrame(found, columns=["path", "low", "mode", "high", "reason"])


def _walk(node: object, path: str, found: list[dict[str, object]], reason: str | None = None) -> None:
    if not isinstance(node, dict):
        return
    reason = node.get("reason") or reason
    if node.get("range") is not None:
        low, mode, high = node["range"]
        found.append({"path": path, "low": low, "mode": mode, "high": high, "reason": reason})
    elif node.get("value") is not None:
        value = node["value"]
        found.append({"path": path, "low": value, "mode": value, "high": value, "reason": reason})
    else:
        for key, child in node.items():
            _walk(child, f"{path}.{key}" if path else str(key), found, reason)
