"""Running one notebook through papermill, and saying clearly where it broke."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.errors import BuildError
from analysis.paths import ROOT

if TYPE_CHECKING:
    from analysis.progress import Progress

# Its parsers take about a second to build at import and nothing here needs them.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

#: Where a notebook runs: in the process that calls papermill, or in a Jupyter kernel.
Engine = Literal["here", "kernel"]

CELL_SECONDS = 600
# Cells the author of the notebook never saw, so they are not counted.
ADDED_BY_PAPERMILL = frozenset({"injected-parameters", "papermill-error-cell-tag"})


class NotebookError(BuildError):
    """A notebook broke off: where, why, and where its partial run record lies, on three lines."""

    def __init__(self, place: str, problem: str, partial: Any) -> None:
        self.partial_notebook, self.partial_path = partial, None
        super().__init__(place, problem)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.place, self.problem, self.partial_notebook)

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """Place, problem and path, each on a line of its own."""
        lines = [self.place, f"  {self.problem}"]
        if self.partial_path:
            lines.append(f"  the run so far: {self.partial_path}")
        return "\n".join(lines)


def seeded(seed: int | None) -> dict[str, str]:
    """Environment that seeds `random` and numpy's global generator before the first cell, and a kernel's hashing."""
    return {} if seed is None else {"PYTHONHASHSEED": str(seed), "HNS_GLOBAL_SEED": str(seed)}


def get_ready(path: Path) -> None:
    """Load what the notebook at `path` will need: papermill, the modules it imports, the tables."""
    import analysis.warm_engine  # noqa: F401
    from analysis.beforehand import ask_with
    from analysis.closure import modules_named, notebook_sources
    from analysis.data import read_table, table_names
    from analysis.fork import from_parent

    ask_with(from_parent)
    for module in modules_named("\n".join(notebook_sources(path))):
        import_module(module)
    for table in table_names():
        read_table(table)


def execute(
    path: Path,
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
    progress: Progress,
    scratch: Path,
    engine: Engine = "here",
    run: Callable[[Callable[[], Any]], Any] = lambda work: work(),
) -> Any:
    """Run the notebook at `path` and return it executed (an nbformat NotebookNode).

    environment: variables the notebook sees besides those there are; scratch: a folder nothing of which is kept;
    run: what has the work done, if not this process (analysis/fork.py). Raises BuildError if the notebook does not
    declare one of the parameters, NotebookError if any cell did not complete.
    """
    try:
        return run(partial(_papermill, path, parameters, environment, progress, scratch, engine))
    except ChildProcessError:
        problem = "the process running the notebook died (out of memory, or ended by the system)"
        raise BuildError(f"scenario {parameters.get('scenario', '')}, {_shown(path)}", problem) from None


def _papermill(
    path: Path,
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
    progress: Progress,
    scratch: Path,
    engine: Engine,
) -> Any:
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    check_parameters(path, parameters)
    # papermill would log its own account of every error; ours is the one line the reader needs.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    scratch.mkdir(exist_ok=True)
    with _told(engine, scratch, environment) as (settings, timeout, no_start):
        try:
            executed = papermill.execute_notebook(
                str(path),
                str(scratch / "executed.ipynb"),
                dict(parameters),
                kernel_name="python3",
                language="python",
                cwd=str(path.parent),
                progress_bar=False,
                request_save_on_cell_execute=False,
                on_notebook_start=progress.on_notebook_start,
                on_cell_start=progress.on_cell_start,
                **settings,
            )
        except PapermillExecutionError as error:
            problem = f"{error.ename}: {_one_line(error.evalue)}"
            raise NotebookError(_place(path, progress), problem, progress.notebook) from None
        except (CellTimeoutError, *timeout):
            problem = f"the cell was still running after {CELL_SECONDS} seconds"
            raise NotebookError(_place(path, progress), problem, progress.notebook) from None
        except DeadKernelError:
            problem = "the kernel died (out of memory, or ended by the system)"
            raise NotebookError(_place(path, progress), problem, progress.notebook) from None
        except no_start as error:
            raise BuildError(_shown(path), f"no kernel could be started: {_one_line(str(error))}") from None
    _check_completed(path, executed, progress)
    return _without_machine_paths(executed, path)


Told = tuple[dict[str, Any], tuple[type[BaseException], ...], tuple[type[BaseException], ...]]


@contextmanager
def _told(engine: Engine, scratch: Path, environment: Mapping[str, str]) -> Iterator[Told]:
    """What papermill is told for a run, and which errors mean that a cell took too long or that nothing started."""
    if engine == "kernel":
        from jupyter_client.kernelspec import NoSuchKernel

        from analysis.kernel import run_kernel

        with run_kernel(scratch, environment) as manager:
            settings = {
                "kernel_manager_class": manager,
                "execution_timeout": CELL_SECONDS,
                "shutdown_kernel": "immediate",
            }
            yield settings, (), (NoSuchKernel, RuntimeError, TimeoutError)
    else:
        from analysis.warm_engine import NAME, CellTimeout

        settings = {"engine_name": NAME, "folder": scratch, "environment": environment, "cell_seconds": CELL_SECONDS}
        yield settings, (CellTimeout,), ()


def check_parameters(path: Path, parameters: Mapping[str, Any]) -> None:
    """Refuse a parameter the notebook does not declare; papermill would only mention it and use the default.

    papermill writes parameter names into code as they stand, so this also keeps code out of the notebook.
    Raises BuildError, also for a torn notebook.
    """
    import papermill

    try:
        declared = papermill.inspect_notebook(str(path))
    except Exception as error:  # whatever a torn file makes nbformat raise
        raise BuildError(_shown(path), f"not a readable notebook: {_one_line(str(error))[:120]}") from None
    if unknown := [name for name in parameters if name not in declared]:
        allowed = ", ".join(declared) or "none: no cell is tagged `parameters`"
        raise BuildError(_shown(path), f"the notebook has no parameter {unknown[0]!r}", allowed)


def _check_completed(path: Path, notebook: Any, progress: Progress) -> None:
    """A cell that calls sys.exit(0) ends the run without an error: later cells never run."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.papermill.get("status") != "completed":
            raise NotebookError(_place(path, progress), "the notebook ended itself before its last cell", notebook)


def _place(path: Path, progress: Progress) -> str:
    """Scenario, notebook, number of the cell that ran last and its first line.

    papermill's own marks cannot tell: it calls a cell completed that timed out or whose kernel died.
    """
    notebook, cell = progress.notebook, progress.cell
    cells = [c for c in notebook.cells if ADDED_BY_PAPERMILL.isdisjoint(c.metadata.get("tags", []))]
    scenario = notebook.metadata.papermill.get("parameters", {}).get("scenario", "")
    if cell not in cells:
        return f"scenario {scenario}, {_shown(path)}, parameters"
    first_line = next(iter(cell.source.strip().splitlines()), "")[:100]
    return f"scenario {scenario}, {_shown(path)}, cell {cells.index(cell) + 1} of {len(cells)}: {first_line}"


def _without_machine_paths(notebook: Any, path: Path) -> Any:
    """The run record names the notebook inside the project, not folders of the machine it ran on."""
    notebook.metadata.papermill["input_path"] = _shown(path)
    notebook.metadata.papermill["output_path"] = None
    return notebook


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _one_line(text: str) -> str:
    return " ".join(text.split())[:400]
