"""What the answer hangs on: the tornado, and the statement by price that needs nobody's odds."""

from __future__ import annotations

import textwrap

import pandas as pd

from analysis import charts_method, formats
from analysis.briefing.choice import spread
from analysis.briefing.view import View, length, model_rows
from analysis.case import Case
from analysis.exhibit import Exhibit, figure, side_by_side
from analysis.sensitivity import PRICE_BANDS, bridge_share_by_price
from analysis.wording import capital, listed, state_name

HIGHER_BANDS = (20.0, 30.0, 40.0, 60.0, 80.0)  # looked at only while waiting does not clearly win below them
SIGN_BELOW, WAIT_ABOVE = 0.10, 0.90  # shares of cases at which a price settles the matter
_SMALLEST = 0.05  # money unit; a smaller effect is none


def input_name(case: Case, name: str) -> str:
    """An input of the choice in plain words."""
    first, second = (state_name(state) for state in case.scenario.event.states)
    term = length(case.scenario.horizon.years)[:-1].replace(" ", "-")
    return {
        "u_now": f"{term} price now",
        "u_bridge": "price of the bridge",
        "bridge_share": "bridge price, part of the price now",
        "u_first": f"later price with {first}",
        "u_second": f"later price with {second}",
        "p": f"odds of {first}",
        "tail_weight": f"chance {second} leaves the frame",
        "tail_weight_first": f"chance {first} leaves the frame",
        "tail_size": "price outside the frame",
        "fee": "cost of a second round",
        "ratchet": "part of the bridge price that stays",
        "level": "size of the whole bill",
        "drift": "extra growth of the bill",
    }[name]


def input_value(name: str, value: float) -> str:
    """One value of an input as a reader would say it."""
    if name in ("p", "tail_weight", "tail_weight_first", "ratchet", "bridge_share"):
        return formats.percent(100 * value)
    if name == "fee":
        return formats.percent(value, 1)
    return formats.change(value, 0 if abs(value) >= 10 else 1)


def tornado(case: Case, view: View) -> Exhibit:
    """Figure: the value of waiting with each input at its 10th and 90th percentile; zero is where the answer turns."""
    given = view.choice
    frame = given.tornado(given.waiting)
    shown = frame[frame["span"] > _SMALLEST].reset_index(drop=True)
    idle = [input_name(case, n) for n in frame.loc[frame["span"] <= _SMALLEST, "input"]]
    shown = shown.assign(name=[capital(input_name(case, n)) for n in shown["input"]])
    shown["label"] = ["|".join(textwrap.wrap(name, 40, break_on_hyphens=False)) for name in shown["name"]]
    for end in ("low", "high"):
        shown[f"{end}_text"] = [
            f"{formats.plain(v)} at {input_value(n, x)}"
            for n, v, x in zip(shown["input"], shown[end], shown[f"{end}_input"], strict=True)
        ]
    base = float(shown["base"].iloc[0])
    for row in shown.itertuples():
        for end in ("low", "high"):
            value = float(getattr(row, end))
            case.ledger.quote(
                f"tornado.{row.input}.{end}",
                value,
                f"{case.currency} bn over {length(case.scenario.horizon.years)}",
                formats.money(value, case.currency),
                rows=model_rows(case, view),
                assumptions=["drivers", "settlement", "strategy", "event"],
                formula=f"value of waiting with this input at its {'10th' if end == 'low' else '90th'} percentile",
            )
    note = f" Without effect here: {listed(idle)}." if idle else ""
    framed = "" if not case.scenario.settlement.has_tail else "; later prices: inside the existing frame"
    how = "the others averaged over their ranges" if given.averaged else "the others at their means"
    return figure(
        charts_method.tornado_bars(shown, base, f"value of waiting, bn {case.currency}", ("sign now", "wait")),
        shown[["name", "low_input", "high_input", "low", "high", "base", "span"]],
        id="fig-tornado",
        title=tornado_title(case, shown),
        subtitle=f"Value of waiting, bn {case.currency} over {case.horizon}: each input at the 10th (light) and 90th (solid) "
        f"percentile of its range, {how}{framed}; below zero signing now costs less",
        source=case.ledger.source_line(
            *view.results.reference.rounds["id"],
            note=f"This project's model; dashed: nothing moved, {formats.plain(base)}.{note}",
        ),
        alt="Bars by input, widest first: "
        + "; ".join(f"{r.name} {r.low_text}, {r.high_text}" for r in shown.itertuples()),
    )


