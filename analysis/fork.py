"""A process forked from this one that gets ready while this one still checks, and then does one piece of work.

What goes wrong there stays there, and the two use two cores.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

#: Windows cannot fork; on macOS a fork after system libraries have been used is not safe.
CAN_FORK = sys.platform not in {"win32", "darwin", "cygwin"} and hasattr(os, "fork")


#: In a process that works for another one: the way to it.
_parent: Connection | None = None


@contextmanager
def standby(
    prepare: Callable[[], None], meanwhile: Callable[[], Mapping[Hashable, Any]] = dict
) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """A call that has its work done by a process forked now, which prepares until then.

    The call takes work that can be pickled and gives back its result. `meanwhile` runs here at the same time, and the
    work may ask for what it returns (`from_parent`). The call raises what the work raised, ChildProcessError when the
    process died. The process ends with this one, however that ends.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    child = context.Process(target=_in_child, args=(theirs, prepare), daemon=True)
    child.start()
    theirs.close()

    def call(work: Callable[[], Any]) -> Any:
        try:
            ours.send(work)
            found = meanwhile()
            while (message := ours.recv())[0] == "asked":
                ours.send(found.get(message[1]))
            worked, outcome = message
        except (EOFError, ConnectionError):
            raise ChildProcessError from None
        if worked == "done":
            return outcome
        raise outcome

    try:
        yield call
    finally:
        child.kill()
        child.join()
        ours.close()


def from_parent(name: Hashable) -> Any:
    """What the waiting process has found under this name; None where there is no such process, or nothing."""
    if _parent is None:
        return None
    _parent.send(("asked", name))
    return _parent.recv()


def _in_child(pipe: Connection, prepare: Callable[[], None]) -> None:
    global _parent
    end_with_parent()
    gc.disable()  # it lives for seconds, and looking for cycles takes a fifteenth of them
    try:
        with suppress(Exception):  # what is amiss is found again by the work, and said there
            prepare()
        work = pipe.recv()
        _parent = pipe
        try:
            outcome = "done", work()
        except BaseException as error:
            outcome = "failed", error
        pipe.send(outcome)
    except (KeyboardInterrupt, EOFError, OSError):  # nobody waits for it any more
        os._exit(1)


def end_with_parent() -> None:
    """Let this child process end when its parent does, even when the parent is killed."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
