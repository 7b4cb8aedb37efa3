"""What the tests share: a quiet environment, notebooks made for a test, and whole checkouts to break."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from analysis.paths import ROOT

STAND_IN = Path(__file__).parent / "notebooks" / "stand_in.ipynb"
# `make test` hands these to its children; a test says itself what it wants.
INHERITED = (
    "SCENARIO", "NOTEBOOK", "FORMATS", "PAPER", "REPORTS", "PORT", "PYTHON", "ARGS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS",
    "AGAINST", "GRID",
)  # fmt: skip
for _name in INHERITED:  # at once, for fixtures that live longer than one test
    os.environ.pop(_name, None)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    for name in (*INHERITED, "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)


def write_notebook(path: Path, *extra: str, tagged: bool = True) -> Path:
    """The stand-in notebook at `path`, with further code cells before its last one."""
    notebook = json.loads(STAND_IN.read_text(encoding="utf-8"))
    if not tagged:
        notebook["cells"][0]["metadata"] = {}
    for number, source in enumerate(extra):
        cell = {"cell_type": "code", "id": f"extra-{number}", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"].insert(-1, cell | {"source": source})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def exhibits_run():
    """The notebook that holds every kind of exhibit, hostile text included, after its run."""
    path = Path(__file__).parent / "notebooks" / "exhibits.ipynb"
    return NotebookClient(nbformat.read(path, as_version=4), timeout=120, kernel_name="python3").execute()


@dataclass
class Checkout:
    """A copy of the project in a folder of its own, with the stand-in as its briefing."""

    root: Path

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def kernel_started(self) -> bool:
        return (self.root / "kernel-started").exists()

    def hns(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._run([sys.executable, "-m", "analysis.command", *arguments], environment)

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self._run(["make", *arguments], environment)

    def watch_kernels(self) -> None:
        """Put a module in the kernel's way that leaves a mark when a kernel is started."""
        mark = repr(str(self.root / "kernel-started"))
        (self.root / "ipykernel_launcher.py").write_text(f"open({mark}, 'w').close()\n", encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _run(self, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.root, env=os.environ | environment, capture_output=True, text=True, timeout=120
        )


@pytest.fixture(scope="session")
def report_of(tmp_path_factory) -> Callable[..., Path]:
    """Folder of one scenario's whole report from one notebook, made at most once in a test run."""
    from analysis.report import build

    folder = tmp_path_factory.mktemp("reports")

    @cache
    def made(scenario: str, notebook: str = "briefing") -> Path:
        build(scenario, notebook, reports=folder / notebook)
        return folder / notebook / scenario

    return made


@pytest.fixture(scope="session")
def browser():
    """Chromium for the tests that look at a page; fails with what to install where there is none."""
    from page_tools import chromium
    from playwright.sync_api import sync_playwright

    program = chromium()
    with sync_playwright() as player:
        shown = player.chromium.launch(executable_path=program, args=["--no-sandbox", "--allow-file-access-from-files"])
        yield shown
        shown.close()


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return copied_checkout(tmp_path / "checkout")


def copied_checkout(root: Path) -> Checkout:
    """The project copied to `root`, with the environment of this test run."""
    without = shutil.ignore_patterns("__pycache__")
    for folder in ("analysis", "data"):
        shutil.copytree(ROOT / folder, root / folder, ignore=without)
    for file in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy2(ROOT / file, root / file)
    (root / "reports").mkdir()
    write_notebook(root / "notebooks" / "briefing.ipynb")
    # The environment of this test run, under the name the Makefile expects.
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (root / ".venv" / ".synced").touch()
    return Checkout(root)


@pytest.fixture
def notebook(tmp_path, monkeypatch) -> Callable[..., str]:
    """Make a notebook the pipeline finds, from the stand-in and further cells; returns its name."""
    folder = tmp_path / "notebooks"
    monkeypatch.setattr("analysis.report.NOTEBOOKS", folder)
    monkeypatch.setattr("analysis.report.BUILD", tmp_path / "build")

    def make(*extra: str, name: str = "briefing", tagged: bool = True) -> str:
        return write_notebook(folder / f"{name}.ipynb", *extra, tagged=tagged).stem

    return make
