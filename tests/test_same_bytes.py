"""Two builds in different surroundings give the same bytes: nothing of the machine, the user or the day gets in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import pytest

from analysis.paths import ROOT

FORMATS = "html pdf docx xlsx svg png"
#: Reports of two notebooks, and the pages about all reports.
COMMANDS = [
    ["report", "undecided", "--formats", FORMATS],
    ["report", "undecided", "--notebook", "scenarios", "--formats", "html pdf"],
    ["explorer"],
    ["portal"],
]
pytestmark = pytest.mark.build


def copied(root, *, umask: int, **environment: str):
    """A fresh checkout in a folder of its own, and what it makes there."""
    old = os.umask(umask)
    try:
        for folder in ("analysis", "data", "notebooks"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy2(ROOT / "pyproject.toml", root)
        for command in COMMANDS:
            surroundings = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "HNS_"))} | environment
            run = [sys.executable, "-m", "analysis.command", *command, "--reports", str(root / "reports")]
            ended = subprocess.run(run, cwd=root, env=surroundings, capture_output=True, text=True, timeout=300)
            assert ended.returncode == 0, ended.stderr
    finally:
        os.umask(old)
    return root / "reports"


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    away = two / "a folder with spaces, 日本語"
    first = copied(one / "c", umask=0o022, TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1", HOME=str(one))
    second = copied(away, umask=0o077, TZ="Asia/Tokyo", LC_ALL="tr_TR.UTF-8", PYTHONHASHSEED="77", HOME=str(two / "no"))
    return first, second


def files(folder):
    return {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock"}


def test_every_file_is_the_same(twice):
    """The run record alone differs: it tells how long each cell took. Its outputs are the same."""
    first, second = map(files, twice)
    assert first.keys() == second.keys()
    assert {p.suffix for p in first.values()} >= {".html", ".pdf", ".docx", ".xlsx", ".svg", ".png", ".csv", ".json"}
    differing = {name for name in first if first[name].read_bytes() != second[name].read_bytes()}
    records = {name for name in first if name.endswith(".ipynb")}
    assert differing <= records
    for name in records:
        one, two = (json.loads(found[name].read_text(encoding="utf-8"))["cells"] for found in (first, second))
        assert [cell.get("outputs") for cell in one] == [cell.get("outputs") for cell in two]


def test_nothing_bears_the_day_it_was_made_or_the_place(twice):
    today = [datetime.now(tz).strftime(shape) for tz in (UTC, None) for shape in ("%Y-%m-%d", "%Y%m%d")]
    for name, path in files(twice[1]).items():
        if path.suffix == ".ipynb":
            continue
        content = path.read_bytes()
        if path.suffix in {".docx", ".xlsx"}:
            with zipfile.ZipFile(path) as parts:
                assert {part.date_time[0] for part in parts.infolist()} <= {1980, 2020}, name
                content = b"".join(parts.read(part) for part in parts.namelist() if part.startswith("docProps/"))
        for mark in [*today, str(twice[1].parent)]:
            assert mark.encode() not in content or _of_the_data(mark), (name, mark)


def _of_the_data(mark: str) -> bool:
    """Whether a scenario is dated today anyway, so that the date proves nothing."""
    return any(mark in p.read_text(encoding="utf-8") for p in (ROOT / "data" / "scenarios").glob("*.yaml"))


def test_the_manifest_names_its_command_its_versions_and_the_date_of_its_data(twice):
    manifest = json.loads((twice[0] / "undecided" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["rebuild"] == f"make report SCENARIO=undecided FORMATS='{FORMATS}'"
    assert {"python", "altair", "typst", "python-docx", "xlsxwriter"} <= set(manifest["versions"])
    assert manifest["source_date_epoch"] == int(datetime(2020, 10, 8, tzinfo=UTC).timestamp())
