"""The scenario: one strict description of what is assumed, checked before any notebook starts.

A number in a scenario is either read from a data row (`{row: J029}`) or an assumption
(`{value: 21.3, reason: ...}` or `{range: [min, mode, max], reason: ...}`). Percentages that a negotiator
would say aloud are in percent (`uplift_pct: 1.5`); growth rates and probabilities are fractions.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from analysis.definitions import Basis, Currency, Scope, YearType

RowId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{1,60}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2000)]
ScenarioId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$")]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=-30, le=400, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    """Unknown keys are errors and nothing changes after the check."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _number_as_value(raw: object) -> object:
    return {"value": raw} if isinstance(raw, int | float) and not isinstance(raw, bool) else raw


def _list_as_range(raw: object) -> object:
    """A bare number is a certain value, a bare list a range; both then lack a reason and are shown as such."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return {"range": [raw, raw, raw]}
    return {"range": raw} if isinstance(raw, list | tuple) else raw


class _Quantity(_Strict):
    """One amount, in the scenario's money unit: from a data row, or assumed."""

    row: RowId | None = None
    field: Literal["value", "value_to"] = "value"
    value: Finite | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _one_of_row_or_value(self) -> Self:
        if (self.row is None) == (self.value is None):
            raise ValueError("give either a data row (row: J029) or a value with a reason, not both")
        return self


class _Range(_Strict):
    """An assumption: [lowest, most likely, highest] of a PERT distribution, and why."""

    range: tuple[Finite, Finite, Finite]
    reason: Text | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, mode, high = self.range
        if not low <= mode <= high:
            raise ValueError(f"[lowest, most likely, highest] must be in rising order, not {list(self.range)}")
        return self

    @property
    def mean(self) -> float:
        """Mean of the PERT distribution, (min + 4 mode + max) / 6."""
        low, mode, high = self.range
        return (low + 4 * mode + high) / 6


Quantity = Annotated[_Quantity, BeforeValidator(_number_as_value)]
Range = Annotated[_Range, BeforeValidator(_list_as_range)]


def _within(low: float, high: float, what: str):
    def check(value: _Range) -> _Range:
        if value.range[0] < low or value.range[2] > high:
            raise ValueError(f"{what} must lie between {low:g} and {high:g}, not {list(value.range)}")
        return value

    return check


GrowthRange = Annotated[Range, Field(description="yearly growth, as a fraction, -0.2 to 0.3")]
PercentRange = Annotated[Range, Field(description="percent, -30 to 400")]


class Horizon(_Strict):
    """The years of the agreement under discussion."""

    first_year: int = Field(ge=1990, le=2060, description="first year of the next agreement")
    years: int = Field(ge=1, le=10, description="length of the full-length agreement in years")
    year_type: YearType = Field(description="FY for Japan, CY for Korea")

    @property
    def all_years(self) -> list[int]:
        """First to last year, both included."""
        return list(range(self.first_year, self.first_year + self.years))


class Money(_Strict):
    """Currency and price basis of every amount of the scenario."""

    currency: Currency
    unit: Literal["bn"] = "bn"
    price_basis: Literal["nominal", "real"] = "nominal"
    discount_rate: float = Field(0.0, ge=0, le=0.10, description="yearly rate, as a fraction; 0 adds plain sums")


class BaseYear(_Strict):
    """The last year whose budget is known: the start of the status-quo path."""

    year: int
    total: Quantity
    categories: dict[str, Quantity] = Field(min_length=1)


class Driver(_Strict):
    """What moves one category: a growth rate, or a yearly level, within a floor and a ceiling."""

    growth: GrowthRange | None = None
    level: Range | None = None
    volume: Range | None = Field(None, description="quantity paid for, such as workers, against base_volume")
    base_volume: Quantity | None = None
    floor: Quantity | None = None
    ceiling: Quantity | None = None

    @model_validator(mode="after")
    def _one_mover(self) -> Self:
        if (self.growth is None) == (self.level is None):
            raise ValueError("give either growth or level")
        if self.growth is not None:
            _within(-0.2, 0.3, "growth")(self.growth)
        if self.level is not None and self.level.range[0] < 0:
            raise ValueError("a level cannot be negative")
        if (self.volume is None) != (self.base_volume is None):
            raise ValueError("volume and base_volume come together")
        return self


class Event(_Strict):
    """What the host waits for, and how likely each outcome is held to be."""

    name: Text
    resolves: date
    states: dict[str, Probability] = Field(min_length=2, max_length=2)
    readings: list[RowId] = Field(default_factory=list, description="forecast rows the probability rests on")
    probability_range: Range | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        total = math.fsum(self.states.values())
        if abs(total - 1) > 1e-9:
            shown = ", ".join(f"{name} {p:g}" for name, p in self.states.items())
            raise ValueError(f"the probabilities of the states must sum to 1, not {total:g} ({shown})")
        return self


class Tail(_Strict):
    """Talks that leave the existing frame: how likely under each outcome, and how large the rise."""

    weight: dict[str, Annotated[float, Field(ge=0, le=0.3)]] = Field(description="probability by state, 0 to 0.30")
    size_pct: PercentRange
    reason: Text | None = None


