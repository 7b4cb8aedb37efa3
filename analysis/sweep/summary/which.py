"""Which field matters most, and how far the rules of choice agree."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.exhibit import Column, Exhibit, table
from analysis.sweep.summary.front import agreeing, regret_share, waiting_share, worst_share
from analysis.sweep.summary.view import Field, View, share_text
from analysis.wording import capital


def field_table(found: View) -> Exhibit:
    """Table: every field with its values, what it explains alone, and how the answer differs from one end to the other."""
    rows = []
    for path, share in found.variance.items():
        field = found.field(str(path))
        low, high = _ends(found, field)
        text = found.quote(f"variance.{path}", share, "share of variance", share_text(share), _FORMULA)
        rows.append((capital(field.name), _looked_at(field), str(text), low, high, field.reason, path, share))
    names = ["label", "looked_at", "share_text", "low", "high", "reason", "path", "share"]
    frame = pd.DataFrame(rows, columns=names)
    alone = float(found.variance.sum())
    rest = found.quote(
        "variance.together",
        1 - alone,
        "share of variance",
        share_text(max(0.0, 1 - alone)),
        "1 - sum of the fields alone",
    )
    return table(
        frame,
        [
            Column("label", "Field"),
            Column("looked_at", "Looked at", "right", str),
            Column("share_text", "Explains alone", "right", str),
            Column("low", "Lowest third", "right", str),
            Column("high", "Highest third", "right", str),
            Column("reason", "Why these values"),
        ],
        id="tab-fields",
        title=_title(found),
        subtitle="Explains alone: share of the variance of the value of waiting; lowest and highest third of the values: share of points at "
        "which waiting costs less on average",
        source=found.case.ledger.source_line(*found.rows, note="This project's model."),
        notes=[
            f"Fields acting together explain the other {rest}. A share depends on the values looked at: a field given a wide range looks "
            "important. An en dash: a field without an order, or no reason given."
        ],
    )


_FORMULA = "variance of the mean value of waiting given this field / variance of the value of waiting"


def _title(found: View) -> str:
    top = found.field(str(found.variance.index[0]))
    share = share_text(float(found.variance.iloc[0]))
    if len(found.fields) == 1:
        return f"The {top.name} is all that varies"
    second = found.field(str(found.variance.index[1]))
    return f"The {top.name} alone explains {share} of the variance, the {second.name} {share_text(float(found.variance.iloc[1]))}"


def _looked_at(field: Field) -> str:
    if not field.numeric:
        return ", ".join(field.bands[0])
    return " to ".join(field.said(end) for end in field.ends)


def _ends(found: View, field: Field) -> tuple[str | None, str | None]:
    if not field.numeric or field.values.nunique() < 2:
        return None, None
    return tuple(share_text(float(found.wait[field.third(which)].mean())) for which in (0, 2))


def rule_table(found: View) -> Exhibit:
    """Table: the share of points at which each rule of choice prefers waiting."""
    both = found.share("rules_agree", agreeing(found), "points where all three rules name one course / all points")
    frame = pd.DataFrame(
        [
            (
                "Least cost on average",
                waiting_share(found),
                "Expected cost of the short deal and what follows, against five years now",
            ),
            (
                "Smallest largest regret",
                str(regret_share(found)),
                "What a course costs more than the better one would have, in the worse outcome",
            ),
            ("Mildest worst 5%", str(worst_share(found)), "Mean of the worst 5% of outcomes (CVaR), simulated"),
        ],
        columns=["rule", "share", "meaning"],
    )
    frame["meaning"] = frame["meaning"].str.replace(
        "five years", formats.counted(found.case.scenario.horizon.years, "year")
    )
    return table(
        frame,
        [
            Column("rule", "Rule"),
            Column("share", "Waiting preferred", "right", str),
            Column("meaning", "What it compares"),
        ],
        id="tab-rules",
        title=f"The three rules name the same course at {both} of the points",
        subtitle=f"Share of {len(found.frame):,} points at which each rule prefers waiting to signing now",
        source=found.case.ledger.source_line(*found.rows, note="This project's model."),
        notes=[
            "Which rule to follow is the reader's choice: a mean says nothing about the worst cases, and regret looks at nothing else."
        ],
    )
