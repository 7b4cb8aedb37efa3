"""Exhibits of the portal: its head, signing against waiting in two figures, and the table of all scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis import formats
from analysis.charts_portal import SIGN, WAIT, sign_or_wait
from analysis.exhibit import Column, Exhibit, cover, figure, literal, side_by_side, table
from analysis.portal.entries import BASE, SIGNING, WAITING, Entry, Group
from analysis.wording import capital


def title(entries: Sequence[Entry]) -> str:
    """The heading of the portal."""
    return f"Sign now or wait? {capital(formats.counted(len(entries), 'scenario'))} side by side"


def head(entries: Sequence[Entry]) -> Exhibit:
    """The head of the portal, with the terms a reader needs."""
    return cover(
        title(entries),
        kicker="Who pays for U.S. bases · host-nation support",
        lead="When an agreement on the cost of U.S. bases runs out, the host can sign for the full term now, or take a "
        "short deal and wait. Each scenario below is a briefing of its own. The **reservation uplift** is the largest "
        "rise over the present path at which signing costs no more than waiting; the **break-even probability** is the "
        "chance of the better outcome at which the two cost the same. Worst 5% is the mean of the worst one in twenty "
        "outcomes (CVaR).",
        running_left="",
        running_right="",
        foot="",
        author="",
        keywords=[],
        date=max((e.scenario.as_of for e in entries), default=date(2020, 1, 1)),
    )


def choices(entries: Sequence[Entry]) -> pd.DataFrame:
    """Signing against waiting in percent over the status quo, one row a choice, course and measure.

    Columns: label, course, measure (mean, cvar95), value, text, scenarios. Scenarios that differ only in the course
    they follow share a row; a report without these figures has none.
    """
    shared: dict[tuple[str, ...], list[str]] = {}
    values: dict[tuple[str, ...], dict[tuple[str, str], float]] = {}
    for entry in entries:
        costs = {
            (course, measure): entry.report.value(f"{name}.{measure}")
            for course, name in ((SIGN, SIGNING), (WAIT, WAITING))
            for measure in ("mean", "cvar95")
        }
        base = entry.report.value(f"{BASE}.mean")
        if not base or None in costs.values():
            continue
        over = {key: 100 * (cost / base - 1) for key, cost in costs.items()}
        key = (f"{entry.host}, {entry.years}|{entry.first_odds}", *(f"{v:.6g}" for v in over.values()))
        shared.setdefault(key, []).append(entry.scenario.id)
        values[key] = over
    return pd.DataFrame(
        [
            {
                "label": key[0],
                "course": course,
                "measure": measure,
                "value": value,
                "text": formats.change(value, 1 if abs(value) < 10 else 0),
                "scenarios": " ".join(shared[key]),
            }
            for key, over in values.items()
            for (course, measure), value in over.items()
        ],
        columns=["label", "course", "measure", "value", "text", "scenarios"],
    )


def comparison(entries: Sequence[Entry]) -> Exhibit | None:
    """Two figures side by side: signing against waiting on average and in the worst 5%; None without any figures."""
    frame = choices(entries)
    if frame.empty:
        return None
    return side_by_side(
        _compared(frame, "mean", "On average, waiting costs less", "on average"),
        _compared(frame, "cvar95", "When it goes badly, waiting costs more", "in the worst 5% of outcomes"),
    )


def _compared(frame: pd.DataFrame, measure: str, claim: str, when: str) -> Exhibit:
    part = frame[frame["measure"].eq(measure)]
    wide = part.pivot(index="label", columns="course", values="value").loc[list(dict.fromkeys(part["label"]))]
    holds = wide[WAIT] < wide[SIGN] if measure == "mean" else wide[WAIT] > wide[SIGN]
    rows = "; ".join(
        f"{place.replace('|', ', ')}: signing {formats.change(row[SIGN])}, waiting {formats.change(row[WAIT])}"
        for place, row in wide.iterrows()
    )
    return figure(
        sign_or_wait(part, "over the status quo path"),
        part.assign(label=part["label"].str.replace("|", ", ")).drop(columns=["text"]),
        id=f"fig-{'average' if measure == 'mean' else 'worst'}",
        title=f"{claim} in {int(holds.sum())} of {len(wide)} choices",
        subtitle=f"Cost over the years named, percent over the status quo path, {when}",
        source="Model results of the briefings below.",
        alt=f"Cost over the status quo path {when}. {rows}.",
        width="half",
    )


def overview(groups: Sequence[Group]) -> Exhibit:
    """Table: all scenarios, one row each."""
    rows = [
        {
            "title": f"[{literal(e.scenario.title)}](#scenario-{e.scenario.id})",
            "place": f"{e.host}, {e.years}",
            "as_of": e.scenario.as_of.isoformat(),
            "follows": e.report.decision.get("name"),
            "reservation": e.report.text("reservation_uplift_pct"),
            "break_even": e.report.text("break_even_probability"),
            "sign_mean": e.report.text(f"{SIGNING}.mean"),
            "sign_worst": e.report.text(f"{SIGNING}.cvar95"),
            "wait_mean": e.report.text(f"{WAITING}.mean"),
            "wait_worst": e.report.text(f"{WAITING}.cvar95"),
            "report": {"current": "up to date", "outdated": "older than its inputs", "missing": "not made"}[
                e.report.state
            ],
        }
        for group in groups
        for e in group.entries
    ]
    heads = {
        "title": "Scenario",
        "place": "Host and years",
        "as_of": "As of",
        "follows": "Course followed",
        "reservation": "Reservation uplift",
        "break_even": "Break-even probability",
        "sign_mean": "Signing: mean",
        "sign_worst": "Signing: worst 5%",
        "wait_mean": "Waiting: mean",
        "wait_worst": "Waiting: worst 5%",
        "report": "Report",
    }
    numbers = {"reservation", "break_even", "sign_mean", "sign_worst", "wait_mean", "wait_worst"}
    return table(
        pd.DataFrame(rows, columns=list(heads)),
        [
            Column(key, words, "right" if key in numbers else "left", str if key == "title" else None)
            for key, words in heads.items()
        ],
        id="tab-scenarios",
        title="All scenarios",
        subtitle="Costs over the years named, in the host's currency: compare them within a host and its years only",
        source="Each scenario's briefing. A dash marks a figure its briefing does not hold, such as a break-even "
        "probability where one course is cheaper whoever wins.",
    )
