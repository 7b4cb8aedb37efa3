"""What no scenario changes and takes long, worked out by the process that waits while another runs the notebook.

A notebook gets the same figures in every way of running it: it takes from here what is there and works it out itself
where nothing is (tests/test_engines.py compares the ways byte for byte).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from analysis.paths import ROOT
from analysis.reads import note, with_reads

Result = TypeVar("Result")
#: Function without arguments, as module and name.
Job = tuple[str, str]

JOBS: tuple[Job, ...] = (("analysis.frozen", "scores_known_today"),)


def _nobody(job: Job) -> None:
    """No process works anything out for this one."""


_ask: Callable[[Job], Any] = _nobody


def ask_with(ask: Callable[[Job], Any]) -> None:
    """From now on results are asked for with `ask`, which gives None for what is not there."""
    global _ask
    _ask = ask


def worked_out(reached: Iterable[Path]) -> dict[Job, Any]:
    """Results, and what they were read from, of the jobs whose modules are among the files `reached` by a notebook."""
    found: dict[Job, Any] = {}
    files = set(reached)
    for module, name in JOBS:
        if ROOT.joinpath(*module.split(".")).with_suffix(".py") in files:
            with suppress(Exception):  # the notebook meets the same fault, and says where
                found[module, name] = with_reads(getattr(import_module(module), name))
    return found


def taken(job: Callable[[], Result]) -> Result:
    """The result of a job of the list, from the process that worked it out beforehand or worked out now."""
    found = _ask((job.__module__, job.__name__))
    if found is None:
        return job()
    result, reads = found
    note(reads)
    return result
