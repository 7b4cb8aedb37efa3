"""What the project depends on: locked with hashes, above the floors that advisories set, and watched."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from analysis.paths import ROOT

LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED = [package for package in LOCK["package"] if "editable" not in package["source"]]
WORKFLOW = (ROOT / ".github" / "workflows" / "advisories.yml").read_text(encoding="utf-8")


def floors() -> list[Requirement]:
    """All limits of pyproject.toml: the project's own, of its groups and extras, and of packages that others bring."""
    named = [PROJECT["project"]["dependencies"], PROJECT["tool"]["uv"]["constraint-dependencies"]]
    named += [*PROJECT["dependency-groups"].values(), *PROJECT["project"]["optional-dependencies"].values()]
    return [Requirement(line) for lines in named for line in lines]


def test_every_locked_file_has_its_hash():
    for package in LOCKED:
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", file.get("hash", "")) for file in files), package["name"]


def test_everything_comes_from_the_package_index():
    """No package from a branch of a repository or from an address that may change."""
    assert {tuple(package["source"]) for package in LOCKED} == {("registry",)}


@pytest.mark.parametrize("floor", floors(), ids=str)
def test_the_lock_is_above_every_floor(floor):
    versions = [Version(one["version"]) for one in LOCKED if one["name"] == canonicalize_name(floor.name)]
    assert versions, "no such package is locked: the floor holds nothing"
    assert all(version in floor.specifier for version in versions)


def test_the_floor_of_a_package_that_others_bring_names_its_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("constraint-dependencies = [", 1)[1].split("]", 1)[0]
    lines = [line for line in block.splitlines() if line.strip()]
    assert len(lines) == len(PROJECT["tool"]["uv"]["constraint-dependencies"])
    assert all(re.search(r'",\s+# \S', line) for line in lines)


def test_advisories_are_asked_for_every_week_and_for_every_change():
    workflow = yaml.safe_load(WORKFLOW)
    when = workflow[True]  # YAML reads `on` as true
    assert "pull_request" in when
    assert when["schedule"]
    [job] = workflow["jobs"].values()
    said = "\n".join(step.get("run", "") for step in job["steps"])
    for told in ("--all-groups --all-extras", "pip-audit --strict", "--require-hashes", "uv lock --check"):
        assert told in said, told
    assert "|| true" not in said
    assert "continue-on-error" not in WORKFLOW


def test_make_installs_what_is_locked_and_nothing_else():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "uv sync --quiet --frozen" in makefile
    installs = re.findall(r"pip install[^|&;\n]*", makefile)
    assert [line.split()[-1] for line in installs] == ["uv"]  # uv itself, and then uv holds to the lock
