"""What was paid, agreed and counted in the past: series cut from the tables, with gaps left as gaps."""

from __future__ import annotations

import pandas as pd

#: Categories that make up a bill. Subtotals and ways of payment repeat the same money and are never stacked.
PARTS = (
    "labour_sma",
    "labour_welfare",
    "labour",
    "utilities",
    "logistics",
    "training",
    "equipment",
    "fip",
    "construction",
    "combined_defence_improvement",
)
REST = "not_split"


def payments_of(payments: pd.DataFrame, host: str, scope: str, basis: str) -> pd.DataFrame:
    """Rows to use (role `series`) of one host, scope and basis that cover a single year."""
    one_year = payments["first_year"] == payments["last_year"]
    chosen = (payments["host"] == host) & (payments["scope"] == scope) & (payments["basis"] == basis)
    return payments[chosen & one_year & (payments["role"] == "series")]


def yearly_totals(
    payments: pd.DataFrame, host: str, scope: str, basis: str, first: int | None = None, last: int | None = None
) -> pd.DataFrame:
    """Totals by year: columns year, value (bn, local currency), id, confidence; a missing year has no value.

    Rows in U.S. dollars (Korea before 2005) are left out: a series holds one currency only.
    """
    rows = payments_of(payments, host, scope, basis)
    whole = (rows["category"] == "total") & (rows["currency"] != "USD")
    series = rows.loc[whole, ["first_year", "value", "id", "confidence"]]
    series = series.rename(columns={"first_year": "year"}).set_index("year")
    if series.empty:
        return series.reset_index()
    span = range(first or int(series.index.min()), (last or int(series.index.max())) + 1)
    return series.reindex(pd.Index(span, name="year")).reset_index()


def latest_total(payments: pd.DataFrame, host: str, scope: str, basis: str) -> pd.Series:
    """The newest yearly total: year, value, id, confidence."""
    return yearly_totals(payments, host, scope, basis).dropna(subset=["value"]).iloc[-1]


def bill_by_category(payments: pd.DataFrame, host: str, scope: str, basis: str) -> pd.DataFrame:
    """The bill by year and category: columns year, category, value, id, confidence.

    Years whose categories were published in full, and the latest year. What a published total leaves
    unexplained stands in a row of its own, category `not_split`, worked out from the total and the known parts.
    """
    rows = payments_of(payments, host, scope, basis)
    rows = rows[rows["currency"] != "USD"].rename(columns={"first_year": "year"})
    totals = rows[rows["category"] == "total"].set_index("year")
    parts = rows[rows["category"].isin(PARTS)][["year", "category", "value", "id", "confidence"]]
    known = parts.groupby("year")["value"].sum()
    rest = (totals["value"] - known).dropna()
    if rest.empty:
        return parts.head(0)
    latest = rest.index.max()
    full = rest.index[(rest.abs() <= 0.02 * totals["value"].reindex(rest.index))]
    kept = parts[parts["year"].isin({*full, latest})]
    if latest in full:
        return kept.sort_values(["year", "category"], ignore_index=True)
    remainder = pd.DataFrame(
        {
            "year": [latest],
            "category": [REST],
            "value": [round(float(rest[latest]), 3)],
            "id": [totals.loc[latest, "id"]],
            "confidence": ["C"],
        }
    )
    return pd.concat([kept, remainder]).sort_values(["year", "category"], ignore_index=True)


def agreement_spans(agreements: pd.DataFrame, host: str) -> pd.DataFrame:
    """Agreements of a host with first and last year: columns id, ordinal, first, last, years."""
    rows = agreements[(agreements["host"] == host) & agreements["first_day"].notna()]
    first = rows["first_day"].str[:4].astype(int)
    last = rows["last_day"].str[:4].astype("Int64")
    return pd.DataFrame(
        {"id": rows["id"], "ordinal": rows["ordinal"], "first": first, "last": last, "years": rows["years"]}
    ).sort_values("first", ignore_index=True)


def september_counts(troops: pd.DataFrame, host: str) -> pd.DataFrame:
    """Active-duty totals each September (June before 1957): columns year, count, definition, id, confidence.

    One row a year; a year whose only counts are known artefacts has none.
    """
    rows = troops[
        (troops["host"] == host)
        & (troops["service"] == "total")
        & (troops["component"] == "active_duty")
        & (troops["role"] == "series")
    ]
    rows = rows.assign(year=rows["date"].str[:4].astype(int), month=rows["date"].str[5:7])
    rows = rows[rows["month"].eq("09") | (rows["year"] < 1957)]
    rows = rows.sort_values(["year", "month"]).drop_duplicates("year", keep="last")
    columns = ["count", "definition", "id", "confidence"]
    span = pd.Index(range(int(rows["year"].min()), int(rows["year"].max()) + 1), name="year")
    return rows.set_index("year")[columns].reindex(span).reset_index()


def services_at(troops: pd.DataFrame, host: str, date: str) -> pd.DataFrame:
    """Active-duty counts by service at one date (YYYY-MM): columns service, count, id."""
    rows = troops[
        (troops["host"] == host)
        & (troops["date"] == date)
        & (troops["component"] == "active_duty")
        & troops["role"].isin(["series", "artefact"])
    ]
    return rows[["service", "count", "id"]].reset_index(drop=True)
