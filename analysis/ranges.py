"""The inputs of one scenario's choice with their ranges, in the form that `analysis.sensitivity` takes.

The choice is between the full-length deal now and the bridge. Its inputs are prices, odds and the size of the bill;
prices inside the existing frame and the tail stand apart, because they are known differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.costs import CategoryDriver, expected_path
from analysis.decision import Results
from analysis.distributions import Pert
from analysis.scenario import Scenario
from analysis.sensitivity import WIDE_RANGES, Drawn, Model, Range, Uniform, reservation_model, tornado, waiting_model
from analysis.settlement import SettlementModel
from analysis.simulation import StrategyInputs, mean_deflator, simulate

WEIGHT_LIMIT = 0.30  # the range of a tail weight runs from 0 to here in every scenario
AVERAGED_OVER = 20_000  # draws, where a floor forbids to put means into the model


@dataclass(frozen=True)
class Choice:
    """The choice as a function of its inputs.

    waiting, reservation: V_wait (bn) and u* (percent) as functions of the inputs. ranges: the scenario's own view of
    each input. wide: ranges for statements that must not rest on anyone's odds. centre: what the scenario itself
    sets for inputs that are weights (odds, tail weight). averaged: the model has a kink, so effects of one input are
    averages over the others instead of values at their means.
    """

    waiting: Model
    reservation: Model
    ranges: Mapping[str, Range]
    wide: Mapping[str, Range]
    centre: Mapping[str, float]
    averaged: bool
    seed: int

    def tornado(self, model: Model) -> pd.DataFrame:
        """`sensitivity.tornado` of one of the two models around the scenario's own view."""
        draws = AVERAGED_OVER if self.averaged else 0
        return tornado(model, self.ranges, centre=self.centre, draws=draws, seed=self.seed)


def choice(results: Results) -> Choice:
    """The choice of a simulated scenario.

    Inputs, percent unless said otherwise: u_now; u_bridge, or bridge_share of u_now; u_first and u_second (after the
    event, inside the frame); tail_weight (0 to 0.3) and tail_size, where the scenario leaves the later price to the
    settlement model; p; fee; ratchet, where one applies; level (of the whole bill against its mean).
    """
    scenario, inputs = results.scenario, results.simulation.inputs
    model = inputs.settlement
    frame = expected_path(inputs.drivers, inputs.base_year, inputs.years)
    path = frame.groupby("year")["value"].sum().to_numpy()
    bill = results.simulation.totals.sum(axis=1)
    ranges: dict[str, Range] = {
        "u_now": model.now_override or Drawn.of(results.simulation.u_now),
        **_bridge_price(inputs),
        **_later_prices(inputs),
        "p": _odds(scenario, inputs.p),
        "level": Drawn.of(100 * (bill / bill.mean() - 1)),
    }
    weights = _tail_weights(model, inputs.states) if model.has_tail else {}
    if weights:
        ranges |= {name: Pert(0.0, weight, WEIGHT_LIMIT) for name, weight in weights.items()}
        ranges["tail_size"] = model.tail_size
    if inputs.ratchet_rule != "none":
        ranges["ratchet"] = inputs.ratchet
    deflator = None if inputs.inflation is None else mean_deflator(inputs)
    given = (path, inputs.bridge_years, inputs.discount_rate, inputs.ratchet_rule, deflator)
    return Choice(
        waiting=waiting_model(*given),
        reservation=reservation_model(*given),
        ranges=ranges,
        wide=_wide(ranges, scenario, model),
        centre={"p": inputs.p, **weights},
        averaged=inputs.ratchet_rule != "none",
        seed=inputs.seed,
    )


def _bridge_price(inputs: StrategyInputs) -> dict[str, Range]:
    """Price of the bridge and fee of a second round; certain zeros where there is no bridge or no second round."""
    if not inputs.bridge_years:
        return {"u_bridge": Pert.certain(0.0), "fee": Pert.certain(0.0)}
    only = inputs.bridge_years == len(inputs.years)
    price = {"u_bridge": inputs.bridge_uplift} if inputs.bridge_share is None else {"bridge_share": inputs.bridge_share}
    return {**price, "fee": Pert.certain(0.0) if only else inputs.fee}


def _later_prices(inputs: StrategyInputs) -> dict[str, Range]:
    """Prices after the event inside the frame, without tail and before any ratchet."""
    names = dict(zip(("u_first", "u_second"), inputs.states, strict=True))
    if inputs.settlement.after_override:
        return {name: inputs.settlement.after_override[state] for name, state in names.items()}
    framed = replace(inputs.settlement, tail_weight=dict.fromkeys(inputs.states, 0.0))
    # The prices do not hang on the path, so the least of paths will do.
    bare = replace(inputs, drivers={"any": CategoryDriver(1.0, growth=Pert.certain(0.0))}, outlook_error_pct=0.0)
    bare = replace(bare, settlement=framed, ratchet_rule="none", full_ask=None, korea_terms=None, like_neighbour={})
    inside = simulate(bare).u_after
    return {name: Drawn.of(inside[state]) for name, state in names.items()}


def _tail_weights(model: SettlementModel, states: tuple[str, str]) -> dict[str, float]:
    """Tail weights that are varied: that of the second state, and that of the first where it is not zero."""
    first, second = (model.tail_weight[state] for state in states)
    return ({"tail_weight_first": first} if first else {}) | {"tail_weight": second}


def _odds(scenario: Scenario, p: float) -> Range:
    """The scenario's range of the probability; a probability of 0 or 1 is what the scenario supposes, and certain."""
    if p in (0.0, 1.0) or scenario.event.probability_range is None:
        return Pert.certain(p)
    return Pert(*scenario.event.probability_range.range)


def _wide(ranges: Mapping[str, Range], scenario: Scenario, model: SettlementModel) -> dict[str, Range]:
    """WIDE_RANGES, with the scenario's own ranges where those are PERT there too, stretched where it lies outside."""
    wide = dict(WIDE_RANGES)
    for name in ("tail_size", "u_bridge", "bridge_share", "fee", "ratchet"):
        wide.pop(name, None)
        if name in ranges:
            wide[name] = ranges[name]
    if scenario.event.probability_range:
        wide["p"] = _stretched(WIDE_RANGES["p"], *scenario.event.probability_range.range[::2])
    if "tail_weight" not in ranges:
        del wide["tail_weight"]
    if model.after_override:
        for name in ("u_first", "u_second"):
            wide[name] = _stretched(WIDE_RANGES[name], *(float(x) for x in ranges[name].ppf([0.05, 0.95])))
    return wide


def _stretched(given: Range, low: float, high: float) -> Range:
    return Uniform(min(given.low, low), max(given.high, high))


def drawn_inputs(ranges: Mapping[str, Range], draws: int, seed: int) -> dict[str, np.ndarray]:
    """Independent draws of the inputs that vary at all."""
    from analysis.sensitivity import sampled

    return {name: values for name, values in sampled(ranges, draws, seed).items() if np.ptp(values) > 0}
