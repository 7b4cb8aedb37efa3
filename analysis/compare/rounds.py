"""The rounds of both countries on one time line: what was asked, offered and settled, how long it took and holds."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis import charts_compare, formats
from analysis.briefing.asks import amount_words
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, figure, table

FIRST_YEAR = 2004
HOSTS = ("JP", "KR")
_TOP = 23.0  # percent: asks above are arrows
_STEP = 1.6  # percent between the words of two such asks
_LEFT = 2001.0  # where the time line begins: room for the names left of the first deals
_LABEL = 0.27  # of the width: what the words of a deal take
_OPEN = "not settled yet"


def rounds_on_record(case: Case) -> pd.DataFrame:
    """Rounds of both hosts since 2004 as known on the day, by first year; rounds under way come last.

    Columns: id, host, label, first_year, years, asked, offered (words, None when no figure), change_pct, ask_pct,
    offer_pct, talks_opened, figure_reached, talks_months, start, end (decimal years), confidence, rows, open.
    """
    asks, rounds = _figures(case), case.table("rounds")
    rounds = rounds[rounds["first_year"].ge(FIRST_YEAR) & rounds["host"].isin(HOSTS)]
    found = [_settled(case, row, asks) for _, row in rounds.sort_values(["first_year", "host"]).iterrows()]
    under_way = asks[asks["round"].notna() & ~asks["round"].isin(case.table("rounds").index) & asks["host"].isin(HOSTS)]
    found += [_under_way(case, str(name), part) for name, part in under_way.groupby("round")]
    return pd.DataFrame(found)


def _figures(case: Case) -> pd.DataFrame:
    """Asks and offers with a figure, in the order they were made."""
    asks = case.table("asks")
    asks = asks[asks["kind"].isin(["ask", "offer"]) & asks["amount_unit"].isin(["bn", "multiple", "pct"])]
    asks = asks[asks["status"].ne("rejected_misprint")]
    return asks.assign(made=asks["made"].fillna(asks["published"])).sort_values("made", kind="stable")


def _words(asks: pd.DataFrame, kind: str) -> str | None:
    said = [amount_words(row).removesuffix(" a year") for _, row in asks[asks["kind"] == kind].iterrows()]
    return ", then ".join(dict.fromkeys(said)) or None


def _settled(case: Case, row: pd.Series, asks: pd.DataFrame) -> dict[str, object]:
    theirs = asks[asks["round"] == row["id"]]
    start, end = _term(case, row)
    percent = float("nan") if pd.isna(row["ask_multiple"]) else 100 * (float(row["ask_multiple"]) - 1)
    return {
        "id": str(row["id"]),
        "host": str(row["host"]),
        "label": f"{case.name(row['host'])} {_year(case, row['host'], int(row['first_year']))}",
        "first_year": int(row["first_year"]),
        "years": int(row["term_years"]),
        "asked": _words(theirs, "ask"),
        "offered": _words(theirs, "offer"),
        "change_pct": float(row["change_pct"]),
        "ask_pct": percent,
        "offer_pct": float("nan") if pd.isna(row["offer_pct"]) else float(row["offer_pct"]),
        "talks_opened": None if pd.isna(row["talks_opened"]) else str(row["talks_opened"]),
        "figure_reached": None if pd.isna(row["figure_reached"]) else str(row["figure_reached"]),
        "talks_months": float("nan") if pd.isna(row["talks_months"]) else float(row["talks_months"]),
        "start": start,
        "end": end,
        "confidence": str(row["confidence"]),
        "rows": [str(row["id"]), *theirs["id"]],
        "open": False,
    }


def _under_way(case: Case, name: str, asks: pd.DataFrame) -> dict[str, object]:
    host = str(asks["host"].iloc[0])
    gap = float("nan")
    return {
        "id": name,
        "host": host,
        "label": f"{case.name(host)}, under way",
        "first_year": None,
        "years": None,
        "asked": _words(asks, "ask"),
        "offered": _words(asks, "offer"),
        "change_pct": gap,
        "ask_pct": gap,
        "offer_pct": gap,
        "talks_opened": None,
        "figure_reached": None,
        "talks_months": gap,
        "start": _decimal(str(asks["made"].iloc[0])),
        "end": gap,
        "confidence": str(asks["confidence"].max()),
        "rows": list(asks["id"]),
        "open": True,
    }


def _term(case: Case, row: pd.Series) -> tuple[float, float]:
    """First and last day of the agreement as decimal years; from first year and length where no days are on record."""
    agreements = case.table("agreements")
    if row["agreement"] in agreements.index and pd.notna(agreements.loc[row["agreement"], "last_day"]):
        found = agreements.loc[row["agreement"]]
        return _decimal(str(found["first_day"])), _decimal(str(found["last_day"]))
    start = int(row["first_year"]) + (0.25 if row["host"] == "JP" else 0.0)
    return start, start + int(row["term_years"])


def _decimal(day: str) -> float:
    """2020-10-15 as 2020.79; a month or year without a day counts from its middle."""
    parts = [int(part) for part in day.split("-")]
    if len(parts) == 1:
        return parts[0] + 0.5
    if len(parts) == 2:
        return parts[0] + (parts[1] - 0.5) / 12
    return parts[0] + (date(*parts).timetuple().tm_yday - 1) / 365.25


def _year(case: Case, host: str, year: int) -> str:
    return formats.year(year, str(case.table("hosts").loc[host, "year_type"]))


def timeline(case: Case) -> Exhibit:
    """Figure: every round since 2004 on one time line, both countries in one picture."""
    rounds = rounds_on_record(case)
    settled = rounds[~rounds["open"]]
    now = case.scenario.as_of.year + (case.scenario.as_of.timetuple().tm_yday - 1) / 365.25
    deals = pd.DataFrame(
        {
            "host": settled["host"],
            "name": _first_names(case, settled),
            "start": settled["start"],
            "end": settled["end"],
            "talks_start": [None if pd.isna(d) else _decimal(d) for d in _both(settled, "talks_opened")],
            "talks_end": [None if pd.isna(d) else _decimal(d) for d in _both(settled, "figure_reached")],
            "change": settled["change_pct"],
            "text": [_said(row) for row in settled.itertuples()],
            "below": settled["host"].eq("JP") & (settled["years"].eq(1) | settled["change_pct"].between(-2, 0)),
            "year": settled["first_year"],
            "years": settled["years"],
        }
    )
    ends, begins = float(settled["end"].max()), float(settled["start"].max())
    last = max(ends + 0.6, now + 0.6, begins + _LABEL * (begins - _LEFT) / (1 - _LABEL))
    span = {h: settled.loc[settled["host"] == h, "change_pct"] for h in HOSTS}
    rows = dict.fromkeys(r for names in rounds["rows"] for r in names)
    shown = settled.rename(columns={"change_pct": "first_year_change_pct"})
    pending = formats.counted(int(rounds["open"].sum()), "round")
    return figure(
        charts_compare.rounds_over_time(deals, _asks(case, rounds), _LEFT, last, _TOP),
        shown[["label", "host", "start", "end", "first_year_change_pct", "ask_pct", "offer_pct", "talks_months", "id"]],
        id="fig-timeline",
        title=(
            f"Renewals moved Japan's bill by {formats.change(span['JP'].min())} to {formats.change(span['JP'].max())}, "
            f"South Korea's by {formats.change(span['KR'].min())} to {formats.change(span['KR'].max())}"
        ),
        subtitle=(
            "Deals since 2004 at their first-year change; length of the stroke: years the deal runs; grey line below: talks, "
            "where both dates are on record; diamond or arrow: U.S. ask with a figure, as reported"
            + (f"; {pending} under way" if rounds["open"].any() else "")
            + ("; an ask that a government denied stands in the table alone" if _left_out(rounds) else "")
        ),
        source=case.ledger.source_line(*rows),
        alt="Deals over time: "
        + "; ".join(f"{r.label} {formats.change(r.change_pct)} for {int(r.years)} years" for r in settled.itertuples())
        + ".",
    )


def _left_out(rounds: pd.DataFrame) -> bool:
    """Whether a settled round has an ask on record that its row does not count as one."""
    return bool((rounds["asked"].notna() & rounds["ask_pct"].isna() & ~rounds["open"]).any())


def _both(settled: pd.DataFrame, column: str) -> pd.Series:
    """A date of the talks, kept only where the other end is on record too."""
    known = settled["talks_opened"].notna() & settled["figure_reached"].notna()
    return settled[column].where(known)


def _first_names(case: Case, settled: pd.DataFrame) -> list[str]:
    first = settled.drop_duplicates("host").index
    return [case.name(h) if i in first else "" for i, h in settled["host"].items()]


def _said(row) -> str:
    length = f"{int(row.years)} yr"
    talks = "" if pd.isna(row.talks_months) else f", talks {formats.plain(row.talks_months)} mo"
    return f"{formats.change(row.change_pct)}, {length}{talks}"


def _asks(case: Case, rounds: pd.DataFrame) -> pd.DataFrame:
    """Asks as drawn: a round's own in percent of the payment before; a round under way by its first reported sum."""
    frame = rounds[rounds["ask_pct"].notna() | rounds["open"]].copy()
    frame = frame[frame["asked"].notna()]
    frame["change"] = frame["ask_pct"].fillna(10 * _TOP)
    frame["text"] = [
        f"{case.name(r.host)}, under way: {r.asked.split(',')[0]} asked"
        if r.open
        else f"asked {formats.change(r.ask_pct, 0)}"
        for r in frame.itertuples()
    ]
    frame = frame.sort_values("start", ascending=False)  # the latest stands highest, so that no line crosses its words
    beyond = frame["change"].gt(_TOP)
    frame["level"] = frame["change"].where(~beyond, _TOP - 0.8 - _STEP * (beyond.cumsum() - 1))
    frame = frame.rename(columns={"start": "when", "change_pct": "end_change"})
    return frame.assign(end=frame["end_change"])[["host", "when", "change", "level", "text", "end"]]


