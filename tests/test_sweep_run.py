"""A sweep from the command line to its folder: broken off and taken up, by many or by one, always the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sweep_tools import grid_file, joined, worked_out

from analysis.errors import HnsError
from analysis.manifest import hashes
from analysis.paths import ROOT
from analysis.sweep import running
from analysis.sweep.checking import checked_sweep
from analysis.sweep.crews import WorkerLost
from analysis.sweep.parts import Parts, own_folder
from analysis.sweep.running import run, work_out

MARK = "HNS_SWEEP_TEST"
LONG = {
    "draws": 20_000,
    "vary": {
        "event.states.biden": {"from": 0.05, "to": 0.95, "steps": 30},
        "strategy.five_year_uplift_pct": {"from": 0, "to": 12, "steps": 20},
    },
}


class Started:
    """The command in a process of its own, with everything it starts under one mark."""

    def __init__(self, *arguments: str) -> None:
        self.mark = uuid.uuid4().hex
        self.process = subprocess.Popen(
            [sys.executable, "-m", "analysis.command", *arguments],
            cwd=ROOT,
            env=os.environ | {MARK: self.mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def left(self) -> list[int]:
        """Processes that bear the mark."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if f"{MARK}={self.mark}".encode() in (place / "environ").read_bytes():
                    found.append(int(place.name))
            except OSError:
                continue
        return found


def until(true, seconds: float = 90) -> None:
    """Wait for something to become true; the limit only keeps a broken test from hanging."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def parts_in(reports: Path) -> list[Path]:
    return sorted(reports.glob("sweeps/.work-*/part-*.parquet"))


needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes through /proc")


@needs_proc
@pytest.mark.build
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
def test_a_run_that_is_ended_leaves_nothing_behind_and_is_taken_up(how, tmp_path):
    grid, reports = grid_file(tmp_path, **LONG), tmp_path / "reports"
    started = Started("sweep", grid, "--reports", str(reports), "--workers", "2")
    try:
        until(lambda: len(parts_in(reports)) >= 3)
        os.kill(started.process.pid, how)
        said, told = started.process.communicate(timeout=60)
        until(lambda: not started.left())
    finally:
        for pid in started.left():
            os.kill(pid, signal.SIGKILL)
    assert said == ""
    if how is not signal.SIGKILL:
        assert (started.process.returncode, told.strip()) == (130, "hns: stopped")
    assert not (reports / "sweeps" / "small").exists()

    sweep = checked_sweep(grid)
    done = parts_in(reports)
    assert 3 <= len(done) < len(sweep.design.starts)
    kept = {path: path.stat().st_mtime_ns for path in done}
    with own_folder(done[0].parent) as work:
        parts = work_out(sweep, work, workers=1)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "finished stretches were worked out again"
    whole = joined(sweep, parts, tmp_path)
    assert whole == worked_out(grid, tmp_path / "plain", workers=3)


def test_one_worker_or_many_give_the_same_bytes(tmp_path):
    grid = grid_file(tmp_path)
    assert worked_out(grid, tmp_path / "one", workers=1) == worked_out(grid, tmp_path / "two", workers=2)


@pytest.mark.build
def test_a_lost_worker_is_made_good(tmp_path):
    grid, work = grid_file(tmp_path, **LONG), tmp_path / "work"
    work.mkdir()
    sweep = checked_sweep(grid)
    before = children()

    def lose_one() -> None:
        until(lambda: len(list(work.glob("*.parquet"))) >= 3)
        os.kill(max(children() - before), signal.SIGKILL)

    thread = threading.Thread(target=lose_one)
    thread.start()
    parts = work_out(sweep, work, workers=2)
    thread.join()
    assert joined(sweep, parts, tmp_path) == worked_out(grid, tmp_path / "plain", workers=1)


def children() -> set[int]:
    import multiprocessing

    return {process.pid for process in multiprocessing.active_children()}


def test_workers_that_never_finish_end_the_run(tmp_path, monkeypatch):
    def lost(*_):
        raise WorkerLost
        yield

    monkeypatch.setattr(running, "here", lost)
    with pytest.raises(HnsError, match="workers end before they finish"):
        work_out(checked_sweep(grid_file(tmp_path)), tmp_path)


def test_a_refusal_of_one_point_ends_the_run_in_one_line(tmp_path):
    sweep = checked_sweep(grid_file(tmp_path))
    bad = sweep.design.rows(0, 3)
    sweep.design.rows = lambda start, stop: [(2.0, 0), *bad]
    with pytest.raises(HnsError, match=r"small.yaml, event.states.biden=2.0, .*: event.states.biden is 2.0"):
        work_out(sweep, tmp_path, workers=1)


def test_two_runs_of_one_sweep_do_not_meet(tmp_path):
    with own_folder(tmp_path / "work"), pytest.raises(HnsError, match="under way"), own_folder(tmp_path / "work"):
        pass


def test_a_part_that_was_not_finished_is_no_part(tmp_path):
    parts = Parts(tmp_path)
    parts.path(0).with_suffix(".unfinished").write_bytes(b"half")
    assert parts.missing([0]) == [0]


@pytest.mark.build
def test_a_published_sweep_is_complete_and_says_what_it_was_made_from(tmp_path):
    grid, reports = grid_file(tmp_path), tmp_path / "reports"
    files = run(grid, reports, workers=2)
    folder = reports / "sweeps" / "small"
    assert [f.name for f in files[:2]] == ["hns-sweep-small.html", "hns-sweep-small.pdf"]
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert {"points.parquet", "results.json", "manifest.json", "data/index.csv", "hns-sweep-small.ipynb"} <= there
    assert [p.name for p in (reports / "sweeps").iterdir()] == ["small"], "nothing else is left"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert hashes((folder / name for name in manifest["files"]), folder) == manifest["files"]
    assert {*manifest["files"], manifest["run_record"], "manifest.json"} == there
    assert manifest["points"] == 15
    assert "data/scenarios/undecided.yaml" in manifest["inputs"]
    record = (folder / "hns-sweep-small.ipynb").read_text(encoding="utf-8")
    assert str(tmp_path) not in record

    table = pq.read_table(folder / "points.parquet")
    assert table.column("point").to_pylist() == list(range(15))
    for field in table.schema:
        assert field.metadata[b"meaning"], field.name
    assert table.schema.field("value_of_waiting").metadata[b"unit"] == "bn JPY, FY2021–25".encode()
    assert table.schema.field("event.states.biden").metadata[b"unit"] == b"share, 0 to 1"

    # the same question again takes the points that are there, and gives the same page
    before = {name: (folder / name).read_bytes() for name in manifest["files"]}
    refused = pytest.MonkeyPatch()
    with refused.context() as patch:
        patch.setattr(running, "work_out", None)
        run(grid, reports)
    assert {name: (folder / name).read_bytes() for name in manifest["files"]} == before
    (folder / "points.parquet").write_bytes(b"torn")
    run(grid, reports)
    assert (folder / "points.parquet").read_bytes() == before["points.parquet"]


def test_progress_is_for_a_terminal_only(tmp_path, capfd):
    worked_out(grid_file(tmp_path), tmp_path / "plain", workers=1)
    assert capfd.readouterr() == ("", "")
