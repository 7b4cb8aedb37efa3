"""Small sweeps for the tests, written to a file and worked out in this process."""

from __future__ import annotations

from pathlib import Path

import yaml

from analysis.sweep.checking import Sweep, checked_sweep
from analysis.sweep.parts import join
from analysis.sweep.running import work_out

SMALL = {
    "schema": 1,
    "title": "A small sweep",
    "question": "Which course costs less?",
    "author": "A test",
    "scenario": "undecided",
    "method": "grid",
    "draws": 1000,
    "vary": {
        "event.states.biden": {"from": 0.5, "to": 0.9, "steps": 5},
        "strategy.five_year_uplift_pct": [0, 4, 8],
    },
}


def grid_file(folder: Path, name: str = "small", **changes) -> str:
    """The path of a grid file: the small sweep with some keys changed, None taking one out."""
    content = {key: value for key, value in {**SMALL, **changes}.items() if value is not None}
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return str(path)


def joined(sweep: Sweep, parts: list[Path], folder: Path) -> bytes:
    """The bytes of points.parquet made of some parts."""
    target = folder / "points.parquet"
    join(parts, sweep.schema, target)
    return target.read_bytes()


def worked_out(grid: str, folder: Path, **how) -> bytes:
    """The bytes of points.parquet of a grid file, worked out in a folder of its own."""
    folder.mkdir()
    sweep = checked_sweep(grid)
    return joined(sweep, work_out(sweep, folder, **how), folder)
