"""What happened afterwards. The only section that may see rows published after the as-of date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis import formats
from analysis.case import Case
from analysis.comparison import payment_line
from analysis.exhibit import Column, Exhibit, callout, prose, table
from analysis.history import yearly_totals
from analysis.ledger import Ledger
from analysis.vintage import Evidence, load_evidence


@dataclass(frozen=True)
class Hindsight:
    """All evidence up to today, with a ledger of its own so that nothing of it can slip into the main text."""

    case: Case
    evidence: Evidence
    ledger: Ledger


def load_hindsight(case: Case) -> Hindsight:
    """Everything known today, for comparison only."""
    evidence = load_evidence(date.max)
    return Hindsight(case, evidence, Ledger(evidence, prefix="H"))


def later_payments(later: Hindsight) -> pd.DataFrame:
    """Yearly totals of the horizon published after the as-of date: year, value, id, confidence."""
    case = later.case
    line = payment_line(case.table("hosts"), case.scenario.host)
    totals = yearly_totals(later.evidence.table("payments"), case.scenario.host, *line)
    return totals[totals["year"].isin(case.scenario.horizon.all_years)].dropna(subset=["value"])


def has_happened(later: Hindsight) -> bool:
    """Whether any year of the horizon is known by now."""
    return len(later_payments(later)) > 0


def box(later: Hindsight) -> Exhibit:
    """Callout: the settlements that followed, with their sources."""
    case = later.case
    rounds = later.evidence.table("rounds")
    seen = set(case.table("rounds").index)
    new = rounds[~rounds.index.isin(seen)].sort_values(["published", "host"])
    agreements = later.evidence.table("agreements")
    lines = []
    for _, row in new.iterrows():
        summary = agreements.loc[row["agreement"], "summary"]
        lines.append(
            f"- **{case.name(row['host'])}, {row['published']}**: {formats.change(float(row['change_pct']))} in the first year. "
            f"{summary}{later.ledger.cite(row['id'])}"
        )
    if not lines:
        lines = ["Nothing that bears on this scenario has been settled since."]
    return callout(
        f"not known on {formats.day(case.scenario.as_of)}",
        "\n".join(lines),
        tone="hindsight",
    )


def against_outcome(later: Hindsight, outlook: pd.DataFrame) -> Exhibit:
    """Table: forecast and band of each year beside what was budgeted.

    outlook: year, status_quo, mean, low, high (bn, local currency).
    """
    case = later.case
    known = later_payments(later).set_index("year")
    frame = outlook.set_index("year").join(known[["value", "id", "confidence"]]).reset_index()
    frame["error"] = 100 * (frame["mean"] / frame["value"].astype("Float64") - 1)
    frame["inside"] = [
        None if pd.isna(v) else ("yes" if low <= v <= high else "no")
        for v, low, high in frame[["value", "low", "high"]].itertuples(index=False)
    ]
    frame["band"] = [
        formats.money_range(a, b, case.currency) for a, b in frame[["low", "high"]].itertuples(index=False)
    ]
    frame["label"] = [formats.year(int(y), case.scenario.horizon.year_type) for y in frame["year"]]
    frame["source"] = [None if pd.isna(i) else later.ledger.cite(i) for i in frame["id"]]
    hits, n = int((frame["inside"] == "yes").sum()), int(frame["inside"].notna().sum())
    money = lambda v: formats.plain(v, 1)  # noqa: E731 - one use, as a column formatter
    return table(
        frame.drop(columns=["id"]),
        [
            Column("label", "Year"),
            Column("mean", "Forecast", "right", lambda v: formats.plain(v)),
            Column("band", "80% band", "right", str),
            Column("value", "Budgeted", "right", money),
            Column("error", "Error", "right", lambda v: formats.change(v)),
            Column("inside", "In the band"),
            Column("confidence", "Confidence"),
            Column("source", "Source", text=str),
        ],
        id="tab-outcome",
        title=_held(hits, n),
        subtitle=f"{case.host['line_name']}, bn {case.currency}; forecast as of {formats.day(case.scenario.as_of)}, "
        "initial budgets as published later",
        source="",
        notes=[
            "Years without a published total are left open. A handful of years proves nothing about the method, and "
            "whoever wrote the method knew these outcomes."
        ],
    )


def _held(hits: int, n: int) -> str:
    known = formats.counted(n, "budget")
    if n == 1:
        return f"The band of this scenario {'held' if hits else 'missed'} the one budget known since"
    if hits in (0, n):
        return f"The band of this scenario held {'all' if hits else 'none of the'} {known} known since"
    return f"The band of this scenario held {formats.counted(hits, '', '').strip()} of the {known} known since"


def nothing_yet(later: Hindsight) -> Exhibit:
    """Paragraph: no year of the horizon is known yet."""
    return prose(f"No payment for {later.case.horizon} has been published, so there is nothing to compare yet.")
