"""What else the host pays, set against the ask, and what the exchange rate does to both sides of the argument."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import charts, charts_money, formats
from analysis.briefing.asks import ask_in_dollars, ask_quote, assumed_rate
from analysis.briefing.view import View
from analysis.case import Case
from analysis.comparison import payment_line
from analysis.credits import ask_in_local, credit_ladder
from analysis.distributions import Pert
from analysis.exhibit import Exhibit, figure, prose, side_by_side
from analysis.history import yearly_totals
from analysis.inputs import credit_lines

_VIEWS = (("strict", "Strict view"), ("central", "Middle view"), ("full", "Generous view"))


def has_ladder(case: Case) -> bool:
    """Whether there is both an ask and something to credit against it."""
    return bool(case.scenario.credits) and ask_in_dollars(case) is not None


def credits_or_none(case: Case) -> Exhibit:
    """The ladder of credits, or a sentence on why there is none."""
    if has_ladder(case):
        return ladder(case)
    why = "no ask is on record" if ask_in_dollars(case) is None else "no other payment was public on the day"
    return prose(f"What else {case.host['name']} pays is not set against the ask here, because {why}.")


def rates(case: Case, view: View) -> Exhibit:
    """Both sides of the exchange rate; without an ask, the payment in dollars alone."""
    return in_dollars(case, view, "full") if ask_in_dollars(case) is None else rate_pair(case, view)


def ladder_frame(case: Case) -> pd.DataFrame:
    """The ladder against the ask in local money at the assumed rate, with the row and confidence of each line."""
    rate, _ = assumed_rate(case)
    frame = credit_ladder(credit_lines(case.scenario, case.evidence), ask_in_dollars(case) * rate)
    rows = [line.row for line in case.scenario.credits.values()]
    confidence = [
        "C" if line.holds_lines_above else case.evidence.row(line.row)["confidence"]
        for line in case.scenario.credits.values()
    ]
    return frame.assign(row=rows, confidence=confidence)


def ladder(case: Case) -> Exhibit:
    """Figure: line upon line towards the ask, and how much of it three views would count."""
    frame = ladder_frame(case)
    rate, path = assumed_rate(case)
    ask, currency = ask_in_dollars(case) * rate, case.currency
    steps = [
        {
            "label": _broken(f"{r.line} ({r.confidence})"),
            "start": r.cumulative - r.per_year,
            "end": r.cumulative,
            "text": f"{formats.plain(r.cumulative)} ({formats.percent(r.share_pct)})",
            "kind": "line",
            "status": "actual" if i == 0 or r.confidence != "C" else "forecast",
        }
        for i, r in enumerate(frame.itertuples())
    ]
    shares = {}
    for view, words in _VIEWS:
        total, share = float(frame[f"cumulative_{view}"].iloc[-1]), float(frame[f"share_{view}_pct"].iloc[-1])
        shares[view] = case.ledger.quote(
            f"credit_share.{view}",
            share,
            "percent of the ask",
            formats.percent(share),
            rows=[*frame["row"], case.scenario.ask],
            assumptions=["credits", path],
            formula=f"sum of the lines x their {view} weight / (ask x exchange rate)",
        )
        steps.append(
            {
                "label": words,
                "start": 0.0,
                "end": total,
                "text": f"{formats.plain(total)} ({formats.percent(share)})",
                "kind": "view",
                "status": "announced",
            }
        )
    chart = pd.DataFrame(steps)
    return figure(
        charts_money.credit_steps(chart, ask, f"ask: {formats.plain(ask)}", f"bn {currency} a year"),
        frame,
        id="fig-credits",
        title=f"What {case.host['name']} pays covers {shares['strict']} to {shares['full']} of the ask, by what is counted",
        subtitle=f"bn {currency} a year and share of the ask at {formats.symbol(currency)}{formats.plain(rate)}; letters: confidence; years "
        "differ by line; indirect items are shown, never added to the payment",
        source=case.ledger.source_line(*frame["row"], case.scenario.ask, note="Weights: assumptions at the end."),
        alt="Steps: "
        + "; ".join(f"{s['label'].replace('|', ' ')} {s['text']}" for s in steps)
        + f"; the ask is {ask:,.0f}.",
    )


def _broken(label: str) -> str:
    """A long label on two lines, cut at the comma or space nearest to the middle."""
    if len(label) <= 34:
        return label
    cut = min((i for i, c in enumerate(label) if c == " "), key=lambda i: abs(i - len(label) / 2))
    return f"{label[:cut]}|{label[cut + 1 :]}"


def rate_pair(case: Case, view: View) -> Exhibit:
    """Two figures side by side: the ask in local money over the rate, and the payment in dollars over time."""
    return side_by_side(ask_at_rates(case), in_dollars(case, view))


def ask_at_rates(case: Case) -> Exhibit:
    """Figure: what a dollar ask costs in local money at the exchange rates of the horizon."""
    years = case.scenario.horizon.all_years
    first, last = (case.scenario.fx.values[y].range for y in (years[0], years[-1]))
    dollars, currency = ask_in_dollars(case), case.currency
    rates = np.linspace(min(first[0], last[0]), max(first[2], last[2]), 41)
    line = ask_in_local(dollars, rates).rename(columns={"ask": "value"})
    marks = ask_in_local(dollars, [last[0], first[1], last[2]]).rename(columns={"ask": "value"})
    marks["text"] = [formats.plain(v) for v in marks["value"]]
    marks["align"] = ["left", "left", "right"]
    low, middle, high = (float(v) for v in marks["value"])
    return figure(
        charts_money.ask_over_rate(line, marks, f"bn {currency} a year", f"{currency} per U.S. dollar"),
        line,
        id="fig-ask-rate",
        title=f"In {currency} the same ask is worth {formats.plain(low)} to {formats.plain(high)} bn",
        subtitle=f"{ask_quote(case)} a year in bn {currency} over the rate; dots: lowest, central and highest rate assumed for "
        f"{case.horizon}",
        source=case.ledger.source_line(case.scenario.ask, note="Rates: assumptions at the end."),
        alt=f"Rising line: {formats.plain(low)} bn at {last[0]:g}, {formats.plain(middle)} at {first[1]:g}, "
        f"{formats.plain(high)} at {last[2]:g} {currency} per dollar.",
        width="half",
    )


def in_dollars(case: Case, view: View, width: str = "half") -> Exhibit:
    """Figure: the payment in dollars, past at each year's own rate, ahead at the assumed rates."""
    paid = _paid_in_dollars(case)
    fan = _fan(case, view)
    shown = charts.unbroken(paid, "dollars").astype({"dollars": float})
    latest, end = shown.iloc[-1], fan.iloc[-1]
    prefix = "FY" if case.scenario.horizon.year_type == "FY" else ""
    words = pd.DataFrame([{"year": int(end["year"]), "value": float(end["high"]), "text": "80% of rates"}])
    peak = shown.loc[shown["dollars"].idxmax()]
    fell = float(latest["dollars"]) < 0.9 * float(peak["dollars"])
    message = (
        f"In dollars the payment fell from {_usd(peak['dollars'])} in {int(peak['year'])} to {_usd(latest['dollars'])} in "
        f"{int(latest['year'])}"
        if fell
        else f"In dollars the payment stands at {_usd(latest['dollars'])}, and the rate decides what follows"
    )
    used = [*paid["id"].dropna(), *paid["rate_id"].dropna()]
    return figure(
        charts_money.dollar_value(shown[["year", "dollars", "stretch"]], fan, words, prefix),
        pd.concat([paid.assign(kind="paid"), fan.assign(kind="status quo at assumed rates")]),
        id="fig-dollars",
        title=message,
        subtitle=f"{case.host['line_name']}, bn U.S. dollars; solid: each year at its calendar-year average, dashed: status "
        "quo at the assumed rates",
        source=case.ledger.source_line(*used),
        alt=f"Line: {_usd(peak['dollars'])} in {int(peak['year'])}, {_usd(latest['dollars'])} in {int(latest['year'])}; in "
        f"{int(end['year'])} between {_usd(end['low'])} and {_usd(end['high'])}.",
        width=width,
    )


