"""Agreements that must close: announced totals, the residual of a deal, the Korean index, the founding ratios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from analysis.reconciliation_record import Record, Tables, rows_by_id, series_rows


def announced(tables: Tables) -> Iterator[Record]:
    """Announced five-year totals against their own averages, and against what was then budgeted."""
    get = rows_by_id(tables)
    for name, total, average in (("FY2016-20", "J181", "J180"), ("FY2022-26", "J195", "J196")):
        if total in get and average in get:
            yield Record(
                "announcements", f"JP {name} announced total", "five times the announced yearly average",
                get[total]["value"], 5 * get[average]["value"], 0.25, "JPY bn", (total, average),
            )  # fmt: skip
    if "J181" in get and "J024" in get:
        yield Record(
            "announcements",
            "JP FY2016-20 announced against budgeted",
            "five initial budgets against the total announced in December 2015",
            get["J181"]["value"],
            get["J024"]["value"],
            0.05,
            "JPY bn",
            ("J181", "J024"),
            "Not the same stage of the money: the announcement left out later wage revisions, the yearly budgets "
            "have them. Never set an announced total against budgets without saying so.",
        )


def closure(tables: Tables) -> Iterator[Record]:
    """FY2022-26: what the announced total leaves for labour, against the labour lines of fiscal 2021.

    (total - facilities - equipment - five utilities amounts - 5 x training) / 5 = labour a year.
    """
    get = rows_by_id(tables)
    utilities = ("J188", "J197", "J198", "J199", "J200")
    labour = ("M001", "M002")
    needed = ("J195", "J193", "J191", *utilities, *labour)
    if not all(r in get for r in needed):
        return
    left = get["J195"]["value"] - get["J193"]["value"] - get["J191"]["value"] - sum(get[u]["value"] for u in utilities)
    expected = sum(get[r]["value"] for r in labour)
    for training, tolerance, note in (
        ("J068", 0.1, "The announced total assumes no growth of wages at all, so budgets should come out above it."),
        (
            "J192",
            0.1,
            "Does not close, and shows which training line belongs here: 11.4 bn includes relocation booked under the "
            "Okinawa action committee and realignment, outside host-nation support.",
        ),
    ):
        if training in get:
            level = get[training]["value"]
            yield Record(
                "announcements",
                f"JP FY2022-26 closure, training at {level:g} a year",
                "what the announced total leaves for labour a year, against the labour lines of FY2021",
                expected,
                (left - 5 * level) / 5,
                tolerance,
                "JPY bn a year",
                (*needed, training),
                note,
            )


def one_deal_three_increases(tables: Tables) -> Iterator[Record]:
    """One deal, three increases: the same 1,055.1 bn against three bases. Expected: the figure in circulation."""
    get = rows_by_id(tables)
    if "J195" not in get:
        return
    total = get["J195"]["value"]
    for base, years, said, what in (
        ("J030", 5, 4.6, "against five times the budget of FY2021"),
        ("J024", 1, 7.7, "against the five initial budgets of FY2016-20"),
        ("J181", 1, 11.5, "against the total announced for FY2016-20"),
    ):
        if base in get:
            from_base = years * get[base]["value"]
            yield Record(
                "announcements", f"JP FY2022-26 increase {what}", f"1,055.1 bn {what}", said,
                100 * (total / from_base - 1), 0.05, "percent", ("J195", base),
                f"{total - from_base:+.1f} bn. All three are right; say which base is meant.",
            )  # fmt: skip


#: Agreement -> years it indexes, the rule, and the term rows that state rule and cap.
_INDEXED: tuple[tuple[str, range, str, float | None, tuple[str, ...]], ...] = (
    ("kr-sma-3", range(1997, 1999), "fixed", None, ("K-sma_agreement-005",)),
    ("kr-sma-6", range(2006, 2007), "fixed", None, ("K-sma_agreement-011",)),
    ("kr-sma-7", range(2008, 2009), "cpi", None, ("K-sma_agreement-014",)),
    ("kr-sma-8", range(2009, 2014), "cpi", 4.0, ("K-sma_agreement-016", "K-sma_agreement-016-cap")),
    ("kr-sma-9", range(2015, 2019), "cpi", 4.0, ("K-sma_agreement-021", "K-sma_agreement-021-cap")),
    ("kr-sma-11", range(2022, 2026), "defence", None, ("K-sma_agreement-031",)),
    ("kr-sma-12", range(2027, 2031), "cpi", 5.0, ("K-sma_agreement-037", "K-sma_agreement-038")),
)


def korean_index(tables: Tables) -> Iterator[Record]:
    """Each indexed year of the Korean agreements: last year's amount x (1 + index), against the amount in the table.

    The index is a fixed rate, consumer prices of two years before (one decimal, capped), or the growth of the
    defence budget in the year before.
    """
    amounts = _korean_amounts(tables)
    get = rows_by_id(tables)
    for agreement, years, rule, cap, terms in _INDEXED:
        if not all(t in get for t in terms):
            continue
        for year in years:
            if year not in amounts.index or year - 1 not in amounts.index:
                continue
            rate, index_rows, words = _index_rate(tables, rule, year, get, terms)
            if rate is None:
                continue
            applied = min(rate, cap) if cap is not None else rate
            before, now = amounts.loc[year - 1], amounts.loc[year]
            if before["currency"] != now["currency"]:
                continue
            derived = pd.notna(now["derivation"])
            yield Record(
                "Korean index",
                f"KR {year} ({agreement})",
                f"{before['value']:,g} x (1 + {applied:g}%), {words}"
                + (f", capped from {rate:g}" if applied < rate else ""),
                float(now["value"]),
                float(before["value"]) * (1 + applied / 100),
                _index_tolerance(now["currency"], float(before["value"]), applied),
                f"{now['currency']} bn",
                (before["id"], now["id"], *terms, *index_rows),
                "The amount is itself worked out by the rule; no page states it." if derived else "",
            )
    yield from _korean_chain(amounts, tables)


def _korean_amounts(tables: Tables) -> pd.DataFrame:
    rows = series_rows(tables)
    rows = rows[
        (rows["host"] == "KR") & (rows["scope"] == "sma_only") & (rows["category"] == "total")
        & rows["basis"].isin(["agreed", "estimate"]) & (rows["first_year"] == rows["last_year"])
    ]  # fmt: skip
    return rows.drop_duplicates("first_year").set_index("first_year")


def _index_rate(
    tables: Tables, rule: str, year: int, get: Mapping[str, pd.Series], terms: tuple[str, ...]
) -> tuple[float | None, tuple[str, ...], str]:
    if rule == "fixed":
        return float(get[terms[0]]["value"]), (), "fixed by the agreement"
    indicator, of_year, words = {
        "cpi": ("cpi_growth", year - 2, f"consumer prices of {year - 2}"),
        "defence": ("defence_budget_growth", year - 1, f"growth of the defence budget in {year - 1}"),
    }[rule]
    economy = tables["economy"]
    rows = economy[
        (economy["area"] == "KR") & (economy["indicator"] == indicator) & (economy["year"] == of_year)
        & (economy["role"] == "series")
    ]  # fmt: skip
    if rows.empty:
        return None, (), words
    return round(float(rows["value"].iloc[0]), 1), (str(rows["id"].iloc[0]),), words


def _index_tolerance(currency: str, before: float, percent: float) -> float:
    """Rounding of both amounts: dollars to 10 million, won to 0.1 bn. The rule itself rounds the index."""
    if currency == "USD":
        return 0.005 * (2 + percent / 100)
    return 0.1


def _korean_chain(amounts: pd.DataFrame, tables: Tables) -> Iterator[Record]:
    """The 11th agreement in one go: 2021 x the growth of four defence budgets = 2025."""
    years = range(2021, 2026)
    if not set(years) <= set(amounts.index):
        return
    value, used = float(amounts.loc[2021, "value"]), [amounts.loc[2021, "id"], amounts.loc[2025, "id"]]
    for year in years[1:]:
        rate, rows, _ = _index_rate(tables, "defence", year, {}, ())
        if rate is None:
            return
        value *= 1 + rate / 100
        used += rows
    yield Record(
        "Korean index", "KR 2021-25 chain", "1,183.3 x the growth of four defence budgets", 
        float(amounts.loc[2025, "value"]), value, 0.5, "KRW bn", tuple(used),
    )  # fmt: skip


def first_year_changes(tables: Tables) -> Iterator[Record]:
    """First-year changes: the percentage the agreement states against the two amounts."""
    rounds, terms = tables["rounds"], tables["agreement_terms"]
    stated = terms[terms["term"] == "first_year_increase"]
    for term in stated.itertuples():
        rows = rounds[rounds["agreement"] == term.agreement]
        if rows.empty or pd.isna(term.value):
            continue
        one = rows.iloc[0]
        found = 100 * (float(one["new_payment"]) / float(one["prior_payment"]) - 1)
        yield Record(
            "first-year changes", f"{one['host']} {one['first_year']} stated change", "new / prior payment - 1",
            float(term.value), found, 0.05, "percent", (term.id, one["id"], one["prior_row"], one["new_row"]),
        )  # fmt: skip


def founding(tables: Tables) -> Iterator[Record]:
    """The round figures of October 2020 against the rows: 8 bn dollars, 200 bn yen, 1.9 bn dollars, 54,000 troops.

    The round figures are those in which the question was put; 105 yen is the rate that joins 200 bn yen and 1.9 bn
    dollars. Expected: arithmetic of the round figures. Found: the same with the rows.
    """
    get = rows_by_id(tables)
    if not all(r in get for r in ("J029", "J207", "J312")):
        return
    ask, yen, heads, rate = get["J207"]["amount"], get["J029"]["value"], get["J312"]["count"], 105
    for name, what, expected, found, tolerance, unit, rows in (
        ("ask / payment", "8 / 1.9", 8 / 1.9, ask / (yen / rate), 0.05, "times", ("J207", "J029")),
        ("payment in dollars", "200 bn yen at 105", 200 / 105, yen / rate, 0.01, "USD bn", ("J029",)),
        ("yen per head", "200 bn yen / 54,000", 200e3 / 54e3, yen * 1e3 / heads, 0.05, "JPY m", ("J029", "J312")),
        ("dollars per head", "1.9 bn dollars / 54,000", 1.9e6 / 54e3, yen / rate * 1e6 / heads, 0.3, "USD thousand",
         ("J029", "J312")),
        ("gap to the ask", "8 bn dollars at 105 less 199.3 bn yen", 640.7, ask * rate - yen, 0.05, "JPY bn",
         ("J207", "J029")),
    ):  # fmt: skip
        yield Record("founding figures", name, what, float(expected), float(found), tolerance, unit, rows)
