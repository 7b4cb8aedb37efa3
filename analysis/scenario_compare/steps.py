"""From one scenario's answer to another's: how much of the way each group of inputs makes.

The groups are exchanged in every possible order; a group's step is the mean of what it adds (its Shapley value), so the
steps add up to the whole difference and none depends on an order somebody chose.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import combinations

import pandas as pd

from analysis.costs import CategoryDriver
from analysis.distributions import Pert
from analysis.impact import DRAWS
from analysis.settlement import SettlementModel
from analysis.simulation import expected_decision, simulate, simulated_decision
from analysis.strategy import Decision
from analysis.strategy_inputs import StrategyInputs

_ASKED = ("level", "kappa", "ask_now", "ask_after", "offer", "last_ask", "lambda_1", "now_override", "after_override")

#: Groups of inputs in words, and the inputs in each; names with a dot belong to the settlement model.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "odds": ("odds of the event", ("p",)),
    "asks": ("asks and offers", tuple(f"settlement.{name}" for name in _ASKED)),
    "tail": (
        "talks that leave the frame",
        ("settlement.tail_weight", "settlement.tail_size", "settlement.tail_beside_override"),
    ),
    "rounds": ("past rounds", ("settlement.reference",)),
    "short_deal": (
        "terms of the short deal",
        ("bridge_years", "bridge_uplift", "bridge_share", "fee", "ratchet", "ratchet_rule"),
    ),
    "bill": ("the bill and its growth", ("drivers", "outlook_error_pct")),
    "horizon": ("horizon and prices", ("years", "base_year", "discount_rate", "inflation")),
}
#: The step between the model's answers and the simulated ones a reader sees elsewhere.
REMAINDER = "remainder"


@dataclass(frozen=True)
class Answer:
    """Reservation uplift in percent, and the value of waiting in bn and in percent of the status-quo cost."""

    uplift: float
    waiting: float
    waiting_pct: float


_MEASURES, _ENDS = tuple(field.name for field in fields(Answer)), ("", "_low", "_high")


@dataclass(frozen=True)
class Steps:
    """The way between two answers. frame: one row a group that differs; closed: no simulation was needed."""

    start: Answer
    end: Answer
    frame: pd.DataFrame
    closed: bool

    @property
    def groups(self) -> list[str]:
        """Groups of inputs that differ, largest step of the reservation uplift first."""
        return [group for group in self.frame["group"] if group != REMAINDER]

    def way(self, measure: str) -> float:
        """The whole difference of one measure, a field of Answer."""
        return getattr(self.end, measure) - getattr(self.start, measure)


def steps_between(
    first: StrategyInputs,
    second: StrategyInputs,
    same_money: bool = True,
    shown: tuple[Answer, Answer] | None = None,
) -> Steps:
    """The steps of every differing group from the first answer to the second.

    Frame: group, name; for each measure (uplift, waiting, waiting_pct) its step, and `_low`, `_high`, the least and the
    most the group adds in any order. Largest step of the uplift first. Without `same_money` the second's amounts are
    brought to the first's base-year bill beforehand, which leaves every percentage as it is; waiting in bn then has
    no meaning. The closed form is used where it exists for every combination, else one simulation of each.
    shown: the two answers as the briefings give them, from their own simulations; what they differ from these in is
    Monte Carlo error, and a step of its own.
    """
    first, other = _of_the_choice(first), as_first(first, second, same_money)
    groups = differing(first, other)
    closed = {first.ratchet_rule, other.ratchet_rule} == {"none"}

    @cache
    def answer(taken: frozenset[str]) -> Answer:
        return _answer(with_groups(first, other, taken), closed)

    rows = [{"group": group, "name": GROUPS[group][0], **_shares(group, groups, answer)} for group in groups]
    columns = [f"{measure}{which}" for measure in _MEASURES for which in _ENDS]
    frame = pd.DataFrame(rows, columns=["group", "name", *columns])
    frame = frame.sort_values("uplift", key=abs, ascending=False, kind="stable").reset_index(drop=True)
    found = Steps(answer(frozenset()), answer(frozenset(groups)), frame, closed)
    return found if shown is None or frame.empty else _with_remainder(found, *shown)


def _with_remainder(found: Steps, start: Answer, end: Answer) -> Steps:
    """The steps between two other answers, with what those differ from the ends found as a last step."""
    whole = Steps(start, end, found.frame, found.closed)
    row: dict[str, object] = {"group": REMAINDER, "name": "Monte Carlo error"}
    row |= {f"{m}{which}": whole.way(m) - found.way(m) for m in _MEASURES for which in _ENDS}
    return replace(whole, frame=pd.concat([found.frame, pd.DataFrame([row])], ignore_index=True))


def _of_the_choice(inputs: StrategyInputs) -> StrategyInputs:
    """The inputs without the courses that only serve to compare."""
    return replace(inputs, korea_terms=None, full_ask=None, like_neighbour={})


def as_first(first: StrategyInputs, second: StrategyInputs, same_money: bool = True) -> StrategyInputs:
    """The second inputs in the terms of the first: its names of the outcomes (paired in their order), its seed.

    Without `same_money` all amounts are brought to the first's base-year bill. No percentage changes by any of this.
    """
    names = dict(zip(second.states, first.states, strict=True))
    model, drivers = second.settlement, second.drivers
    renamed = replace(
        model,
        ask_after={names[s]: ask for s, ask in model.ask_after.items()},
        tail_weight={names[s]: weight for s, weight in model.tail_weight.items()},
        after_override={names[s]: u for s, u in model.after_override.items()} if model.after_override else None,
    )
    if not same_money:
        factor = first.base_total / second.base_total
        renamed = _priced(renamed, factor)
        drivers = {name: _scaled(driver, factor) for name, driver in drivers.items()}
    terms = {"states": first.states, "seed": first.seed, "draws": first.draws}
    return replace(_of_the_choice(second), settlement=renamed, drivers=drivers, **terms)


def _priced(model: SettlementModel, factor: float) -> SettlementModel:
    """The model with its amounts of money times `factor`."""
    return replace(model, offer=_times(model.offer, factor), last_ask=_times(model.last_ask, factor))


def _scaled(driver: CategoryDriver, factor: float) -> CategoryDriver:
    level = driver.level and Pert(*(factor * x for x in (driver.level.low, driver.level.mode, driver.level.high)))
    amounts = {name: _times(getattr(driver, name), factor) for name in ("base", "floor", "ceiling")}
    return replace(driver, level=level, **amounts)


def _times(amount: float | None, factor: float) -> float | None:
    return None if amount is None else amount * factor


def differing(first: StrategyInputs, second: StrategyInputs) -> list[str]:
    """Groups whose inputs differ, in the order of GROUPS; the second inputs as `as_first` gives them."""
    first, every = _of_the_choice(first), frozenset(GROUPS)
    return [
        group
        for group in GROUPS
        if with_groups(first, second, frozenset({group})) != first
        or with_groups(first, second, every - {group}) != second
    ]


def with_groups(first: StrategyInputs, second: StrategyInputs, groups: frozenset[str]) -> StrategyInputs:
    """The first inputs with these groups taken from the second (which `as_first` has made fit).

    An offer and an ask in money keep their proportion to the bill they were made for: beside the other scenario's bill
    the plain amounts would be a price nobody named.
    """
    names = [name for group in groups for name in GROUPS[group][1]]
    plain = {name: getattr(second, name) for name in names if "." not in name}
    inner = {name.partition(".")[2] for name in names if "." in name}
    years = plain.get("years", first.years)
    # a short deal taken from a scenario with a longer horizon ends with the horizon at the latest
    plain["bridge_years"] = min(plain.get("bridge_years", first.bridge_years), len(years))
    model = replace(first.settlement, **{name: getattr(second.settlement, name) for name in inner})
    asked, billed = (second if group in groups else first for group in ("asks", "bill"))
    if asked is not billed:
        model = _priced(model, billed.base_total / asked.base_total)
    return replace(first, settlement=model, **plain)


def _answer(inputs: StrategyInputs, closed: bool) -> Answer:
    """In closed form, or from a simulation small enough to be run many times."""
    decision = expected_decision(inputs) if closed else simulated_decision(simulate(replace(inputs, draws=DRAWS)))
    return answer_of(decision)


def answer_of(decision: Decision) -> Answer:
    """The answer a decision gives; waiting costs the status quo times 1 + the reservation uplift."""
    wait = decision.value_of_waiting
    base = (decision.cost_now - wait) / (1 + decision.reservation_uplift_pct / 100)
    return Answer(decision.reservation_uplift_pct, wait, 100 * wait / base)


def _shares(group: str, groups: list[str], answer: Callable[[frozenset[str]], Answer]) -> Mapping[str, float]:
    """Mean, least and most that one group adds, over all orders in which the groups can be exchanged."""
    others, n = [g for g in groups if g != group], len(groups)
    added: dict[str, list[tuple[float, float]]] = {measure: [] for measure in _MEASURES}
    for size in range(n):
        weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
        for before in combinations(others, size):
            without, with_it = answer(frozenset(before)), answer(frozenset({*before, group}))
            for measure in _MEASURES:
                added[measure].append((weight, getattr(with_it, measure) - getattr(without, measure)))
    found = {}
    for measure, changes in added.items():
        found[measure] = math.fsum(weight * change for weight, change in changes)
        found[f"{measure}_low"], found[f"{measure}_high"] = (end(c for _, c in changes) for end in (min, max))
    return found
