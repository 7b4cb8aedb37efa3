"""The folder in which one report is being made, and the lock that keeps two builds of it apart.

Locks are held by the process, so none outlives a process that was killed. What such a process left lying is
cleared away by the next build in the same folder of reports.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.errors import BuildError
from analysis.exchange import recovered

LOCKS = ".locks"
WORK = ".building-"


def _say(text: str) -> None:
    print(f"hns: {text}", file=sys.stderr, flush=True)


@contextmanager
def locked(reports: Path, name: str, waiting: str = "", say: Callable[[str], None] = _say) -> Iterator[None]:
    """Hold the lock `name` of a folder of reports; `waiting` is said when another build holds it.

    Raises BuildError where the file system has no locks.
    """
    folder = reports / LOCKS
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{name}.lock", mode=0o666)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        if waiting:
            say(waiting)
        lock.acquire()
    except NotImplementedError:
        raise BuildError(str(reports), "this file system has no locks", "another folder, named by REPORTS=") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def workplace(reports: Path, name: str, waiting: str) -> Iterator[Path]:
    """An empty folder on the file system of the reports for the build `name`, which nobody else makes meanwhile.

    It is gone afterwards whatever happens; if the process is killed, the next build takes it away.
    """
    with locked(reports, name, waiting):
        _clear_away(reports, name)
        folder = reports / f"{WORK}{name}"
        try:
            folder.mkdir()
            yield folder
        finally:
            _take_away(folder)


def _take_away(folder: Path) -> None:
    """Remove a work folder for good, also when Ctrl-C comes just then or a kernel that is ending still writes there."""
    interrupted = False
    for _ in range(30):
        try:
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(0.1)
        except KeyboardInterrupt:
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt


def _clear_away(reports: Path, own: str) -> None:
    """Remove the work folders of builds that were killed: those whose lock nobody holds."""
    for left in reports.glob(f"{WORK}*"):
        name = left.name.removeprefix(WORK)
        if name == own:
            _remove(left, reports)
            continue
        lock = FileLock(reports / LOCKS / f"{name}.lock", mode=0o666)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            continue
        try:
            _remove(left, reports)
        finally:
            lock.release()


def _remove(left: Path, reports: Path) -> None:
    if left.is_dir():
        recovered(left, reports)
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write one page beside the reports: whole or not at all."""
    with workplace(path.parent, path.name, f"waiting for another build of {path.name}") as work:
        made = work / path.name
        made.write_text(text, encoding="utf-8", newline="\n")
        os.replace(made, path)
