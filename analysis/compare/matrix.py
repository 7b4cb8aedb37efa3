"""The bill of both countries by every denominator and head-count, and where the order flips."""

from __future__ import annotations

import textwrap

import pandas as pd

from analysis import charts_compare, formats
from analysis.briefing.beside import in_column, quoted, unit_words
from analysis.case import Case
from analysis.comparison import Measure, payments_in
from analysis.comparison_wider import all_measures
from analysis.exhibit import Column, Exhibit, figure, prose, table
from analysis.ledger import Quote
from analysis.reads import kept
from analysis.vintage import Evidence
from analysis.wording import listed

HOSTS = ["JP", "KR"]
#: Head-counts of the U.S. statistics, in the order of the year.
COUNTS = ("per_head_march", "per_head_june", "per_head_counted", "per_head_december")
#: Measures of one kind that a sentence names together where they all point the same way.
TOGETHER = {
    "for each soldier by every U.S. count of the year known": COUNTS,
    "by every share of cost known": (
        "share_without_pay",
        "line_share_without_pay",
        "share_with_pay",
        "line_share_with_pay",
    ),
}
#: Measures a sentence may call the same bill over another number, in a word or two.
SHORT = {
    "dollars": "in dollars",
    "per_head_headline": "for each soldier of the headline strength",
    "per_head_march": "for each soldier counted in March",
    "per_head_june": "for each soldier counted in June",
    "per_head_counted": "for each soldier counted in September",
    "per_head_december": "for each soldier counted in December",
    "gdp_share": "as a share of gross domestic product",
    "defence_share": "as a share of the defence budget",
    "broad_direct": "in direct support of all budget lines",
    "broad_direct_gdp_share": "in direct support as a share of gross domestic product",
    "indirect": "in indirect support",
    "share_without_pay": "as the published share of cost without military pay",
    "line_share_without_pay": "as the line's share of cost without military pay",
    "share_with_pay": "as the published share of cost with military pay",
    "line_share_with_pay": "as the line's share of cost with military pay",
}


def compared(case: Case) -> tuple[int, list[Measure]]:
    """The latest year both countries have a payment for, and every measure in the fixed order."""
    return _measures(case.evidence)


@kept(most=8)
def _measures(evidence: Evidence) -> tuple[int, list[Measure]]:
    return all_measures(evidence.tables, HOSTS)


def quote(case: Case, measure: Measure, host: str) -> Quote:
    """One value of one measure, quoted."""
    return case.ledger.quote(
        f"compare.{measure.key}.{host.lower()}",
        measure.values[host],
        measure.unit,
        quoted(measure, host),
        rows=measure.rows,
        formula=measure.formula,
    )


def ratio(case: Case, measure: Measure) -> Quote:
    """Japan's value over South Korea's, quoted."""
    value = measure.values["JP"] / measure.values["KR"]
    return case.ledger.quote(
        f"compare.ratio.{measure.key}",
        value,
        "Japan / South Korea",
        formats.plain(value, 2),
        rows=measure.rows,
        formula=f"{measure.key} of Japan / {measure.key} of South Korea",
    )


def complete(found: list[Measure]) -> list[Measure]:
    """The measures known for both countries."""
    return [m for m in found if not pd.isna(list(m.values.values())).any()]


def metric_table(case: Case) -> Exhibit:
    """Table: one row a measure, both countries, the ratio, who pays more, and why a value is missing."""
    year, found = compared(case)
    records = [_own_currency(case, year)]
    for measure in found:
        both = measure in complete(found)
        for host in HOSTS:
            if pd.notna(measure.values[host]):
                quote(case, measure, host)
        records.append(
            {
                "measure": measure.name,
                "period": measure.period or None,
                "unit": unit_words(measure),
                **measure.values,
                "ratio": ratio(case, measure).value if both else float("nan"),
                "larger": case.name(measure.larger) if measure.larger else None,
                "confidence": case.ledger.confidence(measure.rows) if _any(measure) else None,
                "why": _why(case, measure),
                "source": case.cite(*measure.rows) if _any(measure) else None,
            }
        )
    frame = pd.DataFrame(records)
    gaps = sum(m not in complete(found) for m in found)
    return table(
        frame,
        [
            Column("measure", "Measure"),
            Column("period", "Period"),
            Column("unit", "Unit"),
            *(Column(host, case.name(host), "right", in_column) for host in HOSTS),
            Column("ratio", "Ratio", "right", lambda v: formats.plain(v, 2)),
            Column("larger", "Who pays more"),
            Column("confidence", "Confidence"),
            Column("why", "Why a gap"),
            Column("source", "Source", text=str),
        ],
        id="tab-metrics",
        title=_order(found),
        subtitle=f"Latest year with both payments: {year} (Japan fiscal, South Korea calendar); dollars at the market average of the "
        f"calendar year; ratio: Japan over South Korea; {formats.counted(gaps, 'measure')} with a gap",
        source="",
        notes=[
            "Direct and indirect support are wider than the yearly line and are never added to each other or to it. Gross domestic "
            "product as revised later. Confidence is that of the weakest row; a share worked out from the line sets a payment against "
            "a U.S. budget estimate."
        ],
    )


def _any(measure: Measure) -> bool:
    """Whether a value is known for at least one country."""
    return any(pd.notna(v) for v in measure.values.values())


