"""The host beside its neighbour: the same bill by every denominator, and what equal treatment would mean."""

from __future__ import annotations

import pandas as pd

from analysis import charts, formats
from analysis.case import Case
from analysis.comparison import Measure, beside_neighbour, payment_line, treated_like
from analysis.exhibit import Column, Exhibit, figure, prose, table
from analysis.history import yearly_totals
from analysis.reads import kept
from analysis.vintage import Evidence
from analysis.wording import listed

_UNITS = {
    "USD bn": lambda v: f"${formats.plain(v, 2)} bn",
    "USD thousand": lambda v: f"${formats.plain(v, 1)} k",
    "percent": lambda v: formats.percent(v, 3 if v < 1 else 1),
}
_UNIT_WORDS = {"USD bn": "bn U.S. dollars", "USD thousand": "thousand U.S. dollars"}


def quoted(measure: Measure, host: str) -> str:
    """The value of a measure with its unit, as a sentence says it."""
    return _UNITS[measure.unit](measure.values[host])


def unit_words(measure: Measure) -> str:
    """The unit of a measure as a column of a table says it."""
    return _UNIT_WORDS.get(measure.unit, measure.unit)


def in_column(value: float) -> str:
    """A value of any measure without its unit: about three significant digits."""
    return formats.plain(value, 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1)


def compared(case: Case) -> tuple[list[str], int, list[Measure]]:
    """The two hosts, the latest year both have a payment for, and all measures of that year."""
    return _compared(case.evidence, case.scenario.host)


@kept(most=8)
def _compared(evidence: Evidence, host: str) -> tuple[list[str], int, list[Measure]]:
    return beside_neighbour(evidence.tables, host)


def _paid(case: Case, host: str, year: int) -> pd.Series:
    line = payment_line(case.table("hosts"), host)
    return yearly_totals(case.table("payments"), host, *line).set_index("year").loc[year]


def matrix(case: Case) -> Exhibit:
    """Table: one row a measure, both hosts, and who pays more by it."""
    hosts, year, found = compared(case)
    records = []
    for measure in found:
        record = {"measure": measure.name, "unit": unit_words(measure), **measure.values}
        record["larger"] = case.name(measure.larger) if measure.larger else None
        for host in hosts:
            if pd.notna(measure.values[host]):
                case.ledger.quote(
                    f"{measure.key}_{host.lower()}",
                    measure.values[host],
                    measure.unit,
                    quoted(measure, host),
                    rows=measure.rows,
                    formula=measure.formula,
                )
        records.append(record)
    frame = pd.DataFrame(records)
    winners = frame["larger"].dropna()
    rows = dict.fromkeys(r for m in found for r in m.rows)
    return table(
        frame,
        [
            Column("measure", f"{year}, one definition at a time"),
            Column("unit", "Unit"),
            *(Column(h, case.name(h), "right", in_column) for h in hosts),
            Column("larger", "Who pays more"),
        ],
        id="tab-comparison",
        title=(
            "Who pays more depends on what the bill is divided by"
            if winners.nunique() > 1
            else f"By every measure at hand {winners.iloc[0]} pays more"
        ),
        subtitle=(
            f"{listed([str(case.table('hosts').loc[h, 'line_name']) + ' of ' + case.name(h) for h in hosts])}, {year}; "
            "the two lines do not cover the same costs; dollars at the calendar-year market average"
        ),
        source=case.ledger.source_line(*rows),
        notes=[
            "Gross domestic product as revised later: the first figures, public on the day, were slightly different."
        ],
    )


def equal_treatment(case: Case) -> Exhibit:
    """Figure: what the host would pay if each measure were as high for it as for its neighbour."""
    (host, other), year, found = compared(case)
    paid = _paid(case, host, year)
    bars = [(f"Paid in {formats.year(year, case.scenario.horizon.year_type)}", float(paid["value"]), "japan", "actual")]
    rows = [str(paid["id"])]
    for measure in found:
        if measure.key == "dollars" or pd.isna(list(measure.values.values())).any():
            continue
        bars.append(
            (
                f"Same: {measure.name[0].lower()}{measure.name[1:]}",
                treated_like(measure, host, other, float(paid["value"])),
                "korea",
                "forecast",
            )
        )
        rows += measure.rows
    frame = pd.DataFrame(bars, columns=["label", "value", "colour", "status"])
    frame["text"] = [
        formats.money(v, case.currency) + ("" if i == 0 else f" ({formats.change(100 * (v / bars[0][1] - 1), 0)})")
        for i, v in enumerate(frame["value"])
    ]
    rest = frame["value"].iloc[1:]
    low, high = (formats.change(100 * (v / bars[0][1] - 1), 0) for v in (rest.min(), rest.max()))
    return figure(
        charts.labelled_bars(frame, f"bn {case.currency} a year", limit=float(frame["value"].max()) * 1.28),
        frame[["label", "value", "status"]],
        id="fig-equal-treatment",
        title=f"Treated like {case.name(other)}, {case.name(host)} would pay between {low} and {high}",
        subtitle=f"Yearly payment of {case.name(host)}, {year}, if the measure stood at {case.name(other)}'s level, "
        f"bn {case.currency}; dashed: worked out",
        source=case.ledger.source_line(*dict.fromkeys(rows)),
        alt="Bars: " + "; ".join(f"{r.label} {r.text}" for r in frame.itertuples()) + ".",
    )


def text(case: Case) -> Exhibit:
    """Paragraph: where the ranking flips, said without choosing a measure."""
    hosts, year, found = compared(case)
    by_host = {h: [m.name[0].lower() + m.name[1:] for m in found if m.larger == h] for h in hosts}
    parts = [f"{case.name(h)} pays more by {listed(names)}" for h, names in by_host.items() if names]
    return prose(
        f"For {year}, the latest year both payments were known, " + "; ".join(parts) + ". "
        "None of these is the right measure: the first asks who sends more money, the per-person figures who pays more "
        "for each soldier, the shares who carries more of the weight. Japan's line and South Korea's do not even cover "
        "the same things: Japan's contains utilities, South Korea's logistics, and rents, land and taxes stand outside both."
    )
