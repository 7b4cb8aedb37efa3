"""What a reader may move: sliders and menus with their meaning, unit and range, and how far evidence supports them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from analysis import formats
from analysis.cautions import CALIBRATED
from analysis.explore.start import Start
from analysis.quantities import RangeGiven
from analysis.wording import state_name

Value = float | int | str
Settings = Mapping[str, Value]

GROUPS = {
    "choice": "The choice",
    "after": "After the event",
    "short": "The short deal",
    "bill": "The bill",
    "ask": "The ask and what is counted",
}
DRIFT = (-1.0, 3.0)  # percent a year: how fast the payments moved between past rounds
_RATES = {"JPY": (90, 170, 1), "KRW": (900, 1700, 10), "EUR": (0.7, 1.4, 0.01)}
_RULES = (("starts afresh", "none"), ("cannot fall below part of it", "floor"), ("adds part of it", "carry"))
_COUNTED = (("the payment alone", "strict"), ("more, by weight", "central"), ("all that is listed", "full"))


@dataclass(frozen=True)
class Dial:
    """A slider: value, low, high and step in `unit`; supported: where evidence or the scenario backs a value."""

    key: str
    group: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    step: float
    supported: tuple[float, float] | None = None
    why: str = ""

    def moved(self, value: Value) -> bool:
        """Whether a value is another one than the scenario's, by more than half a step."""
        return abs(float(value) - self.value) > self.step / 2

    def beyond(self, value: Value) -> str:
        """What to tell a reader who has moved the slider out of the supported range; empty inside it."""
        if self.supported is None or not self.moved(value):
            return ""
        low, high = self.supported
        if low - 1e-9 <= float(value) <= high + 1e-9:
            return ""
        return f"beyond {self._shown(low)} to {self._shown(high)}, {self.why}"

    def _shown(self, value: float) -> str:
        return formats.plain(value, 0 if float(value).is_integer() else 1)


@dataclass(frozen=True)
class Menu:
    """A choice among named options, (words, value) each."""

    key: str
    group: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...]

    def moved(self, value: Value) -> bool:
        """Whether another option is taken than the scenario's."""
        return value != self.value


Control = Dial | Menu


@lru_cache(maxsize=8)
def controls(start: Start) -> tuple[Control, ...]:
    """Every slider and menu of a scenario, in the order of the page; a quantity it does not have is left out."""
    return (*_choice(start), *_after(start), *_short(start), *_bill(start), *_ask(start))


def settings_of(start: Start) -> dict[str, Value]:
    """The scenario's own settings: what reset returns to."""
    return {control.key: control.value for control in controls(start)}


def idle(settings: Settings) -> set[str]:
    """Keys of controls that move nothing at these settings, such as the price of a short deal of no year."""
    found = set()
    if not int(settings["bridge_years"]):
        found |= {"bridge", "share"}
    if settings["rule"] == "none":
        found.add("ratchet")
    if not any(float(value) for key, value in settings.items() if key.startswith("tail:")):
        found.add("size")
    if settings.get("counted") != "central":
        found |= {key for key in settings if key.startswith("credit:")}
    return found & settings.keys()


def _choice(start: Start) -> Iterator[Control]:
    scenario = start.scenario
    first, _ = scenario.event.states
    given = scenario.event.probability_range
    limits = None if given is None else (100 * given.range[0], 100 * given.range[2])
    words = "the readings of the day" if scenario.event.readings else "the scenario's own range"
    odds = 100 * scenario.event.states[first]
    yield Dial("p", "choice", f"Chance of {state_name(first)}", "%", odds, 0, 100, 1, limits, words)
    years = formats.counted(scenario.horizon.years, "year")
    yield _percent("offer", "choice", f"Price of {years} now", start.prices.now, -5, 30, "five_year_uplift_pct")


def _percent(key: str, group: str, label: str, value: float, low: float, high: float, calibrated: str) -> Dial:
    supported = CALIBRATED[f"strategy.{calibrated}"]
    why = "what past rounds support"
    return Dial(key, group, label, "%", value, min(low, value), max(high, value), 0.1, supported, why)


def _after(start: Start) -> Iterator[Control]:
    scenario = start.scenario
    model, strategy = scenario.settlement, scenario.strategy
    for state in scenario.event.states:
        label = f"Later price with {state_name(state)}"
        yield _percent(f"later:{state}", "after", label, start.prices.inside[state], -5, 50, "five_year_uplift_pct")
    for state in scenario.event.states:
        weight = 100 * model.tail.weight[state] if model.has_tail else 0.0
        label = f"Chance that talks with {state_name(state)} leave the frame"
        yield Dial(f"tail:{state}", "after", label, "%", weight, 0, 30, 1)
    size, supported = model.tail.size_pct.mean, CALIBRATED["settlement.tail.size_pct"]
    why = "the method's range"
    yield Dial("size", "after", "Rise if they do", "%", size, 0, 400, 1, supported, why)
    yield Menu("rule", "after", "What the short deal conceded", strategy.ratchet_rule, _RULES)
    yield _share(start, "ratchet", "after", "Part that stays conceded", strategy.ratchet)
    leak = strategy.leakage or RangeGiven(range=(0, 0, 0))
    yield _share(start, "leakage", "after", "Blocked rise paid in other lines", leak)


