"""Two hosts side by side, one definition at a time. No measure is declared the right one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from analysis.errors import DataError
from analysis.history import yearly_totals

#: Whom a host is set beside.
NEIGHBOUR = {"JP": "KR", "KR": "JP"}


@dataclass(frozen=True)
class Measure:
    """One way to compare: a value per host, the rows behind it, how it was worked out, and why a value is missing."""

    key: str
    name: str
    unit: str
    values: dict[str, float]
    rows: tuple[str, ...]
    formula: str
    period: str = ""
    gaps: Mapping[str, str] = field(default_factory=dict)

    @property
    def larger(self) -> str | None:
        """Host with the larger value; None when a value is missing or they tie."""
        known = {h: v for h, v in self.values.items() if pd.notna(v)}
        if len(known) < 2 or len(set(known.values())) == 1:
            return None
        return max(known, key=known.get)


def payment_line(hosts: pd.DataFrame, host: str) -> tuple[str, str]:
    """Scope and basis of the line a host pays each year, as hosts.csv states it."""
    if host not in hosts.index:
        raise DataError("data/hosts.csv", f"no host {host!r}", ", ".join(hosts.index))
    row = hosts.loc[host]
    return str(row["line_scope"]), str(row["line_basis"])


def common_year(tables: Mapping[str, pd.DataFrame], hosts: list[str]) -> int:
    """Latest year for which every host's total and the market average of its currency were public.

    Raises DataError when there is none.
    """
    return common_years(tables, hosts)[-1]


def common_years(tables: Mapping[str, pd.DataFrame], hosts: list[str]) -> list[int]:
    """All years for which every host's total and the market average of its currency were public, oldest first.

    Raises DataError when there is none.
    """
    shared = set.intersection(*(_paid_years(tables, host) & _rated_years(tables, host) for host in hosts))
    if not shared:
        problem = f"no year in which {' and '.join(hosts)} both have a total and a market rate"
        raise DataError("data/payments.csv", problem)
    return sorted(shared)


def _paid_years(tables: Mapping[str, pd.DataFrame], host: str) -> set[int]:
    totals = yearly_totals(tables["payments"], host, *payment_line(tables["hosts"], host))
    return set(totals.dropna(subset=["value"])["year"])


def _rated_years(tables: Mapping[str, pd.DataFrame], host: str) -> set[int]:
    fx, currency = tables["fx"], tables["hosts"].loc[host, "currency"]
    of_year = fx["period_type"].eq("CY") & fx["kind"].eq("market_average") & fx["role"].eq("series")
    return set(fx.loc[of_year & fx["currency"].eq(currency), "year"])


def _pick(frame: pd.DataFrame, **tags: object) -> pd.Series | None:
    chosen = pd.Series(True, index=frame.index)
    for column, value in tags.items():
        chosen &= frame[column] == value
    rows = frame[chosen]
    return rows.iloc[-1] if len(rows) else None


def local_rate(fx: pd.DataFrame, currency: str, year: int) -> pd.Series:
    """Calendar-year market average of one currency per dollar. Raises DataError for a missing year."""
    row = _pick(fx, currency=currency, year=year, period_type="CY", kind="market_average", role="series")
    if row is None:
        raise DataError("data/fx.csv", f"no {currency} market average for {year}")
    return row


def measures(tables: Mapping[str, pd.DataFrame], hosts: list[str], year: int) -> list[Measure]:
    """All measures for one year, as far as the rows known on the day allow; a missing one is a gap (NaN).

    Payments are each host's own line in its own year (fiscal for Japan, calendar for Korea), set in dollars at
    the calendar-year market average. Per-person figures name their head-count; shares use that year's GDP and
    defence budget in the same currency.
    """
    paid, dollars, rows = payments_in(tables, hosts, year)
    everything = tuple(r for host in hosts for r in rows[host])
    when = str(year)
    found = [
        Measure(
            "dollars",
            "Yearly payment line",
            "USD bn",
            dollars,
            everything,
            "payment / market rate of the calendar year",
            when,
        )
    ]
    for key, name, heads in _head_counts(tables, hosts, year):
        values = {h: dollars[h] * 1e6 / heads[h][0] if h in heads else float("nan") for h in hosts}
        ids = tuple(heads[h][1] for h in hosts if h in heads)
        gaps = {h: "no usable count public" for h in hosts if h not in heads}
        found.append(
            Measure(key, name, "USD thousand", values, everything + ids, "payment in dollars / head-count", when, gaps)
        )
    for key, name, indicator in (
        ("gdp_share", "Share of gross domestic product", "gdp"),
        ("defence_share", "Share of the defence budget", "defence_budget"),
    ):
        values, ids = {}, ()
        for host in hosts:
            values[host], used = _share(tables["economy"], host, indicator, year, paid[host], dollars[host])
            ids += used
        gaps = {h: f"no {indicator.replace('_', ' ')} of {year} public" for h in hosts if pd.isna(values[h])}
        gaps = {h: why.replace("gdp", "gross domestic product") for h, why in gaps.items()}
        found.append(Measure(key, name, "percent", values, everything + ids, f"payment / {indicator}", when, gaps))
    return found


def payments_in(
    tables: Mapping[str, pd.DataFrame], hosts: list[str], year: int
) -> tuple[dict[str, float], dict[str, float], dict[str, tuple[str, ...]]]:
    """Each host's payment line of one year in bn of its own currency and in bn dollars, and the rows of both.

    Raises DataError for a missing rate, KeyError for a year outside a host's series.
    """
    paid, dollars, rows = {}, {}, {}
    for host in hosts:
        total = yearly_totals(tables["payments"], host, *payment_line(tables["hosts"], host)).set_index("year")
        line = total.loc[year]
        rate = local_rate(tables["fx"], tables["payments"].loc[line["id"], "currency"], year)
        paid[host], dollars[host] = float(line["value"]), float(line["value"]) / float(rate["rate"])
        rows[host] = (str(line["id"]), str(rate["id"]))
    return paid, dollars, rows


def _head_counts(tables: Mapping[str, pd.DataFrame], hosts: list[str], year: int):
    troops = tables["troops"]
    headline = troops[(troops["definition"] == "press_headline") & (troops["component"] == "active_duty")]
    headline = headline[headline["confidence"] != "C"]  # a single speaker's round number is no measure of strength
    heads = {}
    for host in hosts:
        rows = headline[(headline["host"] == host) & (headline["date"].str[:4].astype(int) <= year + 1)]
        if len(rows):
            newest = rows.sort_values("date").iloc[-1]
            heads[host] = (float(newest["count"]), str(newest["id"]))
    yield "per_head_headline", "Per person, headline strength", heads
    yield "per_head_counted", f"Per person, U.S. count of September {year}", counted_heads(troops, hosts, f"{year}-09")


def counted_heads(troops: pd.DataFrame, hosts: list[str], date: str) -> dict[str, tuple[float, str]]:
    """Active-duty strength and its row by host in the U.S. count of one month (YYYY-MM); a missing one is left out."""
    counted = {}
    for host in hosts:
        row = _pick(troops, host=host, date=date, service="total", component="active_duty", role="series")
        if row is not None:
            counted[host] = (float(row["count"]), str(row["id"]))
    return counted


def _share(economy: pd.DataFrame, host: str, indicator: str, year: int, paid: float, dollars: float):
    row = _pick(economy, area=host, indicator=indicator, year=year, role="series")
    if row is None:
        return float("nan"), ()
    numerator = dollars if row["currency"] == "USD" else paid
    return 100 * numerator / float(row["value"]), (str(row["id"]),)


def beside_neighbour(tables: Mapping[str, pd.DataFrame], host: str) -> tuple[list[str], int, list[Measure]]:
    """The host and its neighbour, the latest year both have a payment for, and all measures of that year."""
    hosts = [host, NEIGHBOUR.get(host, "JP")]
    year = common_year(tables, hosts)
    return hosts, year, measures(tables, hosts, year)


def treated_like(measure: Measure, host: str, model: str, paid: float) -> float:
    """What `host` would pay, in bn of its own currency, if the measure were as high for it as for `model`."""
    return paid * measure.values[model] / measure.values[host]
