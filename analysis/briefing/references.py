"""The end matter: definitions, assumptions, limits and numbered sources."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.briefing.answer import title
from analysis.briefing.view import View, followed
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, literal, prose, results, sources, table
from analysis.inputs import assumptions
from analysis.ledger import Ledger
from analysis.reads import kept
from analysis.reconciliation import reconciliation
from analysis.verdict import verdict
from analysis.vintage import Evidence, public_on

_NAMES = {
    "base_year.categories": "Base year",
    "drivers": "Cost drivers",
    "event": "The election",
    "settlement": "Settlement",
    "strategy": "Strategy",
    "fx.values": "Exchange rate",
    "credits": "Credits",
}


def definitions(case: Case) -> Exhibit:
    """List: the terms a reader must keep apart."""
    return prose(
        "\n".join(
            [
                "- **Host-nation support (HNS)**: Japan's budget line for base workers, utilities, training relocation, "
                "training equipment (from FY2022) and the Facilities Improvement Program (FIP). Initial budget, "
                "expenditure basis, April to March.",
                "- **Special Measures Agreement (SMA)**: the treaty that covers part of it. South Korea's SMA pays for "
                "labour, construction and logistics, by calendar year, as a total in won.",
                "- **Stationing-related costs**: HNS plus rent, base-area measures and relocation. SACO and realignment "
                "come on top. None of these is HNS.",
                "- **Direct support** in the sense of U.S. auditors is wider than either line; **indirect support** "
                "(forgone rent, waived taxes) is never added to it.",
                "- **Uplift**: percent above the status-quo path. **Reservation price** (u*): the uplift of a five-year "
                "deal at which signing now and waiting cost the same. **Break-even probability** (p*): the chance of the "
                "better outcome at which they do. **CVaR**: mean of the worst 5% of outcomes.",
                "- **Confidence**: A government document, B two independent sources, C one source or worked out.",
            ]
        )
    )


def assumption_table(case: Case) -> Exhibit:
    """Table: every assumption of the scenario with its range and reason."""
    frame = assumptions(case.scenario)
    frame["name"] = [_readable(path) for path in frame["path"]]
    frame["shown"] = [
        f"{low:g}" if low == high else f"{low:g} – {mode:g} – {high:g}"
        for low, mode, high in frame[["low", "mode", "high"]].itertuples(index=False)
    ]
    return table(
        frame,
        [
            Column("name", "Assumption"),
            Column("shown", "Low – most likely – high", "right", str),
            Column("reason", "Reason"),
        ],
        id="tab-assumptions",
        title="What is assumed rather than known",
        subtitle="Growth rates as fractions, uplifts in percent, money in bn; drawn from PERT distributions",
        source="The scenario file travels with this briefing.",
    )


def _readable(path: str) -> str:
    for prefix, words in _NAMES.items():
        if path.startswith(prefix):
            rest = path.removeprefix(prefix).strip(".").replace("_", " ").replace(".", ": ")
            return f"{words}: {rest}"
    return path.replace("_", " ")


@kept(most=8)
def reconciled(evidence: Evidence) -> pd.DataFrame:
    """What each published total leaves unexplained, from the tables of a day; shared, so not to be changed."""
    return reconciliation(evidence.tables)


def reconciliation_table(case: Case) -> Exhibit:
    """Table: sums, closures and chains of the data that could be checked on the as-of date."""
    frame = reconciled(case.evidence)
    shown = frame[frame["closes"].ne("yes") | frame["note"].astype(str).str.len().gt(0)].head(14)
    agree = int(frame["closes"].eq("yes").sum())
    left_open = int(frame["closes"].eq("open").sum())
    misses = int(frame["closes"].eq("no").sum())
    rows = list(dict.fromkeys(r for row in shown["rows"] for r in row if r in case.table("payments").index))
    return table(
        shown.assign(rows=[" ".join(r) for r in shown["rows"]]),
        [
            Column("name", "Check"),
            Column("expected", "Expected", "right", lambda v: formats.plain(v, 1)),
            Column("found", "Found", "right", lambda v: formats.plain(v, 1)),
            Column("difference", "Difference", "right", lambda v: formats.plain(v, 2)),
            Column("tolerance", "Tolerance", "right", lambda v: formats.plain(v, 2)),
            Column("closes", "Closes"),
            Column("note", "Note"),
        ],
        id="tab-reconciliation",
        title=f"Of {len(frame)} checks of the figures against each other, {agree} close, {misses} do not and "
        f"{left_open} stay open",
        subtitle="Sums, agreements, index chains and ratios on rows public on the as-of date; shown: those with a note or "
        "a difference",
        source=case.ledger.source_line(*rows) if rows else "",
    )


def source_list(case: Case, ledger: Ledger | None = None) -> Exhibit:
    """The numbered sources in order of citation; a later edition of earlier figures is marked as such."""
    ledger = ledger or case.ledger
    entries = []
    for row in ledger.sources().itertuples():
        published = "" if pd.isna(row.published) else f", {row.published}"
        words = f"{literal(str(row.producer))}: {literal(str(row.title))}{published}"
        if pd.notna(row.url):
            address = str(row.url).split(" ")[0].rstrip(";")
            words = f"{literal(str(row.producer))}: [{literal(str(row.title))}]({address}){published}"
        if published and not ledger.prefix and public_on(str(row.published)) > case.scenario.as_of:
            words += " (later edition; the figures themselves were public before)"
        entries.append((ledger.anchor(row.number), words + "."))
    return sources(entries, id="source-list" + (f"-{ledger.prefix.lower()}" if ledger.prefix else ""))


def as_of_note(case: Case) -> Exhibit:
    """Paragraph: what the as-of date means for this briefing."""
    day = formats.day(case.scenario.as_of)
    return prose(
        f"Every figure outside the section on hindsight was public on {day}. Statistics read in a later edition (head-counts, "
        "exchange rates, gross domestic product) are dated by their usual release and may have been revised since; "
        "each such source says so."
    )


def recorded(case: Case, view: View) -> Exhibit:
    """The answer, the verdict as `hns decide --json` gives it, and the ledger, for results.json; shows nothing."""
    course, state = view.results.course
    return results(
        {
            "scenario": case.scenario.id,
            "as_of": case.scenario.as_of.isoformat(),
            "currency": case.currency,
            "title": title(case, view),
            "decision": {"course": course, "state": state, "name": followed(case, view)},
            "verdict": verdict(view.results, case.evidence),
            "figures": case.ledger.results(),
        }
    )
