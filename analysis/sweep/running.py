"""One sweep: answer every point, keep what is finished, and publish the summary."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from analysis.errors import BuildError, ScenarioError
from analysis.progress import Progress
from analysis.sweep.checking import Sweep, checked_sweep
from analysis.sweep.columns import table_of
from analysis.sweep.crews import Answers, Stretch, WorkerLost, here, on_cluster
from analysis.sweep.parts import Parts, join, own_folder
from analysis.sweep.publishing import check_output, published, still_good
from analysis.sweep.work import Refusal

_TRIES = 4  # as often a lost worker is made good before the run gives up


def work_out(sweep: Sweep, work: Path, *, workers: int | None = None, scheduler: str | None = None) -> list[Path]:
    """Answer every point that is not answered yet and return the part files in order.

    work: folder of the part files; a run that broke off is taken up where it ended. Raises BuildError or, for a point
    the scenario refuses, ScenarioError.
    """
    parts, design = Parts(work), sweep.design
    progress = Progress(f"sweep {sweep.name}")
    crew = _crew(sweep, workers, scheduler)
    try:
        for left in reversed(range(_TRIES)):
            todo = parts.missing(design.starts)
            try:
                _answer(sweep, parts, todo, crew, progress)
                break
            except WorkerLost:
                if not left or len(parts.missing(design.starts)) == len(todo):
                    raise BuildError(
                        f"sweep {sweep.name}", "workers end before they finish; what is done is kept for the next run"
                    ) from None
    finally:
        progress.end()
    return [parts.path(start) for start in design.starts]


def _crew(
    sweep: Sweep, workers: int | None, scheduler: str | None
) -> Callable[[Iterator[Stretch]], Iterator[tuple[Stretch, Answers]]]:
    if scheduler is not None:
        return lambda stretches: on_cluster(sweep.question, stretches, scheduler)
    number = min(workers or os.cpu_count() or 1, len(sweep.design.starts))
    return lambda stretches: here(sweep.question, stretches, number)


def _answer(sweep: Sweep, parts: Parts, todo: list[int], crew: Callable, progress: Progress) -> None:
    design, kept = sweep.design, sweep.schema
    done = design.count - sum(min(design.stretch, design.count - start) for start in todo)
    progress.step(f"{done:,} of {design.count:,} points")
    if not todo:
        return
    for (start, rows), answers in crew((s, design.rows(s, s + design.stretch)) for s in todo):
        if isinstance(answers, Refusal):
            raise ScenarioError(answers.place, answers.problem, answers.allowed)
        parts.write(start, table_of(answers, rows, kept))
        done += len(rows)
        progress.step(f"{done:,} of {design.count:,} points")


def run(
    given: str,
    reports: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    formats: tuple[str, ...] = ("html", "pdf"),
    paper: str = "a4",
) -> list[Path]:
    """Work out the sweep of a grid file and publish it in `reports`/sweeps/<name>; returns its files, page first.

    workers: processes of this machine, by default one a core; scheduler: address of a Dask cluster instead.
    Raises an HnsError; then nothing published has changed, and finished stretches are kept for the next run.
    """
    check_output(formats, paper)
    sweep = checked_sweep(given)
    folder = reports / "sweeps"
    target = folder / sweep.name
    with own_folder(folder / f".work-{sweep.key}") as work:
        good = still_good(target, sweep.key)
        sources = [good] if good else work_out(sweep, work, workers=workers, scheduler=scheduler)
        made = work / "points.parquet"
        join(sources, sweep.schema, made)
        files = published(sweep, made, target, formats, paper)
        shutil.rmtree(work, ignore_errors=True)
    return files
