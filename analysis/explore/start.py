"""Where an exploration starts: one scenario with its evidence, and the closed-form prices the sliders begin at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from analysis.costs import CategoryDriver, expected_path
from analysis.decision import past_rounds_of, strategy_inputs
from analysis.distributions import Floats, Pert
from analysis.inputs import base_year
from analysis.scenario import Scenario
from analysis.scenario_files import load_scenario
from analysis.settlement import ReferenceClass
from analysis.simulation import mean_prices
from analysis.strategy_inputs import StrategyInputs
from analysis.vintage import Evidence, load_evidence


@dataclass(frozen=True)
class Prices:
    """Mean uplifts, percent: full-length deal now, bridge, and by state inside the frame and with the tail.

    Before any ratchet, which `analysis.explore.floors` adds.
    """

    now: float
    bridge: float
    inside: dict[str, float]
    after: dict[str, float]


@dataclass(frozen=True, eq=False)
class Start:
    """The scenario an exploration begins with, and what was public on its day."""

    scenario: Scenario
    evidence: Evidence

    @cached_property
    def raw(self) -> dict[str, Any]:
        """The whole scenario as a mapping, ready to be merged with changes."""
        return self.scenario.model_dump(by_alias=True)

    @cached_property
    def reference(self) -> ReferenceClass:
        """Past rounds as the scenario reads them."""
        return past_rounds_of(self.scenario, self.evidence)

    @cached_property
    def inputs(self) -> StrategyInputs:
        """The inputs of the choice."""
        return strategy_inputs(self.scenario, self.evidence, self.reference, compared=False)

    @cached_property
    def prices(self) -> Prices:
        """Mean prices of the scenario as it stands."""
        return prices_of(self.inputs, path_of(self.inputs))

    @cached_property
    def bill(self) -> float:
        """Payment of the base year, bn."""
        return base_year(self.scenario, self.evidence)[0].value


def opened(name: str) -> Start:
    """The start of an exploration. Raises ScenarioError, or VintageError for a row that was public later."""
    scenario = load_scenario(name)
    start = Start(scenario, load_evidence(scenario.as_of))
    _ = start.inputs  # refuses what contradicts the evidence now, not at the first slider
    return start


def path_of(inputs: StrategyInputs) -> Floats:
    """Mean status-quo payment by year, (years,); kept, because most sliders do not move it."""
    elapsed = [year - inputs.base_year for year in inputs.years]
    return np.array([sum(_mean(driver, t) for driver in inputs.drivers.values()) for t in elapsed])


@lru_cache(maxsize=4096)
def _mean(driver: CategoryDriver, elapsed: int) -> float:
    return float(expected_path({"bill": driver}, 0, (elapsed,))["value"].iloc[0])


def prices_of(inputs: StrategyInputs, path: Floats) -> Prices:
    """Mean prices in closed form, given the mean path (years,)."""
    # Prices see the first year of the path only (L2), so a flat bill of that size is enough.
    flat = {"bill": CategoryDriver(float(path[0]), growth=Pert.certain(0.0))}
    plain = replace(inputs, drivers=flat)
    now, bridge, after = mean_prices(plain)
    model = replace(inputs.settlement, tail_weight=dict.fromkeys(inputs.states, 0.0))
    _, _, inside = mean_prices(replace(plain, settlement=model))
    return Prices(now, bridge, inside, after)