class Settlement(_Strict):
    """How a price is foreseen: L0 past rounds only, L1 with a reported ask, L2 with last offer and last ask."""

    level: Literal["L0", "L1", "L2"]
    kappa: Range = Field(description="points of uplift per e-fold of the ask")
    ask_multiple: dict[str, Range] = Field(description="effective ask, as a multiple of the prior payment, by state")
    ask_now: Range = Field(description="effective ask behind a full-length deal signed now")
    drift_pct: dict[str, Finite] = Field(description="yearly status-quo growth removed from past rounds, by host")
    prior_mean_pct: Finite = 1.0
    prior_sd_pct: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 6.0
    tail: Tail
    offer: Quantity | None = Field(None, description="the host's last offer, L2")
    last_ask: Quantity | None = Field(None, description="the last reported ask, L2")
    lambda_1: Range | None = Field(None, description="share of the way from offer to ask, L2")
    uplift_pct: dict[str, PercentRange] | None = Field(None, description="overrides the settlement model by state")


class Strategy(_Strict):
    """The course a scenario follows, and the terms of the courses it is compared with."""

    kind: Literal["status_quo", "five_year", "bridge", "korea_terms", "full_ask"]
    bridge_years: int = Field(1, ge=0)
    bridge_uplift_pct: PercentRange
    fee_pct: PercentRange = Field(description="cost of a second round, percent of one year's payment")
    ratchet: Range = Field(description="share of the bridge uplift that cannot be bargained back")
    bridge_share: Range | None = Field(None, description="bridge uplift as a share of the full-length uplift instead")
    ratchet_rule: Literal["none", "floor", "carry"] = "none"
    five_year_uplift_pct: PercentRange | None = Field(None, description="price on the table; unset: from past rounds")


class Fx(_Strict):
    """Exchange rates over the horizon: local currency per U.S. dollar."""

    pair: Literal["JPY_per_USD", "KRW_per_USD", "EUR_per_USD"]
    averaging: Literal["FY", "CY", "part_year"]
    values: dict[int, Range]
    reason: Text | None = None

    @model_validator(mode="after")
    def _right_way_round(self) -> Self:
        low, high = {"JPY": (50, 400), "KRW": (500, 3000), "EUR": (0.4, 2.0)}[self.pair[:3]]
        for year, rate in self.values.items():
            if rate.range[0] < low or rate.range[2] > high:
                raise ValueError(
                    f"{year}: {list(rate.range)} is not a rate in {self.pair} ({low:g} to {high:g}); "
                    "write local currency per dollar, not dollars per unit"
                )
        return self


class Credit(_Strict):
    """Something else the host pays, and how much of it is counted in its favour."""

    row: RowId
    years: int = Field(1, ge=1, description="years the amount covers; divided out")
    strict: Probability
    central: Probability
    full: Probability
    reason: Text | None = None


class Scenario(_Strict):
    """One briefing's question and assumptions; see `hns explain` for each field."""

    schema_version: Literal[1] = Field(alias="schema")
    id: ScenarioId
    extends: ScenarioId | None = None
    title: Text
    question: Text
    author: Text
    date: date
    as_of: date = Field(description="nothing published later enters the analysis")
    references: list[Text] = Field(min_length=1)
    host: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    horizon: Horizon
    scope: Scope
    basis: Basis
    money: Money
    base_year: BaseYear
    drivers: dict[str, Driver]
    outlook_error_pct: Annotated[float, Field(ge=0, le=50)] = Field(
        description="mean absolute error of five-year budget outlooks, percent; widens the status-quo band"
    )
    event: Event
    ask: RowId | None = Field(None, description="row of asks.csv: the reported demand; unset when none is known")
    settlement: Settlement
    strategy: Strategy
    fx: Fx
    troops: RowId = Field(description="row of troops.csv or people.csv: the head-count used per troop")
    credits: dict[str, Credit] = Field(default_factory=dict)
    seed: int = Field(ge=0)
    draws: int = Field(200_000, ge=1_000, le=5_000_000)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.strategy.bridge_years > self.horizon.years:
            raise ValueError(
                f"strategy.bridge_years is {self.strategy.bridge_years}, "
                f"longer than the horizon of {self.horizon.years} years"
            )
        if missing := [y for y in self.horizon.all_years if y not in self.fx.values]:
            raise ValueError(f"fx.values lacks {missing}; every year of the horizon needs a rate")
        if unknown := sorted(set(self.drivers) - set(self.base_year.categories)):
            raise ValueError(f"drivers {unknown} have no category in base_year.categories")
        if idle := sorted(set(self.base_year.categories) - set(self.drivers)):
            raise ValueError(f"base_year.categories {idle} have no driver")
        for name in ("tail.weight", "ask_multiple"):
            given = self.settlement.tail.weight if name == "tail.weight" else self.settlement.ask_multiple
            if set(given) != set(self.event.states):
                raise ValueError(f"settlement.{name} must name the states {sorted(self.event.states)}")
        if self.fx.pair[:3] != self.money.currency:
            raise ValueError(f"fx.pair {self.fx.pair} does not convert the scenario's currency {self.money.currency}")
        for name, percents in self._percent_ranges():
            _within(-30, 400, name)(percents)
        if self.as_of > self.date:
            raise ValueError(f"as_of {self.as_of} lies after the date of the scenario, {self.date}")
        return self

    def _percent_ranges(self):
        yield "strategy.bridge_uplift_pct", self.strategy.bridge_uplift_pct
        yield "strategy.fee_pct", self.strategy.fee_pct
        yield "settlement.tail.size_pct", self.settlement.tail.size_pct
        if self.strategy.five_year_uplift_pct:
            yield "strategy.five_year_uplift_pct", self.strategy.five_year_uplift_pct
        for state, percents in (self.settlement.uplift_pct or {}).items():
            yield f"settlement.uplift_pct.{state}", percents
