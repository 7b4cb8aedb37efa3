"""What the notebook shows: the live explorer in JupyterLab, and the same answer as exhibits when it is rendered."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis import formats
from analysis.case import Case
from analysis.decision import past_rounds_of
from analysis.exhibit import Column, Exhibit, figure, prose, results, side_by_side, table
from analysis.exhibit import cover as cover_exhibit
from analysis.explore import charts
from analysis.explore.captions import captions
from analysis.explore.controls import GROUPS, Dial, controls, settings_of
from analysis.explore.model import Explored, explored
from analysis.explore.start import Start
from analysis.explore.words import Words

_OF_THE_ASK = {"ask", "ask_local", "ask_multiple", "counted", "counted_share", "per_head"}
_RESTS_ON = ("event.states", "settlement", "strategy", "drivers")


def is_rendering() -> bool:
    """Whether the notebook runs for a report: then the date of the report stands in the environment of its kernel."""
    return bool(os.environ.get("SOURCE_DATE_EPOCH"))


class Pages:
    """The exhibits of one scenario at its own values; in JupyterLab only `explorer` shows something of its own."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.start = Start(case.scenario, case.evidence)
        self.settings = settings_of(self.start)
        self.found: Explored = explored(self.start, self.settings)
        self.rows = [*_base_rows(case), *past_rounds_of(case.scenario, case.evidence).rounds["id"]]
        self.words = Words(self.found, say=self._say)

    def _say(self, name: str, value: float, unit: str, text: str) -> str:
        formula = "closed form, see the method annex"
        rows, assumptions = (self._ask_rows, ("fx.values",)) if name in _OF_THE_ASK else (self.rows, _RESTS_ON)
        return str(self.case.ledger.quote(name, value, unit, text, rows=rows, assumptions=assumptions, formula=formula))

    @property
    def _ask_rows(self) -> list[str]:
        """Rows behind the ask and what is set beside it: bill, ask, head-count, credits."""
        scenario = self.case.scenario
        asked = [] if scenario.ask is None else [scenario.ask]
        total = [row for row in [scenario.base_year.total.row] if row]
        return [*total, *asked, scenario.troops, *(line.row for line in scenario.credits.values())]

    def cover(self) -> Exhibit:
        """The answer as the title, and what may be done with the explorer."""
        scenario, day = self.case.scenario, formats.day(self.case.scenario.as_of)
        live = (
            "Move the sliders: the answer and the charts follow at once. A mark shows where a value leaves the range "
            "that evidence or the scenario supports. What you find can be saved as a scenario of its own."
        )
        still = (
            "This is the explorer at the scenario's own values. In JupyterLab (make lab) or in a browser (make app) "
            "its sliders move, the answer follows at once, and what is found can be saved as a scenario."
        )
        return cover_exhibit(
            self.words.answer().rstrip(".") if is_rendering() else "What would change the answer?",
            kicker=f"Explorer · {self.case.host['name']} · {self.case.horizon}",
            lead=still if is_rendering() else live,
            running_left="Host-nation support: explorer",
            running_right=f"Scenario: {scenario.id} · data as of {day}",
            foot="Means in closed form; ranges and worst cases stand in the briefing",
            author=scenario.author,
            keywords=["host-nation support", "explorer", str(self.case.host["name"]), scenario.id],
            date=scenario.as_of,
        )

    def explorer(self) -> Any:
        """The sliders with their answer; for a report the sentences they start from."""
        if is_rendering():
            return prose(f"{self.words.reasons()}\n\n{self.words.ask()}{self.case.cite(*self._ask_rows)}")
        from analysis.explore.panel import panel  # needs the widgets, which a report does not

        return panel(self.case.scenario.id)

    def choice(self) -> Exhibit | None:
        """The price line and the costs by outcome, for a report."""
        return side_by_side(self._figure("price"), self._figure("outcomes")) if is_rendering() else None

    def years(self) -> Exhibit | None:
        """Payments by year, for a report."""
        return self._figure("years") if is_rendering() else None

    def _figure(self, name: str) -> Exhibit:
        plain = Words(self.found)
        tables = charts.all_tables(plain, (self.found.decision.p, self.found.prices.now))[name]
        said = captions(plain)[name]
        data = {"price": self.found.line, "years": self.found.yearly, "outcomes": _by_outcome(self.found)}[name]
        return figure(
            charts.with_tables(charts.all_charts(plain)[name], tables),
            data,
            id=f"fig-{name}",
            title=said.title,
            subtitle=said.subtitle,
            source=self.case.ledger.source_line(*self.rows, note="Model: closed form."),
            alt=said.alt,
            width=charts.WIDTHS[name],
        )

    def sliders(self) -> Exhibit | None:
        """Table, for a report: what can be moved, where it stands, and how far evidence supports it."""
        if not is_rendering():
            return None
        frame = pd.DataFrame(
            {
                "group": GROUPS[dial.group],
                "name": dial.label,
                "unit": dial.unit,
                "value": _rounded(dial, [dial.value]),
                "range": _rounded(dial, [dial.low, dial.high]),
                "supported": _rounded(dial, dial.supported) if dial.supported else None,
                "why": dial.why if dial.supported else None,
            }
            for dial in controls(self.start)
            if isinstance(dial, Dial)
        )
        return table(
            frame,
            [
                Column("group", "Group"),
                Column("name", "Slider"),
                Column("unit", "Unit"),
                Column("value", "Here", "right"),
                Column("range", "Can be moved", "right"),
                Column("supported", "Supported", "right"),
                Column("why", "Supported by"),
            ],
            id="tab-sliders",
            title=f"What can be moved: {formats.counted(len(frame), 'slider')}, and where each stands",
            subtitle="Means of the scenario's ranges; an en dash: no range is known",
            source="The scenario file travels with this report.",
        )

    def note(self) -> Exhibit:
        """What the as-of date means here, and where the ranges are."""
        day = formats.day(self.case.scenario.as_of)
        return prose(
            f"Every figure was public on {day}; statistics read in a later edition are dated by their usual release. "
            "The numbers here are means in closed form: how wide the outcomes spread, and how bad the worst of them "
            "are, is simulated in the briefing on the same scenario."
        )

    def recorded(self) -> Exhibit:
        """Answer and figures for results.json; shows nothing."""
        decision = self.found.decision
        return results(
            {
                "scenario": self.case.scenario.id,
                "as_of": self.case.scenario.as_of.isoformat(),
                "currency": self.case.currency,
                "title": self.words.answer(),
                "closed_form": {
                    "reservation_uplift_pct": decision.reservation_uplift_pct,
                    "value_of_waiting": decision.value_of_waiting,
                    "evpi": decision.evpi,
                    "cost_now": decision.cost_now,
                    "cost_bridge": decision.cost_bridge,
                },
                "figures": self.case.ledger.results(),
            }
        )


def _base_rows(case: Case) -> list[str]:
    base = case.scenario.base_year
    return [q.row for q in (base.total, *base.categories.values()) if q.row]


def _rounded(dial: Dial, values: Iterable[float]) -> str:
    decimals = 0 if dial.step >= 1 else 2 if dial.step < 0.1 else 1
    return " to ".join(formats.plain(value, decimals) for value in values)


def _by_outcome(found: Explored) -> pd.DataFrame:
    decision, chances = found.decision, found.scenario.event.states
    rows = [(state, chances[state], decision.cost_now, decision.cost_bridge[state]) for state in decision.states]
    rows.append(("average", 1.0, decision.cost_now, found.cost_bridge))
    return pd.DataFrame(rows, columns=["outcome", "probability", "sign_now", "wait"])
