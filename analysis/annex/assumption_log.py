"""The assumptions log: value, range, reason, and what each assumption is worth to the answer."""

from __future__ import annotations

import math

import pandas as pd

from analysis import formats
from analysis.briefing.outlook import View, model_rows
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, table
from analysis.impact import DRAWS, assumption_log
from analysis.simulation import expected_decision

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
    frame["name"] = [readable(path) for path in frame["path"]]
    frame["range"] = [_range(*given) for given in frame[["low", "mode", "high"]].itertuples(index=False)]
    frame["tried"] = [_tried(*ends) for ends in frame[["low_input", "high_input"]].itertuples(index=False)]
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
    closed = expected_decision(view.results.simulation.inputs) is not None
    return table(
        frame,
        [
            Column("name", "Assumption"),
            Column("range", "Low / likely / high", "right", str),
            Column("tried", "Tried", "right", str),
            Column("value_swing", f"Impact on value of waiting, bn {case.currency}", "right", _swing),
            Column("uplift_swing", "Impact on reservation price, points", "right", _swing),
            Column("reason", "Reason"),
        ],
        id="tab-assumption-log",
        title=_title(case, frame),
        subtitle="Impact: the answer at the upper value tried (90th percentile) less the answer at the lower (10th), all else as in the "
        "scenario; sorted by size",
        source="This project's model, "
        + ("in closed form." if closed else f"{DRAWS:,} draws with one seed, since no closed form exists here."),
        notes=[
            "0: no influence on this choice (it may move costs elsewhere in the briefing). An en dash: the scenario gives one value and "
            "no range, or supposes the outcome. Growth rates and shares are fractions."
        ],
    )


def _title(case: Case, frame: pd.DataFrame) -> str:
    top = frame.iloc[0]
    swing = formats.money(abs(float(top["value_swing"])), case.currency)
    idle = int((frame["value_swing"].fillna(1) == 0).sum())
    name = readable(str(top["path"])).split(",")[0]
    return f"{name} is worth {swing} of the value of waiting; {formats.counted(idle, 'assumption')} of {len(frame)} play no part in it"


def _swing(value: float) -> str:
    if value == 0:
        return "0"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2
    shown = formats.plain(value, digits)
    return f"+{shown}" if value > 0 else shown


def _number(value: float) -> str:
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 20 else 3
    return formats.plain(value, digits).rstrip("0").rstrip(".") if digits else formats.plain(value)


def _range(low: float, mode: float, high: float) -> str:
    return _number(low) if low == high else " / ".join(_number(x) for x in (low, mode, high))


def _tried(low: float, high: float) -> str | None:
    return None if math.isnan(low) else f"{_number(low)} to {_number(high)}"
