"""Where in the space which course costs less: the map of the two strongest fields, and the box in which signing wins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis import charts_sweep, formats
from analysis.discovery import Box, discover
from analysis.errors import ScenarioError
from analysis.exhibit import Exhibit, figure, prose
from analysis.sweep.summary.view import Field, View, share_text
from analysis.wording import listed

CASES = 50_000  # of scenario discovery, spread evenly over the points


def maps(found: View) -> list[Exhibit]:
    """Figures: the strongest field against the second and against the third; one figure where fewer vary."""
    ranked = [found.field(path) for path in found.variance.index]
    beside = ranked[1:3] if len(ranked) > 1 else [None]
    return [_map_figure(found, ranked, down, f"fig-map-{i}") for i, down in enumerate(beside, 1)]


def _map_figure(found: View, ranked: list[Field], down: Field | None, id: str) -> Exhibit:
    """Figure: mean value of waiting by two fields, or by the only one, shaded by share of points."""
    across = ranked[0]
    cells = pd.DataFrame(list(_cells(found, across, down)))
    below = f"Vertical: {down.name}. " if down else ""
    others = [field.name for field in ranked[1:] if field is not down]
    over = ", averaged over what else varies" if others else ""
    here = " The scenario's own values lie in the framed cell." if cells["here"].any() else ""
    return figure(
        charts_sweep.sweep_map(cells, across.name, down.name if down else ""),
        cells[["row", "column", "value", "share", "points"]],
        id=id,
        title=_title(found, across, down, cells),
        subtitle=f"Mean value of waiting, bn {found.case.currency} over {found.case.horizon}{over}; above 0 waiting costs less, "
        f"bold: signing now costs less; shade: share of points{'' if not here else '; framed: the scenario itself'}",
        source=found.case.ledger.source_line(*found.rows, note="This project's model."),
        alt=f"A map of {formats.counted(len(cells), 'cell')}. Horizontal: {across.name}. {below}{_corners(cells)}{here}",
    )


def _cells(found: View, across: Field, down: Field | None) -> Iterator[dict[str, Any]]:
    """One row a cell that holds points: names of its bands, mean value, share and number of points."""
    columns, at = across.bands
    rows, beside = down.bands if down else (["all points"], np.zeros(len(at), dtype=int))
    values = found.frame["value_of_waiting"].to_numpy()
    own = (_band(found, across), _band(found, down) if down else 0)
    # the highest band on top, as on an axis
    for i in reversed(range(len(rows))):
        for j in range(len(columns)):
            inside = (at == j) & (beside == i)
            if not inside.any():
                continue
            mean = float(values[inside].mean())
            yield {
                "row": rows[i],
                "column": columns[j],
                "value": mean,
                "share": float(found.wait[inside].mean()),
                "points": int(inside.sum()),
                "text": ("+" if round(mean) > 0 else "") + formats.plain(mean),
                "sign": mean < 0,
                "here": own == (j, i),
            }


def _band(found: View, field: Field) -> int | None:
    """The band that holds the scenario's own value, None where it lies outside or is not known."""
    value, (_, at) = found.own_value(field), field.bands
    if value is None:
        return None
    if not field.numeric:
        same = np.flatnonzero((field.values == value).to_numpy())
        return int(at[same[0]]) if len(same) else None
    spread = float(field.values.max() - field.values.min())
    if not field.values.min() - 1e-9 * spread <= value <= field.values.max() + 1e-9 * spread:
        return None
    return int(at[int((field.values - value).abs().to_numpy().argmin())])


def _title(found: View, across: Field, down: Field | None, cells: pd.DataFrame) -> str:
    if (turns := _turns(found, across, down)) is not None:
        low, high, rising = turns
        side = "above" if rising else "below"
        rows = down.bands[0]
        return (
            f"Waiting pays {side} a {across.name} of about {low} with the {down.name} at {rows[0]}, "
            f"{side} about {high} at {rows[-1]}"
        )
    by = cells.groupby("column", sort=False)["share"].agg(["min", "max"])
    never, always = list(by.index[by["max"] == 0]), list(by.index[by["min"] == 1])
    if never and always:
        return f"Waiting never costs less with the {across.name} at {_run(never)}, and always does at {_run(always)}"
    if never or always:
        return f"Waiting {'never' if never else 'always'} costs less with the {across.name} at {_run(never or always)}"
    return f"No value of the {across.name} settles the matter alone"


