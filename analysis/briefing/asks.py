"""What was asked, by whom, and what became of earlier asks."""

from __future__ import annotations

import pandas as pd

from analysis import charts, formats
from analysis.case import Case
from analysis.comparison import local_rate, payment_line
from analysis.exhibit import Column, Exhibit, figure, literal, prose, side_by_side, table
from analysis.history import latest_total
from analysis.ledger import Quote
from analysis.wording import capital, listed

STATUS_WORDS = {
    "reported": "reported",
    "confirmed": "confirmed",
    "denied": "denied",
    "claimed": "claimed",
    "rejected_misprint": "misprint",
}


def assumed_rate(case: Case) -> tuple[float, str]:
    """Central exchange rate of the first year of the horizon, and its path in the scenario."""
    year = case.scenario.horizon.first_year
    return case.scenario.fx.values[year].range[1], f"fx.values.{year}"


def ask_in_dollars(case: Case) -> float | None:
    """The scenario's ask in bn dollars a year, None when none is on record."""
    if case.scenario.ask is None:
        return None
    row = case.evidence.row(case.scenario.ask, "asks")
    if row["currency"] == "USD":
        return float(row["amount"])
    return float(row["amount"]) / assumed_rate(case)[0]


def latest_payment(case: Case) -> pd.Series:
    """The newest yearly payment of the host: year, value (bn, local), id."""
    line = payment_line(case.table("hosts"), case.scenario.host)
    return latest_total(case.table("payments"), case.scenario.host, *line)


def asks_and_rounds(case: Case) -> Exhibit:
    """Two figures side by side: the ask beside the bill and the U.S. cost, and what became of earlier asks."""
    return side_by_side(measured_against(case, "half"), past_rounds(case, "half"))


def measured_against(case: Case, width: str = "full") -> Exhibit:
    """Figure: the ask beside the payment, the room inside today's cost base, and the U.S. cost itself."""
    rate, _ = assumed_rate(case)
    paid, ask = latest_payment(case), ask_in_dollars(case)
    used = [str(paid["id"])]
    dollars = float(paid["value"]) / rate
    year = formats.year(int(paid["year"]), case.scenario.horizon.year_type)
    bars = [(f"Paid: {year}", dollars, "japan", "actual")]
    for words, share, rows in _headroom(case):
        bars.append((words, dollars / share, "japan", "forecast"))
        used += rows
    cost = _us_cost(case)
    if cost is not None:
        value = _per_year(cost)
        span = formats.years(int(cost["first_year"]), int(cost["last_year"]), "USFY")
        bars.append((f"U.S. cost of its|presence, {span}", value, "us", "actual"))
        bars.append(("The same, plus 50%", 1.5 * value, "us", "forecast"))
        used.append(str(cost["id"]))
    if ask is not None:
        bars.append(("Reported ask", ask, "highlight", "announced"))
        used.append(case.scenario.ask)
    frame = pd.DataFrame(bars, columns=["label", "value", "colour", "status"])
    frame["text"] = [f"${v:.1f} bn" for v in frame["value"]]
    share = None if cost is None or ask is None else ask / _per_year(cost)
    return figure(
        charts.labelled_bars(
            frame, "bn U.S. dollars a year", None if width == "full" else 1.4 * float(frame["value"].max())
        ),
        frame.assign(label=frame["label"].str.replace("|", " "))[["label", "value", "status"]],
        id="fig-ask",
        title=_ask_message(case, dollars, share),
        subtitle=(
            f"bn U.S. dollars a year, at {formats.symbol(case.currency)}{formats.plain(rate)} per dollar; solid: recorded (U.S. cost "
            "with military pay), dashed: worked out, outlined: reported demand"
        ),
        source=case.ledger.source_line(*used),
        alt="Bars: " + "; ".join(f"{r.label} {r.text}" for r in frame.itertuples()).replace("|", " ") + ".",
        width=width,
    )


def _per_year(cost: pd.Series) -> float:
    return float(cost["value"]) / (int(cost["last_year"]) - int(cost["first_year"]) + 1)


def ask_multiple(case: Case) -> Quote:
    """How many times the latest payment the ask is, quoted."""
    rate, path = assumed_rate(case)
    paid = latest_payment(case)
    times = ask_in_dollars(case) / (float(paid["value"]) / rate)
    return case.ledger.quote(
        "ask_multiple",
        times,
        "times",
        formats.multiple(times),
        rows=[case.scenario.ask, paid["id"]],
        assumptions=[path],
        formula="ask in dollars / (latest payment / exchange rate)",
    )


