"""How forecasts frozen at past rounds fared: exhibit of hindsight, since most outcomes were not known on the day."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import charts_method, formats
from analysis.backtest import summarised
from analysis.beforehand import taken
from analysis.briefing.hindsight import Hindsight
from analysis.exhibit import Column, Exhibit, figure, table
from analysis.frozen import METHODS, scores_known_today
from analysis.wording import listed

SIMPLE = ("flat", "last_change", "last_growth")  # rules drawn in the figure; the ask would leave the page
RULES = ("flat", "flat_band", "last_change", "last_growth")  # rules the model must be compared with
ANNOUNCED = (
    "Japan's outcome for FY2022–26 is the announced yearly average, which leaves out later wage revisions; the forecasts count "
    "initial budgets, so that row is not like for like."
)


#: Names of the methods at the head of a column.
SHORT = {
    "model": "Model",
    "model_other": "Other",
    "flat": "Flat",
    "flat_band": "Flat ±5.5%",
    "last_change": "Renewal",
    "last_growth": "Growth",
    "ask": "Ask",
}


@dataclass(frozen=True)
class Record:
    """Scores of all forecasts (in percent of the outcome), and their means by method."""

    scores: pd.DataFrame
    summary: pd.DataFrame

    @property
    def n(self) -> int:
        """Number of outcomes."""
        return int(self.scores["target"].nunique())

    @property
    def held(self) -> int:
        """Outcomes inside the model's 80 percent band."""
        return int(self.mean("model", "covered"))

    @property
    def best_rule(self) -> str:
        """The simple rule with the lowest CRPS."""
        return min(RULES, key=lambda method: self.mean(method, "crps"))

    def mean(self, method: str, score: str) -> float:
        """One mean score."""
        return float(self.summary.set_index("method").loc[method, score])


def record() -> Record:
    """Forecast every target from its own day and score it against what is known today."""
    scores = taken(scores_known_today)
    return Record(scores, summarised(scores))


def verdict(found: Record) -> str:
    """The result as a title, flattering or not."""
    held = "All" if found.held == found.n else formats.number_word(found.held).capitalize()
    of = (
        f"{formats.counted(found.n, 'outcome')}"
        if found.held == found.n
        else f"of {formats.counted(found.n, 'outcome')}"
    )
    lead = f"{held} {of} fell into the model's 80% band"
    rule = METHODS[found.best_rule]
    better = found.mean(found.best_rule, "crps") < found.mean("model", "crps")
    if better:
        return f"{lead}, but a simple rule scored better: {rule[0].lower()}{rule[1:]}"
    return f"{lead}, and no simple rule scored better"


def intervals(later: Hindsight, found: Record) -> Exhibit:
    """Figure: each frozen forecast with its 80% band against the outcome, and what simple rules said."""
    scores = found.scores.assign(label=found.scores["target"])
    for column in ("p10", "p50", "p90"):
        scores[column] = 100 * (scores[column] / scores["actual"] - 1)
    model = scores[scores["method"] == "model"].rename(columns={"p10": "low", "p50": "mid", "p90": "high"})
    model["text"] = [
        f"outcome {formats.money(a, c, 1)}" for a, c in zip(model["actual"], model["currency"], strict=True)
    ]
    days = listed([formats.day(d) for d in dict.fromkeys(scores["as_of"])])
    simple = scores[scores["method"].isin(SIMPLE)].assign(
        method=lambda f: f["method"].map(METHODS), value=lambda f: f["p50"]
    )
    return figure(
        charts_method.forecasts_and_outcomes(
            model[["label", "low", "mid", "high", "text"]].assign(key="model: 80% band and median"),
            simple[["label", "value", "method"]],
            "forecast above or below the outcome, percent of the outcome",
        ),
        scores.drop(columns=["label"]),
        id="fig-backtest",
        title=verdict(found),
        subtitle=f"Forecasts from the tables of their own day ({days}): model median and 80% "
        f"band, and simple rules; n = {found.n}",
        source=later.ledger.source_line(
            *dict.fromkeys(found.scores["row"]),
            note="Whoever set the inputs of these scenarios knew the outcomes: this is no proof of skill.",
        ),
        alt="Bands around the outcome: "
        + "; ".join(f"{r.target} {formats.change(r.low)} to {formats.change(r.high)}" for r in model.itertuples())
        + ".",
    )


def score_table(later: Hindsight, found: Record) -> Exhibit:
    """Table: the model's forecast, the outcome, and the CRPS of every method, by target."""
    rows = []
    for target, group in found.scores.groupby("target", sort=False):
        by = group.set_index("method")
        model = by.loc["model"]
        rows.append(
            {
                "target": f"{target} {later.ledger.cite(str(model['row']))}",
                "p50": model["p50"],
                "band": f"{formats.plain(model['p10'])}–{formats.plain(model['p90'])}",
                "actual": model["actual"],
                "inside": "yes" if model["covered"] else "no",
                **{m: float(by["crps"].get(m, float("nan"))) for m in METHODS},
            }
        )
    means = {m: found.mean(m, "crps") for m in METHODS}
    rows.append({"target": "Mean", "inside": f"{found.held} of {found.n}", **means})
    number = lambda v: formats.plain(v, 0 if v >= 100 else 1)  # noqa: E731 - one use, as a column formatter
    return table(
        pd.DataFrame(rows),
        [
            Column("target", "Target", text=str),
            Column("band", "80% band", "right", str),
            Column("actual", "Outcome", "right", lambda v: formats.plain(v, 1)),
            Column("inside", "Held"),
            *(Column(m, SHORT[m], "right", number) for m in METHODS),
        ],
        id="tab-backtest",
        title=_score_title(found),
        subtitle="Forecast and outcome in bn of the host's currency; then CRPS in percent of the outcome, lower is better "
        "(for a rule without a band: its absolute error)",
        source="",
        notes=[
            f"n = {found.n}, two hosts, not independent. The scenarios were written with the outcomes known. {ANNOUNCED}",
            "Model: the course its scenario follows; other: the full-length deal at once where that is the bridge. Flat: the last payment "
            "again, in the second case with a band; renewal: the change of the last renewal again; growth: last year's growth again; ask: "
            "the one last reported on the day, in full.",
        ],
        strong_rows=lambda row: row["target"] == "Mean",
    )


def _score_title(found: Record) -> str:
    model, rule = found.mean("model", "crps"), found.mean(found.best_rule, "crps")
    name = METHODS[found.best_rule]
    return (
        f"Mean error: model {formats.percent(model, 1)} of the outcome, best simple rule {formats.percent(rule, 1)} "
        f"({name[0].lower()}{name[1:]})"
    )
