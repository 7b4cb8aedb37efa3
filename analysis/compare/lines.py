"""What each country's line pays for, category by category, and what has no counterpart."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import charts, formats
from analysis.case import Case
from analysis.comparison import payment_line
from analysis.exhibit import Column, Exhibit, figure, table
from analysis.history import REST, bill_by_category
from analysis.theme import COLOURS

HOSTS = ("JP", "KR")
INSIDE, OUTSIDE = "within the line", "outside both lines"
NO_LINE = "no such line"


@dataclass(frozen=True)
class Row:
    """One row of the map: the tables' categories of each host, the colour, and why a side is blank."""

    name: str
    japan: tuple[str, ...]
    korea: tuple[str, ...]
    why: str
    colour: str


#: Categories of the two lines set beside each other.
MAP = (
    Row("Base workers: pay, allowances, welfare", ("labour_sma", "labour_welfare"), ("labour",), "", "labour"),
    Row("Buildings and facilities", ("fip",), ("construction",), "", "facilities"),
    Row("Utilities", ("utilities",), (), f"South Korea: {NO_LINE} in the agreement", "utilities"),
    Row("Logistics", (), ("logistics",), f"Japan: {NO_LINE} in the budget", "logistics"),
    Row("Training relocation", ("training",), (), f"South Korea: {NO_LINE} in the agreement", "training"),
    Row("Training equipment", ("equipment",), (), f"South Korea: {NO_LINE} in the agreement", "equipment"),
)
#: Lines that stand outside both: name, scope and category by host, why a side is blank.
BEYOND = (
    ("Rent for land", ("stationing_related", "rent"), None, "South Korea: counted as rent forgone, below"),
    ("Measures around bases", ("stationing_related", "base_area"), ("broad_direct", "base_area"), ""),
    ("Rent forgone", None, ("indirect", "rent_forgone"), "Japan: no amount apart on record; indirect, never added"),
    ("Soldiers lent to U.S. units", None, ("indirect", "katusa"), "Japan: no counterpart; indirect, never added"),
)


def split_year(case: Case, host: str) -> pd.DataFrame:
    """The latest bill of a host that was published in all its parts: year, category, value, id, confidence."""
    bill = bill_by_category(case.table("payments"), host, *payment_line(case.table("hosts"), host))
    open_years = set(bill.loc[bill["category"] == REST, "year"])
    full = bill[~bill["year"].isin(open_years)]
    return full[full["year"] == full["year"].max()].reset_index(drop=True)


def mapped(case: Case) -> pd.DataFrame:
    """The map in figures: part, category, and for each host value (bn, local; missing = blank), share, year; why, ids."""
    bills = {h: split_year(case, h) for h in HOSTS}
    records = []
    for row in MAP:
        wanted = {"JP": row.japan, "KR": row.korea}
        parts = {h: bills[h][bills[h]["category"].isin(wanted[h])] for h in HOSTS}
        if all(part.empty for part in parts.values()):
            records += _added_since(case, row)
            continue
        record = {"part": INSIDE, "category": row.name, "why": row.why or None, "colour": row.colour}
        for host, part in parts.items():
            total = float(bills[host]["value"].sum())
            record |= _side(host, float(part["value"].sum()) if len(part) else None, list(part["id"]), total)
            record[f"{host}_year"] = int(bills[host]["year"].iloc[0])
        records.append(record)
    return pd.DataFrame([*records, *_beyond(case)])


def _added_since(case: Case, row: Row) -> list[dict[str, object]]:
    """A category of Japan's line that is younger than the last full split, at its latest amount; none where unknown."""
    scope, _ = payment_line(case.table("hosts"), "JP")
    found = _latest(case, "JP", scope, row.japan[0])
    if found is None:
        return []
    record = {"part": INSIDE, "category": row.name, "why": row.why or None, "colour": row.colour}
    record |= _side("JP", float(found["value"]), [str(found["id"])], None) | _side("KR", None, [], None)
    return [record | {"JP_year": int(found["first_year"]), "KR_year": None}]


def _side(host: str, value: float | None, ids: list[str], total: float | None) -> dict[str, object]:
    share = 100 * value / total if value is not None and total else float("nan")
    return {host: float("nan") if value is None else value, f"{host}_share": share, f"{host}_ids": ids}


def _beyond(case: Case) -> list[dict[str, object]]:
    records = []
    for name, japan, korea, why in BEYOND:
        record: dict[str, object] = {"part": OUTSIDE, "category": name, "why": why or None, "colour": "other"}
        for host, line in (("JP", japan), ("KR", korea)):
            found = _latest(case, host, *line) if line else None
            known = found is not None
            record |= _side(host, float(found["value"]) if known else None, [str(found["id"])] if known else [], None)
            record[f"{host}_year"] = int(found["first_year"]) if known else None
        records.append(record)
    return records


