"""The quality of the evidence: what does and does not reconcile, and how well each table is supported."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.briefing.references import reconciled
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, prose, table

LETTERS = {"A": "government document", "B": "two independent sources", "C": "one source, or worked out"}


def reconciliation_summary(case: Case) -> Exhibit:
    """Table: how many checks of each kind close; every single check stands in the file behind it."""
    frame = reconciled(case.evidence)
    counts = frame.groupby("group", sort=False)["closes"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=["yes", "no", "open"], fill_value=0)
    shown = counts.assign(all=counts.sum(axis=1)).reset_index()
    total = {"group": "All", **{c: int(shown[c].sum()) for c in ("yes", "no", "open", "all")}}
    shown = pd.concat([shown, pd.DataFrame([total])], ignore_index=True)
    shown["group"] = [str(name).replace("_", " ") for name in shown["group"]]
    return table(
        shown,
        [
            Column("group", "Kind of check"),
            Column("all", "Checks", "right"),
            Column("yes", "Close", "right"),
            Column("no", "Do not", "right"),
            Column("open", "Open", "right"),
        ],
        id="tab-reconciliation",
        title=f"Of {len(frame)} checks of the figures against each other, {total['yes']} close, {total['no']} do not and "
        f"{total['open']} stay open",
        subtitle="Sums, agreements, index chains and ratios on rows public on the as-of date",
        source="The tables of this project; open: rows are missing, and nothing is filled in.",
        strong_rows=lambda row: row["group"] == "All",
    )


def reconciliation_notes(case: Case) -> Exhibit:
    """Table: the checks that do not close or stay open, and those that need a word."""
    frame = reconciled(case.evidence)
    frame = frame[frame["closes"].ne("yes") | frame["note"].astype(str).str.len().gt(0)]
    if frame.empty:
        return prose("Every check closes, and none needs a word.")
    known = case.table("payments").index
    rows = list(dict.fromkeys(r for given in frame["rows"] for r in given if r in known))
    number = lambda v: formats.plain(v, 0 if abs(v) >= 10_000 else 1 if abs(v) >= 10 else 2)  # noqa: E731 - a formatter
    return table(
        frame.assign(rows=[" ".join(r) for r in frame["rows"]], name=[n.replace("_", " ") for n in frame["name"]]),
        [
            Column("name", "Check"),
            Column("expected", "Expected", "right", number),
            Column("found", "Found", "right", number),
            Column("tolerance", "Tolerance", "right", lambda v: formats.plain(v, 2)),
            Column("closes", "Closes"),
            Column("note", "Why"),
        ],
        id="tab-reconciliation-notes",
        title="Where the figures do not meet, and why",
        subtitle="The unit of each check, the data rows and what is compared stand in the file behind the table",
        source=case.ledger.source_line(*rows) if rows else "",
    )


def confidence_table(case: Case) -> Exhibit:
    """Table: rows of each table by confidence letter, as public on the day."""
    rows = []
    for name, frame in case.evidence.tables.items():
        if "confidence" not in frame or frame.empty:
            continue
        counts = frame["confidence"].value_counts()
        rows.append({"table": name.replace("_", " "), **{x: int(counts.get(x, 0)) for x in LETTERS}, "all": len(frame)})
    shown = pd.DataFrame(rows)
    total = {"table": "All", **{c: int(shown[c].sum()) for c in (*LETTERS, "all")}}
    shown = pd.concat([shown, pd.DataFrame([total])], ignore_index=True)
    shown["weak"] = 100 * shown["C"] / shown["all"]
    others = shown[~shown["table"].isin(["troops", "troop breaks", "All"])]
    weak = 100 * others["C"].sum() / others["all"].sum()
    return table(
        shown,
        [
            Column("table", "Table"),
            *(Column(letter, f"{letter}: {words}", "right") for letter, words in LETTERS.items()),
            Column("all", "Rows", "right"),
            Column("weak", "Share of C", "right", formats.percent),
        ],
        id="tab-confidence",
        title=f"Outside the head-counts, {formats.percent(weak)} of the rows rest on one source or a working-out",
        subtitle=f"Rows of the tables public on {formats.day(case.scenario.as_of)}, by confidence letter",
        source="The tables of this project.",
        strong_rows=lambda row: row["table"] == "All",
    )