def _usd(value: float) -> str:
    return formats.money(float(value), "USD", 2)


def _paid_in_dollars(case: Case) -> pd.DataFrame:
    """Yearly totals known on the day with the market rate of their calendar year; a year that lacks either is a gap."""
    line = payment_line(case.table("hosts"), case.scenario.host)
    paid = yearly_totals(case.table("payments"), case.scenario.host, *line)
    fx = case.table("fx")
    rates = fx[(fx["currency"] == case.currency) & fx["period_type"].eq("CY") & fx["kind"].eq("market_average")]
    rates = rates[rates["role"].eq("series")].drop_duplicates("year", keep="last").set_index("year")
    paid["rate"] = paid["year"].map(rates["rate"]).astype("Float64")
    paid["rate_id"] = paid["year"].map(rates["id"])
    paid["dollars"] = paid["value"].astype("Float64") / paid["rate"]
    return paid[paid["year"] >= int(rates.index.min())].reset_index(drop=True)


def _fan(case: Case, view: View) -> pd.DataFrame:
    """The status-quo mean of each year at the 10th, 50th and 90th percentile of the assumed rates."""
    rows = []
    for row in view.by_year.itertuples():
        weak, middle, strong = Pert(*case.scenario.fx.values[int(row.year)].range).ppf([0.9, 0.5, 0.1])
        rows.append((int(row.year), row.status_quo / weak, row.status_quo / middle, row.status_quo / strong))
    return pd.DataFrame(rows, columns=["year", "low", "middle", "high"])
