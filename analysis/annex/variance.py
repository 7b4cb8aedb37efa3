"""Where the variance comes from (Sobol indices), and in which cases waiting loses (scenario discovery)."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.briefing.sensitivity import input_name, input_value
from analysis.briefing.view import View, certain_state
from analysis.case import Case
from analysis.discovery import Box, discover
from analysis.errors import ScenarioError
from analysis.exhibit import Column, Exhibit, prose, table
from analysis.ranges import AVERAGED_OVER, Choice, drawn_inputs
from analysis.sensitivity import sobol
from analysis.wording import capital, state_name

SAMPLE = 4096
CASES = 20_000  # of scenario discovery


def text(case: Case, view: View) -> Exhibit:
    """Paragraphs: how the looks differ, and which inputs have no meaning in this scenario."""
    scenario, given = case.scenario, view.choice
    words = (
        "Four looks, from the simplest to the most general. The tornado moves one input at a time over the scenario's own range. Sobol "
        "indices let all inputs move and divide the variance of the value of waiting among them. The statement by price and scenario "
        "discovery drop the scenario's odds and ask in how many cases of a wide set waiting costs less."
    )
    notes = []
    if (only := certain_state(case)) is not None:
        notes.append(
            f"This scenario supposes that {state_name(only)} wins, so how the answer moves with the odds has no meaning on its own ranges, "
            "nor has the price under the other outcome. The wide ranges still hold both."
        )
    if not scenario.strategy.bridge_years:
        notes.append(
            "Waiting needs no bridge here, so the price of a bridge and the cost of a second round play no part."
        )
    if not scenario.settlement.has_tail:
        notes.append(
            "The later prices are ranges stated by the scenario, with talks that leave the frame inside them: that chance cannot be moved apart."
        )
    if given.averaged:
        notes.append(
            "A floor ties the later price to that of the bridge, and no mean can be put into a maximum: each value of the tornado is an average "
            f"over {AVERAGED_OVER:,} draws of the other inputs."
        )
    return prose("\n\n".join([words, *([" ".join(notes)] if notes else [])]))


def indices(given: Choice) -> pd.DataFrame:
    """Sobol indices over the scenario's own ranges and over the wide ones: input, own_s1, own_st, wide_st, and errors."""
    own = sobol(given.waiting, given.ranges, SAMPLE, given.seed).set_index("input").add_prefix("own_")
    wide = sobol(given.waiting, given.wide, SAMPLE, given.seed).set_index("input").add_prefix("wide_")
    frame = own.join(wide, how="outer").sort_values(["own_st", "wide_st"], ascending=False, na_position="last")
    return frame.rename_axis("input").reset_index()


def sobol_table(case: Case, view: View) -> Exhibit:
    """Table: first-order and total indices of the value of waiting, with their confidence half-widths."""
    frame = indices(view.choice)
    frame["label"] = [capital(input_name(case, name)) for name in frame["input"]]
    for column in ("own_s1", "own_st", "wide_s1", "wide_st"):
        frame[f"{column}_text"] = [
            None if pd.isna(v) else f"{formats.plain(v, 2)} ± {formats.plain(e, 2)}"
            for v, e in zip(frame[column], frame[f"{column}_error"], strict=True)
        ]
    for row in frame.itertuples():
        for which in ("own", "wide"):
            value = float(getattr(row, f"{which}_st"))
            if pd.notna(value):
                case.ledger.quote(
                    f"sobol_total.{which}.{row.input}",
                    value,
                    "share of variance",
                    formats.plain(value, 2),
                    rows=view.results.reference.rounds["id"],
                    assumptions=["settlement", "strategy", "event", "drivers"],
                    formula=f"total Sobol index of the value of waiting, n = {SAMPLE}",
                )
    sums = {which: float(frame[f"{which}_s1"].sum()) for which in ("own", "wide")}
    return table(
        frame.drop(columns=["input"]),
        [
            Column("label", "Input"),
            Column("own_s1_text", "First order, own ranges", "right", str),
            Column("own_st_text", "Total, own ranges", "right", str),
            Column("wide_s1_text", "First order, wide ranges", "right", str),
            Column("wide_st_text", "Total, wide ranges", "right", str),
        ],
        id="tab-sobol",
        title=_sobol_title(case, frame),
        subtitle=f"Sobol indices of the value of waiting, n = {SAMPLE:,}, with 95% confidence half-widths; own: the scenario's ranges, "
        "wide: ranges wider than anyone's view",
        source="SALib, scheme of Saltelli 2010; this project's model in closed form.",
        notes=[
            f"First-order indices sum to {formats.plain(sums['own'], 2)} (own) and {formats.plain(sums['wide'], 2)} (wide); what is missing "
            "to 1 is interaction. An index depends on the ranges: an input given a wide range looks important, so the two columns "
            "are not the same finding. An en dash: certain, or no part of that set."
        ],
    )


