"""What each scenario pays year by year: one chart, in money where all count the same, else against the last known bill."""

from __future__ import annotations

import pandas as pd

from analysis import charts_scenarios, formats
from analysis.briefing.view import certain_state, model_rows
from analysis.charts import unbroken
from analysis.comparison import payment_line
from analysis.exhibit import Exhibit, figure
from analysis.history import yearly_totals
from analysis.scenario_compare.view import Comparison, Entry
from analysis.wording import listed

_BEYOND = 1.8  # a line this many times above the middle one would press all others flat
_PAST = 5  # years of budgets shown before the forecasts

_COLOUR_OF = {"status_quo": "status_quo", "five_year": "five_now", "korea_terms": "korea", "full_ask": "us"}


def paths(found: Comparison) -> Exhibit:
    """Figure: mean payments by year on the course each scenario follows."""
    drawn, beyond = _lines(found)
    names = _names(found, drawn)
    money = found.same_years
    case = found.first.case
    unit = f"bn {case.currency}" if money else "percent"
    paid = _budgets(found) if money else pd.DataFrame({"id": []})
    frame = pd.concat([_paid(found, paid), drawn], ignore_index=True) if money else drawn
    last = names.sort_values("value")
    low, high = last.iloc[0], last.iloc[-1]
    rows = dict.fromkeys(row for e in found.entries for row in model_rows(e.case, e.view) if _is_payment(e, row))
    rows |= dict.fromkeys(paid["id"])
    return figure(
        charts_scenarios.cost_paths(
            frame, names, unit, "" if money else "years after the last known bill", _prefix(found) if money else ""
        ),
        frame[["x", "value", "line", "paid"]],
        id="fig-paths",
        title=_title(found, low, high, beyond),
        subtitle=_subtitle(found, beyond),
        source=found.first.case.ledger.source_line(*rows, note="Forecast: this project's model."),
        alt="Line chart. At the end of the horizon: " + "; ".join(last["text"][::-1]) + ".",
    )


def _title(found: Comparison, low: pd.Series, high: pd.Series, beyond: dict[str, float]) -> str:
    where = f", the ask in full {formats.money(max(beyond.values()), found.first.case.currency)}" if beyond else ""
    if len(found.entries) == 1:
        return f"{found.first.name} ends at {_shown(found, high['value'])}"
    if not found.same_years:
        ends = f"{formats.percent(low['value'])} to {formats.percent(high['value'])}"
        return f"The last year costs {ends} of the last known bill"
    return f"The last year costs {_shown(found, low['value'])} to {_shown(found, high['value'])}{where}"


def _shown(found: Comparison, value: float) -> str:
    if found.same_years:
        return formats.money(value, found.first.case.currency)
    return f"{formats.percent(value)} of the last known bill"


def _subtitle(found: Comparison, beyond: dict[str, float]) -> str:
    case = found.first.case
    said = ""
    if beyond:
        values = [f"{name} ({formats.money(value, case.currency)} in the last year)" for name, value in beyond.items()]
        said = f"; beyond the axis: {listed(values)}"
    if found.same_years:
        basis = str(case.scenario.basis).replace("_", " ")
        return (
            f"{case.host['line_name']}, bn {case.currency}; solid: {basis}, dashed: mean forecast on the course each "
            f"scenario follows; thick: {found.first.name}{said}"
        )
    why = "the years differ" if found.same_money else "each host in its own currency and by its own definition"
    return (
        f"Mean forecast payment on the course each scenario follows, in percent of its last known bill ({why}); "
        f"thick: {found.first.name}{said}"
    )


def _lines(found: Comparison) -> tuple[pd.DataFrame, dict[str, float]]:
    """Forecast lines, scenarios with the same payments joined to one; and last values of those beyond the axis."""
    lines: dict[tuple[float, ...], list[Entry]] = {}
    for entry in found.entries:
        lines.setdefault(tuple(_values(found, entry)), []).append(entry)
    middle = sorted(max(values) for values in lines)[(len(lines) - 1) // 2]
    rows, beyond = [], {}
    for values, entries in lines.items():
        name = ", ".join(entry.name for entry in entries)
        if max(values) > _BEYOND * middle and found.first not in entries:
            beyond[name] = values[-1]
            continue
        inputs = entries[0].inputs
        start = inputs.base_year if found.same_years else 0
        years = [start, *(y if found.same_years else y - inputs.base_year for y in inputs.years)]
        first = inputs.base_total if found.same_years else 100.0
        rows += [
            {
                "x": x,
                "value": value,
                "line": name,
                "colour": _colour(entries[0]),
                "strong": found.first in entries,
                "paid": False,
            }
            for x, value in zip(years, (first, *values), strict=True)
        ]
    return pd.DataFrame(rows), beyond


def _values(found: Comparison, entry: Entry) -> list[float]:
    base = 1.0 if found.same_years else entry.inputs.base_total / 100
    return [round(float(v) / base, 9) for v in entry.view.by_year["mean"]]


def _colour(entry: Entry) -> str:
    scenario, only = entry.case.scenario, certain_state(entry.case)
    own = "korea" if scenario.host == "KR" else "japan"
    if scenario.strategy.kind == "bridge":
        return only if only in ("biden", "trump") else own
    return _COLOUR_OF.get(scenario.strategy.kind, own)


def _names(found: Comparison, drawn: pd.DataFrame) -> pd.DataFrame:
    ends = drawn.sort_values("x", kind="stable").groupby("line", sort=False).tail(1)
    return ends.assign(text=[f"{r.line} {formats.plain(r.value)}" for r in ends.itertuples()])


def _budgets(found: Comparison) -> pd.DataFrame:
    """Budgets of the years before the forecasts, to the last known bill; a year without a total leaves a gap."""
    case = found.first.case
    line = payment_line(case.table("hosts"), case.scenario.host)
    totals = yearly_totals(case.table("payments"), case.scenario.host, *line)
    last = case.scenario.base_year.year
    return unbroken(totals[totals["year"].between(last - _PAST, last)], "value")


def _paid(found: Comparison, known: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "x": known["year"].astype(int),
            "value": known["value"].astype(float),
            "line": [f"budgeted {s}" for s in known["stretch"]],
            "colour": "japan" if found.first.case.scenario.host == "JP" else "korea",
            "strong": False,
            "paid": True,
        }
    )


def _prefix(found: Comparison) -> str:
    return "FY" if found.first.case.scenario.horizon.year_type == "FY" else ""


def _is_payment(entry: Entry, row: str) -> bool:
    return row in entry.case.table("payments").index
