"""The assumptions log: value, range, reason, and what each assumption is worth to the answer."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.annex.buildup import category_name
from analysis.briefing.view import View, model_rows
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, table
from analysis.impact import DRAWS, assumption_log
from analysis.simulation import expected_decision
from analysis.wording import state_name

_NAMES = {
    "settlement.kappa": "Pull of the ask (kappa), points an e-fold",
    "settlement.ask_now": "Effective ask now, times the payment",
    "settlement.ask_multiple": "Effective ask after the event, times",
    "settlement.tail.weight": "Chance of leaving the frame",
    "settlement.tail.size_pct": "Uplift outside the frame, percent",
    "settlement.uplift_pct": "Uplift after the event, percent",
    "settlement.lambda_1": "Share of the way from offer to ask (lambda 1)",
    "settlement.offer": "Last offer, bn",
    "settlement.last_ask": "Last ask, bn",
    "settlement.drift_pct": "Drift taken out of past rounds, percent a year",
    "settlement.prior_mean_pct": "Prior mean of an uplift, percent",
    "settlement.prior_sd_pct": "Prior spread of an uplift, points",
    "event.probability_range": "Probability of the first outcome",
    "strategy.bridge_uplift_pct": "Uplift of the bridge, percent",
    "strategy.bridge_share": "Bridge price as a share of the price now",
    "strategy.five_year_uplift_pct": "Price on the table, percent",
    "strategy.fee_pct": "Second round, percent of a year",
    "strategy.ratchet": "Ratchet: share of the bridge's uplift that stays",
    "drivers": "Driver",
    "base_year.categories": "Base year, bn",
    "fx.values": "Exchange rate, per dollar",
}


def readable(path: str) -> str:
    """An assumption's path in words: `Chance of leaving the frame: trump`."""
    for prefix, words in _NAMES.items():
        if path == prefix or path.startswith(f"{prefix}."):
            rest = path.removeprefix(prefix).strip(".").replace("_", " ").replace(".", ", ")
            return f"{words}: {rest}" if rest else words
    return path.replace("_", " ").replace(".", ", ")


def log_table(case: Case, view: View) -> Exhibit:
    """Table: every assumption, largest impact first."""
    frame = assumption_log(view.results, case.evidence)
    frame["name"] = [_named(case, path) for path in frame["path"]]
    frame["range"] = [_range(r.path, r.low, r.mode, r.high) for r in frame.itertuples()]
    for row in frame.dropna(subset=["value_swing"]).itertuples():
        for column, unit in (("value_swing", f"{case.currency} bn"), ("uplift_swing", "percentage points")):
            case.ledger.quote(
                f"impact.{row.path}.{column}",
                getattr(row, column),
                unit,
                _swing(getattr(row, column)),
                rows=model_rows(case, view),
                assumptions=[row.path],
                formula="answer with this assumption at the upper value tried, less that at the lower, all else as in the scenario",
            )
    shown = _one_row_for_rates(frame, case.scenario.horizon.all_years)
    closed = expected_decision(view.results.simulation.inputs) is not None
    return table(
        shown,
        [
            Column("name", "Assumption"),
            Column("range", "Low / likely / high", "right", lambda s: s.replace(" ", "\u00a0")),
            Column("value_swing", "Impact, bn", "right", _swing),
            Column("uplift_swing", "Impact, points", "right", _swing),
            Column("reason", "Reason"),
        ],
        id="tab-assumption-log",
        title=_title(case, frame),
        subtitle=f"Impact: the answer with the assumption at its 90th percentile less that at its 10th, all else as in the scenario; value of "
        f"waiting in bn {case.currency}, reservation price in points; sorted by size",
        source="This project's model, "
        + ("in closed form." if closed else f"{DRAWS:,} draws with one seed, since no closed form exists here."),
        notes=[
            "0: no influence on this choice (it may move costs elsewhere in the briefing). An en dash: the scenario gives one value and "
            "no range, or supposes the outcome. The values tried stand in the file behind the table."
        ],
    )


def _title(case: Case, frame: pd.DataFrame) -> str:
    top = frame.iloc[0]
    swing = formats.money(abs(float(top["value_swing"])), case.currency)
    idle = int((frame["value_swing"].fillna(1) == 0).sum())
    name = str(top["name"]).partition(":")[0].partition(",")[0]
    return f"{name} is worth {swing} of the value of waiting; {formats.counted(idle, 'assumption')} of {len(frame)} play no part in it"


def _swing(value: float) -> str:
    if value == 0:
        return "0"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2
    shown = formats.plain(value, digits)
    if not float(round(value, digits)):
        return "0.00"
    return f"+{shown}" if value > 0 else shown


_FRACTIONS = (*("growth", "probability_range", "tail.weight", "ratchet", "bridge_share", "lambda_1"),)


def _range(path: str, low: float, mode: float, high: float) -> str:
    ends = (mode,) if low == high else (low, mode, high)
    if any(part in path for part in _FRACTIONS):
        return " / ".join(formats.percent(100 * x, int(round(100 * x, 6) % 1 > 0)) for x in ends)
    return " / ".join(_number(x) for x in ends)


def _number(value: float) -> str:
    digits = 0 if abs(value) >= 1000 else 1
    shown = formats.plain(value, digits)
    return shown.removesuffix(".0")


def _named(case: Case, path: str) -> str:
    """The assumption in words, its state or host by name."""
    name = readable(path)
    for state in case.scenario.event.states:
        name = name.replace(f": {state.replace('_', ' ')}", f": {state_name(state)}")
    for category in case.scenario.drivers:
        name = name.replace(f": {category.replace('_', ' ')}", f": {category_name(category)}")
    for host in case.scenario.settlement.drift_pct:
        name = name.replace(f": {host}", f": {case.name(host)}")
    return name


def _one_row_for_rates(frame: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Exchange rates of all years as one row, that of the first year, where they play no part."""
    rates = frame["path"].str.startswith("fx.values.")
    if not rates.any() or frame.loc[rates, "value_swing"].abs().max() > 0:
        return frame
    first = frame[rates].set_index("path").loc[f"fx.values.{years[0]}", "range"]
    one = (
        frame[rates]
        .head(1)
        .assign(path="fx.values", name=f"{_NAMES['fx.values']}: {years[0]} (to {years[-1]} in the file)", range=first)
    )
    return pd.concat([frame[~rates], one]).sort_index()
