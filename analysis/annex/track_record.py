"""The model against the past: each round from the rounds before it, and forecasts frozen at their day."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.backtest import brier, rolling, skill, summarised
from analysis.briefing.backtests import ANNOUNCED, RULES, Record
from analysis.briefing.hindsight import Hindsight
from analysis.case import Case
from analysis.decision import past_rounds
from analysis.exhibit import Column, Exhibit, callout, prose, table
from analysis.frozen import METHODS, TARGETS, deal_forecasts
from analysis.ledger import Ledger
from analysis.scenario_files import load_scenario
from analysis.vintage import Evidence, public_on
from analysis.wording import listed

ROLLING = {
    "model": "Model",
    "last_change": "Last change",
    "flat": "Flat",
    "flat_band": "Flat ±5.5",
    "ask": "Full ask",
}

_WORSE = 0.6  # coverage of the worse band in the note on calibration


def rolling_scores(case: Case, evidence: Evidence) -> pd.DataFrame:
    """Each round since 2009 forecast from the rounds before it, as `backtest.rolling`."""
    given = case.scenario.settlement
    return rolling(past_rounds(evidence), given.drift_pct, prior_mean=given.prior_mean_pct, prior_sd=given.prior_sd_pct)


def rolling_table(case: Case, evidence: Evidence, ledger: Ledger, id: str = "tab-rolling") -> Exhibit:
    """Table: the mechanical test round by round, with the mean scores of every method."""
    scores = rolling_scores(case, evidence)
    summary = summarised(scores).set_index("method")
    known = evidence.table("rounds")
    ids = {(r.host, int(r.first_year)): str(r.Index) for r in known.itertuples()}
    rows = []
    for _, group in scores.groupby("target", sort=False):
        by = group.set_index("method")
        model = by.loc["model"]
        rows.append(
            {
                "label": f"{case.name(str(model['host']))} {int(model['first_year'])} "
                + ledger.cite(ids[str(model["host"]), int(model["first_year"])]),
                "n_prior": int(model["n_prior"]),
                "p50": model["p50"],
                "band": f"{formats.change(model['p10'])} to {formats.change(model['p90'])}",
                "actual": model["actual"],
                "inside": "yes" if model["covered"] else "no",
                **{m: float(by["crps"].get(m, float("nan"))) for m in ROLLING},
            }
        )
    hits, n = int(summary.loc["model", "covered"]), int(summary.loc["model", "n"])
    rows.append({"label": "Mean", "inside": f"{hits} of {n}", **{m: summary["crps"].get(m) for m in ROLLING}})
    points = lambda v: formats.plain(v, 0 if v >= 100 else 2)  # noqa: E731 - one use, as a column formatter
    return table(
        pd.DataFrame(rows),
        [
            Column("label", "Round", text=str),
            Column("p50", "Median", "right", formats.change),
            Column("band", "80% band", "right", str),
            Column("actual", "Change", "right", formats.change),
            Column("inside", "In band"),
            *(Column(m, name, "right", points) for m, name in ROLLING.items()),
        ],
        id=id,
        title=_rolling_title(summary),
        subtitle="First-year change, percent; then CRPS in percentage points, lower is better. Each round is forecast from the rounds before "
        "it alone; last change: the host's last round again, flat: no change",
        source="",
        notes=[
            _lean(case, scores),
            "Drift and prior are set by hand, and were set by people who knew all of these rounds.",
        ],
        strong_rows=lambda row: row["label"] == "Mean",
    )


def _rolling_title(summary: pd.DataFrame) -> str:
    crps, n = summary["crps"], int(summary.loc["model", "n"])
    model, last = (formats.plain(crps[m], 2) for m in ("model", "last_change"))
    if crps["model"] >= crps["last_change"]:
        return (
            f"Round by round the model does not beat repeating the last change ({model} against {last} points, n = {n})"
        )
    return (
        f"Round by round the model errs by {model} points, repeating the last change by {last}; n = {n} shows no skill"
    )


def _lean(case: Case, scores: pd.DataFrame) -> str:
    """On which side the model erred, by host."""
    model = scores[scores["method"] == "model"]
    words = []
    for host, group in model.groupby("host", sort=True):
        low, n = int((group["p50"] < group["actual"]).sum()), len(group)
        words.append(f"{low} of {n} rounds of {case.name(str(host))}")
    return f"The median was too low in {listed(words)}."


def summary_table(later: Hindsight, found: Record) -> Exhibit:
    """Table: mean scores of the frozen forecasts by method."""
    frame = found.summary.assign(name=[METHODS[m] for m in found.summary["method"]])
    frame["covered_text"] = [f"{int(c)} of {int(n)}" for c, n in zip(frame["covered"], frame["n"], strict=True)]
    frame.loc[~frame["method"].isin(["model", "model_other", "flat_band"]), "covered_text"] = (
        None  # points have no band
    )
    score = lambda v: formats.plain(v, 0 if v >= 100 else 2)  # noqa: E731 - one use, as a column formatter
    against = {rule: skill(found.summary, "model", rule) for rule in RULES}
    better = [METHODS[r].lower() for r in RULES if against[r] > 0]
    worse = [METHODS[r].lower() for r in RULES if against[r] <= 0]
    common = int(frame["n_common"].iloc[0])
    return table(
        frame,
        [
            Column("name", "Method"),
            Column("n", "n", "right", lambda v: str(int(v))),
            Column("crps", "CRPS", "right", score),
            Column("crps_common", f"CRPS, same {common}", "right", score),
            Column("interval_score", "Interval score", "right", score),
            Column("pinball_10", "Pinball 10%", "right", score),
            Column("pinball_50", "Pinball 50%", "right", score),
            Column("pinball_90", "Pinball 90%", "right", score),
            Column("covered_text", "In 80% band"),
        ],
        id="tab-scores",
        title=f"On frozen forecasts the model scores better than {listed(better) if better else 'no rule'}"
        + (f", worse than {listed(worse)}" if worse else ""),
        subtitle=f"Mean scores in percent of the outcome, lower is better; n = {found.n}. Same {common}: the targets every method forecast",
        source=later.ledger.source_line(*dict.fromkeys(found.scores["row"])),
        notes=[
            f"{found.held} of {found.n} inside an 80% band shows nothing about calibration: a band that truly holds only {formats.percent(100 * _WORSE)} "
            f"would hold all of {formats.number_word(found.n)} {formats.percent(100 * _WORSE**found.n)} of the time. A rule without a band is scored as a band of no width, which the interval score punishes."
        ],
    )


def deal_table(case: Case, later: Hindsight) -> Exhibit:
    """Table: the stated probability of a multi-year deal before the first year began, and what came; Brier scores."""
    frame = deal_forecasts(later.evidence)
    frame["label"] = [f"{t} {later.ledger.cite(r)}" for t, r in zip(frame["target"], frame["row"], strict=True)]
    frame["day"], frame["needed"] = (
        [formats.event_date(d.isoformat()) for d in frame[c]] for c in ("as_of", "deadline")
    )
    frame["came"] = ["yes" if h else "no" for h in frame["happened"]]
    stated = frame.dropna(subset=["stated"])
    mechanical, coin = brier(frame["mechanical"], frame["happened"]), brier([0.5] * len(frame), frame["happened"])
    verdict = "better than" if mechanical < coin else "no better than"
    percent = lambda v: formats.percent(100 * v)  # noqa: E731 - one use, as a column formatter
    could = (
        f"From the data of its own day the probability can be stated for {formats.number_word(len(stated))} of {formats.number_word(len(frame))} "
        "(three lengths of talks are needed)"
    )
    if len(stated):
        could += (
            f"; Brier score there {formats.plain(brier(stated['stated'], stated['happened']), 2)}, n = {len(stated)}"
        )
    return table(
        frame,
        [
            Column("label", "First year", text=str),
            Column("day", "Stated on"),
            Column("needed", "Needed by"),
            Column("elapsed", "Gone", "right", lambda v: formats.plain(v, 1)),
            Column("left", "Left", "right", lambda v: formats.plain(v, 1)),
            Column("lengths", "Lengths", "right"),
            Column("stated", "Stated then", "right", percent),
            Column("mechanical", "All others", "right", percent),
            Column("came", "In time"),
        ],
        id="tab-deals",
        title=f"Deals in time: from the lengths of all other talks {verdict} even odds (Brier {formats.plain(mechanical, 2)} against "
        f"{formats.plain(coin, 2)})",
        subtitle=f"Probability of a multi-year deal by the day a figure was needed; n = {len(frame)}",
        source="Lengths of past talks: lognormal, predictive Student t.",
        notes=[
            f"{could}.",
            "Gone, left: months of talks so far and to the day. Lengths: past talks whose length was public. All others: from the lengths of all "
            "other rounds, later ones included; that tests the rule, not what could be known.",
        ],
    )


def known_then(case: Case, later: Hindsight, found: Record) -> Exhibit:
    """Callout: how many of the outcomes below were public on the scenario's day."""
    late = [r for r in dict.fromkeys(found.scores["row"]) if r not in _public(case)]
    day = formats.day(case.scenario.as_of)
    if not late:
        return callout(
            f"All outcomes below were public on {day}",
            "The forecasts were not made by anyone at the time: this project's code makes them now, from the rows of their own day.",
        )
    return callout(
        f"{_of(len(late), found.n)} below came after {day}",
        "This part may see later rows, under source numbers of its own; nothing of it enters the parts above. The forecasts are made by "
        "this project's code now, from the rows of their own day.",
        tone="hindsight",
    )


