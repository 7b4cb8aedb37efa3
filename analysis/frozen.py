"""Forecasts frozen at the day of a past round, and what happened: the tables of the day against later outcomes.

A forecast is made from a scenario and the evidence of its as-of date alone. Outcomes come from all evidence known
today. The two never meet before they are scored.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.backtest import Ensemble, Forecast, Normal, Point, scored
from analysis.comparison import payment_line
from analysis.deal_chance import deal_chance
from analysis.decision import past_rounds_of, strategy_inputs
from analysis.feasibility import probability_of_deal
from analysis.history import yearly_totals
from analysis.scenario import Scenario
from analysis.scenario_files import load_scenario
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, MIXED, StrategyInputs, simulate, yearly_costs
from analysis.threads import each
from analysis.vintage import Evidence, load_evidence, public_on

OUTLOOK_ERROR_PCT = 5.5  # of the method "flat with a band": the mean absolute error of five-year budget outlooks

#: Methods in the order in which they are shown.
METHODS = {
    "model": "Model",
    "model_other": "Model, other course",
    "flat": "No change",
    "flat_band": "No change ±5.5%",
    "last_change": "Last renewal again",
    "last_growth": "Last year's growth",
    "ask": "Full ask",
}


@dataclass(frozen=True)
class Target:
    """One outcome to forecast: the scenario frozen before it, the years whose mean is forecast, and the outcome's row.

    overrides: what must be set so that the horizon covers the years. renewals: how many renewals the scenario supposes
    up to those years. round_id: row of rounds.csv that tells how the talks ended; empty where another target's do.
    """

    name: str
    scenario: str
    years: tuple[int, ...]
    outcome: str
    renewals: int
    round_id: str = ""
    overrides: tuple[str, ...] = ()


TARGETS = (
    Target("Japan FY2021", "undecided", (2021,), "J030", 1, "jp-2021"),
    Target(
        "Japan FY2022–26", "undecided", (2022, 2023, 2024, 2025, 2026), "J196", 2,
        # Exchange rates are asked for in every year of the horizon and play no part in a sum of yen.
        overrides=("horizon.years=6", "fx.values.2026={range: [89, 105, 125]}"),
    ),
    Target("South Korea 2021", "korea-2020", (2021,), "K-sma_contribution-031", 1, "kr-2021"),
    Target("South Korea 2026", "korea-2026", (2026,), "K-sma_contribution-036", 1, "kr-2026"),
)  # fmt: skip

Loader = Callable[[date], Evidence]


@dataclass(frozen=True)
class Frozen:
    """A target as it stood on its day: the scenario, the evidence known then and the inputs of the simulation."""

    target: Target
    scenario: Scenario
    evidence: Evidence
    inputs: StrategyInputs

    @classmethod
    def of(cls, target: Target, load: Loader) -> Frozen:
        """Read scenario and evidence."""
        scenario = load_scenario(target.scenario, target.overrides)
        evidence = load(scenario.as_of)
        reference = past_rounds_of(scenario, evidence)
        return cls(target, scenario, evidence, strategy_inputs(scenario, evidence, reference, compared=False))


def frozen_forecasts(target: Target, load: Loader = load_evidence) -> dict[str, Forecast]:
    """What each method forecast for the target on its day; bn of the host's currency, mean over the target's years.

    `model` follows the course of the scenario, `model_other` the other of full-length deal now and bridge. The simple
    methods start from the last payment public on the day. `ask` is missing where none was reported.
    """
    frozen = Frozen.of(target, load)
    return {**_model(frozen), **_simple(frozen)}


def _simple(frozen: Frozen) -> dict[str, Forecast]:
    target, scenario, evidence = frozen.target, frozen.scenario, frozen.evidence
    paid = yearly_totals(
        evidence.table("payments"), scenario.host, *payment_line(evidence.table("hosts"), scenario.host)
    )
    paid = paid.dropna(subset=["value"]).set_index("year")["value"].astype(float)
    last_year, last = int(paid.index[-1]), float(paid.iloc[-1])
    growth = last / float(paid.loc[last_year - 1]) - 1
    rounds = evidence.table("rounds")
    change = float(rounds[rounds["host"] == scenario.host].sort_values("first_year")["change_pct"].iloc[-1])
    forecasts: dict[str, Forecast] = {
        "flat": Point(last),
        "flat_band": Normal.from_mean_absolute_error(last, OUTLOOK_ERROR_PCT / 100 * last),
        "last_change": Point(last * (1 + change / 100) ** target.renewals),
        "last_growth": Point(last * float(np.mean([(1 + growth) ** (year - last_year) for year in target.years]))),
    }
    if scenario.ask:
        ask = float(evidence.row(scenario.ask, "asks")["amount"])
        forecasts["ask"] = Point(ask * float(np.mean([scenario.fx.values[year].range[1] for year in target.years])))
    return forecasts


def _model(frozen: Frozen) -> dict[str, Forecast]:
    bridge, now = _bridge_and_now(pickle.dumps(frozen.inputs), frozen.target.years)
    follows_bridge = frozen.scenario.strategy.kind == "bridge"
    return {"model": bridge if follows_bridge else now, "model_other": now if follows_bridge else bridge}


@lru_cache(maxsize=16)  # every report scores the same few forecasts; the key holds all a simulation is made from
def _bridge_and_now(pickled: bytes, years: tuple[int, ...]) -> tuple[Ensemble, Ensemble]:
    inputs = pickle.loads(pickled)
    simulation, columns = simulate(inputs), [inputs.years.index(year) for year in years]
    courses = (BRIDGE, MIXED), (FIVE_YEAR, EITHER)
    bridge, now = (Ensemble(yearly_costs(simulation, *course)[:, columns].mean(axis=1)) for course in courses)
    return bridge, now


def frozen_scores(everything: Evidence, load: Loader = load_evidence) -> pd.DataFrame:
    """All targets scored against the outcomes in `everything`, in percent of the outcome.

    Columns as `backtest.scored`, and row (the outcome's), scenario, as_of, currency.
    """
    frozen = [Frozen.of(target, load) for target in TARGETS]
    forecasts = [{**model, **_simple(one)} for model, one in zip(each(_model, frozen), frozen, strict=True)]
    outcomes = [float(everything.row(target.outcome)["value"]) for target in TARGETS]
    targets = [(t.name, outcome, given) for t, outcome, given in zip(TARGETS, outcomes, forecasts, strict=True)]
    heads = []
    for target in TARGETS:
        scenario = load_scenario(target.scenario)
        heads.append((target.name, target.outcome, target.scenario, scenario.as_of, scenario.money.currency))
    columns = ["target", "row", "scenario", "as_of", "currency"]
    return scored(targets).merge(pd.DataFrame(heads, columns=columns), on="target")


def scores_known_today() -> pd.DataFrame:
    """`frozen_scores` against all outcomes known by now."""
    return frozen_scores(load_evidence(date.max))


def deal_forecasts(everything: Evidence, load: Loader = load_evidence) -> pd.DataFrame:
    """P(multi-year deal by the day a figure is needed), as of each round, against what came.

    Returns one row a round: target, as_of, deadline, elapsed and left (months), lengths (how many talk lengths were
    public on the day), stated (probability from those; NaN below three), mechanical (from the lengths of all other
    rounds, later ones included), happened (0 or 1), row.
    """
    rounds = everything.table("rounds")
    known = rounds.dropna(subset=["talks_months"])
    rows = []
    for target in TARGETS:
        if not target.round_id:
            continue
        scenario, outcome = load_scenario(target.scenario), rounds.loc[target.round_id]
        chance = deal_chance(scenario, load(scenario.as_of))
        others = known.loc[known.index != target.round_id, "talks_months"].astype(float)
        in_time = public_on(str(outcome["figure_reached"])) <= chance.by
        rows.append(
            {
                "target": target.name,
                "as_of": scenario.as_of,
                "deadline": chance.by,
                "elapsed": chance.months_elapsed,
                "left": chance.months_left,
                "lengths": chance.n,
                "stated": np.nan if chance.probability is None else chance.probability,
                "mechanical": float(probability_of_deal(others, chance.months_left, chance.months_elapsed)),
                "happened": int(in_time and outcome["term_years"] > 1),
                "row": target.round_id,
            }
        )
    return pd.DataFrame(rows)
