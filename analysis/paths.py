"""Where things are, whatever the working directory."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SCENARIOS = DATA / "scenarios"
NOTEBOOKS = ROOT / "notebooks"


def reports_folder() -> Path:
    """Folder of the finished reports: `reports/` of the checkout, or what REPORTS names."""
    return Path(os.environ.get("REPORTS") or ROOT / "reports").resolve()


def listed_scenarios(folder: Path = SCENARIOS) -> list[str]:
    """Names of the scenario files in a folder, sorted."""
    return sorted(p.stem for p in folder.glob("*.yaml"))
