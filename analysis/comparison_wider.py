"""Measures beyond the yearly payment line: wider support, further head-counts, and shares of what the presence costs.

Each stands at the latest period for which both hosts have a figure of the same kind. Kinds are never added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from analysis import formats
from analysis.comparison import (
    Measure,
    common_year,
    common_years,
    counted_heads,
    measures,
    payments_in,
)
from analysis.errors import DataError

#: The order in which measures are always listed: the line, wider support, heads, cost, weight on the economy.
ORDER = (
    "dollars",
    "broad_direct",
    "indirect",
    "per_head_headline",
    "per_head_march",
    "per_head_june",
    "per_head_counted",
    "per_head_december",
    "share_without_pay",
    "line_share_without_pay",
    "share_with_pay",
    "line_share_with_pay",
    "gdp_share",
    "broad_direct_gdp_share",
    "defence_share",
    "ability_ratio",
)
_QUARTERS = {"march": "03", "june": "06", "december": "12"}
#: Shares of cost that were published for both hosts, by the tables' definition.
_PUBLISHED = {
    "share_without_pay": (
        "Published share of cost, without military pay",
        "Pentagon: direct and indirect support against stationing cost without military pay",
    ),
    "share_with_pay": (
        "Published share of cost, with military pay",
        "U.S. auditors' basis: direct support against direct support plus U.S. obligations",
    ),
}
_FARTHEST = 1  # years between a payment and the U.S. cost it is set against


def all_measures(tables: Mapping[str, pd.DataFrame], hosts: list[str]) -> tuple[int, list[Measure]]:
    """The latest year both hosts have a payment for, and every measure in the fixed order; a missing value is NaN.

    Raises DataError when the hosts have no year in common.
    """
    year = common_year(tables, hosts)
    found = {m.key: m for m in measures(tables, hosts, year)}
    found |= {key: _last_complete(tables, hosts, found[key]) for key in ("gdp_share", "defence_share")}
    found |= {m.key: m for m in (*_support(tables, hosts), *_heads(tables, hosts, year), *_cost_shares(tables, hosts))}
    found["ability_ratio"] = Measure(
        "ability_ratio",
        "Share of contributions over share of ability to pay",
        "ratio",
        dict.fromkeys(hosts, float("nan")),
        (),
        "share of all allies' contributions / share of all allies' gross domestic product",
        gaps=dict.fromkeys(hosts, "contributions of all allies not in the tables"),
    )
    return year, [found[key] for key in ORDER if key in found]


def _last_complete(tables: Mapping[str, pd.DataFrame], hosts: list[str], measure: Measure) -> Measure:
    """The measure, or where a host lacks it the same measure of the latest earlier year in which none does."""
    if not measure.gaps:
        return measure
    for year in reversed(common_years(tables, hosts)[:-1]):
        earlier = next(m for m in measures(tables, hosts, year) if m.key == measure.key)
        if not earlier.gaps:
            return earlier
    return measure


def _support(tables: Mapping[str, pd.DataFrame], hosts: list[str]) -> Iterator[Measure]:
    """Direct and indirect support in dollars a year, and direct support against gross domestic product."""
    for scope, name in (
        ("broad_direct", "Direct support, all budget lines"),
        ("indirect", "Indirect support: rent and taxes forgone"),
    ):
        rows, first, last = _latest_support(tables["payments"], hosts, scope)
        years = last - first + 1
        values = {h: float(rows[h]["value"]) / years if h in rows else float("nan") for h in hosts}
        ids = tuple(str(row["id"]) for row in rows.values())
        gaps = {h: "no figure in dollars public" for h in hosts if h not in rows}
        period = formats.years(first, last, "CY") if rows else ""
        how = "sum of the years / number of years" if years > 1 else "as published"
        yield Measure(scope, name, "USD bn", values, ids, how, period, gaps)
        if scope == "broad_direct":
            yield _support_share(tables["economy"], hosts, values, ids, range(first, last + 1), period)


def _support_share(
    economy: pd.DataFrame,
    hosts: list[str],
    support: Mapping[str, float],
    ids: tuple[str, ...],
    years: range,
    period: str,
) -> Measure:
    gdp = economy[economy["indicator"].eq("gdp") & economy["role"].eq("series") & economy["currency"].eq("USD")]
    values, gaps, used = {}, {}, ids
    for host in hosts:
        rows = gdp[gdp["area"].eq(host) & gdp["year"].isin(years)]
        complete = len(rows) == len(years) and pd.notna(support[host])
        values[host] = 100 * support[host] / float(rows["value"].mean()) if complete else float("nan")
        used += tuple(rows["id"]) if complete else ()
        if not complete:
            gaps[host] = f"no gross domestic product of {period} in the tables" if period else "no support public"
    name = "Direct support, all budget lines: share of gross domestic product"
    formula = "support a year / mean gross domestic product of the years, both in dollars"
    return Measure("broad_direct_gdp_share", name, "percent", values, used, formula, period, gaps)


def _latest_support(payments: pd.DataFrame, hosts: list[str], scope: str) -> tuple[dict[str, pd.Series], int, int]:
    """Totals in dollars of one scope, latest period and basis most hosts share: row by host, first and last year."""
    rows = payments[
        payments["scope"].eq(scope)
        & payments["category"].eq("total")
        & payments["role"].eq("series")
        & payments["currency"].eq("USD")
        & payments["host"].isin(hosts)
    ]
    if rows.empty:
        return {}, 0, 0
    spans = rows.groupby(["first_year", "last_year", "basis"])
    (first, last, _), chosen = max(spans, key=lambda span: (span[1]["host"].nunique(), span[0][1]))
    return {str(row["host"]): row for _, row in chosen.iterrows()}, int(first), int(last)


def _heads(tables: Mapping[str, pd.DataFrame], hosts: list[str], year: int) -> Iterator[Measure]:
    """The payment by every other quarterly count of the year: the same bill, other months."""
    _, dollars, rows = payments_in(tables, hosts, year)
    line = tuple(r for host in hosts for r in rows[host])
    for month, number in _QUARTERS.items():
        heads = counted_heads(tables["troops"], hosts, f"{year}-{number}")
        values = {h: dollars[h] * 1e6 / heads[h][0] if h in heads else float("nan") for h in hosts}
        ids = tuple(heads[h][1] for h in hosts if h in heads)
        gaps = {h: "no usable count public" for h in hosts if h not in heads}
        name = f"Per person, U.S. count of {month.capitalize()} {year}"
        formula = "payment in dollars / head-count"
        yield Measure(f"per_head_{month}", name, "USD thousand", values, line + ids, formula, str(year), gaps)


def _cost_shares(tables: Mapping[str, pd.DataFrame], hosts: list[str]) -> Iterator[Measure]:
    """Shares of what the presence costs: published for both hosts, and worked out from the yearly line."""
    shares = tables["shares"]
    for key, (name, definition) in _PUBLISHED.items():
        rows = shares[shares["definition"].eq(definition) & shares["role"].eq("series")].set_index("host")
        values = {h: float(rows.loc[h, "value"]) if h in rows.index else float("nan") for h in hosts}
        ids = tuple(str(rows.loc[h, "id"]) for h in hosts if h in rows.index)
        gaps = {h: "no share of this kind published" for h in hosts if h not in rows.index}
        last = rows.loc[[h for h in hosts if h in rows.index]]
        period = formats.years(int(last["first_year"].min()), int(last["last_year"].max()), "CY") if len(last) else ""
        yield Measure(key, name, "percent", values, ids, "as published or worked out in the row", period, gaps)
    yield from _line_shares(tables, hosts)


def _line_shares(tables: Mapping[str, pd.DataFrame], hosts: list[str]) -> Iterator[Measure]:
    cost_year, costs = _budgeted_cost(tables["us_costs"], hosts)
    year, why = _payment_year(tables, hosts, cost_year)
    if year is not None:
        _, dollars, rows = payments_in(tables, hosts, year)
    for key, name in (
        ("line_share_without_pay", "Line's share of line and U.S. cost, without military pay"),
        ("line_share_with_pay", "Line's share of line and U.S. cost, with military pay"),
    ):
        values, ids = dict.fromkeys(hosts, float("nan")), ()
        if year is not None:
            for host in hosts:
                total, pay = costs[host]
                theirs = float(total["value"]) - (0.0 if key == "line_share_with_pay" else float(pay["value"]))
                values[host] = 100 * dollars[host] / (dollars[host] + theirs)
                ids += (*rows[host], str(total["id"]), *(() if key == "line_share_with_pay" else (str(pay["id"]),)))
        period = f"{year}, U.S. cost of fiscal {cost_year}" if year is not None else ""
        formula = "payment in dollars / (payment in dollars + U.S. cost estimate)"
        yield Measure(key, name, "percent", values, ids, formula, period, dict.fromkeys(hosts, why) if why else {})


def _budgeted_cost(costs: pd.DataFrame, hosts: list[str]) -> tuple[int, dict[str, tuple[pd.Series, pd.Series]]]:
    """Latest U.S. fiscal year with a cost estimate and its military pay for every host: total and pay by host."""
    rows = costs[costs["year_type"].eq("USFY") & costs["unit"].eq("bn") & costs["host"].isin(hosts)]
    wide = rows[rows["category"].isin(["total", "military_personnel"])]
    full = [int(y) for y, part in wide.groupby("last_year") if len(part) == 2 * len(hosts)]
    if not full:
        return 0, {}
    year = max(full)
    chosen = wide[wide["last_year"].eq(year)].set_index(["host", "category"])
    return year, {h: (chosen.loc[(h, "total")], chosen.loc[(h, "military_personnel")]) for h in hosts}


def _payment_year(tables: Mapping[str, pd.DataFrame], hosts: list[str], cost_year: int) -> tuple[int | None, str]:
    """The latest year up to that of the cost in which every host's payment is known, or None and why."""
    if not cost_year:
        return None, "no U.S. cost estimate public"
    payments = tables["payments"]
    try:
        year = common_year({**tables, "payments": payments[payments["first_year"] <= cost_year]}, hosts)
    except DataError:
        year = 0
    if cost_year - year > _FARTHEST:
        return None, f"no payment near the U.S. cost of fiscal {cost_year}"
    return year, ""
