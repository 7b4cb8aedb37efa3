"""A sweep on a Dask cluster: the same bytes as on one machine, also when a worker is lost in the middle."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from sweep_tools import grid_file, joined, worked_out
from test_sweep_run import LONG, until

from analysis.errors import HnsError
from analysis.sweep.checking import checked_sweep
from analysis.sweep.running import work_out


@pytest.fixture
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        yield made


def pids(cluster) -> list[int]:
    """Process ids of the workers, as they are now."""
    return [nanny.pid for nanny in cluster.workers.values() if nanny.pid]


@pytest.mark.build
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(cluster, tmp_path):
    grid, work = grid_file(tmp_path, **LONG), tmp_path / "work"
    work.mkdir()
    sweep = checked_sweep(grid)
    killed: list[int] = []

    def kill_one() -> None:
        until(lambda: len(list(work.glob("*.parquet"))) >= 3)
        killed.append(pids(cluster)[0])
        os.kill(killed[0], signal.SIGKILL)

    thread = threading.Thread(target=kill_one)
    thread.start()
    parts = work_out(sweep, work, scheduler=cluster.scheduler_address)
    thread.join()
    assert killed
    assert killed[0] not in pids(cluster)
    assert joined(sweep, parts, tmp_path) == worked_out(grid, tmp_path / "plain", workers=2)


def test_an_address_that_is_none_is_refused(tmp_path):
    sweep = checked_sweep(grid_file(tmp_path))
    with pytest.raises(HnsError, match=r"--scheduler: 'here' is no address; allowed: such as tcp://"):
        work_out(sweep, tmp_path, scheduler="here")


def test_a_scheduler_that_does_not_answer_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.sweep.crews._PATIENCE", 1)
    sweep = checked_sweep(grid_file(tmp_path))
    with pytest.raises(HnsError, match=r"no scheduler answers at tcp://127.0.0.1:1"):
        work_out(sweep, tmp_path, scheduler="tcp://127.0.0.1:1")


def test_a_cluster_without_workers_is_refused(tmp_path, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr("analysis.sweep.crews._PATIENCE", 1)
    with LocalCluster(n_workers=0, dashboard_address=None) as empty, pytest.raises(HnsError, match="has no worker"):
        work_out(checked_sweep(grid_file(tmp_path)), tmp_path, scheduler=empty.scheduler_address)
