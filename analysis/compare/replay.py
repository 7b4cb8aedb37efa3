"""Rules of growth replayed on the other country's bill: Korea's indexation on Japan's, Japan's level on Korea's."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import charts_compare, formats
from analysis.case import Case
from analysis.comparison import payment_line
from analysis.exhibit import Column, Exhibit, figure, prose, table
from analysis.history import yearly_totals
from analysis.indexation import capped_index, held_level, replay, yearly_growth

HOSTS = ("JP", "KR")
CPI_LAG, DEFENCE_LAG = 2, 1  # years, as the Korean agreements state
PAID, LEVEL, CPI, DEFENCE = "paid", "level", "cpi", "defence"


@dataclass(frozen=True)
class Replayed:
    """One rule on one bill: payments by year (bn, own currency), the base year, and the rows they rest on."""

    host: str
    rule: str
    words: str
    payments: pd.Series
    rows: tuple[str, ...]

    @property
    def base_year(self) -> int:
        """The year whose bill was really paid and from which the rule takes over."""
        return int(self.payments.index[0])

    @property
    def last(self) -> tuple[int, float]:
        """Last year with a value, and the value."""
        known = self.payments.dropna()
        return int(known.index[-1]), float(known.iloc[-1])


def base_year(case: Case) -> tuple[int, str]:
    """The year whose level Japan agreed to keep, and the row of that term."""
    terms = case.table("agreement_terms")
    row = terms[terms["term"] == "reference_level"].sort_values("first_year").iloc[0]
    return int(row["first_year"]) - 1, str(row["id"])


def caps(case: Case) -> list[tuple[float, str]]:
    """Caps on the yearly rise in Korean agreements known on the day, each with its first row, lowest first."""
    terms = case.table("agreement_terms")
    rows = terms[terms["term"].eq("annual_rise_cap")].sort_values("first_year").drop_duplicates("value")
    return sorted((float(r["value"]), str(r["id"])) for _, r in rows.iterrows())


def paid(case: Case, host: str) -> pd.DataFrame:
    """What a host paid from the base year on: year, value (missing = gap), id, confidence."""
    line = payment_line(case.table("hosts"), host)
    return yearly_totals(case.table("payments"), host, *line, first=base_year(case)[0])


def replays(case: Case, host: str) -> list[Replayed]:
    """The host's bill as paid, kept level, with consumer prices under each cap, and with its defence budget."""
    start, level_row = base_year(case)
    bill = paid(case, host).set_index("year")
    last = int(bill["value"].last_valid_index())
    known = bill["value"].dropna()
    first, ids = int(known.index.min()), tuple(bill["id"].dropna())
    base = float(known[first])
    base_row = str(bill.loc[first, "id"])
    found = [
        Replayed(host, PAID, "paid", bill["value"].astype(float).loc[:last], ids),
        Replayed(host, LEVEL, "kept level", held_level(base, first, last), (base_row, level_row)),
    ]
    growth, growth_rows = _series(case, host, "cpi_growth", start - CPI_LAG + 1)
    for cap, cap_row in caps(case):
        line = replay(base, first, last, capped_index(growth, cap), CPI_LAG)
        words = f"consumer prices, cap {formats.percent(cap)}"
        found.append(Replayed(host, f"{CPI}{cap:g}", words, line, (base_row, cap_row, *growth_rows)))
    return [*found, *_with_defence(case, host, known, bill["id"], last)]


def _with_defence(case: Case, host: str, known: pd.Series, ids: pd.Series, last: int) -> list[Replayed]:
    """The bill grown with the host's defence budget of the year before, from the first year the index reaches back to."""
    index, rows = _defence_index(case, host)
    starts = [int(y) for y in known.index if y - DEFENCE_LAG in index.index]
    if not starts:
        return []
    first = min(starts)
    line = replay(float(known[first]), first, last, index, DEFENCE_LAG)
    return [Replayed(host, DEFENCE, "defence budget", line, (str(ids[first]), *rows))]


def _defence_index(case: Case, host: str) -> tuple[pd.Series, tuple[str, ...]]:
    """Growth as published where there is such a series (Korea's rule rests on it), else the budgets themselves."""
    start = base_year(case)[0] - DEFENCE_LAG
    growth, rows = _series(case, host, "defence_budget_growth", start + 1)
    if len(growth):
        return capped_index(growth), rows
    return _series(case, host, "defence_budget", start)


