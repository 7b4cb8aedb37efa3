"""What differs in the inputs, field by field, and why each value is what it is."""

from __future__ import annotations

import pandas as pd

from analysis import formats
from analysis.annex.assumption_log import readable
from analysis.annex.buildup import category_name
from analysis.exhibit import Column, Exhibit, literal, prose, table
from analysis.scenario_compare.fields import Value, by_order, differences, group_of, reasons
from analysis.scenario_compare.steps import GROUPS
from analysis.scenario_compare.view import Comparison
from analysis.wording import capital, listed

_ORDER = ["definition", *GROUPS, "course", ""]
_NAMES = {
    "event.states": "Odds of the outcomes",
    "settlement.level": "Level of information",
    "past_rounds.number": "Past rounds known on the day",
    "past_rounds.mean_uplift": "Mean uplift they suggest",
    "base_year.total": "Base year, bn: total",
    "base_year.year": "Base year",
    "as_of": "Data as of",
}
_WORDS = {"definition": "what is counted", "course": "course"}


def _columns(found: Comparison) -> dict[str, dict[str, Value]]:
    """Inputs by scenario; scenarios that share all inputs to the choice are shown once, under the first name."""
    heads = [group[0] for group in found.alike]
    if len({entry.decision.states for entry in heads}) == 1:
        return {entry.name: entry.fields for entry in heads}
    return {entry.name: by_order(entry.fields, entry.case.scenario) for entry in heads}


def _frame(found: Comparison) -> pd.DataFrame:
    """Fields that differ, with group and name: those the choice uses first, by group."""
    frame = differences(_columns(found))
    frame["group"] = [group_of(path) for path in frame["path"]]
    frame["name"] = [_named(found, path) for path in frame["path"]]
    rank = frame["group"].map({group: i for i, group in enumerate(_ORDER)})
    return frame.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)


def input_table(found: Comparison) -> Exhibit:
    """Table: the fields that differ, with their value in each scenario; or a sentence when none does."""
    heads = list(_columns(found))
    if len(heads) == 1:
        return prose(_nothing(found))
    frame = _frame(found)
    used = frame[frame["group"] != ""].copy()
    used["words"] = [_WORDS.get(group) or GROUPS[group][0] for group in used["group"]]
    groups = [GROUPS[g][0] for g in dict.fromkeys(used["group"]) if g in GROUPS]
    idle = len(frame) - len(used)
    return table(
        used,
        [
            Column("words", "Group"),
            Column("name", "Input"),
            *(Column(name, name, "right", _ranged) for name in heads),
        ],
        id="tab-inputs",
        title=f"{capital(formats.counted(len(used), 'input'))} of the choice {'differs' if len(used) == 1 else 'differ'}: {listed(groups)}"
        if groups
        else "The choice is the same; what is counted differs",
        subtitle="Ranges: lowest / most likely / highest; an en dash: not set. Equal inputs are left out",
        source="The scenario files, after their checks, and what past rounds say on each scenario's day.",
        notes=[_idle_note(frame, idle)] if idle else [],
    )


def _named(found: Comparison, path: str) -> str:
    """The field in words, categories by name."""
    name = _NAMES.get(path) or capital(readable(path))
    for category in {c for entry in found.entries for c in entry.case.scenario.drivers}:
        words = str(category).replace("_", " ")
        if name.endswith(f": {words}") or f": {words}," in name:
            name = name.replace(f": {words}", f": {category_name(category)}")
    return name


def _ranged(text: str) -> str:
    return literal(text).replace(" / ", "\u00a0/ ")


def _nothing(found: Comparison) -> str:
    if len(found.entries) == 1:
        return "There is no other scenario here to compare with."
    names = listed([f"**{e.name}**" for e in found.entries])
    return f"No input of the choice differs: {names} differ only in the course they follow."


def _idle_note(frame: pd.DataFrame, idle: int) -> str:
    fields = list(dict.fromkeys(path.partition(".")[0] for path in frame.loc[frame["group"] == "", "path"]))
    words = listed([name.replace("_", " ") for name in fields])
    return f"{capital(formats.counted(idle, 'more field'))} differ that this choice does not use (of: {words}); `hns diff` lists them."


def reason_table(found: Comparison) -> Exhibit:
    """Table: the reasons of the inputs that differ."""
    columns = _columns(found)
    frame = _frame(found) if len(columns) > 1 else pd.DataFrame({"path": [], "group": []})
    paths = list(frame.loc[frame["group"].isin(GROUPS), "path"])
    told = reasons(columns, paths)
    if told.empty:
        return prose("No reason is recorded for an input that differs.")
    told["name"] = [_named(found, path) for path in told["path"]]
    return table(
        told,
        [
            Column("name", "Input"),
            Column("scenario", "Scenario"),
            Column("text", "Value", "right", _ranged),
            Column("reason", "Reason given"),
        ],
        id="tab-reasons",
        title=f"{capital(formats.counted(len(told), 'reason'))} for the inputs that differ",
        subtitle="As the scenario files give them; an input read from a data row needs none",
        source="The scenario files.",
    )
