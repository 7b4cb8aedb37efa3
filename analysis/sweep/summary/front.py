"""The head of a sweep's summary: what share of the space favours which course, and what decides it."""

from __future__ import annotations

import numpy as np

from analysis import formats
from analysis.exhibit import Exhibit, KeyFigure, key_figures
from analysis.exhibit import cover as cover_exhibit
from analysis.simulation import BRIDGE
from analysis.sweep.summary.view import View, share_text
from analysis.wording import listed


def title(found: View) -> str:
    """The finding in one sentence."""
    share = waiting_share(found)
    top = found.field(found.variance.index[0])
    if found.wait.all() or not found.wait.any():
        course = "Waiting" if found.wait.all() else "Signing now"
        return f"{course} costs less on average at every one of {len(found.frame):,} points looked at"
    if len(found.fields) == 1:
        return f"Waiting costs less on average at {share} of {len(found.frame):,} values of the {top.name}"
    return f"Waiting costs less on average at {share} of {len(found.frame):,} points; the {top.name} decides most"


def waiting_share(found: View) -> str:
    """Share of the points at which waiting costs less on average, quoted."""
    return str(found.share("waiting_by_mean", found.wait, "points where cost_waiting < cost_now / all points"))


def cover(found: View) -> Exhibit:
    """Title with what the sweep finds, and the document's own data."""
    scenario = found.case.scenario
    day = formats.day(scenario.as_of)
    return cover_exhibit(
        title(found),
        kicker=f"Sweep · {found.case.host['name']} · {found.case.horizon}",
        lead=_lead(found),
        running_left=f"Host-nation support: {found.name}",
        running_right=f"Scenario: {scenario.id} · data as of {day}",
        foot="Shares of the points looked at, not probabilities",
        author=found.grid.author,
        keywords=["host-nation support", "sweep", "sensitivity analysis", found.name, scenario.id],
        date=scenario.as_of,
    )


def _lead(found: View) -> str:
    names = listed([field.name for field in found.fields])
    how = (
        "spread evenly through the space (a Latin hypercube)" if found.sampled else "every combination of their values"
    )
    return (
        f"{found.grid.question} Scenario **{found.case.scenario.id}** is worked out at {len(found.frame):,} points: {how}. "
        f"What varies: {names}. Everything else stays as the scenario has it. A share tells how much of the space favours a course; it is "
        "no probability, because nobody holds all its points equally likely."
    )


def numbers(found: View) -> Exhibit:
    """The band: how far each rule favours waiting, and what the strongest field explains."""
    rules = [
        KeyFigure(waiting_share(found), "of points: waiting costs less on average"),
        KeyFigure(str(regret_share(found)), "of points: waiting has the smaller largest regret"),
        KeyFigure(str(worst_share(found)), "of points: waiting has the milder worst 5%"),
    ]
    path = str(found.variance.index[0])
    share = float(found.variance.iloc[0])
    text = found.quote(
        f"variance.{path}",
        share,
        "share of variance",
        share_text(share),
        "variance of the mean value of waiting given this field / variance of the value of waiting",
    )
    return key_figures(
        [*rules, KeyFigure(str(text), f"of the variance of the value of waiting: {found.field(path).name}")]
    )


def regret_share(found: View):
    """Share of the points at which waiting has the smaller largest regret, quoted."""
    which = found.frame["course_by_regret"].eq(BRIDGE).to_numpy()
    return found.share("waiting_by_regret", which, "points where regret_waiting < regret_now / all points")


def worst_share(found: View):
    """Share of the points at which the worst 5 percent of waiting cost less, quoted."""
    which = found.frame["course_by_worst_5"].eq(BRIDGE).to_numpy()
    return found.share("waiting_by_worst_5", which, "points where worst_5_waiting < worst_5_now / all points")


def agreeing(found: View) -> np.ndarray:
    """At which points all three rules name the same course."""
    one = found.frame["course_by_mean"]
    return (one.eq(found.frame["course_by_regret"]) & one.eq(found.frame["course_by_worst_5"])).to_numpy()
