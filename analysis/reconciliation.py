"""Do the figures agree with each other? Sums, closures, chains and ratios, each with its tolerance.

Every record says what was expected, what the rows give, and whether the two meet. Where they do not, a note says
why; a gap in a series leaves a record open and is never filled. A difference without a note is an error of the
data and is treated as one by `make check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

import pandas as pd

from analysis.recompute import half_step

Tables = Mapping[str, pd.DataFrame]

YES, NO, OPEN = "yes", "no", "open"


@dataclass(frozen=True)
class Record:
    """One comparison: `difference` is found minus expected, `closes` is yes, no, or open where rows are missing."""

    group: str
    name: str
    what: str
    expected: float
    found: float
    tolerance: float
    unit: str
    rows: tuple[str, ...]
    note: str = ""
    open: bool = False

    @property
    def difference(self) -> float:
        """Found minus expected."""
        return self.found - self.expected

    @property
    def closes(self) -> str:
        """`yes` within the tolerance, `open` where the rows cannot settle it, else `no`."""
        if self.open:
            return OPEN
        return YES if abs(self.difference) <= self.tolerance + 1e-9 else NO


def records(tables: Tables) -> list[Record]:
    """All comparisons the given tables allow; one whose rows were not yet public is left out."""
    found: list[Record] = []
    for build in _GROUPS:
        found += build(tables)
    return found


def frame(found: list[Record]) -> pd.DataFrame:
    """The records as a table: group, name, what, expected, found, difference, tolerance, unit, closes, note, rows."""
    columns = [
        *["group", "name", "what", "expected", "found", "difference", "tolerance", "unit", "closes", "note", "rows"],
    ]
    rows = [asdict(r) | {"difference": r.difference, "closes": r.closes} for r in found]
    return pd.DataFrame(rows, columns=columns)


def reconciliation(tables: Tables) -> pd.DataFrame:
    """The annex table: `frame(records(tables))`."""
    return frame(records(tables))


# ----------------------------------------------------------------------------------------------- sums of categories

#: total -> the parts that make it up when all of them are there; each part once, no subtotal beside its members.
_PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "hns_budget": {
        "total": ("labour_sma", "labour_welfare", "utilities", "training", "fip"),
        "sma_subtotal": ("labour_sma", "utilities", "training"),
        "sofa_subtotal": ("labour_welfare", "fip"),
    },
    "sma_only": {"total": ("labour", "construction", "logistics")},
    "stationing_related": {"non_hns_subtotal": ("base_area", "rent", "facility_relocation", "other_stationing")},
    "broad_direct": {"total": ("construction", "defence_follow_on")},
}
#: Parts that also belong to a total once they exist.
_LATER_PARTS = {("hns_budget", "total"): ("equipment",), ("hns_budget", "sma_subtotal"): ("equipment",)}
_KEY = ["host", "first_year", "last_year", "year_type", "scope", "basis", "currency"]


def _category_sums(tables: Tables) -> Iterator[Record]:
    payments = _series(tables)
    for key, rows in payments.groupby(_KEY, sort=False):
        tags = dict(zip(_KEY, key, strict=True))
        by_category = rows.set_index("category")
        for whole, parts in _PARTS.get(tags["scope"], {}).items():
            if whole not in by_category.index or not set(parts) <= set(by_category.index):
                continue
            later = [c for c in _LATER_PARTS.get((tags["scope"], whole), ()) if c in by_category.index]
            yield _sum(tags, by_category, whole, [*parts, *later])


def _sum(tags: Mapping[str, object], rows: pd.DataFrame, whole: str, parts: list[str]) -> Record:
    chosen = rows.loc[[whole, *parts]]
    year = (
        f"{tags['first_year']}"
        if tags["first_year"] == tags["last_year"]
        else f"{tags['first_year']}-{tags['last_year']}"
    )
    name = f"{tags['host']} {tags['year_type']}{year} {tags['scope']} {whole} ({tags['basis']})"
    return Record(
        "category sums",
        name,
        f"{' + '.join(parts)} = {whole}",
        float(rows.loc[whole, "value"]),
        float(rows.loc[parts, "value"].sum()),
        _rounding(chosen["value"]),
        f"{tags['currency']} bn",
        tuple(chosen["id"]),
    )


def _rounding(values: pd.Series) -> float:
    """What rounding alone can do to a sum: half a step of the coarsest number, for each number in it.

    A whole number may have been rounded to a decimal that happens to be zero, so 0.05 is the coarsest step assumed.
    """
    step = max(min(half_step(v), 0.05) for v in values)
    return round(step * min(len(values), 3), 6)


def _wider_sums(tables: Tables) -> Iterator[Record]:
    """Totals that add other scopes, and sums whose parts stand in different tables or currencies."""
    get = _getter(tables)
    for name, what, whole, parts, tolerance, note in (
        ("JP FY2015 stationing-related", "host-nation support + other lines", "J121", ["J022", "J126"], 0.1, ""),
        ("JP FY2015 ministry envelope", "stationing-related + SACO + realignment", "J134",
         ["J121", "J127", "J128"], 0.1, ""),
        ("JP 2002 direct and indirect", "direct + indirect, Pentagon's compendium", "K-compendium_2004-004",
         ["K-compendium_2004-005", "K-compendium_2004-006"], 0.001, ""),
        ("KR 2002 direct and indirect", "direct + indirect, Pentagon's compendium", "K-compendium_2004-001",
         ["K-compendium_2004-002", "K-compendium_2004-003"], 0.001, ""),
        ("KR 2020 agreed and payable", "prepaid wages + what remained payable", "K-sma_contribution-030",
         ["K-sma_deduction-001", "K-sma_contribution_net-001"], 0.1, ""),
        ("KR 2015 direct support", "the lines that could be read", "K-wider_support-001",
         [f"K-wider_support-{n:03}" for n in (2, 3, 4, 5, 6, 7)], 0.1,
         "The page of the white paper breaks off before the last lines, so the parts fall short."),
    ):  # fmt: skip
        if all(r in get for r in (whole, *parts)):
            total, found = get[whole], sum(get[p]["value"] for p in parts)
            unit = f"{total['currency']} bn"
            yield Record("category sums", name, what, total["value"], found, tolerance, unit, (whole, *parts), note)
    if all(r in get for r in ("K-sma_contribution_alt-001", *(f"K-sma_component-{n:03}" for n in (10, 11, 12, 13)))):
        won = get["K-sma_component-010"]["value"] + get["K-sma_component-011"]["value"]
        dollars = get["K-sma_component-012"]["value"] + get["K-sma_component-013"]["value"]
        yield Record(
            "category sums",
            "KR 1999 SMA parts, planned",
            "labour and logistics in won at 1,300 + construction and defence improvement in dollars",
            get["K-sma_contribution_alt-001"]["value"],
            won / 1300 + dollars,
            0.001,
            "USD bn",
            ("K-sma_contribution_alt-001", *(f"K-sma_component-{n:03}" for n in (10, 11, 12, 13))),
            "The newspaper prints parts and total that do not meet; 1,300 won a dollar is its own rate.",
        )


def _us_costs(tables: Tables) -> Iterator[Record]:
    """The Pentagon's cost summary: parts against total, and the press's division by heads."""
    costs = tables["us_costs"]
    costs = costs[costs["year_type"] == "USFY"]
    heads = {"JP": 54_000, "KR": 28_500}  # the head-counts named by the newspaper that did the division
    for host, rows in costs.groupby("host", sort=False):
        by_category = rows.set_index("category")
        parts = [c for c in by_category.index if c not in ("total", "per_person")]
        if "total" not in by_category.index or len(parts) < 5:
            continue
        total = by_category.loc["total"]
        sources = by_category.loc[["total", *parts], "id"]
        found = float(by_category.loc[parts, "value"].sum())
        what = "five cost categories = total"
        yield Record(
            "U.S. costs", f"{host} USFY2020 cost summary", what, float(total["value"]), found, 0.00025, "USD bn",
            tuple(sources),
        )  # fmt: skip
        if "per_person" in by_category.index and host in heads:
            each = by_category.loc["per_person"]
            yield Record(
                "U.S. costs", f"{host} USFY2020 cost per head", f"total / {heads[host]:,} troops", float(each["value"]),
                float(total["value"]) * 1e9 / heads[host], 1.0, "USD", (total["id"], each["id"]),
            )  # fmt: skip


# ------------------------------------------------------------------------------------- Japan: long sums and closures


def _long_sum(tables: Tables) -> Iterator[Record]:
    """HNS FY1978-2024 against the ministry's sum: what is known, and what must lie in the years without a figure."""
    get = _getter(tables)
    if "J002" not in get:
        return
    sum_of_all = get["J002"]
    first, last = int(sum_of_all["first_year"]), int(sum_of_all["last_year"])
    known = _known_years(tables, first, last)
    years = {y for row in known.itertuples() for y in range(row.first_year, row.last_year + 1)}
    gaps = [y for y in range(first, last + 1) if y not in years]
    total, found = float(sum_of_all["value"]), float(known["value"].sum())
    missing = total - found
    line = _straight_lines(known, gaps)
    yield Record(
        "long sums",
        f"JP HNS FY{first}-{last}",
        f"sum of the {len(years)} years with an initial budget, against the ministry's sum of all {last - first + 1}",
        total,
        found,
        0.05 * len(years),
        "JPY bn",
        ("J002", *known["id"]),
        f"Open: no initial budget is known for {_spans(gaps)}. These {len(gaps)} years must hold {missing:,.1f} bn, "
        f"{missing / len(gaps):.1f} a year; straight lines between the known years would give {line:,.1f}. "
        "The gaps are shown as gaps.",
        open=True,
    )