def _own_currency(case: Case, year: int) -> dict[str, object]:
    paid, _, rows = payments_in(case.evidence.tables, HOSTS, year)
    lines = [rows[h][0] for h in HOSTS]
    for host, row in zip(HOSTS, lines, strict=True):
        currency = str(case.table("hosts").loc[host, "currency"])
        case.quote_row(f"compare.paid.{host.lower()}", row, formats.money(paid[host], currency, 1))
    return {
        "measure": "Yearly payment line, own currency",
        "period": str(year),
        "unit": "bn yen; bn won",
        **paid,
        "ratio": float("nan"),
        "larger": None,
        "confidence": case.ledger.confidence(lines),
        "why": "two currencies: no ratio",
        "source": case.cite(*lines),
    }


def _why(case: Case, measure: Measure) -> str | None:
    reasons = {measure.gaps.get(h, "") for h in HOSTS if pd.isna(measure.values[h])} - {""}
    missing = [case.name(h) for h in HOSTS if pd.isna(measure.values[h])]
    if not missing:
        return None
    said = "; ".join(sorted(reasons)) or "no figure public"
    return said if len(missing) == len(HOSTS) else f"{missing[0]}: {said}"


def flips(found: list[Measure]) -> dict[str, list[Measure]]:
    """The measures by which each country pays more."""
    return {host: [m for m in complete(found) if m.larger == host] for host in HOSTS}


def _order(found: list[Measure]) -> str:
    by = flips(found)
    known = len(complete(found))
    if not by["KR"] or not by["JP"]:
        return f"By all {formats.number_word(known)} measures known for both, {'Japan' if by['JP'] else 'South Korea'} pays more"
    return (
        f"Of {formats.number_word(known)} measures known for both, Japan pays more by {formats.number_word(len(by['JP']))} and "
        f"South Korea by {formats.number_word(len(by['KR']))}"
    )


def ratio_chart(case: Case) -> Exhibit:
    """Figure: the ratio of the two countries by every measure, around one."""
    year, found = compared(case)
    known = sorted(complete(found), key=lambda m: -(m.values["JP"] / m.values["KR"]))
    frame = pd.DataFrame(
        [
            {
                "label": _broken(m.name + ("" if m.period in ("", str(year)) else f" ({m.period})")),
                "ratio": ratio(case, m).value,
                "text": formats.plain(m.values["JP"] / m.values["KR"], 2),
                "host": m.larger or "JP",
                "key": m.key,
            }
            for m in known
        ]
    )
    rows = dict.fromkeys(r for m in known for r in m.rows)
    low, high = frame["ratio"].min(), frame["ratio"].max()
    title = (
        f"The order flips: Japan pays between {formats.plain(low, 2)} and {formats.plain(high, 1)} times what South Korea pays"
        if low < 1 < high
        else _order(found)
    )
    return figure(
        charts_compare.ratios_around_one(frame, ("South Korea pays more", "Japan pays more")),
        frame.assign(label=frame["label"].str.replace("|", " "))[["key", "label", "ratio"]],
        id="fig-ratios",
        title=title,
        subtitle=f"Japan's value over South Korea's by measure, log scale, sorted; {year} unless another period is given; circle: Japan pays "
        "more, square: South Korea",
        source=case.ledger.source_line(*rows),
        alt="Ratio of Japan to South Korea: "
        + "; ".join(f"{r.label} {r.text}" for r in frame.itertuples()).replace("|", " ")
        + ".",
    )


def _broken(words: str, width: int = 52) -> str:
    return "|".join(textwrap.wrap(words, width))


def text(case: Case) -> Exhibit:
    """Paragraph: where the order flips, in words, without choosing a measure."""
    _, found = compared(case)
    by = flips(found)
    parts = [f"{case.name(host)} pays more {listed(_short(found, by[host]))}" for host in HOSTS if by[host]]
    return prose(f"{'; '.join(parts)}. No one of these is the right measure; each answers another question.")


def _short(found: list[Measure], measures: list[Measure]) -> list[str]:
    """The measures in a few words each; those of one kind are named once where all that are known are among them."""
    own, known = {m.key for m in measures}, {m.key for m in complete(found)}
    words: list[str] = []
    for measure in measures:
        group = next((g for g, keys in TOGETHER.items() if measure.key in keys), None)
        theirs = known & set(TOGETHER[group]) if group else set()
        words.append(group if len(theirs) > 1 and theirs <= own else SHORT[measure.key])
    return list(dict.fromkeys(words))


def heads_text(case: Case) -> Exhibit:
    """Paragraph: how much the source and the month of a head-count do to the same payment."""
    year, found = compared(case)
    heads = [m for m in complete(found) if m.key.startswith("per_head")]
    if len(heads) < 2:
        return prose(f"For {year} no head-count is known for both countries, so nothing is said per soldier.")
    ratios = [ratio(case, m) for m in heads]
    low, high = min(ratios, key=lambda q: q.value), max(ratios, key=lambda q: q.value)
    turn = "enough to turn the order" if low.value < 1 < high.value else "not enough to turn the order"
    return prose(
        f"The same payment over {formats.number_word(len(heads))} head-counts of its year gives a ratio between {low} and {high}: {turn}. A figure per "
        "soldier means nothing without the source and the month of its count."
    )
