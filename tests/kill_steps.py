"""A build that is killed at its n-th step on disk, for test_killed.py; each runs in a process forked from a warm one.

Usage: python kill_steps.py REPORTS SEED FROM TO. Prints a line for each step: its number and how the build ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import analysis.report
from analysis.fork import CAN_FORK

#: Python tells of these before it does them; the swap of two folders comes through ctypes.
EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.utime", "shutil.rmtree", "os.chmod"}


def die_at(step: int, reports: str) -> None:
    """From now on count what is written below the reports, and end at once at the given one."""
    count = 0

    def watch(event: str, arguments: tuple) -> None:
        nonlocal count
        named = event == "ctypes.dlsym" and arguments[1] == "renameat2"
        writes = event != "open" or (len(arguments) > 1 and arguments[1] and set(str(arguments[1])) & set("wxa+"))
        if named or (event in EVENTS and writes and str(arguments[0]).startswith(reports)):
            count += 1
            if count == step:
                os._exit(9)

    sys.addaudithook(watch)


def main() -> None:
    """Kill one build after the other, each a step further, until one comes to its end."""
    assert CAN_FORK
    reports, seed, first, last = sys.argv[1], *map(int, sys.argv[2:])
    analysis.report.build("biden", formats=["pdf"], reports=Path(reports).with_name("warm"))
    for step in range(first, last + 1):
        child = os.fork()
        if child == 0:
            die_at(step, reports)
            analysis.report.build("biden", formats=["pdf"], reports=Path(reports), global_seed=seed)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(step, ended, flush=True)
        sys.stdin.readline()  # the test has looked at what is left
        if ended == 0:
            break


if __name__ == "__main__":
    main()
