"""Titles, subtitles and descriptions of the explorer's charts, and its key figures, from the numbers shown."""

from __future__ import annotations

from dataclasses import dataclass

from analysis import formats
from analysis.explore.words import Words, near_tie
from analysis.wording import state_name


@dataclass(frozen=True)
class Caption:
    """What stands over a chart, and what it shows in words."""

    title: str
    subtitle: str
    alt: str


def captions(words: Words) -> dict[str, Caption]:
    """Captions of every chart, by its name."""
    return {"price": _price(words), "outcomes": _outcomes(words), "years": _years(words)}


def _price(words: Words) -> Caption:
    found, decision = words.found, words.found.decision
    first = state_name(decision.states[0])
    line = found.line["uplift"]
    side = "about" if near_tie(found) else "above" if decision.bridge_cheaper_on_average else "below"
    full = formats.counted(found.scenario.horizon.years, "year")
    price, limit = formats.change(found.prices.now), formats.change(decision.reservation_uplift_pct)
    return Caption(
        f"The price is {side} what signing is worth",
        f"Uplift of {full} now over the status quo, by the chance of {first}; ring: the scenario's own values",
        f"What signing is worth runs from {formats.change(line.iloc[0])} at no chance of {first} to "
        f"{formats.change(line.iloc[-1])} at certainty. At {formats.percent(100 * decision.p)} it is {limit}; "
        f"the price is {price}.",
    )


def _outcomes(words: Words) -> Caption:
    found, decision = words.found, words.found.decision
    better = "waiting" if decision.bridge_cheaper_on_average else "signing"
    title = f"On average {better} costs {words.amount(abs(decision.value_of_waiting))} less"
    if near_tie(found):
        title = "On average the two courses cost the same"
    each = "; ".join(f"{state_name(s)} {words.amount(c)}" for s, c in decision.cost_bridge.items())
    return Caption(
        title,
        f"Mean cost of {_span(words)}, bn {words.unit}, by outcome; square: sign now, dot: wait",
        f"Signing now costs {words.amount(decision.cost_now)} whatever the outcome. Waiting costs: {each}; on average "
        f"{words.amount(found.cost_bridge)}. The status quo would cost {words.amount(found.path_cost)}.",
    )


def _years(words: Words) -> Caption:
    found = words.found
    last = found.yearly.iloc[-1]
    rate = float(last["rate"]) if words.currency == "dollars" else 1.0
    decimals = 2 if words.currency == "dollars" else 0
    wide = [key for key in found.yearly.columns if key.startswith("bridge:")]
    low, high = (formats.money(pick(float(last[k]) for k in wide) / rate, words.unit, decimals) for pick in (min, max))
    year = formats.year(int(last["year"]), found.scenario.horizon.year_type)
    real = f"prices of {found.scenario.base_year.year}" if found.scenario.money.price_basis == "real" else "nominal"
    signed = formats.money(float(last["now"]) / rate, words.unit, decimals)
    title = f"In {year}: {signed} if signed now, {low} to {high} after waiting"
    return Caption(
        title if low != high else f"In {year}: {signed} if signed now, {low} after waiting",
        f"Mean payment a year, bn {words.unit}, {real}; all years are forecasts",
        f"{title}; the status quo would be {formats.money(float(last['status_quo']) / rate, words.unit, decimals)}.",
    )


def _span(words: Words) -> str:
    years = words.found.scenario.horizon.all_years
    return formats.years(years[0], years[-1], words.found.scenario.horizon.year_type)


def key_figures(words: Words, own: Words) -> list[list[str]]:
    """[label, value, what the scenario itself has where that differs] of the figures beside the answer."""
    pairs = zip(_figures(words), _figures(own), strict=True)
    return [[label, value, "" if value == before else f"scenario: {before}"] for (label, value), (_, before) in pairs]


def _figures(words: Words) -> list[tuple[str, str]]:
    decision = words.found.decision
    star = decision.break_even_probability
    odds = formats.percent(100 * star) if 0 <= star <= 1 else "none"
    return [
        ("Worth signing up to", formats.change(decision.reservation_uplift_pct)),
        ("Break-even odds", odds),
        ("Value of waiting", words.amount(decision.value_of_waiting)),
        ("Knowing the outcome", words.amount(decision.evpi)),
    ]
