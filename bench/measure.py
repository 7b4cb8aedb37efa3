"""One command, run once: how long it took, how much memory, what it left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis.errors import HnsError

PER_MIB = 2**20 if sys.platform == "darwin" else 2**10  # macOS counts bytes, Linux KiB


class BenchError(HnsError):
    """A command of the benchmark failed, or something it needs is not here."""


@dataclass(frozen=True)
class Reading:
    """What one step took.

    wall, cpu: seconds, cpu being user and system time of the command and all it waited for;
    memory: MiB of the largest single process among them; files: bytes of each file it leaves, by kind;
    said: what the command printed. What a figure taken from inside a run cannot tell is None.
    """

    step: str
    wall: float
    cpu: float | None
    memory: float | None
    files: Mapping[str, int]
    said: str = ""

    def as_data(self) -> dict[str, object]:
        """The reading as JSON knows it, without what was printed."""
        return {name: value for name, value in asdict(self).items() if name != "said"}


def timed(
    step: str,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    left: Sequence[Path] = (),
) -> Reading:
    """Run a command in `folder` with exactly this environment and tell what it took.

    left: files it must leave. Raises BenchError when it fails or leaves one of them out.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        last = " ".join(said.split())[-300:]
        raise BenchError(step, f"{Path(command[0]).name} ended with status {process.returncode}: {last}")
    if missing := [path for path in left if not path.is_file()]:
        raise BenchError(step, f"left no {missing[0].name}")
    files = {path.suffix.lstrip("."): path.stat().st_size for path in left}
    return Reading(step, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / PER_MIB, files, said)