def ask_quote(case: Case) -> Quote:
    """The ask in dollars a year, quoted."""
    dollars = ask_in_dollars(case)
    return case.ledger.quote("ask", dollars, "USD bn", f"${dollars:g} bn", rows=[case.scenario.ask])


def _ask_message(case: Case, dollars: float, share: float | None) -> str:
    if case.scenario.ask is None:
        return f"No ask is on record: today's payment is {formats.money(dollars, 'USD', 1)} a year"
    times = ask_multiple(case)
    if share is None:
        return f"The reported ask is {times} today's payment"
    if share > 1:
        return f"The reported ask is {times} today's payment and more than everything the U.S. spends"
    return f"The reported ask is {times} today's payment, {formats.percent(100 * share)} of all the U.S. spends"


def _headroom(case: Case) -> list[tuple[str, float, list[str]]]:
    """Shares already covered, by definition: paying all of that cost base would divide today's payment by them."""
    shares = case.table("shares")
    rows = shares[(shares["host"] == case.scenario.host) & shares["headroom"].notna()].sort_values(
        "value", ascending=False
    )
    return [(str(r["headroom"]), float(r["value"]) / 100, [str(r["id"])]) for _, r in rows.iterrows()]


def _us_cost(case: Case) -> pd.Series | None:
    costs = case.table("us_costs")
    rows = costs[
        (costs["host"] == case.scenario.host)
        & costs["category"].eq("total")
        & costs["first_year"].ge(2016)
        & costs["unit"].eq("bn")
    ]
    return rows.sort_values(["last_year", "published"]).iloc[-1] if len(rows) else None


def rounds_frame(case: Case) -> pd.DataFrame:
    """Past rounds of both hosts as seen on the day, oldest first, with asks and offers in percent."""
    rounds = case.table("rounds").copy()
    rounds["country"] = [case.name(h) for h in rounds["host"]]
    rounds["label"] = [f"{n} {y}" for n, y in zip(rounds["country"], rounds["first_year"], strict=True)]
    rounds["ask_pct"] = 100 * (rounds["ask_multiple"] - 1)
    return rounds.sort_values(["first_year", "host"], ignore_index=True)


def past_rounds(case: Case, width: str = "full") -> Exhibit:
    """Figure: every renewal known on the day, what was asked and what was settled."""
    rounds = rounds_frame(case)
    quantified = rounds.dropna(subset=["ask_pct"])
    settled = rounds["change_pct"].astype(float)
    frame = pd.DataFrame(
        {
            "label": rounds["label"],
            "host": rounds["country"],
            "settled": settled,
            "ask": rounds["ask_pct"].astype("Float64"),
            "text": [formats.change(v) for v in settled],
            "beyond": [
                "" if pd.isna(v) else f"asked {formats.change(v, 0)}" for v in rounds["ask_pct"].astype("Float64")
            ],
        }
    )
    low, high = float(settled.min()), float(settled.max())
    rows = [*rounds["prior_row"].dropna(), *rounds["new_row"].dropna(), *quantified["ask_row"].dropna()]
    return figure(
        charts.asks_and_settlements(frame, *((-17.0, 62.0) if width == "full" else (-32.0, 82.0))),
        rounds[["label", "change_pct", "ask_pct", "offer_pct", "term_years", "id", "confidence"]],
        id="fig-rounds",
        title=(
            f"{formats.counted(len(rounds), 'renewal').capitalize()} moved the first-year payment by "
            f"{formats.change(low, 0)} to {formats.change(high, 0)}, whatever was asked"
        ),
        subtitle=(
            "First-year payment of each agreement against the year before, percent, local currency; diamond: "
            f"ask reported at the time ({formats.counted(len(quantified), 'round')} with a figure)"
        ),
        source=case.ledger.source_line(*dict.fromkeys(rows)),
        alt="Dots by round: " + "; ".join(f"{r.label} {r.text}" for r in frame.itertuples()) + ".",
        width=width,
    )