def _known_years(tables: Tables, first: int, last: int) -> pd.DataFrame:
    """Initial budgets within the span, without overlap: single years, then sums of years not known singly."""
    rows = _series(tables)
    rows = rows[
        (rows["host"] == "JP")
        & (rows["scope"] == "hns_budget")
        & (rows["category"] == "total")
        & (rows["basis"] == "initial_budget")
        & rows["first_year"].between(first, last)
        & rows["last_year"].between(first, last)
    ]
    taken: set[int] = set()
    chosen = []
    for row in rows.sort_values(["first_year"]).sort_values("last_year", kind="stable").itertuples():
        if row.first_year == row.last_year:
            taken.add(row.first_year)
            chosen.append(row.id)
    for row in rows.itertuples():
        span = set(range(row.first_year, row.last_year + 1))
        if len(span) > 1 and not span & taken:
            taken |= span
            chosen.append(row.id)
    return rows.loc[chosen].sort_values("first_year")


def _straight_lines(known: pd.DataFrame, gaps: list[int]) -> float:
    """What the gap years would add to if each lay on the line between its neighbours: a yardstick, not a filling."""
    middle = (known["first_year"] + known["last_year"]).astype(float) / 2
    each = known["value"].astype(float) / (known["last_year"] - known["first_year"] + 1).astype(float)
    points = pd.Series(each.to_numpy(), index=middle.to_numpy())
    line = points.reindex(points.index.union(pd.Index([float(y) for y in gaps]))).interpolate(method="index")
    return float(line.loc[[float(y) for y in gaps]].sum())


