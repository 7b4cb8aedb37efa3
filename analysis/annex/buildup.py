"""The cost build-up: each category with its driver and its bounds, year by year."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.briefing.payments import CATEGORIES
from analysis.briefing.view import View
from analysis.case import Case
from analysis.costs import CategoryDriver, expected_path
from analysis.distributions import Pert
from analysis.exhibit import Column, Exhibit, table
from analysis.inputs import base_year
from analysis.wording import capital


def buildup(case: Case, view: View) -> Exhibit:
    """Table: mean of the status-quo path by category and year, with driver, floor and cap."""
    inputs = view.results.simulation.inputs
    means = expected_path(inputs.drivers, inputs.base_year, inputs.years).pivot(
        index="category", columns="year", values="value"
    )
    means = means.loc[list(inputs.drivers)]
    years = [formats.year(y, case.scenario.horizon.year_type) for y in inputs.years]
    frame = pd.DataFrame(
        {
            "category": [category_name(str(name)) for name in means.index],
            "driver": [_driver(d) for d in inputs.drivers.values()],
            "bounds": [_bounds(d) for d in inputs.drivers.values()],
            "base": [d.base for d in inputs.drivers.values()],
            **{label: means[y].to_numpy() for label, y in zip(years, inputs.years, strict=True)},
        }
    )
    total = {"category": "Status-quo path", "base": inputs.base_total, **{label: frame[label].sum() for label in years}}
    shown = pd.concat([frame, pd.DataFrame([total])], ignore_index=True)
    rows = [part.row for part in base_year(case.scenario, case.evidence)[1].values() if part.row]
    decimals = 1 if case.currency == "JPY" else 0
    number = lambda v: formats.plain(v, decimals)  # noqa: E731 - one use, as a column formatter
    return table(
        shown,
        [
            Column("category", "Category"),
            Column("driver", "Driver"),
            Column("bounds", "Floor, cap"),
            Column("base", formats.year(inputs.base_year, case.scenario.horizon.year_type), "right", number),
            *(Column(label, label, "right", number) for label in years),
        ],
        id="tab-buildup",
        title=_title(frame, years, case),
        subtitle=f"{case.host['line_name']}, mean of the simulated path, bn {case.currency}, nominal; ranges are lowest, most likely, highest",
        source=case.ledger.source_line(*rows, note="Base amounts without a source are assumptions.") if rows else "",
        strong_rows=lambda row: row["category"] == "Status-quo path",
    )


def category_name(name: str) -> str:
    """A category as printed; one that only this scenario has, by its key."""
    words = CATEGORIES[name][0] if name in CATEGORIES else name.replace("_", " ")
    return capital(words)


def _title(frame: pd.DataFrame, years: list[str], case: Case) -> str:
    first, last = frame[years[0]].sum(), frame[years[-1]].sum()
    lead = f"The path goes from {formats.money(first, case.currency)} to {formats.money(last, case.currency)}"
    if len(frame) == 1:
        return f"{lead}; no split by category is known"
    moved = (frame[years[-1]] - frame["base"]).abs()
    return f"{lead}; largest move: {frame.loc[moved.idxmax(), 'category'].lower()}"


def _driver(driver: CategoryDriver) -> str:
    words = [f"level {_range(driver.level, 1)}"] if driver.level else [f"growth {_percents(driver.growth)} a year"]
    if driver.volume:
        words.append(f"quantity {_range(driver.volume, 0)}, base {formats.plain(driver.base_volume)}")
    return "; ".join(words)


def _bounds(driver: CategoryDriver) -> str | None:
    found = [
        f"{name} {formats.plain(value, 1)}"
        for name, value in (("floor", driver.floor), ("cap", driver.ceiling))
        if value is not None
    ]
    return ", ".join(found) or None


def _range(pert: Pert, decimals: int) -> str:
    ends = dict.fromkeys((pert.low, pert.mode, pert.high))
    return " / ".join(formats.plain(x, decimals) for x in ends)


def _percents(pert: Pert) -> str:
    ends = dict.fromkeys((pert.low, pert.mode, pert.high))
    return " / ".join(formats.change(100 * x) for x in ends)
