"""Finished reports as they lie in the folder: what each says of itself, and whether its inputs have changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from analysis.errors import HnsError
from analysis.freshness import outdated, read_manifest
from analysis.publication import MAIN_NOTEBOOK, Names

State = Literal["current", "outdated", "missing"]


@dataclass(frozen=True)
class Finished:
    """One scenario's report; paths are relative to the folder of all reports, figures are those of results.json."""

    scenario: str
    state: State
    files: tuple[str, ...] = ()
    results: Mapping[str, Any] = field(default_factory=dict)

    @property
    def decision(self) -> Mapping[str, Any]:
        """Course and state the scenario follows, with the course's name; empty where the report does not say."""
        return self.results.get("decision", {})

    def value(self, name: str) -> float | None:
        """A figure by its name in results.json, None where the report holds none."""
        return self._figure(name).get("value")

    def text(self, name: str) -> str | None:
        """A figure as the report words it, None where the report holds none."""
        return self._figure(name).get("text")

    def _figure(self, name: str) -> Mapping[str, Any]:
        return self.results.get("figures", {}).get(name, {})


def finished(scenario: str, reports: Path) -> Finished:
    """The report of a scenario in the folder `reports`, with every file of it that is there.

    A report that would come out otherwise now (analysis/freshness.py), or that lacks a file, is outdated.
    """
    names = Names(MAIN_NOTEBOOK, scenario)
    folder = reports / scenario
    manifest = read_manifest(folder / names.manifest)
    if not manifest:
        return Finished(scenario, "missing")
    others = [_read(path) for path in sorted(folder.glob(f"hns-*-{scenario}.manifest.json"))]
    listed = [name for one in (manifest, *others) for name in one.get("files", {})]
    there = [name for name in listed if _inside(name) and (folder / name).is_file()]
    results = _read(folder / names.results) if names.results in there else {}
    state: State = "current" if len(there) == len(listed) and not _outdated(folder, manifest) else "outdated"
    return Finished(scenario, state, tuple(f"{scenario}/{name}" for name in there), results)


def _outdated(folder: Path, manifest: Mapping[str, Any]) -> str:
    try:
        return outdated(folder, manifest)
    except HnsError as error:  # a scenario or table that is not in order makes no report
        return error.sentence


def _inside(name: str) -> bool:
    return ".." not in Path(name).parts and not Path(name).is_absolute()


def _read(path: Path) -> dict[str, Any]:
    """A JSON object, or an empty one when there is none to read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
