"""How far to trust it: what the band means, what the model cannot see, what is weak in the data."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.briefing.view import View
from analysis.case import Case
from analysis.decision import rolling_test
from analysis.exhibit import Exhibit, prose


def text(case: Case, view: View) -> Exhibit:
    """List of the limits that matter for this scenario, the unflattering ones first."""
    reference = view.results.reference
    own = reference.rounds[reference.rounds["host"] == case.scenario.host]
    low, high = reference.distribution.interval80
    weak = [q.name for q in case.ledger.quotes.values() if q.confidence == "C" and "." not in q.name]
    items = [
        f"**Few cases.** The price rests on {formats.counted(len(reference.rounds), 'past round')} "
        f"({formats.number_word(len(own))} of them in {case.host['name']}), not independent of each other: the same U.S. team and "
        f"shared precedents. Before any ask they put the next change between {formats.change(low, 0)} and "
        f"{formats.change(high, 0)} over the path (80%).",
        _asked(reference.rounds),
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
    items.insert(0, _tested(case, view))
    return prose("\n".join(f"- {item}" for item in items))


def _asked(rounds: pd.DataFrame) -> str:
    """What the link from ask to price rests on: rounds whose ask was public on the day."""
    known = formats.number_word(int(rounds["ask_multiple"].notna().sum()))
    return (
        f"**The ask moves the price by assumption.** Past rounds with a known ask: {known}. Asks leak in hard rounds, so "
        "they are no fair sample, and whoever set the range knew later rounds too."
    )


def _tested(case: Case, view: View) -> str:
    """The rolling test in two sentences, flattering or not."""
    found = rolling_test(case.scenario, case.evidence).set_index("method")
    model, last, flat = (float(found.loc[m, "crps"]) for m in ("model", "last_change", "flat"))
    rows = view.results.reference.rounds["id"]
    shown = {
        name: case.ledger.quote(
            f"rolling_crps.{name}",
            value,
            "percentage points",
            formats.plain(value, 2),
            rows=rows,
            assumptions=["settlement.drift_pct", "settlement.prior_mean_pct", "settlement.prior_sd_pct"],
            formula="mean CRPS of the first-year change, rounds since 2009, each from the rounds before it",
        )
        for name, value in (("model", model), ("last_change", last), ("flat", flat))
    }
    n, hits = int(found.loc["model", "n"]), int(found.loc["model", "covered"])
    verdict = "does not beat" if model >= last else "beats"
    also = "beats" if model < flat else "does not beat"
    return (
        f"**Tested on the past, round by round.** From the rounds before each of {formats.counted(n, 'renewal')} since 2009, the "
        f"model {verdict} repeating the last change (mean error {shown['model']} against {shown['last_change']} points, CRPS) and "
        f"{also} assuming no change ({shown['flat']}). Its 80% band held {formats.number_word(hits)} of the "
        f"{formats.number_word(n)}. So few rounds settle nothing, and the settings were chosen by people who knew them."
    )
