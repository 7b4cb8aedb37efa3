"""What each country would pay if it were treated like the other, by every denominator, and by its last rise and ask."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import charts, formats
from analysis.case import Case
from analysis.compare.matrix import compared, complete
from analysis.comparison import NEIGHBOUR, local_rate, payment_line, payments_in, treated_like
from analysis.errors import DataError
from analysis.exhibit import Exhibit, figure, prose
from analysis.history import yearly_totals
from analysis.ledger import Quote

HOSTS = ("JP", "KR")
_BASES = {
    "per_head_headline": "per person, headline strength",
    "per_head_counted": "per person, U.S. count of September",
    "gdp_share": "share of gross domestic product",
    "defence_share": "share of the defence budget",
}


@dataclass(frozen=True)
class Treatment:
    """One way of equal treatment: what it equates, the payment that follows (bn, own currency), rows and formula."""

    key: str
    words: str
    value: float
    rows: tuple[str, ...]
    formula: str


@dataclass(frozen=True)
class AskMade:
    """The largest dollar ask a host has had reported: bn dollars, times the payment of its day, the rows of both."""

    dollars: float
    times: float
    rows: tuple[str, ...]


def largest_ask(case: Case, host: str) -> AskMade | None:
    """The largest ask in dollars known on the day, against the payment and rate of the year it was made; None if none."""
    asks = case.table("asks")
    asks = asks[asks["host"].eq(host) & asks["side"].eq("us") & asks["kind"].eq("ask") & asks["currency"].eq("USD")]
    asks = asks[asks["amount_unit"].eq("bn") & asks["per"].eq("year") & asks["status"].isin(["reported", "confirmed"])]
    asks = asks[asks["made"].notna()].sort_values(["amount", "published"], ascending=[False, True])
    if asks.empty:
        return None
    ask = asks.iloc[0]
    made = int(str(ask["made"])[:4])
    totals = yearly_totals(case.table("payments"), host, *payment_line(case.table("hosts"), host)).dropna(
        subset=["value"]
    )
    paid = totals[totals["year"] <= made].iloc[-1]
    try:
        rate = local_rate(case.table("fx"), str(case.table("hosts").loc[host, "currency"]), made)
    except DataError:
        return None  # the average of that year was not public yet
    times = float(ask["amount"]) * float(rate["rate"]) / float(paid["value"])
    return AskMade(float(ask["amount"]), times, (str(ask["id"]), str(paid["id"]), str(rate["id"])))


def treatments(case: Case, host: str) -> list[Treatment]:
    """Every way to treat a host like its neighbour that the rows of the day allow."""
    other = NEIGHBOUR[host]
    year, found = compared(case)
    paid = payments_in(case.evidence.tables, list(HOSTS), year)[0][host]
    ways = [
        Treatment(
            m.key, _BASES[m.key], treated_like(m, host, other, paid), m.rows, f"payment x {m.key} of {other} / own"
        )
        for m in complete(found)
        if m.key in _BASES and m.period == str(year)
    ]
    line = str(_paid_row(case, host, year))
    rounds = case.table("rounds")
    last = rounds[rounds["host"] == other].sort_values("first_year").iloc[-1]
    rise = float(last["change_pct"])
    words = f"rise of {case.name(other)}'s last round, {formats.change(rise)}"
    formula = "payment x (1 + first-year change of the other's last round)"
    ways.append(Treatment("rise", words, paid * (1 + rise / 100), (line, str(last["id"])), formula))
    ask = largest_ask(case, other)
    if ask is not None:
        words = f"largest ask to {case.name(other)}, {formats.multiple(ask.times)} the payment"
        formula = "payment x ask in dollars x rate of its year / the other's payment of its year"
        ways.append(Treatment("ask", words, paid * ask.times, (line, *ask.rows), formula))
    return ways


def _paid_row(case: Case, host: str, year: int) -> str:
    totals = yearly_totals(case.table("payments"), host, *payment_line(case.table("hosts"), host))
    return str(totals.set_index("year").loc[year, "id"])


def quoted(case: Case, host: str, way: Treatment) -> Quote:
    """The payment under one way of equal treatment, quoted."""
    currency = str(case.table("hosts").loc[host, "currency"])
    return case.ledger.quote(
        f"compare.treated.{host.lower()}.{way.key}",
        way.value,
        f"{currency} bn a year",
        formats.money(way.value, currency),
        rows=way.rows,
        formula=way.formula,
    )


def bars(case: Case, host: str) -> Exhibit:
    """Figure: the host's payment under each way of equal treatment, in its own currency and percent, with confidence."""
    other = NEIGHBOUR[host]
    year, _ = compared(case)
    currency, name = str(case.table("hosts").loc[host, "currency"]), case.name(host)
    paid = payments_in(case.evidence.tables, list(HOSTS), year)[0][host]
    row = _paid_row(case, host, year)
    ways = treatments(case, host)
    own, theirs = ("japan", "korea") if host == "JP" else ("korea", "japan")
    records = [("paid", f"Paid in {_year(case, host, year)}", paid, own, "actual", case.ledger.confidence([row]))]
    records += [
        (w.key, f"Same {w.words}", quoted(case, host, w).value, theirs, "forecast", case.ledger.confidence(w.rows))
        for w in ways
    ]
    frame = pd.DataFrame(records, columns=["key", "label", "value", "colour", "status", "confidence"])
    frame["over_pct"] = 100 * (frame["value"] / paid - 1)
    frame["text"] = [_said(r, currency) for r in frame.itertuples()]
    measured = frame[~frame["key"].isin(["paid", "ask", "rise"])]
    rows = dict.fromkeys([row, *(r for w in ways for r in w.rows)])
    return figure(
        charts.labelled_bars(frame, f"bn {currency} a year", limit=float(frame["value"].max()) * 1.36),
        frame[["key", "label", "value", "over_pct", "status", "confidence"]],
        id=f"fig-{'japan-like-korea' if host == 'JP' else 'korea-like-japan'}",
        title=_title(name, case.name(other), measured, frame),
        subtitle=f"Yearly payment of {name}, bn {currency}, {_year(case, host, year)}, and what it would be if one thing at a time stood where it "
        f"stands for {case.name(other)}; dashed: worked out; letter: confidence of the weakest row",
        source=case.ledger.source_line(*rows),
        alt="Bars: " + "; ".join(f"{r.label} {r.text}" for r in frame.itertuples()) + ".",
    )


