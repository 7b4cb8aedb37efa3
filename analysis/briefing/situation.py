"""Where things stand on the as-of date: the agreement, the ask, the neighbour's talks, the calendar."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.briefing.asks import ask_multiple, ask_quote, assumed_rate, latest_payment, neighbour_ask
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, literal, prose, table


def agreement_in_force(case: Case) -> pd.Series | None:
    """The host's agreement that covers the as-of date, or None in a gap."""
    rows = case.table("agreements")
    day = case.scenario.as_of.isoformat()
    rows = rows[
        (rows["host"] == case.scenario.host) & (rows["first_day"] <= day) & (rows["last_day"].fillna("9999") >= day)
    ]
    return rows.sort_values("first_day").iloc[-1] if len(rows) else None


def bill_in_dollars(case: Case) -> tuple[str, str, tuple[str, ...]]:
    """The latest yearly payment in words: about 200 bn yen, $1.9 bn, and the rows they rest on."""
    rate, path = assumed_rate(case)
    paid = latest_payment(case)
    local = case.ledger.quote(
        "payment_round",
        float(paid["value"]),
        f"{case.currency} bn",
        "about " + formats.money(round(float(paid["value"]), -1 if case.currency == "JPY" else 0), case.currency),
        rows=[paid["id"]],
    )
    dollars = case.ledger.quote(
        "payment_dollars",
        float(paid["value"]) / rate,
        "USD bn",
        formats.money(float(paid["value"]) / rate, "USD", 1),
        rows=[paid["id"]],
        assumptions=[path],
        formula="latest payment / exchange rate",
    )
    return str(local), str(dollars), (str(paid["id"]),)


def text(case: Case) -> Exhibit:
    """Paragraphs: what expires and when, what is paid for, what was asked, and what the neighbour went through."""
    return prose(
        "\n\n".join(part for part in (_agreement(case), _ask(case), _neighbour(case), _elsewhere(case)) if part)
    )


def _agreement(case: Case) -> str:
    local, dollars, rows = bill_in_dollars(case)
    headline = case.evidence.row(case.scenario.troops)
    heads = case.quote_row("headline_troops", headline["id"], formats.plain(headline["count"]), "count", "persons")
    rate, _ = assumed_rate(case)
    first = (
        f"About {heads} U.S. troops{case.cite(headline['id'])} are stationed in {case.host['name']} "
        f"({case.host['name_local']}). {case.host['name']} pays {local} a year, or {dollars} at "
        f"{formats.symbol(case.currency)}{formats.plain(rate)} to the dollar{case.cite(*rows)}, for {case.host['line_purpose']}."
    )
    agreement = agreement_in_force(case)
    if agreement is None:
        return first + " No agreement is in force."
    end = pd.Timestamp(agreement["last_day"])
    return first + (
        f" The agreement behind it, the {literal(str(agreement['title']))}, runs out on {formats.day(end)}"
        f"{case.cite(agreement['id'])}."
    )


def _ask(case: Case) -> str:
    if case.scenario.ask is None:
        return "No U.S. demand for this round is on record, so nothing here rests on one."
    row = case.evidence.row(case.scenario.ask, "asks")
    return f"Washington's *{row['status']}* ask is {ask_quote(case)} a year, {ask_multiple(case)} that sum{case.cite(row['id'])}."


def _neighbour(case: Case) -> str:
    found = neighbour_ask(case)
    if found is None:
        return ""
    ask, times, prior = found
    host = str(ask["host"])
    multiple = case.ledger.quote(
        "neighbour_multiple",
        times,
        "times",
        formats.multiple(times),
        rows=[ask["id"], prior["id"]],
        formula="ask / (prior payment at the market rate of its year)",
    )
    amount = formats.money(float(ask["amount"]), "USD")
    rounds = case.table("chronology")
    opened = rounds[
        (rounds["host"] == host) & (rounds["kind"] == "talks") & rounds["event"].str.startswith("First round")
    ]
    settled = case.table("rounds")["id"].eq(ask["round"]).any()
    lines = [
        f"{case.name(host)} ({case.table('hosts').loc[host, 'name_local']}) was asked for more: {amount} in "
        f"{pd.Timestamp(str(ask['made'])):%B %Y}, {multiple} what it paid in {int(prior['year'])}, "
        f"more than {_whole(times)}fold{case.cite(ask['id'], prior['id'])}."
    ]
    if len(opened) and not settled:
        first = opened.iloc[-1]
        lines.append(
            f"Its talks opened in {pd.Timestamp(first['date']):%B %Y}{case.cite(first['id'])} and are deadlocked: "
            f"on {formats.day(case.scenario.as_of)} there is still no agreement for the current year."
        )
    return " ".join(lines)


def _whole(times: float) -> str:
    words = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}
    return words.get(int(times), str(int(times)))


def _elsewhere(case: Case) -> str:
    guam = case.table("guam")
    marines = guam[(guam["host"] == case.scenario.host) & (guam["item"] == "marines_to_guam")]
    cap = guam[(guam["host"] == case.scenario.host) & (guam["item"] == "japan_cash_cap")]
    if marines.empty or cap.empty:
        return ""
    planned = marines[marines["first_year"] == marines.loc[marines["value"] >= 1000, "first_year"].max()]
    moving, most = planned.iloc[-1], cap.iloc[-1]
    count = case.quote_row("marines_to_guam", moving["id"], formats.plain(moving["value"]), unit="marines")
    money = case.quote_row("guam_cap", most["id"], formats.money(most["value"], "USD", 1))
    return (
        f"{case.host['name']} points to what it pays elsewhere, above all for moving about {count} Marines from Okinawa "
        f"to Guam, where its cash share is capped at {money}{case.cite(moving['id'], most['id'])}. That is one-off "
        "capital, most of it long promised; it can be counted in the host's favour, but not twice."
    )


def chronology(case: Case, last: int = 9) -> Exhibit:
    """Table: the latest events of both hosts before the as-of date."""
    events = case.table("chronology")
    events = events[events["host"].isin(["JP", "KR"]) & ~events["kind"].eq("other")]
    events = events.sort_values(["date", "host"]).tail(last)
    frame = pd.DataFrame(
        {
            "date": [formats.event_date(a, b) for a, b in zip(events["date"], events["date_to"], strict=True)],
            "host": [case.name(h) for h in events["host"]],
            "event": events["event"],
            "source": [case.cite(row) for row in events["id"]],
        }
    )
    return table(
        frame,
        [
            Column("date", "Date"),
            Column("host", "Host"),
            Column("event", "What happened"),
            Column("source", "Source", text=str),
        ],
        id="tab-chronology",
        title=f"The road to {formats.day(case.scenario.as_of)}",
        subtitle="Events in both talks, as reported by that day",
        source="",
    )
