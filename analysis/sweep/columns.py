"""The columns of points.parquet: type, unit and meaning of each, kept in the file itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis import formats
from analysis.explain import field_of
from analysis.scenario import Scenario
from analysis.sweep.design import values_of
from analysis.sweep.grid_file import Grid, VariedGiven
from analysis.wording import state_name

if TYPE_CHECKING:
    import pyarrow as pa

_COURSE = "five_year or bridge"


def schema(grid: Grid, scenario: Scenario, record: Mapping[str, str]) -> pa.Schema:
    """Types of the columns with unit and meaning of each; `record` says of the whole file what it was made from."""
    import pyarrow as pa

    fields = [pa.field("point", pa.int64(), False, _told("", "number of the point, in the order of the sweep"))]
    for path, varied in grid.vary.items():
        fields.append(pa.field(path, _type_of(varied), False, _told(unit_of(path), varied.name or meaning_of(path))))
    fields += [
        pa.field(name, getattr(pa, kind)(), name == "break_even_probability", _told(unit, meaning))
        for name, kind, unit, meaning in _results(scenario)
    ]
    return pa.schema(fields, {f"hns.{key}": value for key, value in record.items()})


def table_of(answers: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]], kept: pa.Schema) -> pa.Table:
    """Answers and the values they rest on as a table of that schema; a list or a range stands as text."""
    import pyarrow as pa

    fields = kept.names[1 : 1 + len(rows[0])]
    columns: dict[str, list[Any]] = {name: [answer[name] for answer in answers] for name in answers[0]}
    for i, name in enumerate(fields):
        as_text = pa.types.is_string(kept.field(name).type)
        columns[name] = [as_words(row[i]) if as_text else row[i] for row in rows]
    return pa.table([pa.array(columns[field.name], field.type) for field in kept], kept)


def as_words(value: Any) -> str:
    """A value that is no number, as text: `floor`, `0 / 5 / 10`, `true`."""
    if isinstance(value, tuple | list):
        return " / ".join(f"{x:g}" for x in value)
    return json.dumps(value) if isinstance(value, bool) else str(value)


def unit_of(path: str) -> str:
    """Unit of a field of a scenario, empty where it has none."""
    found = field_of(path)
    return str((found.json_schema_extra or {}).get("unit", "")) if found else ""


def meaning_of(path: str) -> str:
    """What a field of a scenario means."""
    found = field_of(path)
    return str(found.description) if found else path


def _type_of(varied: VariedGiven) -> pa.DataType:
    import pyarrow as pa

    values = values_of(varied)
    if all(isinstance(value, bool) for value in values):
        return pa.bool_()
    return pa.float64() if all(type(value) in (int, float) for value in values) else pa.string()


def _told(unit: str, meaning: str) -> dict[str, str]:
    return {"unit": unit, "meaning": meaning}


def _results(scenario: Scenario) -> list[tuple[str, str, str, str]]:
    years = scenario.horizon.all_years
    money = f"bn {scenario.money.currency}, {formats.years(years[0], years[-1], scenario.horizon.year_type)}"
    if scenario.money.price_basis == "real":
        money += f", prices of {scenario.base_year.year}"
    first, *_ = scenario.event.states
    percent = "percent over the status-quo path"
    bridge = "the short deal, then a deal after the event"
    number, text = "float64", "string"
    return [
        ("p", number, "share, 0 to 1", f"probability of {state_name(first)}"),
        ("price_now_pct", number, percent, "mean price foreseen of a full-length deal now"),
        ("reservation_uplift_pct", number, percent, "highest price at which signing now costs no more than waiting"),
        ("reservation_error", number, "percentage points", "its Monte Carlo error; 0 in closed form"),
        ("break_even_probability", number, "share", f"odds of {state_name(first)} at which both cost the same"),
        ("odds_decide", "bool_", "", "whether that probability lies between 0 and 1"),
        ("cost_status_quo", number, money, "mean cost if the present terms continue"),
        ("cost_now", number, money, "mean cost of a full-length deal now"),
        ("cost_waiting", number, money, f"mean cost of {bridge}"),
        *(
            (f"cost_waiting.{s}", number, money, f"the same, if the event ends with {state_name(s)}")
            for s in scenario.event.states
        ),
        ("value_of_waiting", number, money, "cost_now less cost_waiting; above 0 waiting is cheaper on average"),
        ("value_error", number, money, "its Monte Carlo error; 0 in closed form"),
        ("evpi", number, money, "what knowing the outcome in advance would be worth"),
        ("regret_now", number, money, "largest regret of signing now"),
        ("regret_waiting", number, money, "largest regret of waiting"),
        ("worst_5_now", number, money, "mean of the worst 5 percent of outcomes (CVaR) of signing now"),
        ("worst_5_waiting", number, money, "the same, of waiting"),
        ("worst_5_now_error", number, money, "Monte Carlo error of worst_5_now"),
        ("worst_5_waiting_error", number, money, "Monte Carlo error of worst_5_waiting"),
        ("course_by_mean", text, "", f"course that costs less on average: {_COURSE}"),
        ("course_by_regret", text, "", f"course whose largest regret is smaller: {_COURSE}"),
        ("course_by_worst_5", text, "", f"course whose worst 5 percent cost less: {_COURSE}"),
        ("closed_form", "bool_", "", "whether the mean costs are exact, in closed form"),
    ]
