"""Whether a finished report still says what a new one would: judged by what its inputs say, not by their dates.

Equal bytes settle it without reading anything but the files. Where bytes differ, content decides: a comment, a line
end or a row the report never read makes no new report. Nothing heavy is imported before that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from analysis.paths import ROOT
from analysis.publication import Names


def reason_to_build(reports: Path, names: Names, formats: Sequence[str], paper: str, against: str) -> str:
    """Why the report must be made, in a few words; empty when the one in the folder is up to date.

    Raises what the checks raise when a changed scenario or table is not in order.
    """
    folder = reports / names.scenario
    manifest = read_manifest(folder / names.manifest)
    if not manifest:
        return "not made yet"
    return _other_request(manifest, formats, paper, against) or outdated(folder, manifest)


def outdated(folder: Path, manifest: Mapping[str, Any]) -> str:
    """What has changed since the report in a folder was made: a file of it, a version or an input; else empty."""
    from analysis.manifest import versions

    for name, digest in manifest["files"].items():
        if _hash(folder / name) != digest:
            return f"{name} is not as it was made"
    if not (folder / manifest["run_record"]).is_file():
        return f"{manifest['run_record']} is missing"
    if manifest["versions"] != versions(*manifest["versions"]):
        return "other versions of Python or its packages"
    changed = [name for name, digest in manifest["inputs"].items() if _hash(ROOT / name) != digest]
    changed += _unlisted_scenarios(manifest)
    return _change_of_content(changed, manifest) if changed else ""


def read_manifest(path: Path) -> dict[str, Any]:
    """A manifest as it was written, or an empty one where there is none that can be used."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        sound = all(isinstance(content[key], dict) for key in ("files", "inputs", "versions", "content"))
        names = [*content["files"], content["run_record"], content["scenario"], content["notebook"]]
        date.fromisoformat(content["as_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    inside = all(isinstance(n, str) and ".." not in Path(n).parts and not Path(n).is_absolute() for n in names)
    return content if sound and inside else {}


def _other_request(manifest: Mapping[str, Any], formats: Sequence[str], paper: str, against: str) -> str:
    from analysis.manifest import stamp

    if not set(formats) <= set(manifest.get("formats", ())):
        return "other formats"
    if manifest.get("paper") != paper or manifest.get("against", "") != against:
        return "another paper or other scenarios beside it"
    if manifest.get("source_date_epoch") != stamp(date.fromisoformat(manifest["as_of"])):
        return "another date by SOURCE_DATE_EPOCH"
    return ""


def _unlisted_scenarios(manifest: Mapping[str, Any]) -> list[str]:
    """Scenario files that have come since, for a report that looks at all of them."""
    if "scenarios" not in manifest["content"]:
        return []
    there = {p.relative_to(ROOT).as_posix() for p in (ROOT / "data" / "scenarios").glob("*.yaml")}
    return sorted(there - set(manifest["inputs"]))


def _change_of_content(changed: Sequence[str], manifest: Mapping[str, Any]) -> str:
    """The first of the changed files that says something else to this report than before, in words."""
    from analysis.content import read_contents
    from analysis.readiness import ready

    recorded = dict(manifest["content"])
    said = recorded.pop("notebook", "")
    notebook = f"notebooks/{manifest['notebook']}.ipynb"
    for name in changed:
        if not name.startswith("data/") and not (name == notebook and _said(name) == said):
            return f"{name} has changed"
    ready(manifest["scenario"])  # what is out of order is refused, whoever reads it
    now = read_contents(tuple(key.split(" ")) for key in recorded)
    return next((f"{_worded(key)} has changed" for key in recorded if now.get(key) != recorded[key]), "")


def _said(notebook: str) -> str:
    from analysis.content import notebook_content

    path = ROOT / notebook
    return notebook_content(path) if path.is_file() else ""


def _worded(key: str) -> str:
    kind, *what = key.split(" ")
    words = {
        "scenario": "data/scenarios/{}.yaml",
        "scenarios": "the list of scenarios",
        "descriptor": "data/datapackage.json",
        "table": "data/{1}.csv",
        "row": "row {2} of data/{1}.csv",
    }
    return words[kind].format(*what)


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
