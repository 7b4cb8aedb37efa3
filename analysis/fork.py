"""A call in a process forked from this one: modules are there already, and what goes wrong there stays there."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Result = TypeVar("Result")
#: Windows cannot fork; on macOS a fork after system libraries have been used is not safe.
CAN_FORK = sys.platform not in {"win32", "darwin", "cygwin"} and hasattr(os, "fork")


def forked(work: Callable[[], Result], meanwhile: Callable[[], None]) -> Result:
    """Result of `work()` from a forked process; `meanwhile` runs here at the same time.

    Raises what `work` raised, ChildProcessError when the process died. The process ends with this one, however that
    ends.
    """
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    child = context.Process(target=_in_child, args=(sending, work), daemon=True)
    child.start()
    sending.close()
    try:
        meanwhile()
        worked, outcome = receiving.recv()
    except EOFError:
        raise ChildProcessError from None
    finally:
        child.kill()
        child.join()
        receiving.close()
    if worked:
        return outcome
    raise outcome


def _in_child(sending: Connection, work: Callable[[], Any]) -> None:
    end_with_parent()
    try:
        outcome = True, work()
    except BaseException as error:
        outcome = False, error
    sending.send(outcome)


def end_with_parent() -> None:
    """Let this child process end when its parent does, even when the parent is killed."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
