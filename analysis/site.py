"""The two pages about all reports (explorer.html, index.html): whether what they are made from has changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from analysis.manifest import hashes
from analysis.paths import DATA, ROOT, reports_folder

PAGES = ("explorer.html", "index.html")
RECORD = ".pages.json"


def pages_up_to_date(reports: Path | None = None) -> bool:
    """Whether both pages are there as they were made, from what the reports, data and code are now."""
    folder = reports or reports_folder()
    try:
        return json.loads((folder / RECORD).read_text(encoding="utf-8")) == _state(folder)
    except (OSError, ValueError):
        return False


def note_pages(reports: Path | None = None) -> None:
    """Write down what the pages were made from, for the next call."""
    folder = reports or reports_folder()
    (folder / RECORD).write_text(json.dumps(_state(folder)), encoding="utf-8")


def _state(folder: Path) -> dict[str, str]:
    """One hash for all they rest on, and those of the pages. Raises FileNotFoundError where there is no page."""
    code = [p for p in (ROOT / "analysis").rglob("*") if p.is_file() and p.suffix != ".pyc"]
    inputs = [p for p in (*code, *DATA.rglob("*")) if p.is_file()]
    told = hashes(sorted(inputs), ROOT), hashes(sorted(folder.glob("*/*manifest.json")), folder)
    files = sorted(p.relative_to(folder).as_posix() for p in folder.glob("*/*") if p.is_file())
    rests_on = hashlib.sha256(json.dumps([*told, files]).encode()).hexdigest()
    return {"rests on": rests_on, **hashes([folder / page for page in PAGES], folder)}
