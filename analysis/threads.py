"""Several calls at once in threads: for work that numpy and scipy do outside the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def each(function: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
    """`function` of every item, in their order; it must read no evidence, for what is read is noted by one thread."""
    with ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(function, items))


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
