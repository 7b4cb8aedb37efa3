"""The inputs of a scenario field by field, from its checked model and the rows of its day, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import formats
from analysis.decision import past_rounds_of
from analysis.scenario import Scenario
from analysis.vintage import Evidence
from analysis.wording import state_briefly

#: What a scenario says about itself; no result depends on it.
DESCRIPTION = {"schema", "id", "extends", "title", "question", "author", "date", "references"}
#: Fields whose text is the id of a data row.
_ROWS = ("ask", "troops")
#: Fields that hold a number for each outcome, which are read together.
_BY_STATE = ("event.states", "settlement.tail.weight")
_NUMBERS = ("value", "amount", "count", "probability")
_FRACTIONS = ("growth", "inflation", "discount_rate", "event.states", "probability_range", "tail.weight", "ratchet")
_FRACTIONS += ("bridge_share", "lambda_1", "leakage", "drivers.share", "base_share", "strict", "central", "full")

_YEARS = ("year", "seed")  # whole numbers that are no amounts


@dataclass(frozen=True)
class Value:
    """One field: the value as a reader sees it, the row it is read from, and the reason the scenario gives."""

    text: str
    reason: str = ""
    row: str = ""

    @property
    def full(self) -> str:
        """The value with its row: `199.3 (J029)`."""
        return f"{self.text} ({self.row})" if self.row and self.row not in self.text else self.text


def values(scenario: Scenario, evidence: Evidence) -> dict[str, Value]:
    """Every field that is set, by dotted path, with numbers read from rows in place, and what past rounds say.

    Raises VintageError for a row published after the scenario's day.
    """
    raw = scenario.model_dump(mode="json", by_alias=True)
    found = {}
    for path, value in _walk({k: v for k, v in raw.items() if k not in DESCRIPTION}, "", evidence, ""):
        found[path] = value
    if 1.0 in scenario.event.states.values():
        found["event.states"] = Value(found["event.states"].text, "The scenario supposes this outcome.")
    return found | _past_rounds(scenario, evidence)


def _walk(node: Mapping[str, Any], path: str, evidence: Evidence, reason: str) -> Iterator[tuple[str, Value]]:
    reason = node.get("reason") or reason
    for key, inner in node.items():
        here = f"{path}.{key}".lstrip(".")
        if key == "reason" or inner is None or inner in ({}, []):
            continue
        if here in _BY_STATE:
            yield here, Value(", ".join(f"{state_briefly(s)} {_plain(p, here)}" for s, p in inner.items()), reason)
        elif isinstance(inner, dict) and not {"range", "value"} & inner.keys():
            yield from _walk(inner, here, evidence, reason)
        elif isinstance(inner, dict):
            inherited = "" if inner.get("row") else reason  # a row needs no reason
            yield here, Value(_number(inner, here, evidence), inner.get("reason") or inherited, inner.get("row") or "")
        elif here in _ROWS or key == "row":
            yield here, Value(_of_row(str(inner), evidence), reason, str(inner))
        elif key == "readings":
            yield here, Value(", ".join(f"{_of_row(row, evidence)} ({row})" for row in inner), reason)
        else:
            yield here, Value(_plain(inner, here), reason)


def _number(given: Mapping[str, Any], path: str, evidence: Evidence) -> str:
    """A range as lowest, most likely, highest; an amount as given or as its row has it."""
    if "range" in given:
        low, mode, high = given["range"]
        return " / ".join(_plain(x, path) for x in ((mode,) if low == high else (low, mode, high)))
    if given.get("row") is None:
        return _plain(given["value"], path)
    return _plain(evidence.row(given["row"])[given["field"]], path)


def _of_row(row_id: str, evidence: Evidence) -> str:
    row = evidence.row(row_id)
    number = next((row[name] for name in _NUMBERS if name in row and pd.notna(row[name])), None)
    return row_id if number is None else _plain(number, "")


def _plain(value: Any, path: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.replace("_", " ")
    if any(part in path for part in _FRACTIONS):
        return f"{100 * value:.10g}%".replace("-", formats.MINUS)
    comma = "" if any(part in path for part in _YEARS) else ","
    return f"{value:{comma}.10g}".replace("-", formats.MINUS)


def _past_rounds(scenario: Scenario, evidence: Evidence) -> dict[str, Value]:
    """What the price model takes from the rounds known on the day: an input that no field of the file holds."""
    known = past_rounds_of(scenario, evidence)
    mean = formats.change(known.distribution.mean, 2)
    return {"past_rounds.number": Value(str(known.n)), "past_rounds.mean_uplift": Value(mean)}


#: Which group of inputs (`steps.GROUPS`) a field belongs to, by the beginning of its path; the longest one counts.
_GROUP_OF = {
    "event.states": "odds",
    "settlement": "asks",
    "strategy.five_year_uplift_pct": "asks",
    "settlement.tail": "tail",
    "past_rounds": "rounds",
    "settlement.drift_pct": "rounds",
    "settlement.prior": "rounds",
    "strategy.bridge": "short_deal",
    "strategy.fee": "short_deal",
    "strategy.ratchet": "short_deal",
    "base_year": "bill",
    "drivers": "bill",
    "outlook_error_pct": "bill",
    "horizon": "horizon",
    "base_year.year": "horizon",
    "money.price_basis": "horizon",
    "money.inflation": "horizon",
    "money.discount_rate": "horizon",
    "strategy.kind": "course",
    "as_of": "definition",
    "host": "definition",
    "scope": "definition",
    "basis": "definition",
    "money.currency": "definition",
    "horizon.year_type": "definition",
}


def group_of(path: str) -> str:
    """The group of inputs a field belongs to; `definition`, `course`, or empty where the choice does not use it."""
    fitting = [start for start in _GROUP_OF if path.startswith(start)]
    return _GROUP_OF[max(fitting, key=len)] if fitting else ""


def by_order(held: Mapping[str, Value], scenario: Scenario) -> dict[str, Value]:
    """The same fields with the outcomes numbered instead of named, to compare scenarios that wait for other outcomes."""
    first, second = scenario.event.states
    renamed = {f".{first}": ".outcome 1", f".{second}": ".outcome 2"}
    out = {}
    for path, value in held.items():
        stem, dot, state = path.rpartition(".")
        out[stem + renamed.get(dot + state, dot + state)] = value
    return out


def differences(columns: Mapping[str, Mapping[str, Value]]) -> pd.DataFrame:
    """One row for each field that is not the same everywhere: path, then the text in each column (missing: unset)."""
    paths = list(dict.fromkeys(path for held in columns.values() for path in held))
    rows = []
    for path in paths:
        texts = {name: held[path].text if path in held else None for name, held in columns.items()}
        if len(set(texts.values())) > 1:
            rows.append({"path": path, **texts})
    return pd.DataFrame(rows, columns=["path", *columns])


def reasons(columns: Mapping[str, Mapping[str, Value]], paths: Sequence[str]) -> pd.DataFrame:
    """Why each field stands as it does: path, scenario, text, reason; equal reasons on one row, names joined."""
    rows: list[dict[str, str]] = []
    for path in paths:
        by_reason: dict[tuple[str, str], list[str]] = {}
        for name, held in columns.items():
            if path in held and held[path].reason:
                by_reason.setdefault((held[path].text, held[path].reason), []).append(name)
        rows += [
            {"path": path, "scenario": ", ".join(names), "text": text, "reason": reason}
            for (text, reason), names in by_reason.items()
        ]
    return pd.DataFrame(rows, columns=["path", "scenario", "text", "reason"])
