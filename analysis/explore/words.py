"""The answer in sentences, from the numbers of an exploration; the same words live and in print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from analysis import formats
from analysis.explore.model import Explored
from analysis.strategy import FIVE_YEAR
from analysis.wording import state_name

#: Enters a number (name, value, unit, text) and gives back what stands in the sentence.
Say = Callable[[str, float, str, str], str]
Currency = Literal["local", "dollars"]
TIE = 0.0025  # of the cost of signing: below it the two courses cost the same


def spoken(_name: str, _value: float, _unit: str, text: str) -> str:
    """Words of a number that nobody needs to trace."""
    return text


@dataclass(frozen=True)
class Words:
    """Sentences on one set of values, in local currency or dollars."""

    found: Explored
    currency: Currency = "local"
    say: Say = spoken

    @property
    def unit(self) -> str:
        """Currency of the amounts as its code."""
        return "USD" if self.currency == "dollars" else str(self.found.scenario.money.currency)

    def money(self, name: str, value: float) -> str:
        """An amount over the horizon, from local bn."""
        years = formats.counted(self.found.scenario.horizon.years, "year")
        shown = value * (self.found.to_dollars if self.currency == "dollars" else 1.0)
        return self.say(name, shown, f"{self.unit} bn over {years}", self.amount(value))

    def amount(self, value: float) -> str:
        """Local bn as text in the chosen currency."""
        if self.currency == "dollars":
            return formats.money(value * self.found.to_dollars, "USD", 2)
        return formats.money(value, self.unit)

    def _change(self, name: str, value: float) -> str:
        return self.say(name, value, "percent over the status quo", formats.change(value))

    def answer(self) -> str:
        """What to do, in one sentence: at which price to sign, and what the price on the table means."""
        decision = self.found.decision
        limit = self._change("reservation_uplift_pct", decision.reservation_uplift_pct)
        price = self._change("price_now_pct", self.found.prices.now)
        years = formats.counted(self.found.scenario.horizon.years, "year")
        if near_tie(self.found):
            return f"At {price}, signing for {years} and waiting cost the same; above {limit} waiting costs less."
        if decision.bridge_cheaper_on_average:
            return f"{self._short()}: {years} now are worth at most {limit}, and the price is {price}."
        return f"Sign for {years} now: the price is {price}, and up to {limit} signing costs less than waiting."

    def _short(self) -> str:
        bridge = self.found.scenario.strategy.bridge_years
        return f"Take {formats.counted(bridge, 'year')} and wait" if bridge else "Wait for the event"

    def reasons(self) -> str:
        """The odds, what the better course saves, and what it risks."""
        decision = self.found.decision
        first = decision.states[0]
        odds = self.say("p", 100 * decision.p, "percent", formats.percent(100 * decision.p))
        gap = self.money("value_of_waiting", abs(decision.value_of_waiting))
        cost = self.money("cost.five_year", decision.cost_now)
        better = "waiting" if decision.bridge_cheaper_on_average else "signing now"
        opening = f"At {odds} for {state_name(first)}, {better} costs {gap} less of {cost} on average."
        return " ".join(filter(None, [opening, self._odds(), self._regret(), self._leak()]))

    def _odds(self) -> str:
        star = self.found.decision.break_even_probability
        first = state_name(self.found.decision.states[0])
        if star != star:
            return "The odds do not matter: waiting costs the same under both outcomes."
        if not 0 <= star <= 1:
            cheaper = "Waiting" if self.found.decision.bridge_cheaper_on_average else "Signing now"
            return f"{cheaper} costs less on average whatever the odds."
        value = self.say("break_even_probability", 100 * star, "percent", formats.percent(100 * star))
        return f"The two cost the same at {value} for {first}."

    def _regret(self) -> str:
        decision = self.found.decision
        course = "bridge" if decision.bridge_cheaper_on_average else FIVE_YEAR
        state, worst = max(decision.regret[course].items(), key=lambda pair: pair[1])
        if worst <= TIE * decision.cost_now or not self.found.scenario.event.states[state]:
            return ""
        name = "waiting" if course == "bridge" else "signing now"
        return f"If {_comes(state)}, {name} turns out {self.money(f'regret.{course}', worst)} too dear."

    def _leak(self) -> str:
        share, extra = self.found.scenario.strategy.leakage, self.found.leaked_mean
        if share is None or not extra:
            return ""
        part = self.say("leakage_share", 100 * share.mean, "percent", formats.percent(100 * share.mean))
        wait = self.found.decision.value_of_waiting
        turned = ", enough to make waiting the cheaper course" if wait < 0 < wait + extra else ""
        return (
            f"If {part} of a rise that signing blocks came back in other budget lines, signing would cost "
            f"{self.money('leakage', extra)} more{turned}."
        )

    def ask(self) -> str:
        """The ask beside what is paid and counted; what is paid alone where no ask is on record."""
        side, local = self.found.ask, str(self.found.scenario.money.currency)
        each = formats.per_person(side.bill / side.rate, side.heads, "USD")
        each = self.say("per_head", side.dollars_per_head, "USD a year", each)
        per_head = f"The payment itself is {each} a year for each of {formats.plain(side.heads)} service members."
        if side.dollars is None or not side.dollars:
            none = "No yearly ask is on record. " if side.dollars is None else "Nothing is asked for. "
            return none + per_head
        asked = self.say("ask", side.dollars, "USD bn a year", formats.money(side.dollars, "USD", 1))
        amount = self.say("ask_local", side.ask, f"{local} bn a year", formats.money(side.ask, local))
        times = self.say("ask_multiple", side.multiple, "multiple of the bill", formats.multiple(side.multiple))
        counted = self.say("counted", side.counted, f"{local} bn a year", formats.money(side.counted, local))
        share = self.say("counted_share", 100 * side.share, "percent of the ask", formats.percent(100 * side.share))
        rate = f"{formats.symbol(local)}{formats.plain(side.rate)}"
        return (
            f"An ask of {asked} a year is {amount} at {rate}, {times} the last known bill. What is counted, {counted}, "
            f"covers {share} of it. {per_head} The choice above follows from the price of signing, not from this ask."
        )


def _comes(state: str) -> str:
    """An outcome after `if`: a person wins, a successor comes."""
    name = state_name(state)
    return f"{name} comes" if name.startswith("a ") else f"{name} wins"


def near_tie(found: Explored) -> bool:
    """Whether the two courses cost the same on average, to a quarter of a percent."""
    return abs(found.decision.value_of_waiting) < TIE * found.decision.cost_now
