"""Headline results kept beside each scenario, so that a change of code or data shows what it moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analysis.decision import decided
from analysis.paths import SCENARIOS
from analysis.readiness import ready
from analysis.scenario_files import scenario_names
from analysis.verdict import headline, verdict


def expected_path(name: str, folder: Path = SCENARIOS) -> Path:
    """Where the expected results of a scenario stand: beside its file."""
    return folder / f"{name}.expected.json"


def headline_of(name: str) -> dict[str, Any]:
    """The headline results as they come out now; raises as `ready` does."""
    assumed, evidence = ready(name)
    return headline(verdict(decided(assumed, evidence), evidence))


def write_expected(folder: Path = SCENARIOS) -> list[Path]:
    """Write the expected results of every scenario whose results have changed; returns the files written."""
    written = []
    for name in scenario_names():
        path = expected_path(name, folder)
        text = json.dumps(headline_of(name), indent=1, allow_nan=False) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written