def _said(bar, currency: str) -> str:
    over = "" if bar.key == "paid" else f" ({formats.change(bar.over_pct, 0)})"
    return f"{formats.money(bar.value, currency)}{over} · {bar.confidence}"


def _title(name: str, other: str, measured: pd.DataFrame, frame: pd.DataFrame) -> str:
    spread = measured["over_pct"] if len(measured) > 1 else frame.loc[frame["key"] != "paid", "over_pct"]
    low, high = (formats.change(v, 0) for v in (spread.min(), spread.max()))
    if spread.min() < 0 < spread.max():
        return f"By the same measure as {other}, {name} would pay anything between {low} and {high}"
    return f"By the same measure as {other}, {name} would pay {low} to {high}"


def _year(case: Case, host: str, year: int) -> str:
    return formats.year(year, str(case.table("hosts").loc[host, "year_type"]))


def text(case: Case) -> Exhibit:
    """Paragraph: that the sign depends on the denominator, and what stands behind the dearest bar."""
    lines = ["Equal treatment has no single meaning: print all, choose none."]
    for host in HOSTS:
        ask = largest_ask(case, host)
        if ask is None:
            continue
        times = case.ledger.quote(
            f"compare.ask_multiple.{host.lower()}",
            ask.times,
            "times the payment of its day",
            formats.multiple(ask.times),
            rows=ask.rows,
            formula="ask in dollars x rate of its year / payment of its year",
        )
        lines.append(
            f"The largest ask reported to {case.name(host)}, ${ask.dollars:g} bn a year, was {times} the payment of its "
            f"day{case.cite(*ask.rows)}."
        )
    if len(lines) > 1:
        lines.append(
            "Both are reported figures that neither government published: they show what an ask can mean, not what anyone paid."
        )
    return prose(" ".join(lines))
