"""From a scenario and the evidence of its day to the numbers the model takes, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.comparison import payment_line
from analysis.credits import CreditLine
from analysis.definitions import Scope
from analysis.errors import ScenarioError
from analysis.history import yearly_totals
from analysis.quantities import Quantity
from analysis.scenario import Scenario
from analysis.vintage import Evidence

#: A bill that moves by more than this against the last one known is taken for a slip of units (oku for bn, m for bn).
PLAUSIBLE_CHANGE = (0.2, 5.0)

#: Scopes whose money lies inside a wider one: a total of the wider scope already holds theirs.
_INSIDE = {
    Scope.STATIONING_RELATED: {Scope.HNS_BUDGET},
    Scope.MINISTRY_ENVELOPE: {Scope.HNS_BUDGET, Scope.STATIONING_RELATED, Scope.SACO, Scope.REALIGNMENT},
    Scope.ALL_MINISTRIES: {
        Scope.HNS_BUDGET,
        Scope.STATIONING_RELATED,
        Scope.SACO,
        Scope.REALIGNMENT,
        Scope.MINISTRY_ENVELOPE,
    },
    Scope.BROAD_DIRECT: {Scope.SMA_ONLY},
}


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
    scope, basis, currency or year than the scenario says, when a category is negative, or when the total is so far from
    the bill before it that the unit must be wrong.
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
    _require_plausible(scenario, evidence, total.value, f"{place}.total")
    return total, parts


def _require_plausible(scenario: Scenario, evidence: Evidence, total: float, place: str) -> None:
    tags = payment_line(evidence.table("hosts"), scenario.host)
    if tags != (scenario.scope, scenario.basis):
        return
    known = yearly_totals(evidence.table("payments"), scenario.host, *tags).dropna(subset=["value"])
    earlier = known[known["year"] < scenario.base_year.year]
    if earlier.empty:
        return
    before, (low, high) = float(earlier["value"].iloc[-1]), PLAUSIBLE_CHANGE
    if not low <= total / before <= high:
        year = int(earlier["year"].iloc[-1])
        problem = f"{total:g} bn against {before:g} bn in {year}: is it in another unit, such as oku?"
        raise ScenarioError(place, problem, f"{low:g} to {high:g} times the bill before, in bn")


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


def credit_lines(scenario: Scenario, evidence: Evidence) -> list[CreditLine]:
    """What else the host pays, from the narrowest line up, in bn a year of the scenario's currency.

    A tally that holds the lines above it counts with what it adds to them. Raises ScenarioError for another currency,
    for money that is counted twice, and for a tally below the sum of its lines.
    """
    lines: list[CreditLine] = []
    rows: dict[str, pd.Series] = {}
    for key, given in scenario.credits.items():
        place = f"data/scenarios/{scenario.id}.yaml: credits.{key}"
        row = evidence.row(given.row, "payments")
        if str(row["currency"]) != str(scenario.money.currency):
            raise ScenarioError(place, f"row {given.row} is in {row['currency']}", str(scenario.money.currency))
        amount = float(row["value"])
        if given.holds_lines_above:
            amount -= sum(line.per_year for line in lines) * given.years
            if amount < 0:
                raise ScenarioError(place, f"row {given.row} is smaller than the lines it is said to hold")
        elif twice := [other for other, earlier in rows.items() if _overlap(earlier, row)]:
            raise ScenarioError(place, f"row {given.row} is credited already in {twice[0]}", "each amount once")
        rows[key] = row
        lines.append(CreditLine(given.name, amount, given.strict, given.central, given.full, given.years))
    return lines


def _overlap(one: pd.Series, other: pd.Series) -> bool:
    """Whether two rows hold the same money: the same line, a part beside its whole, or a scope inside a wider total."""
    if one["id"] == other["id"]:
        return True
    for whole, part in ((one, other), (other, one)):
        if whole["category"] == "total" and (
            part["scope"] == whole["scope"] or Scope(part["scope"]) in _INSIDE.get(Scope(whole["scope"]), set())
        ):
            return True
    return False


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