def _series(case: Case, host: str, indicator: str, first: int) -> tuple[pd.Series, tuple[str, ...]]:
    economy = case.table("economy")
    rows = economy[economy["area"].eq(host) & economy["indicator"].eq(indicator) & economy["role"].eq("series")]
    rows = rows[rows["year"] >= first].sort_values("year").drop_duplicates("year", keep="last")
    return rows.set_index("year")["value"].astype(float), tuple(rows["id"])


def chart(case: Case, host: str) -> Exhibit:
    """Figure: what a host paid and what the other's rules would have made of it."""
    found = {r.rule: r for r in replays(case, host)}
    if host == "JP":
        wanted = [PAID, f"{CPI}{caps(case)[0][0]:g}", DEFENCE]
        words = {PAID: "paid", wanted[1]: "Korean rule: prices", DEFENCE: "Korean rule: defence budget"}
    else:
        wanted = [PAID, LEVEL, f"{CPI}{caps(case)[0][0]:g}"]
        words = {PAID: "paid", LEVEL: "Japanese rule: level kept", wanted[2]: "own price rule throughout"}
    chosen = [found[rule] for rule in wanted if rule in found]
    lines = pd.concat(
        [
            pd.DataFrame({"year": r.payments.index, "value": r.payments.to_numpy(), "rule": words[r.rule]})
            for r in chosen
        ]
    )
    end = max(r.last[0] for r in chosen)
    names = pd.DataFrame(
        [
            {
                "year": r.last[0],
                "value": r.last[1],
                "rule": words[r.rule],
                "text": f"{words[r.rule]} {formats.plain(r.last[1])}",
            }
            for r in chosen
        ]
    )
    names = _apart(names.assign(at=end), lines["value"])
    currency, kind = (str(case.table("hosts").loc[host, c]) for c in ("currency", "year_type"))
    rows = dict.fromkeys(i for r in chosen for i in r.rows)
    return figure(
        charts_compare.replayed_rules(
            lines, names, "japan" if host == "JP" else "korea", f"bn {currency}", "FY" if kind == "FY" else ""
        ),
        lines[["rule", "year", "value"]],
        id=f"fig-replay-{host.lower()}",
        title=_message(case, host, found),
        subtitle=f"Yearly payment of {case.name(host)}, bn {currency}, {formats.years(chosen[0].base_year, end, kind)}; solid: paid, years without "
        "a total left open; dashed: a rule applied every year, without the steps of renewals",
        source=case.ledger.source_line(*rows),
        alt="Lines: " + "; ".join(f"{r.text} in {r.year}" for r in names.itertuples()) + ".",
    )