def _sobol_title(case: Case, frame: pd.DataFrame) -> str:
    own = frame.sort_values("own_st", ascending=False).iloc[0]
    wide = frame.sort_values("wide_st", ascending=False).iloc[0]
    first = input_name(case, own["input"])
    share = formats.percent(100 * float(own["own_st"]))
    if own["input"] == wide["input"]:
        return f"The {first} explains most of the variance on either set of ranges ({share} on the scenario's own)"
    return f"The {first} explains most on the scenario's own ranges ({share}), the {input_name(case, wide['input'])} on wide ones"


def losing_box(given: Choice) -> Box | None:
    """The box of inputs in which waiting loses, over the wide ranges; None when it always or never does."""
    inputs = drawn_inputs(given.wide, CASES, given.seed)
    fixed = {name: r.mean for name, r in given.wide.items() if name not in inputs}
    try:
        return discover(inputs, given.waiting({**inputs, **fixed}) < 0)
    except ScenarioError:
        return None


def discovery_table(case: Case, view: View) -> Exhibit:
    """Table: when does waiting lose? The limits of the inputs that mark out the cases."""
    given = view.choice
    box = losing_box(given)
    if box is None:
        return prose("Over the wide ranges waiting loses always or never, so there is nothing to mark out.")
    rows = []
    for name, (low, high) in box.limits.items():
        whole = given.wide[name]
        rows.append(
            {
                "label": capital(input_name(case, name)),
                "low": input_value(name, low) if low > whole.ppf(0.005) else None,
                "high": input_value(name, high) if high < whole.ppf(0.995) else None,
                "looked_at": f"{input_value(name, whole.low)} to {input_value(name, whole.high)}",
                "input": name,
            }
        )
    frame = pd.DataFrame(rows, columns=["label", "low", "high", "looked_at", "input"])
    return table(
        frame,
        [
            Column("label", "Input"),
            Column("low", "Above", "right", str),
            Column("high", "Below", "right", str),
            Column("looked_at", "Looked at", "right", str),
        ],
        id="tab-discovery",
        title=_box_title(case, box, frame),
        subtitle=f"Scenario discovery (PRIM) over {CASES:,} cases of the wide ranges: limits of the inputs that mark out the cases in "
        "which signing now costs less",
        source="Friedman and Fisher 1999; Bryant and Lempert 2010. This project's model in closed form.",
        notes=[
            f"Inside the limits waiting loses in {formats.percent(100 * box.density)} of cases. They hold {formats.percent(100 * box.coverage)} of all cases in which waiting loses; over all cases it loses in "
            f"{formats.percent(100 * box.base)}. Shares of cases, not probabilities."
        ],
    )


def _box_title(case: Case, box: Box, frame: pd.DataFrame) -> str:
    """The sharpest limit first: that of the price now where there is one."""
    ordered = frame.sort_values("input", key=lambda names: names.ne("u_now"), kind="stable")
    top = ordered.iloc[0]
    sides = [f"{word} {value}" for word, value in (("above", top["low"]), ("below", top["high"])) if pd.notna(value)]
    rest = len(frame) - 1
    more = "" if not rest else f" and {formats.counted(rest, 'further limit')}"
    share = formats.percent(100 * box.density)
    return f"Waiting loses in {share} of cases with a {input_name(case, top['input'])} {' and '.join(sides)}{more}"
