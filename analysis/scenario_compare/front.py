"""The head of the comparison: what the scenarios say together, their reservation prices, and what is hindsight."""

from __future__ import annotations

from analysis import formats
from analysis.exhibit import Exhibit, KeyFigure, callout, key_figures, prose
from analysis.exhibit import cover as cover_exhibit
from analysis.scenario_compare.view import Comparison, Entry
from analysis.wording import capital, listed

_SHOWN = 4  # key figures that fit beside each other


def uplift(entry: Entry) -> str:
    """The reservation uplift, quoted."""
    value = entry.decision.reservation_uplift_pct
    return str(
        entry.quote(
            "reservation_uplift_pct",
            value,
            "percent over the status quo",
            formats.change(value),
            "[b u_b + (n - b)(p u_first + (1 - p) u_second) + f] / n, over the status-quo path",
        )
    )


def cover(found: Comparison) -> Exhibit:
    """Title with what the comparison finds, and the document's own data."""
    latest = found.latest.scenario.as_of
    return cover_exhibit(
        title(found),
        kicker=f"Scenarios side by side · {_subject(found)}",
        lead=_lead(found),
        running_left="Host-nation support: scenarios side by side",
        running_right=f"Scenario: {found.first.name} · data as of {formats.day(latest)}",
        foot="Each scenario is judged by what was public on its own day",
        author=found.first.case.scenario.author,
        keywords=["host-nation support", "scenarios", *(entry.name for entry in found.entries)],
        date=latest,
    )


def title(found: Comparison) -> str:
    """The finding in one sentence."""
    heads = sorted((g[0] for g in found.alike), key=lambda e: e.decision.reservation_uplift_pct)
    low, high = heads[0], heads[-1]
    if len(heads) == 1:
        number = formats.number_word(len(found.entries))
        if number == "one":
            return f"One scenario alone: sign up to {uplift(low)}, wait above it"
        return f"{capital(number)} scenarios, one answer: sign up to {uplift(low)}, wait above it"
    ends = f"from {uplift(low)} ({low.name}) to {uplift(high)} ({high.name})"
    if all(steps.groups == ["odds"] for steps in found.steps.values()):
        return f"The odds alone move the price worth signing {ends}"
    return f"The price worth signing runs {ends}"


def farthest(found: Comparison) -> str:
    """Name of the scenario whose answer lies farthest from the first one's."""
    return max(found.steps, key=lambda name: abs(found.steps[name].way("uplift")))


def _main_reason(found: Comparison) -> str:
    name = str(found.steps[farthest(found)].frame["name"].iloc[0])
    return name if name.startswith(("the ", "talks")) else f"the {name}"


def _subject(found: Comparison) -> str:
    hosts = list(dict.fromkeys(str(entry.case.host["name"]) for entry in found.entries))
    horizons = list(dict.fromkeys(entry.case.horizon for entry in found.entries))
    return f"{listed(hosts)} · {listed(horizons)}"


def _lead(found: Comparison) -> str:
    count, alike = len(found.entries), len(found.alike)
    sentences = []
    if count > 1:
        same = (
            "all with the same inputs"
            if alike == 1
            else f"{formats.number_word(alike)} with inputs of their own"
            if alike < count
            else "each with inputs of its own"
        )
        sentences.append(
            f"{capital(formats.number_word(count))} scenarios stand next to each other, {same}; those that share their inputs "
            "differ in the course they follow."
            if alike < count
            else f"{capital(formats.number_word(count))} scenarios stand next to each other, {same}."
        )
    else:
        sentences.append("No other scenario was named, and this one has no relatives.")
    if alike > 1:
        name = farthest(found)
        steps = found.steps[name]
        whole = steps.way("uplift")
        top = steps.frame.iloc[0]
        share = f"{capital(_main_reason(found))} make {formats.plain(abs(float(top['uplift'])), 1)} of the "
        sentences.append(
            f"From **{found.first.name}** to **{name}** the reservation price moves by {points(whole)}. "
            + (
                "It is the odds alone that do this: nothing else differs."
                if steps.groups == ["odds"]
                else f"{share}{formats.plain(abs(whole), 1)} points."
                if top["uplift"] * whole > 0
                else f"The largest step comes from {_main_reason(found)}, {points(float(top['uplift']))}."
            )
        )
    waits, signs = _advice(found)
    sentences.append(
        f"At the price each foresees, waiting is the cheaper course on average in {listed(waits)}"
        f"{f', signing now in {listed(signs)}' if signs else ''}."
        if waits
        else f"At the price each foresees, signing now is the cheaper course on average in {listed(signs)}."
    )
    return " ".join(sentences)


def points(value: float, decimals: int = 1) -> str:
    """A step of a percentage: `+2.4 points`."""
    return formats.change(value, decimals).removesuffix("%") + "\u00a0points"


def _advice(found: Comparison) -> tuple[list[str], list[str]]:
    sides: tuple[list[str], list[str]] = ([], [])
    for group in found.alike:
        sides[0 if group[0].decision.bridge_cheaper_on_average else 1].append(f"**{group[0].name}**")
    return sides


def numbers(found: Comparison) -> Exhibit:
    """The reservation price of each set of inputs, with the price foreseen; four at most, the first one first."""
    shown = []
    for group in found.alike[:_SHOWN]:
        entry, rest = group[0], len(group) - 1
        also = f" and {formats.number_word(rest)} more with the same inputs" if rest else ""
        price = entry.quote(
            "price_now",
            entry.price_now,
            "percent over the status quo",
            formats.change(entry.price_now),
            "mean uplift of a full-length deal signed now",
        )
        shown.append(KeyFigure(uplift(entry), f"{entry.name}{also}: reservation price; the price foreseen is {price}"))
    return key_figures(shown)


def hindsight(found: Comparison) -> Exhibit:
    """Box: which scenarios know more than the first one did; or that all stand on one day."""
    first = formats.day(found.first.case.scenario.as_of)
    if not found.later:
        return prose(f"No scenario here rests on a figure published after {first}.")
    names = listed([f"**{e.name}** ({formats.day(e.case.scenario.as_of)})" for e in found.later])
    return callout(
        f"Not all of this was known on {first}",
        f"{capital(names) if not names.startswith('*') else names} rest{'s' if len(found.later) == 1 else ''} on figures of a "
        f"later day. No later figure enters **{found.first.name}** itself.",
        tone="hindsight",
    )