def ask_table(case: Case) -> Exhibit:
    """Table: asks and offers on record, newest last, with speaker, status and source."""
    asks = case.table("asks")
    current = asks[asks["amount"].notna() & asks["amount_unit"].isin(["bn", "multiple", "pct"])]
    current = current[(current["status"] != "rejected_misprint") & (current["published"] >= "2018")]
    frame = pd.DataFrame(
        {
            "host": [case.name(h) for h in current["host"]],
            "made": current["made"].fillna(current["published"]),
            "what": [amount_words(row) for _, row in current.iterrows()],
            "kind": current["kind"],
            "speaker": current["speaker"],
            "status": current["status"].map(STATUS_WORDS),
            "id": current["id"],
        }
    ).sort_values(["made", "host"], ignore_index=True)
    frame["source"] = [case.cite(row) for row in frame["id"]]
    frame["made"] = [formats.event_date(made) for made in frame["made"]]
    return table(
        frame,
        [
            Column("made", "When"),
            Column("host", "Host"),
            Column("kind", "Kind"),
            Column("what", "Amount"),
            Column("speaker", "Who, as reported"),
            Column("status", "Status"),
            Column("source", "Source", text=str),
        ],
        id="tab-asks",
        title=(
            "Few figures are official: most are reported or claimed"
            if "confirmed" in set(frame["status"])
            else "No figure is official: every one is reported or claimed"
        ),
        subtitle="Asks, offers and claims with a figure, 2018 onwards, by the date they were made",
        source="",
    )


def amount_words(row: pd.Series) -> str:
    """What an ask or offer amounts to, such as `$8 bn a year`, `1.5 times the payment` or `+13%`."""
    low = float(row["amount"])
    if row["amount_unit"] == "multiple":
        return f"{low:g} times the payment"
    if row["amount_unit"] == "pct":
        return f"cost plus {low - 100:g}%" if row["kind"] == "formula" else f"+{low:g}%"
    decimals = 0 if low == int(low) else 1
    if pd.notna(row["amount_to"]):
        return formats.money_range(low, float(row["amount_to"]), row["currency"], decimals) + " a year"
    per = "" if row["per"] != "year" else " a year"
    return formats.money(low, row["currency"], decimals) + per


def text(case: Case) -> Exhibit:
    """Paragraph: what is known of the ask, its status, and where its size may come from."""
    cost = _us_cost(case)
    if case.scenario.ask is None:
        return prose(
            "Earlier asks, and what became of them, are the only guide there is; no figure for this round is known."
        )
    row = case.evidence.row(case.scenario.ask, "asks")
    lines = [
        f"The {ask_quote(case)} a year is a *{STATUS_WORDS[row['status']]}* figure, told by {literal(str(row['speaker']))}"
        f"{case.cite(row['id'])}. {literal(_sentence(str(row['note'])))}"
    ]
    if cost is not None and row["currency"] == "USD":
        plus = 1.5 * _per_year(cost)
        near = case.ledger.quote(
            "cost_plus_half", plus, "USD bn", f"${plus:.1f} bn", rows=[cost["id"]], formula="1.5 x U.S. cost"
        )
        lines.append(
            f"A rule of cost plus 50 percent on the U.S. budget figures of the day would give {near}"
            f"{case.cite(cost['id'])}: close enough to explain the number, not to prove where it came from."
        )
    return prose(" ".join(lines))


def _sentence(note: str) -> str:
    """A row's note as a sentence of its own."""
    return f"{capital(note.strip().rstrip('.'))}." if note.strip() and note != "nan" else ""


def neighbour_ask(case: Case) -> tuple[pd.Series, float, pd.Series] | None:
    """The largest ask to another host that talks still turn on: row, multiple of the prior payment, prior payment."""
    asks = case.table("asks")
    others = asks[
        (asks["host"] != case.scenario.host)
        & asks["kind"].eq("ask")
        & asks["currency"].eq("USD")
        & asks["amount_unit"].eq("bn")
        & asks["status"].isin(["reported", "confirmed"])
        & asks["made"].fillna("").ge(str(case.scenario.as_of.year - 1))
    ]
    if others.empty:
        return None
    ask = others.sort_values("amount").iloc[-1]
    host = str(ask["host"])
    prior = latest_total(case.table("payments"), host, *payment_line(case.table("hosts"), host))
    currency = str(case.table("hosts").loc[host, "currency"])
    rate = local_rate(case.table("fx"), currency, min(int(prior["year"]), case.scenario.as_of.year - 1))
    return ask, float(ask["amount"]) / (float(prior["value"]) / float(rate["rate"])), prior


def speakers(rows: pd.DataFrame) -> str:
    """Names of those who spoke, as one list."""
    return listed(sorted(set(rows["speaker"].dropna())))
