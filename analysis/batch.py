"""Many reports at once: worker processes that stay warm from one report to the next, one for each core."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import BuildError, HnsError
from analysis.fork import CAN_FORK, end_with_parent
from analysis.paths import listed_scenarios
from analysis.progress import Progress
from analysis.report import Delivered, Order, made, notebook_names, up_to_date
from analysis.threads import cores

if TYPE_CHECKING:
    from analysis.report import Way

#: Reports a worker makes before a new one takes its place: the compiler of the PDF keeps 130 MB or so for each.
ONE_LIFE = 10
Outcome = Delivered | HnsError
#: What every worker needs; read once, by the process they are forked from where the system can fork.
_PRELOADED = ["analysis.warm_engine", "analysis.decision", "analysis.exhibit", "analysis.export.html"]


def all_orders(notebook: str | None, formats: Sequence[str], paper: str, global_seed: int | None = None) -> list[Order]:
    """Every scenario from one notebook, or from each of them."""
    return [
        Order(scenario, one, tuple(formats), paper, "", global_seed)
        for one in ([notebook] if notebook else notebook_names())
        for scenario in listed_scenarios()
    ]


def each_delivered(
    orders: Sequence[Order],
    reports: Path | None,
    engine: Way = "here",
    *,
    anew: bool = False,
    jobs: int | None = None,
) -> Iterator[Outcome]:
    """What was delivered for each order, or why nothing was, as they come.

    jobs: how many are made at a time, by default one a core. When a worker dies, what was not finished by then is made
    again one by one, so that only the report that kills its worker is missing.
    """
    deliver = made if anew else up_to_date
    progress = Progress(f"{len(orders)} reports")
    count = min(jobs or cores(), len(orders))
    lost = []
    for start in range(0, len(orders), max(1, count * ONE_LIFE)):
        batch = orders[start : start + count * ONE_LIFE]
        with _workers(count) as pool:
            futures = [pool.submit(_outcome, deliver, order, reports, engine) for order in batch]
            for ready, (order, future) in enumerate(zip(batch, futures, strict=True), start):
                progress.step(f"{ready} ready, at {order.names.stem}")
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    lost.append(order)
                    continue
                progress.end()
                yield outcome
    for order in lost:
        yield _made_alone(deliver, order, reports, engine)


def _made_alone(deliver: Callable[..., Delivered], order: Order, reports: Path | None, engine: Way) -> Outcome:
    with _workers(1) as pool:
        try:
            return pool.submit(_outcome, deliver, order, reports, engine).result()
        except BrokenProcessPool:
            return BuildError(order.names.stem, "the process making it died (out of memory, or ended by the system)")


def _outcome(deliver: Callable[..., Delivered], order: Order, reports: Path | None, engine: Way) -> Outcome:
    """Runs in a worker. A refusal comes back as a value, so that the other reports go on."""
    try:
        return deliver(order, reports, engine)
    except HnsError as error:
        return error
    except OSError as error:
        return BuildError(str(error.filename or order.names.stem), error.strerror or str(error))


@contextmanager
def _workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of warm workers; when this process is interrupted they clear up what they were making and end too."""
    context = multiprocessing.get_context("forkserver" if CAN_FORK else "spawn")
    if CAN_FORK:
        context.set_forkserver_preload(_PRELOADED)
    pool = ProcessPoolExecutor(max(1, count), mp_context=context, initializer=_begin)
    try:
        yield pool
    except BaseException:
        for worker in multiprocessing.active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    end_with_parent()
    gc.freeze()  # what was there before stays: searches for cycles pass it by, and its pages stay shared
    gc.set_threshold(50_000, 20, 20)  # a report makes many objects and few cycles
    Progress.silent = True
