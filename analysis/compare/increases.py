"""Three increases of one deal: Japan's agreement of 2022 against three totals it was set beside."""

from __future__ import annotations

import pandas as pd

from analysis import charts, formats
from analysis.briefing.hindsight import Hindsight
from analysis.case import Case
from analysis.exhibit import Exhibit, figure, prose
from analysis.ledger import Ledger
from analysis.vintage import Evidence

DEAL, BEFORE = "jp-sma-2022", "jp-sma-2016"


def three_increases(evidence: Evidence) -> pd.DataFrame:
    """The deal's announced total against each total before it: key, words, before, after (bn yen), rise_pct, rows.

    Empty where the deal or one of the totals was not public on the day.
    """
    after, announced = (_announced(evidence, agreement) for agreement in (DEAL, BEFORE))
    if after is None or announced is None:
        return pd.DataFrame()
    agreement = evidence.table("agreements").loc[DEAL]
    years, first = int(agreement["years"]), int(str(agreement["first_day"])[:4])
    payments = evidence.table("payments")
    totals = payments[payments["host"].eq("JP") & payments["scope"].eq("hns_budget") & payments["category"].eq("total")]
    totals = totals[totals["basis"].eq("initial_budget") & totals["role"].eq("series")]
    last = totals[totals["first_year"].eq(first - 1) & totals["last_year"].eq(first - 1)]
    budgets = totals[totals["first_year"].eq(first - 1 - years) & totals["last_year"].eq(first - 2)]
    if last.empty or budgets.empty:
        return pd.DataFrame()
    last, budgets = last.iloc[0], budgets.iloc[0]
    year = formats.year(first - 1, "FY")
    span = formats.years(first - 1 - years, first - 2, "FY")
    found = [
        ("last_budget", f"{years} times the budget of {year}", years * float(last["value"]), str(last["id"])),
        ("budgets", f"initial budgets of {span} added up", float(budgets["value"]), str(budgets["id"])),
        ("announced", f"total announced for {span}", float(announced["value"]), str(announced["id"])),
    ]
    frame = pd.DataFrame(found, columns=["key", "words", "before", "row"])
    frame["after"] = float(after["value"])
    frame["rise"] = frame["after"] - frame["before"]
    frame["rise_pct"] = 100 * frame["rise"] / frame["before"]
    frame["rows"] = [[str(after["id"]), row] for row in frame["row"]]
    return frame


def _announced(evidence: Evidence, agreement: str) -> pd.Series | None:
    terms = evidence.table("agreement_terms")
    rows = terms[terms["agreement"].eq(agreement) & terms["term"].eq("announced_total")]
    return rows.iloc[0] if len(rows) else None


def known_then(case: Case) -> Exhibit:
    """The figure where the deal was public on the day; otherwise a sentence, which says nothing of what came later."""
    frame = three_increases(case.evidence)
    if frame.empty:
        return prose(
            "A change in percent needs a total before it, and totals announced, budgeted and spent differ. No deal known on the day has all "
            "three on record."
        )
    return _bars(frame, case.ledger, "fig-increases")


def in_hindsight(later: Hindsight) -> Exhibit:
    """The figure for readers of a case that ends before the deal; nothing where it stands above already."""
    if len(three_increases(later.case.evidence)):
        return prose("The three increases of one deal are public on the as-of date and stand above.")
    return _bars(three_increases(later.evidence), later.ledger, "fig-increases-later")


def _bars(frame: pd.DataFrame, ledger: Ledger, id: str) -> Exhibit:
    quotes = [
        ledger.quote(
            f"compare.increase.{row.key}",
            row.rise_pct,
            "percent",
            formats.change(row.rise_pct),
            rows=row.rows,
            formula="announced total / total before - 1",
        )
        for row in frame.itertuples()
    ]
    bars = pd.DataFrame(
        {
            "label": [f"Against {words}" for words in frame["words"]],
            "value": frame["rise_pct"],
            "text": [f"{q} ({formats.money(r, 'JPY', 1)})" for q, r in zip(quotes, frame["rise"], strict=True)],
            "colour": "japan",
            "status": "announced",
        }
    )
    rows = dict.fromkeys(r for pair in frame["rows"] for r in pair)
    slip = 100 * (frame["before"].iloc[1] / frame["before"].iloc[2] - 1)
    return figure(
        charts.labelled_bars(bars, "percent", limit=float(bars["value"].max()) * 1.3),
        frame[["key", "words", "before", "after", "rise", "rise_pct"]],
        id=id,
        title=f"One deal, three increases: {quotes[0]}, {quotes[1]} or {quotes[2]}",
        subtitle=f"Japan's agreement of 2022, {formats.money(frame['after'].iloc[0], 'JPY', 1)} announced over five years, against three totals; percent; "
        f"outlined: announced. Budgets of the five years before came to {formats.change(slip)} over their own announcement",
        source=ledger.source_line(*rows),
        alt="Bars: " + "; ".join(f"{r.label} {r.text}" for r in bars.itertuples()) + ".",
    )
