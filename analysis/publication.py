"""Where a finished report stands, and how it gets there: complete or not at all.

A report is made in a work folder beside its place (analysis/workplace.py) and changes places with the old one.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from analysis.exchange import exchange

MAIN_NOTEBOOK = "briefing"
SET_NOTEBOOK = "scenarios"  # sets several scenarios next to each other


@dataclass(frozen=True)
class Names:
    """File names of one report inside the folder of its scenario."""

    notebook: str
    scenario: str

    @property
    def stem(self) -> str:
        """Name shared by page, PDF and run record."""
        return f"hns-{self.notebook}-{self.scenario}"

    @property
    def _prefix(self) -> str:
        return "" if self.notebook == MAIN_NOTEBOOK else f"{self.stem}."

    @property
    def results(self) -> str:
        """The headline numbers."""
        return f"{self._prefix}results.json"

    @property
    def manifest(self) -> str:
        """Inputs, versions and files of the report."""
        return f"{self._prefix}manifest.json"

    @property
    def data(self) -> str:
        """Folder of the tables behind the exhibits."""
        return "data" if self.notebook == MAIN_NOTEBOOK else f"data/{self.notebook}"

    @property
    def workbook(self) -> str:
        """The tables behind the exhibits as one Excel file."""
        return f"{self._prefix}data.xlsx"

    @property
    def charts(self) -> str:
        """Folder of the charts as pictures."""
        return "charts" if self.notebook == MAIN_NOTEBOOK else f"charts/{self.notebook}"


def publish(made: Path, target: Path, names: Names) -> list[Path]:
    """Put a finished set of files into the scenario's folder, in one step, and return its files.

    What else lies in the folder (the reports of other notebooks) is set beside the new files first; then the two
    folders change places. `made` holds the old set afterwards. Two builds must not publish into one folder at a time.
    """
    files = sorted((p.relative_to(made) for p in made.rglob("*") if p.is_file()), key=_reading_order)
    old = {path.relative_to(target).as_posix() for path in published(target, names)}
    for path in [p for p in target.rglob("*") if p.is_file()] if target.is_dir() else []:
        name = path.relative_to(target)
        if name.as_posix() not in old and not (made / name).exists():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            _same_file(path, made / name)
    exchange(made, target)
    return [target / f for f in files]


def _same_file(path: Path, copy: Path) -> None:
    """A second name for a file, or a copy where the file system has no second names."""
    try:
        os.link(path, copy, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, copy, follow_symlinks=False)


def published(target: Path, names: Names) -> list[Path]:
    """Files of the report that stands in the scenario's folder, as its manifest lists them, page and PDF first."""
    try:
        listed = json.loads((target / names.manifest).read_text(encoding="utf-8"))
        files = [*listed["files"], listed["run_record"], names.manifest]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    inside = [Path(n) for n in files if ".." not in Path(n).parts and not Path(n).is_absolute()]
    return [target / file for file in sorted(inside, key=_reading_order)]


def _reading_order(file: Path) -> tuple[int, str]:
    """Page and PDF first, then the Office files, the run record, the numbers, the tables, and the pictures."""
    order = {".html": 0, ".pdf": 1, ".docx": 2, ".xlsx": 3, ".ipynb": 4, ".json": 5, ".csv": 6}
    return order.get(file.suffix, 7), file.as_posix()