def tornado_title(case: Case, shown: pd.DataFrame) -> str:
    """Which input moves the answer most, and which can turn it alone; shown: input, low, high, widest first."""
    turns = [input_name(case, r.input) for r in shown.itertuples() if r.low * r.high < 0]
    top = input_name(case, shown["input"].iloc[0])
    lead = f"The {top} moves the answer most"
    if not turns:
        return f"{lead}; no input alone turns it"
    if turns == [top]:
        return f"{lead}, and only it can turn it alone"
    if top in turns and len(turns) == 2:
        return f"{lead}; it or the {turns[1]} can turn it alone"
    if top in turns:
        return f"{lead}; {formats.counted(len(turns), 'input')} can each turn it alone"
    return f"{lead}, but only the {listed(turns, 'or')} can turn it alone"


def price_shares(view: View, draws: int = 100_000) -> pd.DataFrame:
    """Share of cases in which waiting costs less, by price band: low, high, share, mc_error.

    Bands reach up to where waiting wins nearly always, or to the last of HIGHER_BANDS.
    """
    given = view.choice
    bands = PRICE_BANDS
    frame = bridge_share_by_price(given.reservation, given.wide, bands, draws, given.seed)
    for top in HIGHER_BANDS:
        if frame["share"].iloc[-1] >= WAIT_ABOVE:
            break
        bands = (bands[-1], top)
        more = bridge_share_by_price(given.reservation, given.wide, bands, draws, given.seed)
        frame = pd.concat([frame, more], ignore_index=True)
    return frame


def thresholds(shares: pd.DataFrame) -> tuple[float | None, float | None]:
    """(price below which signing nearly always costs less, price above which waiting does); None where there is none."""
    sign = shares.loc[(shares["share"] <= SIGN_BELOW).cummin(), "high"]
    wait = shares.loc[(shares["share"] >= WAIT_ABOVE)[::-1].cummin()[::-1], "low"]
    return (float(sign.iloc[-1]) if len(sign) else None, float(wait.iloc[0]) if len(wait) else None)


def robust_title(shares: pd.DataFrame) -> str:
    """The statement by price: `Below about +2% sign; above about +10% wait; between, it depends on the odds`."""
    sign, wait = thresholds(shares)
    parts = [f"below about {formats.change(sign, 0)} sign"] if sign is not None else []
    parts += [f"above about {formats.change(wait, 0)} wait"] if wait is not None else []
    if not parts:
        return "No price looked at settles the matter: it depends on the odds"
    if sign == wait:
        return capital("; ".join(parts))
    rest = "between, it depends on the odds" if len(parts) == 2 else "elsewhere it depends on the odds"
    return capital("; ".join([*parts, rest]))


def spread_and_robust(case: Case, view: View) -> Exhibit:
    """Two figures side by side: how far the costs of both courses spread, and which is cheaper at which price."""
    return side_by_side(spread(case, view), robust_statement(case, view, "half"))


def robust_statement(case: Case, view: View, width: str = "full") -> Exhibit:
    """Figure: the share of cases in which waiting costs less, by offered price, over ranges wider than anyone's view."""
    shares = price_shares(view)
    sign, wait = thresholds(shares)
    shown = shares.assign(
        label=[
            f"{formats.change(a, 0)} to {formats.change(b, 0)}"
            for a, b in zip(shares["low"], shares["high"], strict=True)
        ],
        text=[formats.percent(100 * s) for s in shares["share"]],
        verdict=[
            "sign" if sign is not None and b <= sign else "wait" if wait is not None and a >= wait else "depends"
            for a, b in zip(shares["low"], shares["high"], strict=True)
        ],
    )
    for row in shown.itertuples():
        case.ledger.quote(
            f"bridge_share.{row.label.replace('%', '').replace(' ', '_')}",
            100 * row.share,
            "percent of cases",
            row.text,
            assumptions=["strategy", "event.probability_range", "settlement.tail"],
            formula="cases of the wide ranges in which the bridge costs less, the offered price uniform in the band",
        )
    wide = view.choice.wide
    p, first, second = (wide[name] for name in ("p", "u_first", "u_second"))
    return figure(
        charts_method.shares_by_band(shown, "share of cases in which waiting costs less"),
        shown[["label", "low", "high", "share", "mc_error", "verdict"]],
        id="fig-robust",
        title=robust_title(shares),
        subtitle=f"Price of a {length(case.scenario.horizon.years)[:-1].replace(' ', '-')} deal over the status quo, by band; "
        f"share of cases, not a probability; Monte Carlo error at most {formats.plain(100 * shares['mc_error'].max(), 1)} points",
        source="This project's model over wide ranges: odds "
        f"{formats.percent(100 * p.low)} to {formats.percent(100 * p.high)}, later prices {input_value('u_first', first.low)} to "
        f"{input_value('u_first', first.high)} and {input_value('u_second', second.low)} to {input_value('u_second', second.high)}"
        + (", chance of leaving the frame 0% to 30%." if "tail_weight" in wide else "."),
        alt="Bars: "
        + "; ".join(f"{r.label}: waiting costs less in {r.text} of cases" for r in shown.itertuples())
        + ".",
        width=width,
    )
