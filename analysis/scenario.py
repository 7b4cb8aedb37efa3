"""The scenario: one strict description of what is assumed, checked before any notebook starts.

A number in a scenario is either read from a data row (`{row: J029}`) or an assumption
(`{value: 21.3, reason: ...}` or `{range: [min, mode, max], reason: ...}`). Percentages that a negotiator
would say aloud are in percent (`uplift_pct: 1.5`); growth rates and probabilities are fractions.
`hns explain FIELD` prints what stands here about a field.
"""

from __future__ import annotations

import math
from datetime import date as Day  # a field of the scenario is called date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from analysis.definitions import Basis, BillCategory, Currency, Scope, YearType
from analysis.quantities import (
    Assumed,
    Finite,
    Key,
    Probability,
    Quantity,
    Range,
    RowId,
    ScenarioId,
    Strict,
    Text,
    told,
    within,
)

PERCENT = (-30, 400)
_SHARE, _PERCENT, _GROWTH = "share, 0 to 1", "percent, -30 to 400", "fraction a year, -0.2 to 0.3"


class Horizon(Strict):
    """The years of the agreement under discussion."""

    first_year: int = told("first year of the next agreement", "year", ge=1990, le=2060)
    years: int = told("length of the full-length agreement", "years", ge=1, le=10)
    year_type: YearType = told("FY (April to March) for Japan, CY for South Korea")

    @property
    def all_years(self) -> list[int]:
        """First to last year, both included."""
        return list(range(self.first_year, self.first_year + self.years))


class Money(Strict):
    """Currency and price basis of every amount of the scenario."""

    currency: Currency = told("currency of every amount")
    unit: Literal["bn"] = told("unit of every amount: billions", default="bn")
    price_basis: Literal["nominal", "real"] = told(
        "nominal: money of each year; real: prices of the base year, which needs inflation", default="nominal"
    )
    inflation: Range | None = told("rise of consumer prices, used when price_basis is real", _GROWTH, None)
    discount_rate: float = told("yearly discount; 0 adds plain sums", "fraction a year", 0.0, ge=0, le=0.10)

    @model_validator(mode="after")
    def _real_needs_inflation(self) -> Self:
        if self.inflation is not None:
            within(-0.2, 0.3, "inflation")(self.inflation)
        if self.price_basis == "real" and self.inflation is None:
            raise ValueError(
                "price_basis is real, so inflation is needed, such as {range: [0, 0.01, 0.03], reason: ...}"
            )
        return self


class BaseYear(Strict):
    """The last year whose budget is known: the start of the status-quo path."""

    year: int = told("year of the last known bill", "year", ge=1900, le=2100)
    total: Quantity = told("the whole bill", "bn")
    categories: dict[BillCategory, Quantity] = told(
        "its parts, which must add up to the total within 0.05", "bn", min_length=1
    )


class Driver(Strict):
    """What moves one category: a growth rate, or a yearly level, within a floor and a ceiling."""

    growth: Range | None = told("yearly growth from the base year", _GROWTH, None)
    level: Range | None = told("amount of every year, instead of growth", "bn a year", None)
    volume: Range | None = told("quantity paid for, such as workers under the cap", "number", None)
    base_volume: Quantity | None = told("that quantity in the base year", "number", None)
    volume_limit: Quantity | None = told("how many there are, such as workers on the payroll", "number", None)
    share: Range | None = told("part of the cost the host bears", _SHARE, None)
    base_share: Annotated[float, Field(gt=0, le=1)] | None = told("that part in the base year", _SHARE, None)
    floor: Quantity | None = told("agreed minimum", "bn a year", None)
    ceiling: Quantity | None = told("agreed maximum", "bn a year", None)

    @model_validator(mode="after")
    def _one_mover(self) -> Self:
        if (self.growth is None) == (self.level is None):
            raise ValueError("give either growth or level")
        if self.growth is not None:
            within(-0.2, 0.3, "growth")(self.growth)
        if self.level is not None and self.level.range[0] < 0:
            raise ValueError("a level cannot be negative")
        if self.share is not None:
            within(0, 1, "share")(self.share)
        for name, base in (("volume", "base_volume"), ("share", "base_share")):
            if (getattr(self, name) is None) != (getattr(self, base) is None):
                raise ValueError(f"{name} and {base} come together")
        if self.volume is not None and self.share is not None:
            raise ValueError("give either a volume or a share, not both")
        return self


class Event(Strict):
    """What the host waits for, and how likely each outcome is held to be."""

    name: Text = told("what is waited for")
    resolves: Day = told("day on which the outcome is known", "date")
    states: dict[Key, Probability] = told(
        "the two outcomes and their probabilities, which sum to 1", _SHARE, min_length=2, max_length=2
    )
    readings: list[RowId] = told("forecast rows the probability rests on", default_factory=list)
    probability_range: Range | None = told("how far apart reasonable readings lie", _SHARE, None)
    reason: Text | None = told("why this probability", default=None)

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        total = math.fsum(self.states.values())
        if abs(total - 1) > 1e-9:
            shown = ", ".join(f"{name} {p:g}" for name, p in self.states.items())
            raise ValueError(f"the probabilities of the states must sum to 1, not {total:g} ({shown})")
        return self