def _apart(names: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """The heights of the words at the line ends, moved apart so that none covers another."""
    step = 0.075 * 1.28 * float(values.max() - values.min())
    ordered = names.sort_values("value")
    levels: list[float] = []
    for value in ordered["value"]:
        levels.append(value if not levels else max(value, levels[-1] + step))
    return ordered.assign(level=levels)


def _message(case: Case, host: str, found: dict[str, Replayed]) -> str:
    currency = str(case.table("hosts").loc[host, "currency"])
    now = formats.money(found[PAID].last[1], currency)
    if host == "KR":
        kept = formats.money(found[LEVEL].last[1], currency)
        return f"Kept level as Japan's was, South Korea's bill would be {kept} instead of {now}"
    prices = formats.money(found[f"{CPI}{caps(case)[0][0]:g}"].last[1], currency)
    if DEFENCE not in found:
        return f"Under South Korea's price rule Japan's bill would be {prices} instead of {now}"
    budget = formats.money(found[DEFENCE].last[1], currency)
    return f"Under South Korea's rules Japan's bill would be {prices} (prices) or {budget} (defence budget), not {now}"


def rule_table(case: Case) -> Exhibit:
    """Table: every rule on both bills: base, last year, growth a year, and the difference to what was paid."""
    records = []
    for host in HOSTS:
        currency, kind = (str(case.table("hosts").loc[host, c]) for c in ("currency", "year_type"))
        found = replays(case, host)
        actual = found[0].payments
        for one in found:
            year, value = one.last
            case.ledger.quote(
                f"compare.replay.{host.lower()}.{one.rule}",
                value,
                f"{currency} bn",
                formats.money(value, currency, 1),
                rows=one.rows,
                formula=f"payment of {one.base_year} grown by the rule '{one.words}' to {year}",
            )
            records.append(
                {
                    "host": case.name(host),
                    "rule": one.words,
                    "span": formats.years(one.base_year, year, kind),
                    "base": float(one.payments.iloc[0]),
                    "last": value,
                    "unit": f"bn {currency}",
                    "growth_pct": yearly_growth(float(one.payments.iloc[0]), value, year - one.base_year),
                    "against_paid_pct": None if one.rule == PAID else 100 * (value / float(actual[year]) - 1),
                    "confidence": case.ledger.confidence(one.rows),
                    "source": case.cite(*one.rows),
                }
            )
    frame = pd.DataFrame(records)
    number = lambda v: formats.plain(v, 1)  # noqa: E731 - one use, as a column formatter
    return table(
        frame,
        [
            Column("host", "Bill of"),
            Column("rule", "Rule"),
            Column("span", "Years"),
            Column("unit", "Unit"),
            Column("base", "First year", "right", number),
            Column("last", "Last year", "right", number),
            Column("growth_pct", "A year", "right", formats.change),
            Column("against_paid_pct", "Against paid", "right", formats.change),
            Column("confidence", "Confidence"),
            Column("source", "Source", text=str),
        ],
        id="tab-replay",
        title=f"Kept level, Japan's bill would be {_against(frame, 'Japan')} against what was paid, South Korea's {_against(frame, 'South Korea')}",
        subtitle="Each rule applied to the bill of the first year with the country's own prices and defence budgets, nominal",
        source="",
        strong_rows=lambda row: row["rule"] == "paid",
        notes=[
            "Consumer prices of two years before and defence budgets of the year before, as South Korea's agreements have it. Prices are "
            "read in a later edition, so a replay may differ from an agreed amount in the last digit. Japan's budgets: initial, or draft where "
            "the initial one is not at hand."
        ],
    )


def _against(frame: pd.DataFrame, host: str) -> str:
    kept = frame[frame["host"].eq(host) & frame["rule"].eq("kept level")]
    return formats.change(float(kept["against_paid_pct"].iloc[0]), 0)


def text(case: Case) -> Exhibit:
    """Paragraph: whose rules these are, and what the caps did."""
    start, level_row = base_year(case)
    terms = case.table("agreement_terms")
    cpi_terms = terms[terms["term"].eq("annual_rise_cap")]
    defence = terms[terms["term"].eq("indexation") & terms["text"].astype(str).str.contains("defence budget")]
    sentences = [
        f"Japan's agreement of {start + 1} kept the whole support near the budget of {formats.year(start, 'FY')}{case.cite(level_row)}. "
        "South Korea's bill has followed consumer prices of two years before, under a cap of "
        f"{' or '.join(formats.percent(cap) for cap, _ in caps(case))}{case.cite(*cpi_terms['id'])}"
    ]
    if len(defence):
        sentences[0] += (
            f", and from {int(defence['first_year'].iloc[0])} the growth of its defence budget{case.cite(*defence['id'])}."
        )
    else:
        sentences[0] += (
            ". Indexing by the defence budget is replayed here as the other obvious yardstick; no agreement known on the day used it."
        )
    bound = {h: _bound(case, h) for h in reversed(HOSTS)}
    told = [
        f"in {case.name(h)} the lowest cap cut the rise of {formats.counted(n, 'year')}"
        if n
        else f"in {case.name(h)} it never mattered"
        for h, n in bound.items()
    ]
    sentences.append(f"{told[0][0].upper()}{told[0][1:]}; {told[1]}.")
    return prose(" ".join(sentences))


def _bound(case: Case, host: str) -> int:
    growth, _ = _series(case, host, "cpi_growth", base_year(case)[0] - CPI_LAG + 1)
    last = int(paid(case, host)["year"].max())
    return int((growth[growth.index <= last - CPI_LAG] > caps(case)[0][0]).sum())
