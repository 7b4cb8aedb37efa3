"""Sums that must close: categories, wider envelopes, the long series of payments, U.S. accounts, the services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from analysis.recompute import half_step
from analysis.reconciliation_record import Record, Tables, rows_by_id, series_rows

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


def category_sums(tables: Tables) -> Iterator[Record]:
    """Totals against the sum of their categories, where all categories are known."""
    payments = series_rows(tables)
    payments = payments[payments.groupby(_KEY)["id"].transform("size") > 2]  # a total and two parts at least
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


def wider_sums(tables: Tables) -> Iterator[Record]:
    """Totals that add other scopes, and sums whose parts stand in different tables or currencies."""
    get = rows_by_id(tables)
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


def us_costs(tables: Tables) -> Iterator[Record]:
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


def long_sum(tables: Tables) -> Iterator[Record]:
    """HNS FY1978-2024 against the ministry's sum: what is known, and what must lie in the years without a figure."""
    get = rows_by_id(tables)
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
    rows = series_rows(tables)
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


def gao(tables: Tables) -> Iterator[Record]:
    """GAO 2016-19: host support and U.S. obligations as four-year sums, the share between them."""
    get = rows_by_id(tables)
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


def services(tables: Tables) -> Iterator[Record]:
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