def _of(some: int, n: int) -> str:
    outcomes = formats.counted(n, "outcome")
    return f"All {outcomes}" if some == n else f"{formats.number_word(some).capitalize()} of the {outcomes}"


def _public(case: Case) -> set[str]:
    return {str(i) for name in ("payments", "agreement_terms") for i in case.table(name).index}


def differences(later: Hindsight, found: Record) -> Exhibit:
    """List: what a reader must know to read the scores."""
    other, model = found.mean("model_other", "crps"), found.mean("model", "crps")
    which = "better" if other < model else "worse"
    scenarios = formats.number_word(found.scores["scenario"].nunique())
    return prose(
        "- **What could be known.** Each forecast is made from the rows public on its day; a row published later cannot enter. The ranges "
        f"of the {scenarios} scenarios were written after the outcomes, by people who knew them. The rolling test knows no scenario, but "
        "its drift and prior were chosen by the same people.\n"
        "- **Which course counts.** The model's forecast follows the course its scenario follows. With the other course it would have "
        f"scored {which}: mean CRPS {formats.percent(other, 1)} against {formats.percent(model, 1)} of the outcome. {_signed_early(later)}\n"
        "- **What a rule starts from.** Rules start from the last payment public on the day, which may lie a year or more before the "
        "outcome: an amount that came out with the deal itself is not used.\n"
        f"- **What is compared.** {ANNOUNCED} The announced average should therefore come out below the budgets."
    )


def _signed_early(later: Hindsight) -> str:
    """Whether a host signed before the event its scenario waits for."""
    for target in TARGETS:
        if not target.round_id:
            continue
        scenario, row = load_scenario(target.scenario), later.evidence.row(target.round_id)
        reached = public_on(str(row["figure_reached"]))
        if scenario.strategy.kind == "bridge" and row["term_years"] > 1 and reached < scenario.event.resolves:
            return (
                f"{target.name}: the figure was reached on {formats.day(reached)}, before the event the scenario waits for "
                f"({formats.day(scenario.event.resolves)}){later.ledger.cite(target.round_id)}."
            )
    return ""
