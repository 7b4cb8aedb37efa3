"""A papermill engine that runs a notebook in this process: no kernel to start, modules and data read once.

Each run has a fresh namespace and a fresh IPython shell; what a notebook changes in the process (environment, working
folder, `__main__`, warning filters, random generators) is put back. Modules stay loaded, which is the point: use it for
the project's own notebooks, whose sections are pure functions. tests/test_engines.py shows the same outputs as from a
kernel, in a process that has run other notebooks before.
"""

from __future__ import annotations

import atexit
import json
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_output
from papermill.engines import Engine, papermill_engines
from traitlets import Type
from traitlets.config import Config

from analysis.reads import forget

NAME = "hns-warm"


class CellTimeout(BaseException):
    """A cell ran too long. Not an Exception, so that no cell catches it by accident."""


class _Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, *_, **__):
        self.shell.produced.append(_output("display_data", data, metadata))


class _Hook(DisplayHook):
    def __call__(self, result=None):
        if result is not None and not self.quiet():
            data, metadata = self.shell.display_formatter.format(result)
            self.shell.produced.append(_output("execute_result", data, metadata, execution_count=self.prompt_count))


class _Shell(InteractiveShell):
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def __init__(self, **kwargs):
        self.produced: list[Any] = []
        super().__init__(**kwargs)

    def _showtraceback(self, etype, evalue, stb):
        self.produced.append(new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=stb))


class _Stream:
    """Standard output or error of a cell, as the outputs a kernel would send."""

    encoding = "utf-8"

    def __init__(self, name: str, produced: list[Any]) -> None:
        self.name, self.produced = name, produced

    def write(self, text: str) -> int:
        last = self.produced[-1] if self.produced else {}
        if last.get("output_type") == "stream" and last["name"] == self.name:
            last["text"] += text
        elif text:
            self.produced.append(new_output("stream", name=self.name, text=text))
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return False


class WarmEngine(Engine):
    """Runs the cells one after the other in this process, each notebook in a namespace of its own."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man,
        kernel_name,
        *,
        folder: Path,
        environment: dict[str, str],
        cell_seconds: float,
        on_notebook_start: Callable,
        on_cell_start: Callable,
        **_,
    ):
        """Run all cells; `folder`: scratch for IPython's profile, `environment`: what the notebook sees besides."""
        on_notebook_start(notebook=nb_man.nb)
        with _put_back(), _shell(folder) as shell:
            os.environ.update({"TZ": "UTC", **environment})
            forget()
            _seed(environment.get("HNS_GLOBAL_SEED"))
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                on_cell_start(cell=cell, cell_index=index)
                problem = _ran(shell, cell, cell_seconds) if cell.cell_type == "code" else None
                if isinstance(problem, SystemExit):
                    break  # the cell and those after it stay incomplete, as in a kernel that is told to end
                if problem is not None:
                    nb_man.cell_exception(cell, cell_index=index)
                    break
                nb_man.cell_complete(cell, cell_index=index)


def _ran(shell: _Shell, cell: Any, seconds: float) -> BaseException | None:
    """Run one code cell and keep its outputs; what it raised, if anything."""
    shell.produced.clear()
    number = shell.execution_count
    out, err = _Stream("stdout", shell.produced), _Stream("stderr", shell.produced)
    with redirect_stdout(out), redirect_stderr(err), _limit(seconds):
        result = shell.run_cell(cell.source, store_history=True)
    cell.execution_count = number
    cell.outputs = list(shell.produced)
    problem = result.error_before_exec or result.error_in_exec
    if isinstance(problem, KeyboardInterrupt | CellTimeout):
        raise problem
    return problem


def _output(kind: str, data: Any, metadata: Any, **more: Any) -> Any:
    """An output as it would have come over the wire: plain JSON values, no objects of the notebook."""
    data, metadata = json.loads(json.dumps([data, metadata or {}]))
    return nbformat.from_dict({"output_type": kind, "data": data, "metadata": metadata, **more})


@contextmanager
def _shell(folder: Path) -> Iterator[_Shell]:
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    settings.InteractiveShell.autocall = 0
    ours, InteractiveShell._instance = InteractiveShell._instance, None
    hook = sys.displayhook
    shell = _Shell.instance(config=settings, ipython_dir=str(folder / "ipython"))
    try:
        yield shell
    finally:
        shell.restore_sys_module_state()
        _Shell.clear_instance()
        atexit.unregister(shell.atexit_operations)  # it would hold all the notebook has worked out until the end
        shell.user_ns.clear()
        InteractiveShell._instance, sys.displayhook = ours, hook


@contextmanager
def _put_back() -> Iterator[None]:
    """What a notebook may change in this process stands afterwards as it stood before."""
    environment, path, folder, main = dict(os.environ), list(sys.path), Path.cwd(), sys.modules["__main__"]
    generators = random.getstate(), np.random.get_state()
    excepthook, stop = sys.excepthook, _sigint()
    try:
        with warnings.catch_warnings():
            yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        _read_zone()
        sys.path[:] = path
        sys.modules["__main__"] = main
        sys.excepthook = excepthook
        os.chdir(folder)
        random.setstate(generators[0])
        np.random.set_state(generators[1])
        if stop is not None:
            signal.signal(signal.SIGINT, stop)


def _sigint() -> Any:
    return signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None


def _seed(seed: str | None) -> None:
    _read_zone()
    if seed is not None:
        random.seed(int(seed))
        np.random.seed(int(seed))


def _read_zone() -> None:
    if hasattr(time, "tzset"):
        time.tzset()


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """End a cell that runs too long, where the system has timers and this is the thread they reach."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_):
        raise CellTimeout

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


papermill_engines.register(NAME, WarmEngine)
