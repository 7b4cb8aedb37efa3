"""How the bill builds up: from the last known budget, category by category, to the years ahead."""

from __future__ import annotations

import pandas as pd

from analysis import charts_choice, formats
from analysis.briefing.view import View, followed, model_rows
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, figure, table
from analysis.inputs import base_year
from analysis.simulation import EITHER, STATUS_QUO, by_category

NAMES = {
    "labour": "Labour",
    "labour_sma": "Base workers: pay",
    "labour_welfare": "Base workers: welfare",
    "utilities": "Utilities",
    "training": "Training relocation",
    "equipment": "Training equipment",
    "fip": "Facilities (FIP)",
    "construction": "Construction",
    "logistics": "Logistics",
    "rest": "All other categories",
    "agreed_total": "Agreed total",
    "second_round": "Second round of talks",
    "total": "Total",
}


def changes(case: Case, view: View) -> Exhibit:
    """Figure: the yearly bill from the base year to the average of the years ahead, by what moves it."""
    scenario, currency = case.scenario, case.currency
    total, parts = base_year(scenario, case.evidence)
    base_label = formats.year(scenario.base_year.year, scenario.horizon.year_type)
    ahead = by_category(view.results.simulation, STATUS_QUO, EITHER).groupby("category", sort=False)["mean"].mean()
    level = sum(part.value for part in parts.values())  # the parts may differ from the total by their rounding
    steps = [_total(f"{base_label}, budget", level, "actual")]
    moved = {name: float(ahead[name]) - part.value for name, part in parts.items()}
    for name, change in moved.items():
        if len(parts) > 1 and abs(change) < 0.05:
            continue
        steps.append(_change(NAMES.get(str(name), str(name)), level, change))
        level += change
    steps.append(_total(f"Status quo, {case.horizon}", level, "forecast"))
    mean = float(view.by_year["mean"].mean())
    if view.results.course != (STATUS_QUO, EITHER):
        steps.append(_change("New deal and talks", level, mean - level))
        steps.append(_total(followed(case, view), mean, "forecast"))
    frame = pd.DataFrame(steps)
    largest = max(moved, key=lambda name: abs(moved[name]))
    share = 100 * parts[largest].value / total.value
    deal = mean - level
    message = (
        f"Wages are {formats.percent(share)} of the bill, but the terms move it most"
        if str(largest) == "labour" and abs(deal) > abs(moved[largest])
        else f"{NAMES.get(str(largest), str(largest))}: {_signed(moved[largest])} bn a year before any new deal"
    )
    if abs(deal) > max(abs(v) for v in moved.values()):
        message = f"The new deal moves the bill more than any category: {_signed(deal)} bn a year"
    return figure(
        charts_choice.bill_changes(frame, f"bn {currency} a year"),
        frame[["label", "start", "end", "kind", "status"]],
        id="fig-bill",
        title=message,
        subtitle=f"{case.host['line_name']}, bn {currency} a year, mean of {case.horizon}; dot: total (open: forecast), bar: what changes it",
        source=case.ledger.source_line(*_known(case, view), note="Forecast: this project's model."),
        alt="Steps: " + "; ".join(f"{s['label']} {s['text']}" for s in steps) + ".",
        width="half",
    )


def _total(label: str, value: float, status: str) -> dict[str, object]:
    return {
        "label": label,
        "start": value,
        "end": value,
        "text": formats.plain(value, 1 if status == "actual" else 0),
        "kind": "total",
        "status": status,
    }


def _change(label: str, level: float, change: float) -> dict[str, object]:
    return {
        "label": label,
        "start": level,
        "end": level + change,
        "text": _signed(change),
        "kind": "change",
        "status": "forecast",
    }


def _signed(value: float) -> str:
    """A change in whole bn: no forecast here is worth a decimal."""
    return formats.change(value, 0).removesuffix("%")


def _known(case: Case, view: View) -> list[str]:
    base = case.scenario.base_year
    return [q.row for q in (base.total, *base.categories.values()) if q.row]


def build_up(case: Case, view: View) -> Exhibit:
    """Table: the scenario by year and category in local money, its sum in dollars, and the drivers and caps behind it."""
    scenario, currency = case.scenario, case.currency
    _, parts = base_year(scenario, case.evidence)
    wide = by_category(view.results.simulation, *view.results.course).pivot(
        index="category", columns="year", values="mean"
    )
    order = [c for c in (*parts, "second_round", "total") if c in wide.index and abs(wide.loc[c]).max() >= 0.005]
    years = [int(y) for y in wide.columns]
    rows = []
    for name in order:
        base = parts[name].value if name in parts else None
        rows.append(
            {"name": NAMES.get(str(name), str(name)), "base": base, **{str(y): wide.loc[name, y] for y in years}}
        )
    total = {"name": "Total", "base": sum(part.value for part in parts.values())}
    total |= {str(y): float(wide[y].sum()) for y in years}
    frame = pd.DataFrame([*rows, total] if len(rows) > 1 else rows)
    frame["driver"] = [_driver(case, name) for name in order] + ([None] if len(rows) > 1 else [])
    for year in years:
        for name in order:
            case.ledger.quote(
                f"build_up.{year}.{name}",
                float(wide.loc[name, year]),
                f"{currency} bn",
                formats.plain(float(wide.loc[name, year])),
                rows=model_rows(case, view),
                assumptions=[f"drivers.{name}"] if name in parts else ["strategy"],
                formula="mean of the simulated payments of the category in the year",
            )
    return table(
        frame,
        [
            Column("name", f"bn {currency}"),
            Column("base", formats.year(scenario.base_year.year, scenario.horizon.year_type), "right", _one),
            *(Column(str(y), formats.year(y, scenario.horizon.year_type), "right", formats.plain) for y in years),
            Column("driver", "What moves it in the status quo"),
        ],
        id="tab-build-up",
        title=f"{followed(case, view)}, category by category",
        subtitle=f"{case.host['line_name']}, {prices(case)}; means of {scenario.draws:,} draws; a rise in the deal raises every "
        "category alike, since nothing is known of its division",
        source=case.ledger.source_line(*_known(case, view), note="Forecast: this project's model."),
        strong_rows=lambda row: row["name"] == "Total",
    )


def _one(value: float) -> str:
    return formats.plain(value, 1)


def prices(case: Case) -> str:
    """`nominal`, or `in prices of FY2020`."""
    if case.scenario.money.price_basis == "nominal":
        return "nominal"
    return f"in prices of {formats.year(case.scenario.base_year.year, case.scenario.horizon.year_type)}"


def _driver(case: Case, name: str) -> str | None:
    if name not in case.scenario.drivers:
        return None
    driver = case.scenario.drivers[name]
    words = []
    if driver.growth is not None:
        low, mode, high = driver.growth.range
        span = f"{100 * low:g} to {100 * high:g}, mostly {100 * mode:g}% a year"
        words.append("constant" if low == high == 0 else f"grows {span}".replace("-", formats.MINUS))
    if driver.level is not None:
        low, mode, high = driver.level.range
        words.append(f"{low:g} to {high:g}, mostly {mode:g} bn")
    if driver.volume is not None:
        words.append(f"cap of {formats.plain(driver.volume.range[1])} workers")
    if driver.share is not None:
        words.append(f"share of {formats.percent(100 * driver.share.range[1])}")
    for bound, said in ((driver.floor, "floor"), (driver.ceiling, "ceiling")):
        if bound is not None:
            value = bound.value if bound.row is None else float(case.evidence.row(bound.row)[bound.field])
            words.append(f"{said} {value:g} bn")
    return "; ".join(words)
