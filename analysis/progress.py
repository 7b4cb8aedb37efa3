"""Which notebook, which cell, how long: one line on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
import time
from typing import Any, TextIO


class Progress:
    """Progress of one report, written over itself on one line of a terminal."""

    silent = False  # in a worker, whose reports are told of by the process that gave them out

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self.label = label
        self.stream = stream or sys.stderr
        self.shown = self.stream.isatty() and not self.silent
        self.started = time.monotonic()
        self.notebook: Any = None
        self.cell: Any = None

    def __reduce__(self) -> tuple[type, tuple[str]]:
        """In another process it writes to that one's terminal."""
        return type(self), (self.label,)

    def step(self, what: str) -> None:
        """Show what is being done now, with the time since the start."""
        if self.shown:
            line = f"{self.label}: {what}, {time.monotonic() - self.started:.1f} s"
            self.stream.write(f"\r\x1b[2K{line}")
            self.stream.flush()

    def end(self) -> None:
        """Clear the line, so that the result or the error stands alone."""
        if self.shown:
            self.stream.write("\r\x1b[2K")
            self.stream.flush()

    # The next two are called by nbclient, with keyword arguments of these names.

    def on_notebook_start(self, notebook: Any) -> None:
        """Keep the notebook, to save what there is of it should the run break off."""
        self.notebook = notebook
        self.step("kernel ready")

    def on_cell_start(self, cell: Any, cell_index: int) -> None:
        """Keep and show the cell that runs now; text cells need no line."""
        self.cell = cell
        if cell.cell_type == "code":
            self.step(f"cell {cell_index + 1}/{len(self.notebook.cells)}")
