"""From the points of a sweep to its folder in the reports: summary notebook, page, PDF, numbers and manifest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import BuildError
from analysis.execution import execute
from analysis.manifest import hashes, input_files, scenario_chain, stamp, versions, write_json
from analysis.paths import NOTEBOOKS, ROOT
from analysis.progress import Progress
from analysis.publication import Names, publish
from analysis.rendering import check_formats, rendered
from analysis.report import PAPERS, environment_set, write_outputs
from analysis.sweep.grid_file import SWEEPS
from analysis.sweep.summary.view import POINTS

if TYPE_CHECKING:
    from analysis.reads import Read
    from analysis.sweep.checking import Sweep

NOTEBOOK = NOTEBOOKS / "sweeps" / "sweep.ipynb"


class SweepNames(Names):
    """File names of a sweep inside a folder of its own: nothing else stands there."""

    @property
    def _prefix(self) -> str:
        return ""

    @property
    def data(self) -> str:
        """Folder of the tables behind the exhibits."""
        return "data"

    @property
    def charts(self) -> str:
        """Folder of the charts as pictures."""
        return "charts"


def check_output(formats: tuple[str, ...], paper: str) -> None:
    """Refuse what cannot be rendered here before anything runs. Raises BuildError."""
    check_formats(formats)
    if paper not in PAPERS:
        raise BuildError("--paper", f"there is no paper {paper[:80]!r}", ", ".join(PAPERS))


def still_good(target: Path, key: str) -> Path | None:
    """The published points of an earlier run, if they are whole and answer the same question from the same inputs."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    points = target / "points.parquet"
    try:
        listed = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["files"]["points.parquet"]
        if hashes([points], target)["points.parquet"] != listed:
            return None
        return points if pq.read_schema(points).metadata[b"hns.key"].decode() == key else None
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None


def published(sweep: Sweep, points: Path, target: Path, formats: tuple[str, ...], paper: str) -> list[Path]:
    """Execute and render the summary of finished points and move everything in place, complete or not at all.

    points: a file in a folder of this run's own, where the summary is made.
    """
    names, made = SweepNames("sweep", sweep.name), points.parent / "report"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    shutil.move(points, made / points.name)
    dated = stamp(sweep.scenario.as_of)
    environment = {"SOURCE_DATE_EPOCH": str(dated)}
    progress = Progress(f"sweep {sweep.name}, summary")
    try:
        told = environment | {POINTS: str(made / points.name)}
        executed = execute(NOTEBOOK, {}, told, progress, points.parent / "run")
    finally:
        progress.end()
    reads = write_outputs(executed, names, made)
    attached = {path.name: path.read_text(encoding="utf-8") for path in _texts(sweep)}
    with environment_set(environment):
        for name, content in rendered(executed, names, formats, paper, attached):
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
    write_json(made / names.manifest, _manifest(sweep, names, made, formats, paper, dated, reads))
    return publish(made, target, names)


def _texts(sweep: Sweep) -> list[Path]:
    grid = SWEEPS / f"{sweep.name}.yaml"
    own = [grid] if sweep.question.place == grid.relative_to(ROOT).as_posix() else []
    return own + scenario_chain(sweep.grid.scenario)


def _manifest(
    sweep: Sweep, names: Names, made: Path, formats: tuple[str, ...], paper: str, dated: int, reads: list[Read]
) -> dict[str, Any]:
    record = made / f"{names.stem}.ipynb"  # carries timings, so its hash would differ from run to run
    files = sorted(p for p in made.rglob("*") if p.is_file() and p != record)
    some = "" if formats == ("html", "pdf") else f" --formats '{' '.join(formats)}'"
    return {
        "report": names.stem,
        "sweep": sweep.name,
        "scenario": sweep.grid.scenario,
        "as_of": sweep.scenario.as_of.isoformat(),
        "points": sweep.design.count,
        "key": sweep.key,
        "paper": paper,
        "rebuild": f"hns sweep {sweep.question.place}{some}{'' if paper == PAPERS[0] else f' --paper {paper}'}",
        "source_date_epoch": dated,
        "versions": versions("pyarrow"),
        "grid": sweep.grid.model_dump(mode="json", by_alias=True, exclude_unset=True),
        "inputs": hashes([*input_files(NOTEBOOK, reads), *_texts(sweep)], ROOT),
        "files": hashes(files, made),
        "run_record": record.name,
    }
