"""From settings to a scenario: what differs from the one an exploration began with, as a scenario file states it.

The explorer computes from the changed scenario and a saved file holds the same changes, so the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np

from analysis.explore.controls import Control, Settings, central_rate, controls, growth_of
from analysis.explore.start import Start
from analysis.quantities import RangeGiven
from analysis.scenario import PERCENT, Scenario
from analysis.scenario_files import checked, deep_merged

UNSAVED = ("ask", "counted")  # a reported ask is a row of data, and a way of counting no assumption
_DIGITS = 8
_GROWTH, _SHARE, _RATE = (-0.2, 0.3), (0.0, 1.0), (1e-3, 1e6)


def moved(start: Start, settings: Settings) -> list[Control]:
    """The controls that stand elsewhere than the scenario has them."""
    return [c for c in controls(start) if c.key in settings and c.moved(settings[c.key])]


def changes(start: Start, settings: Settings) -> dict[str, Any]:
    """What a scenario file would have to state beside `extends`; empty when nothing has been moved.

    A range that is moved keeps its width as far as its limits allow, and the mean is what the slider shows.
    """
    found: dict[str, Any] = {}
    keys = {control.key for control in moved(start, settings)}
    for key in (key for key in _WRITERS if key in keys):
        found = deep_merged(found, _WRITERS[key](start, float(settings[key])))
    if "rule" in keys:
        found = deep_merged(found, {"strategy": {"ratchet_rule": settings["rule"]}})
    if "troops" in keys:
        found["troops"] = settings["troops"]
    for key in sorted(k for k in keys if k.startswith("credit:")):
        found = deep_merged(
            found, {"credits": {key.partition(":")[2]: {"central": _round(float(settings[key]) / 100)}}}
        )
    if keys & {"horizon", "fx"}:
        found["fx"] = {
            "values": _rates(start, int(settings["horizon"]), float(settings["fx"]) if "fx" in keys else None)
        }
    if any(key.startswith(("later:", "tail:")) for key in keys):
        found = deep_merged(found, {"settlement": _later(start, settings, keys)})
    order = list(Scenario.model_fields)
    return dict(sorted(found.items(), key=lambda item: order.index(item[0])))


def changed(start: Start, settings: Settings) -> Scenario:
    """The scenario with the settings, checked like any file. Raises ScenarioError."""
    found = changes(start, settings)
    if not found:
        return start.scenario
    return checked(deep_merged(start.raw, found), place=f"{start.scenario.id}, explored")


def shifted(given: RangeGiven, mean: float, limits: tuple[float, float]) -> list[float]:
    """[low, mode, high] with another PERT mean and the old width, narrowed where it would pass a limit.

    mean must lie within the limits.
    """
    offsets = [value - given.mean for value in given.range]
    room = [1.0]
    if offsets[0] < 0:
        room.append((mean - limits[0]) / -offsets[0])
    if offsets[2] > 0:
        room.append((limits[1] - mean) / offsets[2])
    scale = max(min(room), 0.0)
    return [_round(mean + scale * offset) for offset in offsets]


def _round(value: float) -> float:
    return round(value, _DIGITS)


def _reason(start: Start, was: str) -> str:
    return f"Set in the explorer; {start.scenario.id} has {was}."


def _range(start: Start, given: RangeGiven | None, mean: float, limits: tuple[float, float]) -> dict[str, Any]:
    if given is None:
        return {"range": [_round(mean)] * 3, "reason": _reason(start, "none")}
    was = "–".join(f"{value:g}" for value in dict.fromkeys(given.range))
    return {"range": shifted(given, mean, limits), "reason": _reason(start, was)}


def _odds(start: Start, value: float) -> dict[str, Any]:
    first, second = start.scenario.event.states
    p = _round(value / 100)
    was = f"{100 * start.scenario.event.states[first]:g} percent for {first}"
    return {"event": {"states": {first: p, second: _round(1 - p)}, "reason": _reason(start, was)}}


def _offer(start: Start, value: float) -> dict[str, Any]:
    reason = f"A price on the table, set in the explorer; {start.scenario.id} foresees {start.prices.now:.1f} percent."
    return {"strategy": {"five_year_uplift_pct": {"range": [_round(value)] * 3, "reason": reason}}}


def _size(start: Start, value: float) -> dict[str, Any]:
    return {
        "settlement": {"tail": {"size_pct": _range(start, start.scenario.settlement.tail.size_pct, value, PERCENT)}}
    }


def _strategy(name: str, limits: tuple[float, float], unit: float = 1.0):
    def write(start: Start, value: float) -> dict[str, Any]:
        given = getattr(start.scenario.strategy, name)
        return {"strategy": {name: _range(start, given, value / unit, limits)}}

    return write


def _growth(start: Start, value: float) -> dict[str, Any]:
    _, mean, _ = growth_of(start)
    step = value / 100 - mean
    found = {}
    for name, driver in start.scenario.drivers.items():
        if driver.growth is not None and driver.growth.range[0] < driver.growth.range[2]:
            moved_mean = float(np.clip(driver.growth.mean + step, *_GROWTH))
            found[str(name)] = {"growth": _range(start, driver.growth, moved_mean, _GROWTH)}
    return {"drivers": found}


def _drift(start: Start, value: float) -> dict[str, Any]:
    return {"settlement": {"drift_pct": {start.scenario.host: _round(value)}}}


def _horizon(start: Start, value: float) -> dict[str, Any]:
    return {"horizon": {"years": int(value)}}


def _bridge_years(start: Start, value: float) -> dict[str, Any]:
    return {"strategy": {"bridge_years": int(value)}}


def _rates(start: Start, years: int, rate: float | None) -> dict[int, Any]:
    """Rates of the horizon: the last year's is held where the horizon is longer, all move with the first year's."""
    given = start.scenario.fx.values
    factor = 1.0 if rate is None else rate / central_rate(start)
    last = max(given)
    found = {}
    for year in range(start.scenario.horizon.first_year, start.scenario.horizon.first_year + years):
        if rate is None and year in given:
            continue
        old = given[min(year, last)]
        was = f"{old.range[1]:g} as the most likely rate" if year in given else f"no rate after {last}"
        found[year] = {"range": [_round(factor * r) for r in old.range], "reason": _reason(start, was)}
    return found


def _later(start: Start, settings: Settings, keys: set[str]) -> dict[str, Any]:
    """Later prices and the tail beside them: both states are stated, because a file states both or none."""
    states = tuple(start.scenario.event.states)
    model, found = start.scenario.settlement, {}
    priced = any(key.startswith("later:") for key in keys)
    if priced:
        found["uplift_pct"] = {s: _later_price(start, s, settings, f"later:{s}" in keys) for s in states}
    if any(key.startswith("tail:") for key in keys) or (priced and model.has_tail):
        weights = {s: _round(float(settings[f"tail:{s}"]) / 100) for s in states}
        was = ", ".join(f"{100 * model.tail.weight[s] if model.has_tail else 0:g} percent for {s}" for s in states)
        found["tail"] = {"weight": weights, "reason": _reason(start, was)}
        if priced or model.uplift_pct is not None:
            found["tail_beside_uplift"] = True
    return found


def _later_price(start: Start, state: str, settings: Settings, is_moved: bool) -> dict[str, Any]:
    """The range of a later price: its mean as set, its spread that of the scenario's own price."""
    own = start.scenario.settlement.uplift_pct
    mean = float(settings[f"later:{state}"]) if is_moved else start.prices.inside[state]
    given = own[state] if own else _model_range(start, state)
    said = f"a mean of {start.prices.inside[state]:.1f} percent"
    reason = _reason(start, said) if is_moved else f"As {start.scenario.id} has it: {said} and the same spread."
    return {"range": shifted(given, mean, PERCENT), "reason": reason}


def _model_range(start: Start, state: str) -> RangeGiven:
    """A symmetric PERT with the mean and spread of the settlement model's price inside the frame."""
    model = start.inputs.settlement
    variance = model.reference.sd**2
    if model.level != "L0":
        ask, kappa = model.ask_after[state], model.kappa
        square = ask.expect(lambda m: np.log(m) ** 2) * (kappa.sd**2 + kappa.mean**2)
        variance += square - (kappa.mean * ask.expect(np.log)) ** 2
    mean, half = start.prices.inside[state], sqrt(7 * variance)
    return RangeGiven(range=(mean - half, mean, mean + half))


_WRITERS: Mapping[str, Any] = {
    "p": _odds,
    "offer": _offer,
    "size": _size,
    "ratchet": _strategy("ratchet", _SHARE, 100),
    "leakage": _strategy("leakage", _SHARE, 100),
    "bridge_years": _bridge_years,
    "bridge": _strategy("bridge_uplift_pct", PERCENT),
    "share": _strategy("bridge_share", _SHARE, 100),
    "horizon": _horizon,
    "growth": _growth,
    "drift": _drift,
}
