"""Who works on a sweep: processes of this machine, or the workers of a Dask cluster. The answers are the same.

A crew takes stretches in order and gives each back as it is done, in any order. At most a few stretches a worker are
under way, so memory does not grow with the number of points.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from typing import Any

from analysis.errors import BuildError
from analysis.sweep.design import Row
from analysis.sweep.point import Question
from analysis.sweep.work import Refusal, answered

Stretch = tuple[int, list[Row]]  # number of its first point, and the values of its points
Answers = list[dict[str, Any]] | Refusal
_AHEAD = 3  # stretches under way for each worker
_PATIENCE = 30  # seconds until a cluster without workers is given up
#: Linear algebra in one thread: two workers on two cores would only get in each other's way.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class WorkerLost(Exception):
    """A worker ended before its time; what was finished is kept, and the rest can be taken up again."""


def here(question: Question, stretches: Iterable[Stretch], workers: int) -> Iterator[tuple[Stretch, Answers]]:
    """Answers from processes of this machine. Raises WorkerLost; whatever happens, no process is left behind."""
    with _pool(workers) as pool:
        try:
            yield from _in_turn(lambda s: pool.submit(answered, question, *s), stretches, workers, _first_done)
        except BrokenProcessPool:
            raise WorkerLost from None


def on_cluster(question: Question, stretches: Iterable[Stretch], address: str) -> Iterator[tuple[Stretch, Answers]]:
    """Answers from an existing Dask cluster; a worker that is lost costs only the stretch it was at.

    Raises BuildError when no scheduler or no worker answers, WorkerLost when a stretch ends several workers.
    """
    if not re.fullmatch(r"(tcp|tls|ws|wss)://[^\s/]+(/\S*)?", address):
        raise BuildError("--scheduler", f"{address[:80]!r} is no address", "such as tcp://10.0.0.5:8786")
    try:
        import distributed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise BuildError("--scheduler", "needs Dask; `pip install 'hns-analysis[sweep-cluster]'` brings it") from None

    with _client(distributed, address) as client:

        def first_done(running: Iterable[Any]) -> set[Any]:
            with client.as_current():
                return distributed.wait(list(running), return_when="FIRST_COMPLETED").done

        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        try:
            yield from _in_turn(
                lambda s: client.submit(answered, question, *s, pure=False), stretches, workers, first_done
            )
        except (KilledWorker, distributed.client.FutureCancelledError):
            raise WorkerLost from None


def _in_turn(
    submit: Callable[[Stretch], Any], stretches: Iterable[Stretch], workers: int, first_done: Callable[..., set[Any]]
) -> Iterator[tuple[Stretch, Answers]]:
    """Hand out stretches as workers become free, a few ahead, and give back what is done."""
    waiting, running = iter(stretches), {}
    while True:
        while len(running) < _AHEAD * workers and (stretch := next(waiting, None)) is not None:
            running[submit(stretch)] = stretch
        if not running:
            return
        for future in first_done(running):
            stretch = running.pop(future)
            yield stretch, future.result()


def _first_done(running: Iterable[Future[Any]]) -> set[Future[Any]]:
    return wait(running, return_when=FIRST_COMPLETED).done


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    others = set(multiprocessing.active_children())
    given = {name: os.environ.setdefault(name, "1") for name in _THREADS if name not in os.environ}
    pool = ProcessPoolExecutor(workers, mp_context=_context(), initializer=_begin)
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()  # a stretch may take long, and nobody waits for it any more
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        for name in given:
            del os.environ[name]


def _context() -> multiprocessing.context.BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["analysis.sweep.work"])  # imported once, not once a worker
    return context


def _begin() -> None:
    """A worker leaves Ctrl-C to the process that asked, and ends when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    asker = multiprocessing.parent_process()

    def watch() -> None:
        wait_for([asker.sentinel])
        os._exit(1)

    if asker is not None:
        threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise BuildError("--scheduler", f"no scheduler answers at {address} ({type(error).__name__})") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise BuildError("--scheduler", f"the cluster at {address} has no worker", "one or more") from None
        yield client