def _latest(case: Case, host: str, scope: str, category: str) -> pd.Series | None:
    rows = case.table("payments")
    rows = rows[rows["host"].eq(host) & rows["scope"].eq(scope) & rows["category"].eq(category)]
    rows = rows[rows["role"].eq("series") & rows["first_year"].eq(rows["last_year"])]
    return rows.sort_values("first_year").iloc[-1] if len(rows) else None


def composition(case: Case) -> Exhibit:
    """Figure: the two lines in percent, one bar each, parts with a counterpart in the same colour."""
    frame = mapped(case)
    inside = frame[frame["part"] == INSIDE]
    parts = []
    for host in HOSTS:
        year = formats.year(int(inside[f"{host}_year"].iloc[0]), str(case.table("hosts").loc[host, "year_type"]))
        for row in inside[inside[f"{host}_share"].notna()].to_dict("records"):
            share = row[f"{host}_share"]
            parts.append(
                {
                    "label": f"{case.name(host)}, {year}",
                    "category": row["category"],
                    "value": share,
                    "shown": formats.percent(share) if share > 4.5 else "",
                    "dark": row["colour"] in ("labour", "facilities"),
                }
            )
    shown = pd.DataFrame(parts)
    labour = inside[inside["colour"] == "labour"].iloc[0]
    ids = [i for host in HOSTS for i in split_year(case, host)["id"]]
    japan, korea = (_share_quote(case, host, labour) for host in HOSTS)
    drawn = inside[inside["category"].isin(shown["category"])]
    colours = {row["category"]: COLOURS[row["colour"]] for row in drawn.to_dict("records")}
    return figure(
        charts.stacked_bill(shown, list(colours), colours, "percent of the line"),
        shown[["label", "category", "value"]],
        id="fig-lines",
        title=f"Wages are {japan} of Japan's line and {korea} of South Korea's: the two do not pay for the same things",
        subtitle="Host-nation support (Japan) and Special Measures Agreement (South Korea) by category, percent of each line, "
        "latest year published in full",
        source=case.ledger.source_line(*ids),
        alt="Stacked bars. " + "; ".join(f"{r.label}: {r.category} {r.value:.0f}%" for r in shown.itertuples()) + ".",
    )


def _share_quote(case: Case, host: str, labour: pd.Series):
    share = float(labour[f"{host}_share"])
    every = split_year(case, host)["id"]
    return case.ledger.quote(
        f"compare.labour_share.{host.lower()}",
        share,
        "percent of the line",
        formats.percent(share),
        rows=every,
        formula="labour / sum of the parts of the year",
    )


def category_map(case: Case) -> Exhibit:
    """Table: the map in amounts, with a word on every blank."""
    frame = mapped(case)
    for row in frame.to_dict("records"):
        for host in HOSTS:
            if pd.notna(row[host]):
                currency = str(case.table("hosts").loc[host, "currency"])
                name = "_".join(row["category"].lower().replace(":", "").replace(",", "").split())
                case.ledger.quote(
                    f"compare.line.{name}.{host.lower()}",
                    row[host],
                    f"{currency} bn",
                    formats.money(row[host], currency, 1),
                    rows=row[f"{host}_ids"],
                )
    years = {h: int(frame.loc[frame["part"] == INSIDE, f"{h}_year"].iloc[0]) for h in HOSTS}
    kinds = {h: str(case.table("hosts").loc[h, "year_type"]) for h in HOSTS}
    frame["cited"] = [case.cite(*row["JP_ids"], *row["KR_ids"]) for row in frame.to_dict("records")]
    frame["when"] = [_when(row, years, kinds) for row in frame.to_dict("records")]
    number = lambda v: formats.plain(v, 1)  # noqa: E731 - one use, as a column formatter
    for host in HOSTS:
        frame[f"{host}_ids"] = [" ".join(ids) for ids in frame[f"{host}_ids"]]
    return table(
        frame.drop(columns=["colour"]),
        [
            Column("category", "Category"),
            Column("part", "Where"),
            Column("JP", f"Japan {formats.year(years['JP'], kinds['JP'])}, bn JPY", "right", number),
            Column("JP_share", "% of line", "right", number),
            Column("KR", f"South Korea {years['KR']}, bn KRW", "right", number),
            Column("KR_share", "% of line", "right", number),
            Column("when", "Year, if another"),
            Column("why", "Why blank"),
            Column("cited", "Source", text=str),
        ],
        id="tab-lines",
        title="What one line holds and the other does not",
        subtitle="Amounts of the latest year published in full, local currency; lines outside both in the latest year on record",
        source="",
        notes=[
            "Rows outside the lines are other budget scopes and are not added to them. South Korea's combined defence projects "
            "are part of construction since 2009."
        ],
    )


def _when(row: dict, years: dict[str, int], kinds: dict[str, str]) -> str | None:
    """The years of a row's amounts where they are not those of the column heads."""
    said = [
        f"{name} {formats.year(int(row[f'{host}_year']), kinds[host])}"
        for host, name in (("JP", "Japan"), ("KR", "South Korea"))
        if pd.notna(row[f"{host}_year"]) and int(row[f"{host}_year"]) != years[host]
    ]
    return "; ".join(said) or None
