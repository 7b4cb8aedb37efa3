"""The evidence of past rounds: the reference class, the pull of an ask, and how asks were met."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pandas as pd

from analysis import formats
from analysis.briefing.view import View
from analysis.case import Case
from analysis.concessions import concessions
from analysis.decision import rolling_test
from analysis.exhibit import Column, Exhibit, prose, table
from analysis.ledger import Ledger
from analysis.settlement import KappaFit, fit_kappa, reference_class
from analysis.vintage import Evidence


def rolling_in_short(case: Case) -> str:
    """What the rolling test of the day shows, as half a sentence; a win over so few rounds is not called one."""
    found = rolling_test(case.scenario, case.evidence).set_index("method")
    rounds = formats.counted(int(found.loc["model", "n"]), "round")
    if found.loc["model", "crps"] >= found.loc["last_change", "crps"]:
        return f"over {rounds} the price model did no better than repeating the last change"
    return f"{rounds} are too few to show that the price model works"


def reference_text(case: Case, view: View) -> Exhibit:
    """Paragraph: location, scale and degrees of freedom of the reference class, and what shrinks it."""
    reference = view.results.reference
    shape, given = reference.distribution, case.scenario.settlement
    counts = inspect.signature(reference_class).parameters
    pooled, prior = (formats.number_word(int(counts[name].default)) for name in ("pooled_rounds", "prior_rounds"))
    low, high = shape.interval80
    rows = list(reference.rounds["id"])
    assumed = ["settlement.drift_pct", "settlement.prior_mean_pct", "settlement.prior_sd_pct"]

    def said(name: str, value: float, unit: str, text: str):
        return case.ledger.quote(f"reference.{name}", value, unit, text, rows=rows, assumptions=assumed)

    location = said("location", shape.location, "percent", formats.change(shape.location, 2))
    scale = said("scale", shape.scale, "percentage points", formats.plain(shape.scale, 2))
    df = said("df", shape.df, "degrees of freedom", formats.plain(shape.df))
    return prose(
        f"The outside view rests on {formats.counted(reference.n, 'round')} public on the day, {formats.number_word(reference.n_own)} of "
        f"them in {case.host['name']}. From each change the drift the payment would have had anyway is taken off "
        f"({_drifts(case)} a year, hand-set). The host's own mean is drawn to the mean of all hosts, which counts as {pooled} "
        f"rounds, and that to {formats.change(given.prior_mean_pct, 0)}, which counts as {prior}; the spread starts from "
        f"{formats.plain(given.prior_sd_pct)} points, counting as {prior}. The next uplift is then a Student t with location {location}, "
        f"scale {scale} and {df} degrees of freedom: eight times in ten between {formats.change(low)} and {formats.change(high)}. "
        "The rounds are not independent: the same U.S. teams sat across several tables, and each deal is a precedent."
    )


def _drifts(case: Case) -> str:
    drifts = case.scenario.settlement.drift_pct
    return ", ".join(f"{case.name(h)} {formats.percent(v, 1)}" for h, v in drifts.items())


def reference_table(case: Case, view: View) -> Exhibit:
    """Table: every round of the reference class with its change, drift and uplift."""
    frame = view.results.reference.rounds.sort_values("first_year").copy()
    frame["host"] = [case.name(h) for h in frame["host"]]
    frame["drift"] = frame["change_pct"] - frame["uplift_pct"]
    frame["source"] = [case.cite(r) for r in frame["id"]]
    low, high = frame["uplift_pct"].min(), frame["uplift_pct"].max()
    return table(
        frame[
            [
                "id",
                "host",
                "first_year",
                "term_years",
                "change_pct",
                "drift",
                "uplift_pct",
                "ask_multiple",
                "confidence",
                "source",
            ]
        ],
        [
            Column("host", "Host"),
            Column("first_year", "First year", "right", lambda v: str(int(v))),
            Column("term_years", "Years", "right", lambda v: str(int(v))),
            Column("change_pct", "First-year change", "right", formats.change),
            Column("drift", "Drift", "right", lambda v: formats.plain(v, 1)),
            Column("uplift_pct", "Uplift", "right", formats.change),
            Column("ask_multiple", "Ask, times", "right", lambda v: formats.plain(v, 2)),
            Column("confidence", "Confidence"),
            Column("source", "Source", text=str),
        ],
        id="tab-rounds",
        title=f"{formats.counted(len(frame), 'round').capitalize()} moved the path by {formats.change(low)} to {formats.change(high)}",
        subtitle="First-year change against the payment before, percent; uplift is the change less the drift; a round without a "
        "quantified ask shows none",
        source="",
    )


def kappa_fit(rounds: pd.DataFrame) -> KappaFit | None:
    """Least squares through the rounds with an ask; None below three."""
    return fit_kappa(rounds["multiple"], rounds["change_pct"]) if len(rounds) >= 3 else None


def kappa_text(case: Case, evidence: Evidence, ledger: Ledger, hindsight: bool = False) -> Exhibit:
    """Paragraph: what the rounds with a known ask say about kappa, and how weak that is."""
    rounds = concessions(evidence)
    low, mode, high = case.scenario.settlement.kappa.range
    given = f"The scenario takes {formats.plain(low)} to {formats.plain(high)}, most likely {formats.plain(mode)}"
    fit = kappa_fit(rounds)
    ids = list(rounds["id"])
    if fit is None:
        count = formats.counted(len(rounds), "round")
        slope = _two_points(rounds)
        line = ""
        if slope is not None:
            shown = ledger.quote("kappa.two_points", slope, "points an e-fold", formats.plain(slope, 1), rows=ids)
            line = f" The line through two points has a slope of {shown} points and no error that could be stated."
        return prose(
            f"**The pull of the ask.** Only {count} with a quantified ask {'was' if len(rounds) == 1 else 'were'} public on the day, "
            f"too few to fit $`\\kappa`$.{line} {given}: a judgement, made by people who also knew later rounds. A later fit stands in "
            "the part on hindsight."
        )
    slope = ledger.quote("kappa.slope", fit.slope, "points an e-fold", formats.plain(fit.slope, 1), rows=ids)
    doubling = ledger.quote(
        "kappa.per_doubling", fit.per_doubling, "points a doubling", formats.plain(fit.per_doubling, 1), rows=ids
    )
    error = ledger.quote("kappa.slope_se", fit.slope_se, "points an e-fold", formats.plain(fit.slope_se, 1), rows=ids)
    when = "known today" if hindsight else "public on the day"
    return prose(
        f"**The pull of the ask.** A line through the {formats.counted(fit.n, 'round')} with a quantified ask {when} has a slope of {slope} "
        f"points for each e-fold of the ask, {doubling} for each doubling, with a standard error of {error} on {formats.number_word(fit.n - 2)} "
        f"degree{'s' if fit.n != 3 else ''} of freedom. {given}. All these rounds are Korean, each ask is a reported one, and asks leak "
        "in hard rounds: the fit checks the range, it does not earn it."
    )


def _two_points(rounds: pd.DataFrame) -> float | None:
    if len(rounds) != 2 or rounds["multiple"].nunique() < 2:
        return None
    return float(np.diff(rounds["change_pct"])[0] / np.diff(np.log(rounds["multiple"]))[0])


def concession_table(case: Case, evidence: Evidence, ledger: Ledger, id: str = "tab-concessions") -> Exhibit:
    """Table: the share of the way each settlement went from prior payment to ask, and from last offer to last ask."""
    frame = concessions(evidence)
    frame["label"] = [f"{case.name(h)} {y}" for h, y in zip(frame["host"], frame["first_year"], strict=True)]
    fit = kappa_fit(frame)
    frame["fitted"] = [fit.intercept + fit.slope * math.log(m) if fit else float("nan") for m in frame["multiple"]]
    frame["source"] = [ledger.cite(*rows) for rows in frame["rows"]]
    share = lambda v: formats.plain(v, 2)  # noqa: E731 - one use, as a column formatter
    return table(
        frame.drop(columns=["rows"]),
        [
            Column("label", "Round"),
            Column("multiple", "Ask, times", "right", share),
            Column("prior", "Prior", "right", formats.plain),
            Column("offer", "Last offer", "right", formats.plain),
            Column("last_ask", "Last ask", "right", formats.plain),
            Column("settled", "Settled", "right", formats.plain),
            Column("change_pct", "Change", "right", formats.change),
            *([Column("fitted", "On the line", "right", formats.change)] if fit else []),
            Column("lambda_0", "$`\\lambda_0`$", "right", share),
            Column("lambda_1", "$`\\lambda_1`$", "right", share),
            Column("source", "Source", text=str),
        ],
        id=id,
        title=_concession_title(frame),
        subtitle="Rounds with a quantified ask, bn KRW; share of the way from prior payment to first ask (λ0), and from last offer to "
        "last ask (λ1)",
        source="",
        notes=[
            "A dollar ask is converted at the market average of the year it was made; at another rate λ1 moves by several hundredths. Of "
            "several last asks of one day the lowest counts."
        ],
    )


def _concession_title(frame: pd.DataFrame) -> str:
    ordered = frame.sort_values("multiple")
    if len(ordered) > 1 and ordered["lambda_0"].is_monotonic_decreasing:
        return (
            f"The larger the ask, the smaller the share met: {formats.plain(ordered['lambda_0'].iloc[0], 2)} of the way at "
            f"{formats.plain(ordered['multiple'].iloc[0], 2)} times, {formats.plain(ordered['lambda_0'].iloc[-1], 2)} at "
            f"{formats.plain(ordered['multiple'].iloc[-1], 2)} times"
        )
    return "How far settlements went towards the ask"
