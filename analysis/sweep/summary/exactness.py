"""How exact the numbers of a sweep are, how it was made, and the record for machines."""

from __future__ import annotations

import math

import numpy as np

from analysis import formats
from analysis.exhibit import Exhibit, prose, results
from analysis.sweep.grid_file import CLOSED_FORM
from analysis.sweep.summary.front import title
from analysis.sweep.summary.view import View, share_text
from analysis.wording import capital


def text(found: View) -> Exhibit:
    """Paragraphs: which numbers are exact, the Monte Carlo error of the others, and what sampling adds."""
    said = [_means(found), _worst(found)]
    if found.sampled:
        n = len(found.frame)
        error = 100 * math.sqrt(0.25 / n)
        shown = found.quote("error.share", error, "percentage points", formats.plain(error, 1), "at most sqrt(1 / 4n)")
        said.append(
            f"**Sampling.** The points are a Latin hypercube with seed {found.grid.seed}; a share of all points has a standard error of at most "
            f"{shown} points, mostly less, because the points are spread evenly."
        )
    return prose("\n\n".join(said))


def _means(found: View) -> str:
    exact = found.frame["closed_form"].to_numpy()
    if exact.all():
        return (
            "**Mean costs are exact.** At every point the reservation price, the break-even odds and the mean costs come from the closed form, "
            "not from draws. `hns decide` simulates them and differs by its own Monte Carlo error."
        )
    error = found.frame["value_error"][~exact]
    value = found.frame["value_of_waiting"][~exact]
    unsure = found.share(
        "unsure", (value.abs() < 2 * error).to_numpy(), "simulated points where |value| < 2 errors / such points"
    )
    middle, largest = _errors(found, "value", error)
    where = (
        "at every point"
        if not exact.any()
        else f"at the {share_text(float(np.mean(~exact)))} of points without a closed form (a floor makes the later price a maximum)"
    )
    why = "" if found.grid.means == CLOSED_FORM else ", as the grid file asks"
    return (
        f"**Mean costs are simulated** {where}{why}, with {found.grid.draws:,} draws a point. The Monte Carlo error of the value of waiting is {middle} "
        f"in the middle and {largest} at most; at {unsure} of these points the value lies within two errors of zero, so its sign is not sure. "
        "All points share the same draws, so differences between points are more exact than that."
    )


def _worst(found: View) -> str:
    errors = np.hypot(found.frame["worst_5_now_error"], found.frame["worst_5_waiting_error"])
    gap = (found.frame["worst_5_now"] - found.frame["worst_5_waiting"]).abs()
    middle, largest = _errors(found, "worst_5", found.frame["worst_5_waiting_error"])
    close = found.share(
        "worst_5_close", (gap < 2 * errors).to_numpy(), "points where |difference| < 2 errors / all points"
    )
    return (
        f"**The worst 5% are simulated**, with {found.grid.draws:,} draws a point: the Monte Carlo error of that of waiting is {middle} in the middle and "
        f"{largest} at most. At {close} of the points the two courses lie within two errors of each other, and which is milder is not sure."
    )


def _errors(found: View, name: str, errors) -> tuple[str, str]:
    """The middle and the largest of some Monte Carlo errors, quoted."""
    shown = []
    for which, value in (("median", float(np.median(errors))), ("max", float(np.max(errors)))):
        words = formats.money(value, found.case.currency, 0 if value >= 10 else 1 if value >= 0.1 else 2)
        shown.append(
            str(
                found.quote(
                    f"error.{name}.{which}", value, f"bn {found.case.currency}", words, "Monte Carlo standard error"
                )
            )
        )
    return shown[0], shown[1]


def made(found: View) -> Exhibit:
    """Paragraph: how the points were chosen, and where they stand."""
    grid = found.grid
    how = "every combination of the values listed" if not found.sampled else f"a Latin hypercube with seed {grid.seed}"
    own = found.own.decision
    value = found.quote(
        "own.value_of_waiting",
        own.value_of_waiting,
        f"bn {found.case.currency}",
        formats.money(own.value_of_waiting, found.case.currency),
        "cost of signing now less expected cost of waiting, at the scenario's own values",
    )
    return prose(
        f"{capital(how)}; {len(found.frame):,} points. The file points.parquet beside this page holds one row a point: the values of the fields, the "
        "reservation price, the break-even odds, the cost of both courses, the value of waiting and of perfect information, the worst 5%, and the "
        f"course each rule names, with unit and meaning of every column. At the scenario's own values the value of waiting is {value}."
    )


def recorded(found: View) -> Exhibit:
    """The finding, the shares and the ledger, for results.json; shows nothing."""
    scenario = found.case.scenario
    return results(
        {
            "sweep": found.name,
            "scenario": scenario.id,
            "as_of": scenario.as_of.isoformat(),
            "currency": found.case.currency,
            "title": title(found),
            "points": len(found.frame),
            "grid": found.grid.model_dump(mode="json", by_alias=True, exclude_unset=True),
            "figures": found.case.ledger.results(),
        }
    )
