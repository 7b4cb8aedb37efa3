"""The explorer as a file: reports/explorer.html, complete in itself, the same bytes from the same inputs."""

from __future__ import annotations

import base64
import hashlib
import json
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.errors import HnsError
from analysis.expected import expected_path
from analysis.explorer_page.content import explorer_data
from analysis.export.html import TEMPLATES
from analysis.paths import reports_folder
from analysis.publication import MAIN_NOTEBOOK, Names
from analysis.readiness import ready
from analysis.scenario_files import scenario_names
from analysis.workplace import write_whole

FILE = "explorer.html"
_STYLES = ("exhibit.css", "page.css", "explorer.css")
_SCRIPTS = ("explorer-model.js", "explorer-words.js", "explorer-charts.js", "explorer.js")


def write_explorer(reports: Path | None = None) -> Path:
    """Write the explorer into the folder of the reports and return its path.

    Links lead to the briefings that lie in the folder. A scenario that cannot be used is named on the page with its
    error; HnsError when there is none that can.
    """
    folder = reports or reports_folder()
    checked, refused = [], []
    for name in scenario_names():
        try:
            checked.append(ready(name))
        except HnsError as error:
            refused.append(error.sentence)
    if not checked:
        raise HnsError("explorer", f"no scenario can be used; the first: {refused[0] if refused else 'none is there'}")
    names = [scenario.id for scenario, _ in checked]
    data = explorer_data(
        checked,
        simulated={name: found for name in names if (found := _expected(name))},
        briefings={name: quote(address) for name in names if (folder / (address := _briefing(name))).is_file()},
        refused=refused,
    )
    path = folder / FILE
    write_whole(path, explorer_html(data))
    return path


def _briefing(name: str) -> str:
    return f"{name}/{Names(MAIN_NOTEBOOK, name).stem}.html"


def _expected(name: str) -> dict[str, Any] | None:
    path = expected_path(name)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def explorer_html(data: dict[str, Any]) -> str:
    """The whole page; its policy allows the two blocks of code it brings, by their hashes, and nothing else."""
    from jinja2 import Environment, FileSystemLoader

    templates = Environment(loader=FileSystemLoader(TEMPLATES / "hns"), autoescape=True)
    templates.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}
    style, script = (_joined(names) for names in (_STYLES, _SCRIPTS))
    groups = [(group, list(some)) for group, some in groupby(data["scenarios"], key=lambda one: one["group"])]
    return templates.get_template("explorer.html.j2").render(
        data=data,
        groups=groups,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join((TEMPLATES / "hns" / name).read_text(encoding="utf-8") for name in names)


def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode('utf-8')).digest()).decode('ascii')}'"
