"""How exact the numbers are: closed form against simulation, and the simulation against another seed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis import formats
from analysis.briefing.view import View, course_name
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, table
from analysis.simulation import (
    BRIDGE,
    EITHER,
    FIVE_YEAR,
    MIXED,
    STATUS_QUO,
    Simulation,
    cost_table,
    expected_decision,
    expected_path,
    simulate,
    simulated_decision,
)
from analysis.strategy import discount_factors


def accuracy(view: View) -> pd.DataFrame:
    """Every headline number four ways: [key, unit, closed, simulated, error, deviation, other_seed].

    key: (course, state, measure) or the name of a result. closed: NaN where no closed form exists. error: Monte Carlo
    standard error. deviation: (simulated - closed) in those errors. other_seed: the same simulation with another seed.
    """
    draws = view.results.simulation
    bare = replace(draws.inputs, full_ask=None, korea_terms=None, like_neighbour={})  # courses not compared here
    other = simulate(replace(bare, seed=draws.inputs.seed + 1))
    exact, again = _closed(draws), _simulated(other, cost_table(other).set_index(["course", "state"]))
    rows = []
    for (key, value, error), (_, second, _) in zip(_simulated(draws, view.results.costs), again, strict=True):
        closed = exact.get(key, float("nan"))
        rows.append((key, closed, value, error, (value - closed) / error, second))
    return pd.DataFrame(rows, columns=["key", "closed", "simulated", "error", "deviation", "other_seed"])


def _closed(draws: Simulation) -> dict[object, float]:
    inputs = draws.inputs
    path = expected_path(inputs.drivers, inputs.base_year, inputs.years).groupby("year")["value"].sum().to_numpy()
    found: dict[object, float] = {
        (STATUS_QUO, EITHER, "mean"): float(path @ discount_factors(len(path), inputs.discount_rate))
    }
    decision = expected_decision(inputs)
    if decision is not None:
        found |= {
            (FIVE_YEAR, EITHER, "mean"): decision.cost_now,
            **{(BRIDGE, state, "mean"): decision.cost_bridge[state] for state in inputs.states},
            "reservation_uplift_pct": decision.reservation_uplift_pct,
            "value_of_waiting": decision.value_of_waiting,
        }
    return found


def _simulated(draws: Simulation, costs: pd.DataFrame) -> list[tuple[object, float, float]]:
    """(key, value, Monte Carlo error) of each number compared; costs: the cost table by course and state."""
    first, second = draws.inputs.states
    courses = [(STATUS_QUO, EITHER), (FIVE_YEAR, EITHER), (BRIDGE, first), (BRIDGE, second)]
    rows = [((*c, "mean"), float(costs.loc[c, "mean"]), float(costs.loc[c, "mc_error_mean"])) for c in courses]
    for course in ((FIVE_YEAR, EITHER), (BRIDGE, MIXED)):
        rows.append(
            ((*course, "cvar95"), float(costs.loc[course, "cvar95"]), float(costs.loc[course, "mc_error_cvar"]))
        )
    decision = simulated_decision(draws)
    rows.append(("reservation_uplift_pct", decision.reservation_uplift_pct, decision.reservation_error))
    rows.append(("value_of_waiting", decision.value_of_waiting, decision.value_error))
    return rows


def accuracy_table(case: Case, view: View) -> Exhibit:
    """Table: closed form, simulation, Monte Carlo error, and another seed."""
    frame = accuracy(view)
    frame["label"] = [_label(case, key) for key in frame["key"]]
    frame["unit"] = ["%" if key == "reservation_uplift_pct" else f"bn {case.currency}" for key in frame["key"]]
    digits = [2 if unit == "%" else 1 for unit in frame["unit"]]
    for column in ("closed", "simulated", "error", "other_seed"):
        frame[f"{column}_text"] = [
            None if pd.isna(v) else formats.plain(v, 2 if column == "error" else d)
            for v, d in zip(frame[column], digits, strict=True)
        ]
    draws = view.results.simulation.inputs.draws
    known = frame["deviation"].dropna().abs()
    notes = []
    if len(known) < 3:
        notes.append(
            "No closed form of the choice exists here: a floor makes the later price a maximum, whose mean is not that of its parts. "
            "The other seed is the check."
        )
    return table(
        frame.drop(columns=["key"]),
        [
            Column("label", "Number"),
            Column("unit", "Unit"),
            Column("closed_text", "Closed form", "right", str),
            Column("simulated_text", "Simulation", "right", str),
            Column("error_text", "Monte Carlo error", "right", str),
            Column("deviation", "Difference, in errors", "right", lambda v: formats.plain(v, 1)),
            Column("other_seed_text", "Another seed", "right", str),
        ],
        id="tab-accuracy",
        title=_title(known),
        subtitle=f"{draws:,} draws, seed {case.scenario.seed}, against the formulas above and against seed {case.scenario.seed + 1}",
        source="This project's model. Worst 5%: mean of the worst 5% of outcomes (CVaR); its error is from batches.",
        notes=notes,
    )


def _title(known: pd.Series) -> str:
    if len(known) < 3:
        return "The simulation repeats with another seed; only the path has a closed form here"
    worst = float(known.max())
    verb = "agree" if worst <= 3 else "do not agree"
    return f"Closed form and simulation {verb}: at most {formats.plain(worst, 1)} Monte Carlo errors apart"


def _label(case: Case, key: object) -> str:
    if key == "reservation_uplift_pct":
        return "Reservation price"
    if key == "value_of_waiting":
        return "Value of waiting"
    course, state, measure = key
    return f"{course_name(case, course, state)}, {'worst 5%' if measure == 'cvar95' else 'mean'}"