def _turns(found: View, across: Field, down: Field | None) -> tuple[str, str, bool] | None:
    """Where waiting begins to pay in the lowest and the highest row, and whether it does so as the field rises.

    None where a field has no order, or the mean value of waiting does not turn exactly once in both rows.
    """
    if down is None or not (across.numeric and down.numeric):
        return None
    ends = [_crossing(found, across, down.bands[1] == row) for row in (0, len(down.bands[0]) - 1)]
    if None in ends or ends[0][1] != ends[1][1]:
        return None
    return across.said(ends[0][0]), across.said(ends[1][0]), ends[0][1]


def _crossing(found: View, across: Field, inside: np.ndarray) -> tuple[float, bool] | None:
    """Value of the field at which the mean value of waiting passes zero, by straight lines between its bands."""
    data = {"x": across.values[inside], "v": found.frame["value_of_waiting"][inside], "band": across.bands[1][inside]}
    means = pd.DataFrame(data).groupby("band").mean()
    x, v = means["x"].to_numpy(), means["v"].to_numpy()
    turns = np.flatnonzero(np.sign(v[:-1]) * np.sign(v[1:]) < 0)
    if len(turns) != 1:
        return None
    i = int(turns[0])
    return float(x[i] - v[i] * (x[i + 1] - x[i]) / (v[i + 1] - v[i])), bool(v[i + 1] > v[i])


def _run(names: list[str]) -> str:
    """The first beginning and the last end of neighbouring bands."""
    first, last = names[0].split(" to ")[0], names[-1].split(" to ")[-1]
    return first if first == last else f"{first} to {last}"


def _corners(cells: pd.DataFrame) -> str:
    low, high = cells.loc[cells["value"].idxmin()], cells.loc[cells["value"].idxmax()]
    return (
        f"Lowest mean value of waiting {low['text']} at {low['column']}, {low['row']}; "
        f"highest {high['text']} at {high['column']}, {high['row']}."
    )


def losing_text(found: View) -> Exhibit:
    """Paragraph: the limits that mark out the points in which signing now costs less (scenario discovery)."""
    box = losing_box(found)
    if box is None or not box.limits:
        return prose("No limits of the numbers that vary mark out where signing now costs less on average.")
    limits = listed([_limit(found.field(path), low, high) for path, (low, high) in box.limits.items()])
    density = _quoted(found, "density", box.density, "points in the box where signing costs less / points in the box")
    cover = _quoted(found, "coverage", box.coverage, "points in the box where signing costs less / all such points")
    base = _quoted(found, "base", box.base, "points where signing costs less / all points")
    return prose(
        f"**When waiting loses.** Signing now costs less on average at {density} of the points with {limits}; over the whole space it does at "
        f"{base}. That box holds {cover} of all points in which waiting loses (scenario discovery, PRIM)."
    )


def losing_box(found: View) -> Box | None:
    """The box of numbers in which waiting loses on average; None where it always or never does, or nothing is a number."""
    step = max(1, len(found.frame) // CASES)
    inputs = {f.path: f.values.to_numpy()[::step] for f in found.fields if f.numeric}
    try:
        return discover(inputs, ~found.wait[::step]) if inputs else None
    except ScenarioError:
        return None


def _quoted(found: View, name: str, value: float, formula: str) -> str:
    return str(found.quote(f"box.{name}", value, "share of points", share_text(value), formula))


def _limit(field: Field, low: float, high: float) -> str:
    from_start, to_end = low <= field.values.min(), high >= field.values.max()
    name = f"the {field.name}"
    if from_start:
        return f"{name} at most {field.said(float(high))}"
    return (
        f"{name} at least {field.said(float(low))}"
        if to_end
        else f"{name} from {field.said(float(low))} to {field.said(float(high))}"
    )
