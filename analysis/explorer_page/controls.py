"""The sliders of the explorer: reach, step and starting value of each, and the range in which it has any support."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis import formats
from analysis.cautions import CALIBRATED
from analysis.quantities import RangeGiven
from analysis.ranges import WEIGHT_LIMIT
from analysis.scenario import Scenario
from analysis.simulation import StrategyInputs, mean_prices
from analysis.wording import state_name

_OUTLOOK_YEARS = 5  # outlook_error_pct is stated for the fifth year
_MONEY_WORDS = {"JPY": "Yen", "KRW": "Won", "EUR": "Euros"}

Ends = tuple[float, float]


@dataclass(frozen=True)
class Control:
    """One slider. kind: chance, share, change (signed percent), percent, years, rate or dollars (bn a year).

    known: range that past rounds or the method support; own: range of the scenario itself. A value outside either is
    an extrapolation.
    """

    key: str
    label: str
    group: str
    kind: str
    low: float
    high: float
    step: float
    value: float
    known: Ends | None = None
    own: Ends | None = None

    def reaching_its_value(self) -> Control:
        """The same with ends moved, by whole steps, so far that the starting value lies between them."""
        low = min(self.low, self.step * math.floor(self.value / self.step))
        return replace(self, low=low, high=max(self.high, self.step * math.ceil(self.value / self.step)))


def controls(scenario: Scenario, inputs: StrategyInputs, ask: float | None) -> list[Control]:
    """All sliders of a scenario in the order of the page; ask in bn dollars a year, where there is one."""
    made = (*_choice(scenario, inputs), *_later(scenario, inputs), *_short(scenario, inputs), *_bill(scenario, ask))
    return [control.reaching_its_value() for control in made]


def _choice(scenario: Scenario, inputs: StrategyInputs) -> Iterator[Control]:
    first, years = inputs.states[0], formats.counted(len(inputs.years), "year")
    odds = scenario.event.probability_range
    # Odds of 0 or 1 suppose the outcome; the range of the open question says nothing about them.
    own = _ends(odds) if 0 < inputs.p < 1 else None
    yield Control("p", f"Chance of {state_name(first)}", "choice", "chance", 0, 1, 0.01, inputs.p, own=own)
    price = scenario.strategy.five_year_uplift_pct
    yield Control(
        "now",
        f"Price of {years} now",
        "choice",
        "change",
        -10,
        30,
        0.1,
        mean_prices(inputs)[0],
        CALIBRATED["strategy.five_year_uplift_pct"],
        _ends(price),
    )


def _later(scenario: Scenario, inputs: StrategyInputs) -> Iterator[Control]:
    model = inputs.settlement
    framed = replace(model, tail_weight=dict.fromkeys(inputs.states, 0.0))
    inside = mean_prices(replace(inputs, settlement=framed))[2]
    known = CALIBRATED["strategy.five_year_uplift_pct"]  # a later price is one more price of a full-length deal
    for key, state in zip(("first", "second"), inputs.states, strict=True):
        given = (scenario.settlement.uplift_pct or {}).get(state)
        words = f"Price after the event, {state_name(state)}"
        yield Control(key, words, "later", "change", -10, 50, 0.1, inside[state], known, _ends(given))
    if model.after_override is not None:
        return
    for key, state in zip(("weight_first", "weight_second"), inputs.states, strict=True):
        if weight := model.tail_weight[state]:
            words = f"Chance that talks leave the frame, {state_name(state)}"
            yield Control(key, words, "later", "chance", 0, WEIGHT_LIMIT, 0.01, weight)
    if any(model.tail_weight.values()):
        size = scenario.settlement.tail.size_pct
        known = CALIBRATED["settlement.tail.size_pct"]
        yield Control("size", "Rise if they do", "later", "change", 0, 400, 1, size.mean, known, _ends(size))


def _short(scenario: Scenario, inputs: StrategyInputs) -> Iterator[Control]:
    strategy = scenario.strategy
    yield Control("years", "Length of the short deal", "short", "years", 0, len(inputs.years), 1, inputs.bridge_years)
    if strategy.bridge_share is None:
        price, known = strategy.bridge_uplift_pct, CALIBRATED["strategy.bridge_uplift_pct"]
        yield Control("bridge", "Its price", "short", "change", -10, 20, 0.1, price.mean, known, _ends(price))
    else:
        part, words = strategy.bridge_share, "Its price, as a part of the price now"
        yield Control("share", words, "short", "share", 0, 1, 0.01, part.mean, own=_ends(part))
    if strategy.ratchet_rule != "none":
        part, words = strategy.ratchet, "Part of its rise that stays"
        yield Control("ratchet", words, "short", "share", 0, 1, 0.01, part.mean, own=_ends(part))
    fee = strategy.fee_pct
    words = "Cost of a second round, of a year's bill"
    yield Control("fee", words, "short", "percent", 0, 25, 0.1, fee.mean, CALIBRATED["strategy.fee_pct"], _ends(fee))


def _bill(scenario: Scenario, ask: float | None) -> Iterator[Control]:
    missed = 100 * ((1 + scenario.outlook_error_pct.value / 100) ** (1 / _OUTLOOK_YEARS) - 1)
    words = "Bill grows faster than expected, a year"
    yield Control("drift", words, "bill", "change", -3, 3, 0.1, 0.0, own=(-missed, missed))
    yield Control("discount", "Discount rate", "bill", "percent", 0, 10, 0.1, 100 * scenario.money.discount_rate)
    rates = [given.range for given in scenario.fx.values.values()]
    own = (min(low for low, _, _ in rates), max(high for _, _, high in rates))
    central = scenario.fx.values[scenario.horizon.first_year].range[1]
    step = 10.0 ** math.floor(math.log10(central) - 2)
    ends = (step * math.floor(0.7 * own[0] / step), step * math.ceil(1.3 * own[1] / step))
    words = f"{_MONEY_WORDS[scenario.money.currency]} per dollar"
    yield Control("rate", words, "bill", "rate", *ends, step, central, own=own)
    yield Control("ask", "Ask, dollars a year", "bill", "dollars", 0, 10, 0.1, ask or 0.0)


def _ends(given: RangeGiven | None) -> Ends | None:
    """Lowest and highest value of a range; None for no range and for a certain value."""
    if given is None or given.range[0] == given.range[2]:
        return None
    return float(given.range[0]), float(given.range[2])
