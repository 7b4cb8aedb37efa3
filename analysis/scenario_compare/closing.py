"""The end matter of the comparison: sources of all scenarios, and the record for machines."""

from __future__ import annotations

from analysis import formats
from analysis.briefing import references
from analysis.exhibit import Exhibit, prose, results
from analysis.scenario_compare.front import title
from analysis.scenario_compare.view import Comparison, Entry
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, MIXED
from analysis.wording import listed


def as_of_note(found: Comparison) -> Exhibit:
    """Paragraph: the day of each scenario's data."""
    days: dict[str, list[str]] = {}
    for entry in found.entries:
        days.setdefault(formats.day(entry.case.scenario.as_of), []).append(entry.name)
    told = [f"{day}: {listed(names)}" for day, names in days.items()]
    return prose(
        f"Every figure of a scenario was public on its own day ({'; '.join(told)}). Statistics read in a later edition are dated by their usual "
        "release and may have been revised since; each such source says so."
    )


def source_list(found: Comparison) -> Exhibit:
    """The numbered sources of all scenarios in order of citation."""
    return references.source_list(found.latest)


def recorded(found: Comparison) -> Exhibit:
    """The finding, the headline results of every scenario, the steps, and the ledger, for results.json; shows nothing."""
    first = found.first
    return results(
        {
            "scenario": first.name,
            "as_of": first.case.scenario.as_of.isoformat(),
            "currency": first.case.currency,
            "title": title(found),
            "scenarios": {entry.name: _headline(entry) for entry in found.entries},
            "steps": {
                name: [
                    {"group": r.group, "uplift_points": r.uplift, "waiting_pct": r.waiting_pct}
                    for r in steps.frame.itertuples()
                ]
                for name, steps in found.steps.items()
            },
            "figures": first.case.ledger.results(),
        }
    )


def _headline(entry: Entry) -> dict[str, object]:
    """The decision of one scenario as plain numbers; what has no meaning is None."""
    decision, star = entry.decision, entry.decision.break_even_probability
    courses = {FIVE_YEAR: (FIVE_YEAR, EITHER), BRIDGE: (BRIDGE, MIXED), "followed": entry.view.results.course}
    return {
        "as_of": entry.case.scenario.as_of.isoformat(),
        "currency": entry.case.currency,
        "reservation_uplift_pct": decision.reservation_uplift_pct,
        "price_now_pct": entry.price_now,
        "break_even_probability": star if 0 <= star <= 1 else None,
        "value_of_waiting": decision.value_of_waiting,
        "costs": {
            name: {column: float(entry.cost(*course)[column]) for column in ("mean", "cvar95")}
            for name, course in courses.items()
        },
    }