class Talks(Strict):
    """The calendar of the talks: when they opened, and when a figure must stand."""

    opened: Day | None = told("first formal round; unset while none has been held", "date", None)
    figure_needed_by: Day = told("day by which a budget needs a figure", "date")
    reason: Text = told("where these dates come from")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opened is not None and self.opened > self.figure_needed_by:
            raise ValueError(f"opened {self.opened} lies after figure_needed_by {self.figure_needed_by}")
        return self


class Tail(Strict):
    """Talks that leave the existing frame: how likely under each outcome, and how large the rise."""

    weight: dict[Key, Annotated[float, Field(ge=0, le=0.3)]] = told("probability by state", "share, 0 to 0.30")
    size_pct: Range = told("rise when talks leave the frame", _PERCENT)
    reason: Text | None = told("why this weight", default=None)


class Settlement(Strict):
    """How a price is foreseen: L0 past rounds only, L1 with a reported ask, L2 with last offer and last ask."""

    level: Literal["L0", "L1", "L2"] = told(
        "what is known: L0 past rounds only, L1 a reported ask as well, L2 the last offer and the last ask"
    )
    kappa: Range = told("rise for each e-fold of the ask", "percentage points")
    ask_multiple: dict[Key, Range] = told("effective ask after the event, by state", "multiple of the prior payment")
    ask_now: Range = told("effective ask behind a full-length deal signed now", "multiple of the prior payment")
    drift_pct: dict[Key, Finite] = told("yearly status-quo growth taken out of past rounds, by host", "percent a year")
    prior_mean_pct: Finite = told("mean rise expected before any round is seen", "percent", 1.0)
    prior_sd_pct: Finite = told("its spread", "percentage points", 6.0, gt=0)
    tail: Tail = told("talks that leave the existing frame")
    offer: Quantity | None = told("the host's last offer, L2", "bn a year", None)
    last_ask: Quantity | None = told("the last reported ask, L2", "bn a year", None)
    lambda_1: Range | None = told("how far talks move from last offer to last ask, L2", _SHARE, None)
    uplift_pct: dict[Key, Range] | None = told("later price by state, in place of the model", _PERCENT, None)
    tail_beside_uplift: bool = told(
        "whether talks may leave the frame beside uplift_pct; without it uplift_pct is the whole price", default=False
    )

    @property
    def has_tail(self) -> bool:
        """Whether the tail applies to the later price."""
        return self.uplift_pct is None or self.tail_beside_uplift


class Strategy(Strict):
    """The course a scenario follows, and the terms of the courses it is compared with."""

    kind: Literal["status_quo", "five_year", "bridge", "extension", "korea_terms", "full_ask"] = told(
        "the course this scenario follows"
    )
    bridge_years: int = told("length of the short deal", "years", 1, ge=0)
    bridge_uplift_pct: Range = told("price of the short deal over the status quo", _PERCENT)
    fee_pct: Range = told("cost of a second round", "percent of the first year's payment")
    ratchet: Range = told("part of the short deal's rise that cannot be bargained back", _SHARE)
    bridge_share: Range | None = told(
        "price of the short deal as a part of the full-length price, in place of bridge_uplift_pct", _SHARE, None
    )
    ratchet_rule: Literal["none", "floor", "carry"] = told(
        "none: later talks start afresh; floor: they cannot fall below that part; carry: it is added to them",
        default="none",
    )
    five_year_uplift_pct: Range | None = told("price on the table; unset: what past rounds suggest", _PERCENT, None)
    leakage: Range | None = told("part of a blocked rise that comes back in other budget lines", _SHARE, None)


class Fx(Strict):
    """Exchange rates over the horizon: local currency per U.S. dollar."""

    pair: Literal["JPY_per_USD", "KRW_per_USD", "EUR_per_USD"] = told("the two currencies, local per dollar")
    averaging: Literal["FY", "CY", "part_year"] = told("over which year the rate is averaged")
    values: dict[int, Range] = told("the rate of every year of the horizon", "local currency per dollar")
    reason: Text | None = told("why these rates", default=None)

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


class Credit(Strict):
    """Something else the host pays, and how much of it is counted in its favour."""

    name: Text = told("what it is, as the reader sees it")
    row: RowId = told("data row of the amount")
    years: int = told("years the amount covers; divided out", "years", 1, ge=1, le=100)
    holds_lines_above: bool = told(
        "a tally that already holds the lines above it: only the rest is added", default=False
    )
    strict: Probability = told("part counted on a strict view", _SHARE)
    central: Probability = told("part counted on a middle view", _SHARE)
    full: Probability = told("part counted on a generous view", _SHARE)
    reason: Text | None = told("why these parts", default=None)


