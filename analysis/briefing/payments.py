"""What the host pays: the yearly line since its beginning, and what it is made of."""

from __future__ import annotations

import pandas as pd

from analysis import charts, formats
from analysis.case import Case
from analysis.comparison import payment_line
from analysis.exhibit import Column, Exhibit, figure, prose, table
from analysis.history import REST, agreement_spans, bill_by_category, yearly_totals
from analysis.theme import COLOURS

#: Categories as printed, in the order of the bill, with their colour.
CATEGORIES = {
    "labour_sma": ("Base workers: pay", "labour"),
    "labour_welfare": ("Base workers: welfare", "welfare"),
    "labour": ("Labour", "labour"),
    "utilities": ("Utilities", "utilities"),
    "logistics": ("Logistics", "logistics"),
    "training": ("Training relocation", "training"),
    "equipment": ("Training equipment", "equipment"),
    "fip": ("Facilities (FIP)", "facilities"),
    "construction": ("Construction", "construction"),
    "combined_defence_improvement": ("Combined defence projects", "other"),
    REST: ("Not published apart", "other"),
}


#: Terms of an agreement worth a reader's time, in the tables' words.
TERMS = (
    "worker_cap",
    "utilities_share",
    "utilities_ceiling",
    "fip_floor",
    "fip_maximum",
    "equipment_total",
    "indexation",
    "annual_rise_cap",
    "first_year_increase",
)


def _line(case: Case) -> tuple[str, str]:
    return payment_line(case.table("hosts"), case.scenario.host)


def _year(case: Case, year: int) -> str:
    return formats.year(year, case.scenario.horizon.year_type)


def history(case: Case) -> Exhibit:
    """Figure: the yearly total since the first year, agreements as bands, gaps left open."""
    host, (scope, basis) = case.scenario.host, _line(case)
    totals = yearly_totals(case.table("payments"), host, scope, basis)
    spans = agreement_spans(case.table("agreements"), host)
    spans = spans[spans["last"].fillna(9999) > int(totals["year"].min())]
    spans = spans.assign(name=[str(first) for first in spans["first"]])
    spans["first"] = spans["first"].clip(lower=int(totals["year"].min()))
    known = totals.dropna(subset=["value"])
    peak, latest = known.loc[known["value"].idxmax()], known.iloc[-1]
    notes = {int(r["year"]): f"{r['value']:,.1f}" for r in (peak, latest)}
    totals["note"] = [notes.get(int(y), "") for y in totals["year"]]
    outturns = yearly_totals(case.table("payments"), host, scope, "outturn").dropna(subset=["value"])
    outturns = outturns.assign(note="") if basis != "outturn" else outturns.head(0)
    lowest = (
        known[known["year"] > peak["year"]]["value"].min() if peak["year"] < latest["year"] else known["value"].min()
    )
    low = known[known["value"] == lowest].iloc[-1]
    span = formats.years(int(known["year"].min()), int(latest["year"]), case.scenario.horizon.year_type)
    missing = len(totals) - len(known)
    if peak["year"] == latest["year"]:
        title = f"The payment has never been higher than in {_year(case, int(latest['year']))}"
    else:
        share = 100 * (latest["value"] / peak["value"] - 1)
        title = (
            f"The bill peaked in {_year(case, int(peak['year']))}, fell by {formats.percent(100 * (1 - lowest / peak['value']))} and crept back: "
            f"today {formats.change(share, 0)} against the peak"
            if lowest < 0.75 * peak["value"]
            else f"Today's bill stands {formats.change(share, 0)} against its peak of {_year(case, int(peak['year']))}"
        )
    data = pd.concat([totals.assign(series="initial budget"), outturns.assign(series="outturn")])
    return figure(
        charts.payment_history(totals, outturns, spans, f"bn {case.currency}"),
        data[["series", "year", "value", "id", "confidence"]],
        id="fig-payment-history",
        title=title,
        subtitle=(
            f"{case.host['line_name']}, {span}, bn {case.currency}, nominal; line: {basis.replace('_', ' ')}"
            + ("; open circles: outturn" if len(outturns) else "")
            + "; bands: agreements by first year"
            + (f"; {formats.counted(missing, 'year')} without a published total left open" if missing else "")
        ),
        source=case.ledger.source_line(*known["id"], *outturns["id"]),
        alt=(
            f"Line chart. {_year(case, int(peak['year']))} is highest with {formats.money(peak['value'], case.currency, 1)}, "
            f"{_year(case, int(low['year']))} lowest since then with {formats.money(low['value'], case.currency, 1)}, "
            f"{_year(case, int(latest['year']))} stands at {formats.money(latest['value'], case.currency, 1)}."
        ),
    )