def _spans(years: list[int]) -> str:
    """Years in words: FY1981-84, 1986-88."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    words = [f"{r[0]}" if len(r) == 1 else f"{r[0]}-{r[-1] % 100:02}" for r in runs]
    return "FY" + ", ".join(words)


def _announced(tables: Tables) -> Iterator[Record]:
    """Announced five-year totals against their own averages, and against what was then budgeted."""
    get = _getter(tables)
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


def _closure(tables: Tables) -> Iterator[Record]:
    """FY2022-26: what the announced total leaves for labour, against the labour lines of fiscal 2021.

    (total - facilities - equipment - five utilities amounts - 5 x training) / 5 = labour a year.
    """
    get = _getter(tables)
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


def _one_deal_three_increases(tables: Tables) -> Iterator[Record]:
    """One deal, three increases: the same 1,055.1 bn against three bases. Expected: the figure in circulation."""
    get = _getter(tables)
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


# --------------------------------------------------------------------------------------- Korea: the index, year by year

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


def _korean_index(tables: Tables) -> Iterator[Record]:
    """Each indexed year of the Korean agreements: last year's amount x (1 + index), against the amount in the table.

    The index is a fixed rate, consumer prices of two years before (one decimal, capped), or the growth of the
    defence budget in the year before.
    """
    amounts = _korean_amounts(tables)
    get = _getter(tables)
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
    rows = _series(tables)
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


def _first_year_changes(tables: Tables) -> Iterator[Record]:
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


# --------------------------------------------------------------------------------------------- GAO, heads and ratios


def _gao(tables: Tables) -> Iterator[Record]:
    """GAO 2016-19: host support and U.S. obligations as four-year sums, the share between them."""
    get = _getter(tables)
    for host, support, obligations, share in (
        ("JP", "J400", "J399", "K-gao_derived-002"),
        ("KR", "K-gao-002", "K-gao-001", "K-gao_derived-001"),
    ):
        if not all(r in get for r in (support, obligations, share)):
            continue
        paid, spent = get[support]["value"], get[obligations]["value"]
        yield Record(
            "GAO 2016-19", f"{host} share of direct cost", "host support / (host support + U.S. obligations)",
            get[share]["value"], 100 * paid / (paid + spent), 0.05, "percent", (support, obligations, share),
        )  # fmt: skip
        yield Record(
            "GAO 2016-19",
            f"{host} four-year sums, a year",
            "sum of the four yearly amounts, against the printed four-year sum",
            spent,
            float("nan"),
            0.05,
            "USD bn",
            (obligations, support),
            f"Open: the yearly amounts could not be read. On average {spent / 4:.2f} bn of obligations and "
            f"{paid / 4:.2f} bn of host support a year.",
            open=True,
        )


def _services(tables: Tables) -> Iterator[Record]:
    """Army, Navy, Marine Corps, Air Force (and later services) against the total of the same date and definition.

    Where they differ, the row's note must state the sum that was found; any other sum is an error of the data.
    """
    troops = tables["troops"]
    rows = troops[(troops["component"] == "active_duty") & (troops["role"] != "artefact")]
    services = rows[(rows["service"] != "total") & (rows["role"] == "series")]
    wide = services.pivot_table(
        index=["host", "date", "definition"], columns="service", values="count", aggfunc="first"
    )
    main = ["army", "navy", "marine_corps", "air_force"]
    if not set(main) <= set(wide.columns):
        return
    sums = wide[wide[main].notna().all(axis=1)].sum(axis=1)
    totals = rows[rows["service"] == "total"].sort_values("role", ascending=False)  # `series` before `check`
    totals = totals.drop_duplicates(["host", "date", "definition"]).set_index(["host", "date", "definition"])
    both = sums.index.intersection(totals.index)
    for host in dict.fromkeys(both.get_level_values("host")):
        keys = [key for key in both if key[0] == host]
        exact = sum(sums[key] == totals.loc[key, "count"] for key in keys)
        yield Record(
            "services and totals", f"{host}, all dates", "dates on which the services add to the total",
            len(keys), exact, 0, "dates", (),
            "" if exact == len(keys) else "The dates that differ follow, each with the sum its note states.",
        )  # fmt: skip
    for key in both:
        total, found = totals.loc[key], float(sums[key])
        if found != total["count"]:
            note = str(total["note"]) if pd.notna(total["note"]) else ""
            yield Record(
                "services and totals", f"{key[0]} {key[1]}", "services = total", float(total["count"]), found, 0,
                "persons", (str(total["id"]),), note if f"{found:,.0f}" in note else "",
            )  # fmt: skip


def _founding(tables: Tables) -> Iterator[Record]:
    """The round figures of October 2020 against the rows: 8 bn dollars, 200 bn yen, 1.9 bn dollars, 54,000 troops.

    The round figures are those in which the question was put; 105 yen is the rate that joins 200 bn yen and 1.9 bn
    dollars. Expected: arithmetic of the round figures. Found: the same with the rows.
    """
    get = _getter(tables)
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


_GROUPS: tuple[Callable[[Tables], Iterator[Record]], ...] = (
    _category_sums,
    _wider_sums,
    _us_costs,
    _long_sum,
    _announced,
    _closure,
    _one_deal_three_increases,
    _korean_index,
    _first_year_changes,
    _gao,
    _services,
    _founding,
)


# ------------------------------------------------------------------------------------------------------------- helpers


def _series(tables: Tables) -> pd.DataFrame:
    payments = tables["payments"]
    return payments[payments["role"] == "series"]


class _Rows(Mapping):
    """Rows by id from the tables the records draw on."""

    _NAMES = ("payments", "agreement_terms", "asks", "us_costs", "shares", "troops")

    def __init__(self, tables: Tables) -> None:
        self._frames = [tables[n] for n in self._NAMES if n in tables]

    def __getitem__(self, key: str) -> pd.Series:
        for one in self._frames:
            if key in one.index:
                return one.loc[key]
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(key in one.index for one in self._frames)

    def __iter__(self):
        return (key for one in self._frames for key in one.index)

    def __len__(self) -> int:
        return sum(len(one) for one in self._frames)


def _getter(tables: Tables) -> _Rows:
    return _Rows(tables)