class Scenario(Strict):
    """One briefing's question and assumptions; see `hns explain` for each field."""

    schema_version: Literal[1] = told("version of this format", alias="schema")
    id: ScenarioId = told("the file's own name, a to z, 0 to 9 and hyphens")
    extends: ScenarioId | None = told("scenario whose values hold wherever this file is silent", default=None)
    title: Text = told("the scenario in a few words")
    question: Text = told("the question it answers")
    author: Text = told("who stands behind it")
    date: Day = told("day it was written", "date")
    as_of: Day = told("nothing published later enters the analysis", "date")
    references: list[Text] = told("rows or addresses it rests on", min_length=1)
    host: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = told("host nation, two letters as in hosts.csv")
    horizon: Horizon = told("the years of the agreement under discussion")
    scope: Scope = told("which costs are inside every amount")
    basis: Basis = told("stage at which amounts are recorded")
    money: Money = told("currency, price basis and discounting")
    base_year: BaseYear = told("the last known bill, where the status-quo path starts")
    drivers: dict[BillCategory, Driver] = told("what moves each category of the bill")
    outlook_error_pct: Assumed = told(
        "mean absolute error of five-year budget outlooks; widens the status-quo band", "percent, 0 to 50"
    )
    event: Event = told("what the host waits for")
    talks: Talks | None = told("calendar of the talks", default=None)
    ask: RowId | None = told("row of asks.csv: the reported demand; unset when none is known", default=None)
    settlement: Settlement = told("how a price is foreseen")
    strategy: Strategy = told("the course followed, and the terms of the others")
    fx: Fx = told("exchange rates over the horizon")
    troops: RowId = told("row of troops.csv or people.csv: the head-count used per person")
    credits: dict[Key, Credit] = told("what else the host pays, from the narrowest line up", default_factory=dict)
    seed: int = told("seed of the random numbers", ge=0, le=2**32 - 1)
    draws: int = told("number of simulated outcomes", default=200_000, ge=1_000, le=5_000_000)

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
            raise ValueError(f"drivers {_plain(unknown)} have no category in base_year.categories")
        if idle := sorted(set(self.base_year.categories) - set(self.drivers)):
            raise ValueError(f"base_year.categories {_plain(idle)} have no driver")
        if self.base_year.year >= self.horizon.first_year:
            raise ValueError(f"base_year.year {self.base_year.year} is not before horizon.first_year")
        self._check_states()
        if self.fx.pair[:3] != self.money.currency:
            raise ValueError(f"fx.pair {self.fx.pair} does not convert the scenario's currency {self.money.currency}")
        if self.as_of > self.date:
            raise ValueError(f"as_of {self.as_of} lies after the date of the scenario, {self.date}")
        if self.strategy.kind == "full_ask" and self.ask is None:
            raise ValueError("strategy.kind is full_ask, but no ask is given")
        if self.outlook_error_pct.value > 50:
            raise ValueError(f"outlook_error_pct is {self.outlook_error_pct.value:g}, but must lie between 0 and 50")
        for name, given, limits in self._bounded():
            if given is not None:
                within(*limits, name)(given)
        return self

    def _check_states(self) -> None:
        given = self.settlement
        by_state = {
            "tail.weight": given.tail.weight,
            "ask_multiple": given.ask_multiple,
            "uplift_pct": given.uplift_pct,
        }
        for name, values in by_state.items():
            if values is not None and set(values) != set(self.event.states):
                raise ValueError(f"settlement.{name} must name the states {sorted(self.event.states)}")

    def _bounded(self):
        """Name, range and limits of every range that has limits of its own."""
        strategy, given = self.strategy, self.settlement
        yield "strategy.bridge_uplift_pct", strategy.bridge_uplift_pct, PERCENT
        yield "strategy.fee_pct", strategy.fee_pct, PERCENT
        yield "strategy.five_year_uplift_pct", strategy.five_year_uplift_pct, PERCENT
        yield "settlement.tail.size_pct", given.tail.size_pct, PERCENT
        for state, percents in (given.uplift_pct or {}).items():
            yield f"settlement.uplift_pct.{state}", percents, PERCENT
        for name in ("ratchet", "bridge_share", "leakage"):
            yield f"strategy.{name}", getattr(strategy, name), (0, 1)
        yield "settlement.lambda_1", given.lambda_1, (0, 1)
        yield "event.probability_range", self.event.probability_range, (0, 1)
        yield "settlement.ask_now", given.ask_now, (0.01, 50)
        for state, multiple in given.ask_multiple.items():
            yield f"settlement.ask_multiple.{state}", multiple, (0.01, 50)


def _plain(names: list[str]) -> list[str]:
    return [str(name) for name in names]
