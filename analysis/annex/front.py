"""The head of the annex: what it finds, and what it holds."""

from __future__ import annotations

from analysis import formats
from analysis.annex.rounds import rolling_in_short
from analysis.briefing.answer import reservation
from analysis.briefing.sensitivity import input_name
from analysis.briefing.view import View
from analysis.case import Case
from analysis.exhibit import Exhibit
from analysis.exhibit import cover as cover_exhibit

LEVELS = {
    "L0": "past rounds alone, because no ask has been reported (level L0)",
    "L1": "past rounds and the ask that is reported or assumed (level L1)",
    "L2": "the last offer and the last ask, both of which became public (level L2)",
}


def cover(case: Case, view: View) -> Exhibit:
    """Title with the annex's own finding, and the document's own data."""
    given = view.choice
    frame = given.tornado(given.waiting)
    top = input_name(case, frame["input"].iloc[0])
    day = formats.day(case.scenario.as_of)
    return cover_exhibit(
        f"The {top} moves the answer most, and {rolling_in_short(case)}",
        kicker=f"Method annex · {case.host['name']} · {case.horizon}",
        lead=_lead(case, view),
        running_left="Host-nation support: method annex",
        running_right=f"Scenario: {case.scenario.id} · data as of {day}",
        foot="How the numbers of the briefing were reached, and how far to trust them",
        author=case.scenario.author,
        keywords=["host-nation support", "method", "sensitivity analysis", "backtest", case.scenario.id],
        date=case.scenario.as_of,
    )


def _lead(case: Case, view: View) -> str:
    price = reservation(case, view)
    return (
        f"This annex belongs to the briefing on scenario **{case.scenario.id}**. It sets out the model, everything it assumes, "
        f"and every test it was put to, flattering or not. In this scenario the price now rests on {LEVELS[case.scenario.settlement.level]}. "
        f"The reservation price it explains is {price} over the status-quo path."
    )
