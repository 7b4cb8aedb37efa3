"""Everything that moves from one side to the other, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from analysis.briefing.answer import lead, title
from analysis.scenario_compare.fields import group_of, values
from analysis.scenario_diff.results import Result, results_of
from analysis.scenario_diff.rows import Row, rows_that_differ
from analysis.scenario_diff.sides import Side
from analysis.scenario_diff.words import changed_sentences, marked


@dataclass(frozen=True)
class Moved:
    """What differs: data rows, inputs (field, before, after; None: not set), all results, sentences of page one."""

    before: Side
    after: Side
    rows: list[Row]
    inputs: list[tuple[str, str | None, str | None]]
    results: list[Result]
    sentences: dict[str, list[tuple[str, str]]]

    @property
    def nothing(self) -> bool:
        """Whether the two sides are the same in every respect."""
        return not (self.rows or self.inputs or any(r.moved for r in self.results) or any(self.sentences.values()))


def moved(before: Side, after: Side) -> Moved:
    """Compare the two sides."""
    old, new = (
        {path: value.full for path, value in values(side.case.scenario, side.case.evidence).items()}
        for side in (before, after)
    )
    inputs = [(path, old.get(path), new.get(path)) for path in dict.fromkeys([*old, *new])]
    return Moved(
        before,
        after,
        rows_that_differ(before, after),
        [row for row in inputs if row[1] != row[2]],
        results_of(before, after),
        {
            name: changed_sentences(said(before.case, before.view), said(after.case, after.view))
            for name, said in (("title", title), ("lead", lead))
        },
    )


def as_data(found: Moved) -> dict[str, Any]:
    """The comparison as plain data; every result with its unit."""
    return {
        "before": _side(found.before),
        "after": _side(found.after),
        "rows": [asdict(row) for row in found.rows],
        "inputs": [
            {"field": path, "before": old, "after": new, "group": group_of(path) or None}
            for path, old, new in found.inputs
        ],
        "results": [
            {
                "name": r.name,
                "unit": r.units[0] if r.units[0] == r.units[1] else list(r.units),
                "before": r.before,
                "after": r.after,
                "difference": r.difference,
                "mc_error": r.error,
                "within_mc_error": r.within_error,
            }
            for r in found.results
        ],
        "sentences": {
            name: [{"before": old, "after": new, "marked": marked(old, new)} for old, new in pairs]
            for name, pairs in found.sentences.items()
        },
    }


def _side(side: Side) -> dict[str, Any]:
    scenario = side.case.scenario
    return {
        "label": side.label,
        "scenario": scenario.id,
        "as_of": scenario.as_of.isoformat(),
        "left_out": list(side.left_out),
    }