def _share(start: Start, key: str, group: str, label: str, given: RangeGiven) -> Dial:
    """A slider of 0 to 100 percent; a range without width is no support for anything and none against."""
    low, _, high = given.range
    supported = (100 * low, 100 * high) if low < high else None
    return Dial(key, group, label, "%", 100 * given.mean, 0, 100, 1, supported, "the scenario's own range")


def _short(start: Start) -> Iterator[Control]:
    strategy = start.scenario.strategy
    yield Dial("bridge_years", "short", "Length", "years", strategy.bridge_years, 0, max(3, strategy.bridge_years), 1)
    if strategy.bridge_share is None:
        yield _percent("bridge", "short", "Price", strategy.bridge_uplift_pct.mean, -5, 30, "bridge_uplift_pct")
    else:
        yield _share(start, "share", "short", "Price, as part of the full-length price", strategy.bridge_share)


def _bill(start: Start) -> Iterator[Control]:
    scenario = start.scenario
    years = scenario.horizon.years
    known = start.evidence.table("agreements")["years"].dropna().astype(float)
    lengths = (float(known.min()), float(known.max())) if len(known) else None
    low, high = min(3, years), max(7, years)
    yield Dial("horizon", "bill", "Length of the agreement", "years", years, low, high, 1, lengths, "past agreements")
    if (growth := growth_of(start)) is not None:
        low, mean, high = (100 * g for g in growth)
        label = "Growth of wages and other growing costs"
        ends = min(-3.0, mean), max(6.0, mean)
        yield Dial("growth", "bill", label, "% a year", mean, *ends, 0.1, (low, high), "the scenario's own range")
    drift = scenario.settlement.drift_pct[scenario.host]
    label = "Drift taken out of past rounds"
    yield Dial("drift", "bill", label, "% a year", drift, -3, 5, 0.1, DRIFT, "how past payments moved")


def growth_of(start: Start) -> tuple[float, float, float] | None:
    """Lowest, mean and highest yearly growth, as fractions, of the categories that grow, weighted by their bill.

    None when no category grows: each then has a level of its own.
    """
    growing = [(d.base, d.growth) for d in start.inputs.drivers.values() if d.growth is not None and d.growth.width > 0]
    total = sum(base for base, _ in growing)
    if not total:
        return None
    low, mean, high = (sum(base * getattr(g, end) for base, g in growing) / total for end in ("low", "mean", "high"))
    return low, mean, high


def _ask(start: Start) -> Iterator[Control]:
    scenario, currency = start.scenario, str(start.scenario.money.currency)
    rate, (low, high, step) = central_rate(start), _RATES[currency]
    if (asked := dollars_asked(start)) is not None:
        yield Dial("ask", "ask", "Reported ask", "bn $ a year", asked, 0, max(12.0, asked), 0.1)
    ranges = [scenario.fx.values[y].range for y in scenario.horizon.all_years]
    supported = (min(r[0] for r in ranges), max(r[2] for r in ranges))
    unit, why = f"{formats.symbol(currency)} per $", "the scenario's own range"
    yield Dial("fx", "ask", "Exchange rate", unit, rate, min(low, rate), max(high, rate), step, supported, why)
    if scenario.credits:
        yield Menu("counted", "ask", "What is counted", "strict", _COUNTED)
    for key, line in scenario.credits.items():
        if line.strict == line.full:
            continue
        supported = (100 * line.strict, 100 * line.full)
        yield Dial(f"credit:{key}", "ask", line.name, "%", 100 * line.central, 0, 100, 5, supported, why)
    yield Menu("troops", "ask", "Head-count", scenario.troops, tuple(_head_counts(start)))


def central_rate(start: Start) -> float:
    """Most likely rate of the first year, local currency per dollar."""
    return start.scenario.fx.values[start.scenario.horizon.first_year].range[1]


def dollars_asked(start: Start) -> float | None:
    """The ask on record in bn dollars a year; None when there is none or it is no yearly amount."""
    if start.scenario.ask is None:
        return None
    row = start.evidence.row(start.scenario.ask, "asks")
    if row["amount_unit"] != "bn":
        return None
    return float(row["amount"]) / (1.0 if row["currency"] == "USD" else central_rate(start))


def _head_counts(start: Start) -> Iterator[tuple[str, str]]:
    """The scenario's own head-count, and the newest headline and counted strengths known on the day."""
    troops = start.evidence.table("troops")
    rows = troops[troops["host"].eq(start.scenario.host) & troops["service"].eq("total")]
    rows = rows[rows["component"].eq("active_duty")].sort_values("date")
    newest = [rows[rows["definition"].eq(d)].tail(1) for d in ("press_headline", "assigned_by_location")]
    ids = [start.scenario.troops, *(str(i) for frame in newest for i in frame.index)]
    for row in dict.fromkeys(ids):
        found = start.evidence.row(row)
        kind = {"press_headline": "headline strength", "assigned_by_location": "U.S. count"}
        words = kind.get(str(found.get("definition")), "count")
        when = "" if pd.isna(found["date"]) else f", {formats.event_date(str(found['date']))}"
        yield f"{formats.plain(float(found['count']))} ({words}{when})", row