def categories(case: Case) -> Exhibit:
    """Figure: what the bill is made of, for the years that were published in full and the latest."""
    parts = _bill(case)
    order = [words for key, (words, _) in CATEGORIES.items() if key in set(parts["category"])]
    colours = {words: COLOURS[colour] for words, colour in CATEGORIES.values()}
    shown = pd.DataFrame(
        {
            "label": [_year(case, int(y)) for y in parts["year"]],
            "category": [CATEGORIES[c][0] for c in parts["category"]],
            "value": parts["value"],
            "shown": [
                f"{v:.1f}" if v > 0.045 * parts.groupby("year")["value"].sum().max() else "" for v in parts["value"]
            ],
            "dark": [CATEGORIES[c][1] in ("labour", "facilities", "construction") for c in parts["category"]],
        }
    )
    full = parts[~parts["year"].isin(parts.loc[parts["category"] == REST, "year"])]
    last = full[full["year"] == full["year"].max()]
    labour = last[last["category"].str.startswith("labour")]
    share = 100 * labour["value"].sum() / last["value"].sum()
    quoted = case.ledger.quote(
        "labour_share", share, "percent", formats.percent(share), rows=last["id"], formula="labour / total of the year"
    )
    rest = parts[parts["category"] == REST]
    note = (
        f" {_year(case, int(rest['year'].iloc[0]))}: labour and facilities together, their split was not public"
        if len(rest)
        else ""
    )
    return figure(
        charts.stacked_bill(shown, order, colours, f"bn {case.currency}"),
        parts,
        id="fig-categories",
        title=f"Wages of base workers are {quoted} of the bill in the last year published in full",
        subtitle=f"{case.host['line_name']} by category, bn {case.currency}, initial budget.{note}",
        source=case.ledger.source_line(*parts["id"]),
        alt="Stacked bars. " + "; ".join(f"{r.label}: {r.category} {r.value:.1f}" for r in shown.itertuples()) + ".",
    )


def _bill(case: Case) -> pd.DataFrame:
    scope, basis = _line(case)
    return bill_by_category(case.table("payments"), case.scenario.host, scope, basis)


def category_table(case: Case) -> Exhibit:
    """Table: the same bill in figures, one column a year, with the share of the last full year."""
    parts = _bill(case)
    years = sorted(parts["year"].unique())
    wide = parts.pivot_table(index="category", columns="year", values="value", aggfunc="sum", sort=False)
    wide = wide.reindex([c for c in CATEGORIES if c in wide.index])
    wide.loc["total"] = wide.sum()
    frame = wide.reset_index().rename(columns={y: f"y{y}" for y in years})
    frame["name"] = [CATEGORIES[c][0] if c in CATEGORIES else "Total" for c in frame["category"]]
    columns = [Column("name", "Category")]
    columns += [Column(f"y{y}", _year(case, int(y)), "right", lambda v: formats.plain(v, 1)) for y in years]
    weak = sorted({int(y) for y, c in zip(parts["year"], parts["confidence"], strict=True) if c == "C"})
    notes = [f"Confidence C (one source, or worked out) in {', '.join(_year(case, y) for y in weak)}."] if weak else []
    return table(
        frame[["name", *[f"y{y}" for y in years]]],
        columns,
        id="tab-categories",
        title="The same bill in figures",
        subtitle=f"{case.host['line_name']}, bn {case.currency}, initial budget; parts may not add up because of rounding",
        source=case.ledger.source_line(*parts["id"]),
        notes=notes,
        strong_rows=lambda row: row["name"] == "Total",
    )


def text(case: Case) -> Exhibit:
    """Paragraph: size of the bill, its course, and the terms that fix it."""
    scope, basis = _line(case)
    totals = yearly_totals(case.table("payments"), case.scenario.host, scope, basis).dropna(subset=["value"])
    latest, peak = totals.iloc[-1], totals.loc[totals["value"].idxmax()]
    paid = case.quote_row("latest_payment", latest["id"], formats.money(latest["value"], case.currency, 1))
    high = case.quote_row("peak_payment", peak["id"], formats.money(peak["value"], case.currency, 1))
    terms = case.table("agreement_terms")
    current = _current_agreement(case)
    lines = [
        f"{case.host['name']} budgets {paid} for {_year(case, int(latest['year']))}{case.cite(latest['id'])}"
        + (
            f", against {high} at the peak of {_year(case, int(peak['year']))}{case.cite(peak['id'])}."
            if peak["id"] != latest["id"]
            else ", the highest yearly figure so far."
        )
    ]
    if current is not None:
        said = terms[(terms["agreement"] == current["id"]) & terms["term"].isin(TERMS) & terms["text"].notna()]
        rules = [r.rstrip(".")[:1].lower() + r.rstrip(".")[1:] for r in said["text"] if not r.startswith("Japan")]
        rules += [r.rstrip(".") for r in said["text"] if r.startswith("Japan")]
        if rules:
            lines.append(f"The {current['title']} sets the terms: {'; '.join(rules)}{case.cite(*said['id'])}.")
    return prose(" ".join(lines))


def _current_agreement(case: Case) -> pd.Series | None:
    rows = case.table("agreements")
    day = case.scenario.as_of.isoformat()
    rows = rows[(rows["host"] == case.scenario.host) & (rows["first_day"] <= day) & (rows["last_day"] >= day[:4])]
    return rows.iloc[-1] if len(rows) else None
