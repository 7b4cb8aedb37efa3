"""Rows that headlines rest on: which are weak, and which should have been renewed by now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from analysis.errors import HnsError
from analysis.finding import STALE, WEAK, Finding, Tables, finding_at


def headline_rows(tables: Tables) -> dict[str, list[str]]:
    """Rows the headlines rest on, with what rests on them: scenarios, the reference class, each host's yearly line."""
    from analysis.scenario_files import load_scenario, scenario_names

    rests: dict[str, list[str]] = {}
    for name in scenario_names():
        try:
            scenario = load_scenario(name)
        except HnsError:
            continue  # a broken scenario is named by its own check
        for row in _rows_of(scenario.model_dump()) | {scenario.ask, scenario.troops, *scenario.event.readings}:
            rests.setdefault(str(row), []).append(f"scenario {name}")
    rounds = tables["rounds"]
    for row in rounds.index[rounds["reference_class"]]:
        rests.setdefault(row, []).append("the reference class")
    payments = tables["payments"]
    for host, line in tables["hosts"].dropna(subset=["line_scope"]).iterrows():
        newest = _line(payments, host, line)
        if len(newest):
            rests.setdefault(str(newest.iloc[-1]["id"]), []).append(f"the newest payment of {line['name']}")
    return rests


def _rows_of(node: object) -> set[str]:
    """Every data row named under a key `row`, however deep."""
    if not isinstance(node, Mapping):
        return set()
    own = {str(node["row"])} if node.get("row") else set()
    return own.union(*(_rows_of(child) for child in node.values()))


def _line(payments: pd.DataFrame, host: str, line: pd.Series) -> pd.DataFrame:
    """Yearly totals of a host's own line, oldest first."""
    rows = payments[
        (payments["host"] == host)
        & (payments["scope"] == line["line_scope"])
        & (payments["basis"] == line["line_basis"])
        & (payments["category"] == "total")
        & (payments["role"] == "series")
        & (payments["first_year"] == payments["last_year"])
    ]
    return rows.sort_values("first_year")


def weak(tables: Tables) -> Iterator[Finding]:
    """Findings: rows of confidence C that a scenario or a headline rests on."""
    for row, users in headline_rows(tables).items():
        table = next((n for n, f in tables.items() if row in f.index and "confidence" in f), None)
        if table and tables[table].loc[row, "confidence"] == "C":
            scenarios = [u.removeprefix("scenario ") for u in users if u.startswith("scenario ")]
            others = [u for u in users if not u.startswith("scenario ")]
            said = ([f"scenarios {', '.join(scenarios)}"] if scenarios else []) + others
            yield finding_at(
                tables, table, row, WEAK, "weak", f"one source or worked out (C), behind {' and '.join(said)}"
            )


#: Indicator -> years after the year it describes, month and day by which it is out (data/release_rules.csv).
_DUE = {"gdp": (1, 7, 31), "cpi_growth": (1, 1, 31), "military_expenditure": (1, 4, 30)}


_DUE_BUDGET = {"FY": (0, 3, 31), "CY": (-1, 12, 31)}


def stale_series(tables: Tables, created: date) -> Iterator[Finding]:
    """Series whose next figure should have been public when the data package was made."""

    def overdue(year: int, due: tuple[int, int, int]) -> date | None:
        day = date(year + 1 + due[0], due[1], due[2])
        return day if day <= created else None

    def stale(table: str, row: str, year: int, due: tuple[int, int, int], what: str) -> Iterator[Finding]:
        if day := overdue(year, due):
            yield finding_at(tables, table, row, STALE, "stale", f"newest {what}: {year}; {year + 1} was due by {day}")

    for host, line in tables["hosts"].dropna(subset=["line_scope"]).iterrows():
        rows = _line(tables["payments"], host, line)
        if len(rows) and line["line_basis"] in ("initial_budget", "agreed"):
            year, due = int(rows["first_year"].max()), _DUE_BUDGET[line["year_type"]]
            yield from stale("payments", rows.index[-1], year, due, f"payment of {line['name']}")
    economy = tables["economy"]
    economy = economy[economy["role"] == "series"]
    for (area, indicator, kind), rows in economy.groupby(["area", "indicator", "year_type"]):
        due = _DUE_BUDGET.get(kind) if indicator == "defence_budget" else _DUE.get(indicator)
        if due:
            newest = rows.sort_values("year").iloc[-1]
            yield from stale("economy", newest["id"], int(newest["year"]), due, f"{indicator} of {area} by {kind}")
    fx = tables["fx"]
    fx = fx[(fx["role"] == "series") & (fx["period_type"] == "CY") & (fx["kind"] == "market_average")]
    for currency, rows in fx.groupby("currency"):
        newest = rows.sort_values("year").iloc[-1]
        yield from stale("fx", newest["id"], int(newest["year"]), (1, 1, 31), f"yearly average of {currency}")
    troops = tables["troops"]
    troops = troops[(troops["role"] == "series") & (troops["service"] == "total")]
    troops = troops[(troops["component"] == "active_duty") & (troops["date"] >= "2008")]
    newest = troops.sort_values("date").drop_duplicates("host", keep="last")
    for month, rows in newest.groupby("date"):
        due = (pd.Period(month, freq="M") + 9).end_time.date()  # the next quarter, out after six months
        if due <= created:
            hosts = ", ".join(rows["host"])
            problem = f"newest count of {hosts}: {month}; the next quarter was due by {due}"
            yield finding_at(tables, "troops", rows.index[0], STALE, "stale", problem)
