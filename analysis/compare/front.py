"""Page one of the comparison: who pays more, by what, and how far the answer moves."""

from __future__ import annotations

from analysis import formats
from analysis.case import Case
from analysis.compare import definitions, matrix, treated
from analysis.comparison import Measure, payments_in
from analysis.exhibit import Exhibit, KeyFigure, key_figures, new_page
from analysis.exhibit import cover as cover_exhibit
from analysis.wording import capital

#: Measures that say most beside the amount in dollars, in the order they are tried for the title.
_TELLING = ("gdp_share", "per_head_counted", "per_head_headline", "defence_share")


def title(case: Case) -> str:
    """The finding in one sentence: who pays more in dollars, and by which measure the order turns."""
    _, found = matrix.compared(case)
    known = {m.key: m for m in matrix.complete(found)}
    first = known["dollars"].larger
    turned = next((known[k] for k in _TELLING if k in known and known[k].larger not in (first, None)), None)
    if first is None or turned is None:
        return "By every measure known on the day the same country pays more"
    return f"{case.name(first)} pays more {matrix.SHORT['dollars']}, {case.name(turned.larger)} pays more {matrix.SHORT[turned.key]}"


def cover(case: Case) -> Exhibit:
    """The head of page one and the document's own data."""
    day = formats.day(case.scenario.as_of)
    return cover_exhibit(
        title(case),
        kicker=f"Japan beside South Korea · cost sharing for U.S. forces · as of {day}",
        lead=_lead(case),
        running_left="Host-nation support: Japan beside South Korea",
        running_right=f"Scenario: {case.scenario.id} · data as of {day}",
        foot="One definition at a time; every number is traced in the source list",
        author=case.scenario.author,
        keywords=["host-nation support", "Special Measures Agreement", "Japan", "South Korea", case.scenario.id],
        date=case.scenario.as_of,
    )


def _lead(case: Case) -> str:
    year, found = matrix.compared(case)
    paid, _, rows = payments_in(case.evidence.tables, matrix.HOSTS, year)
    by = matrix.flips(found)
    dollars = next(m for m in found if m.key == "dollars")
    amounts = []
    for host in matrix.HOSTS:
        currency = str(case.table("hosts").loc[host, "currency"])
        local = case.quote_row(f"compare.paid.{host.lower()}", rows[host][0], formats.money(paid[host], currency, 1))
        amounts.append(f"{case.name(host)} paid {local} ({matrix.quote(case, dollars, host)}){case.cite(*rows[host])}")
    count = formats.number_word(len(matrix.complete(found)))
    low, high = definitions.span(case)
    return (
        f"For {year}, the latest year both payments were known on {formats.day(case.scenario.as_of)}, {amounts[0]} and {amounts[1]}. "
        f"Of {count} ways to compare, Japan pays more by {formats.number_word(len(by['JP']))} and South Korea by "
        f"{formats.number_word(len(by['KR']))}. The lines do not pay for the same things, the rules by which they grow differ, and the share "
        f"of the cost Japan is said to bear runs from {low} to {high}. Say which measure before saying who pays more."
    )


def numbers(case: Case) -> Exhibit:
    """Three numbers with their ranges: the ratio, and what each country would pay if treated like the other."""
    _, found = matrix.compared(case)
    known = matrix.complete(found)
    dollars = next(m for m in known if m.key == "dollars")
    ratios = [m.values["JP"] / m.values["KR"] for m in known]
    items = [
        KeyFigure(
            f"{matrix.ratio(case, dollars)} times",
            "Japan's payment over South Korea's in dollars; range over all measures",
            f"{formats.plain(min(ratios), 2)}–{formats.plain(max(ratios), 1)}",
        )
    ]
    for host, other in (("JP", "South Korea"), ("KR", "Japan")):
        items.append(_treated(case, host, other, known))
    return key_figures(items)


def _treated(case: Case, host: str, other: str, known: list[Measure]) -> KeyFigure:
    """What the host would pay at the other's share of defence budget, else the first way there is, with the range."""
    currency = str(case.table("hosts").loc[host, "currency"])
    ways = [w for w in treated.treatments(case, host) if w.key not in ("rise", "ask")]
    keys = {m.key for m in known}
    lead = next((w for key in ("gdp_share", "defence_share") for w in ways if w.key == key and key in keys), ways[0])
    values = [w.value for w in ways]
    return KeyFigure(
        str(treated.quoted(case, host, lead)),
        capital(f"{case.name(host)}'s yearly bill at {other}'s {lead.words}; range over the measures of the bill"),
        formats.money_range(min(values), max(values), currency),
    )


def end() -> Exhibit:
    """The end of page one."""
    return new_page()
