"""Where a finished report stands, and how it gets there: complete or not at all.

A report is made in a folder beside its place and moved in at the end, the manifest last. A report without
its manifest is not finished.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

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


def publish(made: Path, target: Path, names: Names, began: float) -> list[Path]:
    """Move a finished set of files into the scenario's folder: the old manifest goes first, the new one comes last.

    The manifest bears the time the build began, so an input changed meanwhile is newer than the report.
    """
    target.mkdir(parents=True, exist_ok=True)
    files = sorted((p.relative_to(made) for p in made.rglob("*") if p.is_file()), key=_reading_order)
    old = _published(target / names.manifest)
    (target / names.manifest).unlink(missing_ok=True)
    for name in old - {f.as_posix() for f in files}:
        (target / name).unlink(missing_ok=True)
        with suppress(OSError):  # a folder that still holds something stays
            (target / name).parent.rmdir()
    os.utime(made / names.manifest, (began, began))
    for file in sorted(files, key=lambda f: f.name == names.manifest):
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        os.replace(made / file, target / file)
    return [target / f for f in files]


@contextmanager
def work_folder(reports: Path) -> Iterator[Path]:
    """A folder on the same file system as the reports, gone again whatever happens."""
    reports.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".building-", dir=reports))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _published(manifest: Path) -> set[str]:
    """Files of the report that stands there now, as its manifest lists them."""
    try:
        listed = json.loads(manifest.read_text(encoding="utf-8"))
        names = {*listed["files"], listed["run_record"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {n for n in names if ".." not in Path(n).parts and not Path(n).is_absolute()}


def _reading_order(file: Path) -> tuple[int, str]:
    """Page and PDF first, then the Office files, the run record, the numbers, the tables, and the pictures."""
    order = {".html": 0, ".pdf": 1, ".docx": 2, ".xlsx": 3, ".ipynb": 4, ".json": 5, ".csv": 6}
    return order.get(file.suffix, 7), file.as_posix()