def record(case: Case) -> Exhibit:
    """Table: the same rounds with dates, lengths and sources."""
    rounds = rounds_on_record(case)
    for row in rounds[~rounds["open"]].itertuples():
        case.ledger.quote(
            f"compare.change.{row.id}",
            row.change_pct,
            "percent, first year",
            formats.change(row.change_pct),
            rows=[row.id],
        )
    frame = rounds.drop(columns=["start", "end", "ask_pct"]).assign(
        settled=rounds["change_pct"],
        opened=[None if pd.isna(d) else formats.event_date(d) for d in rounds["talks_opened"]],
        reached=[None if pd.isna(d) else formats.event_date(d) for d in rounds["figure_reached"]],
        source=[case.cite(*rows) for rows in rounds["rows"]],
        rows=[" ".join(rows) for rows in rounds["rows"]],
    )
    timed = int(rounds["talks_months"].notna().sum())
    known = int(rounds["asked"].notna().sum())
    return table(
        frame,
        [
            Column("label", "Round"),
            Column("asked", "U.S. asked, a year"),
            Column("offered", "Host offered, a year"),
            Column("settled", "Settled, first year", "right", formats.change),
            Column("opened", "Talks opened"),
            Column("reached", "Figure reached"),
            Column("talks_months", "Months", "right", lambda v: formats.plain(v, 1)),
            Column("years", "Years", "right", formats.plain),
            Column("confidence", "Confidence"),
            Column("source", "Source", text=str),
        ],
        id="tab-rounds",
        title=f"Asks with a figure are on record for {formats.number_word(known)} of {formats.number_word(len(rounds))} rounds",
        subtitle=f"Rounds since {FIRST_YEAR}, asks and offers in the order they were made; duration known for "
        f"{formats.number_word(timed)}",
        source="",
        notes=[
            "Asks and offers are as reported, mostly by the press; governments confirmed few and denied some. A dash: no figure "
            f"on record{', or ' + _OPEN if rounds['open'].any() else ''}.",
            *_denials(case),
        ],
    )


def _denials(case: Case) -> list[str]:
    """A note on each host whose government denied that a reported ask was made."""
    asks = case.table("asks")
    denied = asks[asks["kind"].eq("ask") & asks["host"].isin(HOSTS) & asks["note"].fillna("").str.contains("denied")]
    return [
        f"The sum reported to {case.name(host)} was denied by its government{case.cite(*rows['id'])}."
        for host, rows in denied.groupby("host")
    ]
