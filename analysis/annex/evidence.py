"""The quality of the evidence: what does and does not reconcile, and how well each table is supported."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, table
from analysis.reconciliation import reconciliation

LETTERS = {"A": "government document", "B": "two independent sources", "C": "one source, or worked out"}


def reconciliation_table(case: Case) -> Exhibit:
    """Table: every check of the figures against each other that the rows of the day allow."""
    frame = reconciliation(case.evidence.tables)
    agree, misses, left = (int(frame["closes"].eq(word).sum()) for word in ("yes", "no", "open"))
    number = lambda v: formats.plain(v, 1)  # noqa: E731 - one use, as a column formatter
    return table(
        frame.assign(rows=[" ".join(r) for r in frame["rows"]]),
        [
            Column("name", "Check"),
            Column("expected", "Expected", "right", number),
            Column("found", "Found", "right", number),
            Column("difference", "Difference", "right", lambda v: formats.plain(v, 2)),
            Column("tolerance", "Tolerance", "right", lambda v: formats.plain(v, 2)),
            Column("closes", "Closes"),
            Column("note", "Note"),
        ],
        id="tab-reconciliation",
        title=f"Of {len(frame)} checks of the figures against each other, {agree} close, {misses} do not and {left} stay open",
        subtitle="Sums, agreements, index chains and ratios on rows public on the as-of date; the data rows of each check stand in the "
        "file behind the table",
        source="The tables of this project; open: rows are missing and nothing is filled in.",
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
    weak = float(shown["weak"].iloc[-1])
    worst = shown.iloc[:-1].sort_values("weak", ascending=False).iloc[0]
    return table(
        shown,
        [
            Column("table", "Table"),
            *(Column(letter, f"{letter}: {words}", "right") for letter, words in LETTERS.items()),
            Column("all", "Rows", "right"),
            Column("weak", "Share of C", "right", formats.percent),
        ],
        id="tab-confidence",
        title=f"{formats.percent(weak)} of the rows rest on one source or a working-out; of {worst['table']}, {formats.percent(worst['weak'])}",
        subtitle=f"Rows of the tables public on {formats.day(case.scenario.as_of)}, by confidence letter",
        source="The tables of this project.",
        strong_rows=lambda row: row["table"] == "All",
    )
