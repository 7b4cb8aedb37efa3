"""What the simulation of a choice takes: plain values, checked once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.costs import CategoryDriver
from analysis.distributions import Pert
from analysis.errors import ScenarioError
from analysis.settlement import SettlementModel

NO_RATCHET = Pert.certain(0)


@dataclass(frozen=True)
class KoreaTerms:
    """Terms like those South Korea accepted in 2021, percent: years without a rise, one rise, then indexation.

    The payment before the rise is the first year's status-quo payment, or `start` where given.
    """

    rise_pct: float
    index_pct: float
    flat_years: int = 1
    start: float | None = None


@dataclass(frozen=True)
class FullAsk:
    """The reported ask paid in full: bn dollars a year, and the rate (local per dollar) of each horizon year.

    The rates of all years share one rank: a weak currency stays weak, as yearly averages mostly do.
    """

    dollars: float
    rates: tuple[Pert, ...]


@dataclass(frozen=True)
class StrategyInputs:
    """Everything the simulation needs, as plain values.

    states: the two outcomes of the event; `p` belongs to the first. bridge_share: the bridge's uplift as a share of
    the five-year uplift, in place of `bridge_uplift`. like_neighbour: yearly amounts in base-year
    terms, by measure; they move with the status-quo path. inflation: yearly rate as a fraction; costs are then in
    prices of the base year. ratchet_rule: see `settlement.ratcheted`.
    """

    years: tuple[int, ...]
    base_year: int
    drivers: Mapping[str, CategoryDriver]
    states: tuple[str, str]
    p: float
    bridge_years: int
    bridge_uplift: Pert
    fee: Pert
    settlement: SettlementModel
    ratchet: Pert = NO_RATCHET
    ratchet_rule: str = "none"
    bridge_share: Pert | None = None
    discount_rate: float = 0.0
    outlook_error_pct: float = 0.0
    korea_terms: KoreaTerms | None = None
    full_ask: FullAsk | None = None
    inflation: Pert | None = None
    like_neighbour: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    draws: int = 200_000

    def __post_init__(self) -> None:
        if not 0 <= self.p <= 1:
            raise ScenarioError("event.states", f"the probability is {self.p}", "0 to 1")
        if not 0 <= self.bridge_years <= len(self.years):
            raise ScenarioError("strategy.bridge_years", f"is {self.bridge_years}", f"0 to {len(self.years)}")
        if self.full_ask and len(self.full_ask.rates) != len(self.years):
            raise ScenarioError(
                "fx.values", f"{len(self.full_ask.rates)} rates for {len(self.years)} years", "one a year"
            )

    @property
    def base_total(self) -> float:
        """Payment of the base year."""
        return math.fsum(driver.base for driver in self.drivers.values())
