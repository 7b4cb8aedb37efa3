"""How far to trust it: what the band means, what the model cannot see, what is weak in the data."""

from __future__ import annotations

from analysis import formats
from analysis.briefing.outlook import View
from analysis.case import Case
from analysis.exhibit import Exhibit, prose


def text(case: Case, view: View) -> Exhibit:
    """List of the limits that matter for this scenario, the unflattering ones first."""
    reference = view.results.reference
    own = reference.rounds[reference.rounds["host"] == case.scenario.host]
    low, high = reference.distribution.interval80
    weak = [q.name for q in case.ledger.quotes.values() if q.confidence == "C" and "." not in q.name]
    items = [
        f"**Few cases.** The price rests on {formats.counted(len(reference.rounds), 'past round')} "
        f"({formats.counted(len(own), 'of them', 'of them')} in {case.host['name']}), not independent of each other: the same U.S. team and "
        f"shared precedents. Before any ask they put the next change between {formats.change(low, 0)} and "
        f"{formats.change(high, 0)} over the path (80%).",
        "**The ask moves the price by assumption.** Three Korean rounds with a known ask are behind it; asks are leaked in "
        "hard rounds, so they are no fair sample.",
        "**The tail is judgement.** No observation covers talks that leave the existing frame. Its weight is shown and can be "
        "changed in the scenario file.",
        "**Outside the model**: tariffs, arms purchases, goals for defence spending, damage to the alliance, furloughs of base "
        "workers, and parliaments. Much of a deal may be struck there.",
        "**Waiting is chosen, not dealt.** Parties pick the moment because of leverage, so comparing courses overstates what "
        "waiting itself causes.",
    ]
    if weak:
        items.append(
            f"**Single sources.** {formats.counted(len(weak), 'figure').capitalize()} quoted here "
            f"{'rests' if len(weak) == 1 else 'rest'} on one source or on a working-out (confidence C)."
        )
    return prose("\n".join(f"- {item}" for item in items))
