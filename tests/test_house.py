"""The order of the house: small files, imports one way, thin notebooks, one list of dependencies."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from analysis.paths import NOTEBOOKS, ROOT

MODULES = sorted((ROOT / "analysis").rglob("*.py"))
TESTS = sorted((ROOT / "tests").glob("*.py"))
BOOKS = sorted(NOTEBOOKS.rglob("*.ipynb"))
MADE = {".git", ".venv", "build", "reports", "__pycache__", ".ipynb_checkpoints"}
LONGEST_FILE = 400
LONGEST_CELL = 18

DATA_FLOOR = {
    "errors", "definitions", "paths", "scenario", "quantities", "scenario_files", "data", "vintage", "money", "reads",
    "characters", "plain_files", "scenario_yaml", "beforehand",
}  # fmt: skip
MODEL_FLOOR = {
    "distributions", "risk", "costs", "settlement", "strategy", "strategy_inputs", "feasibility", "sensitivity",
    "discovery", "backtest", "credits", "threads",
}  # fmt: skip
REPORT_FLOOR = {
    "batch",
    "closure",
    "content",
    "exchange",
    "fork",
    "freshness",
    "site",
    "warm_engine",
    "workplace",
    "publication",
    "manifest",
    "kernel",
    "execution",
    "progress",
    "rendering",
    "report",
    "provenance",
    "data_report",
    "readiness",
    "scenario_diff",
    "expected",
    "finished",
    "portal",
    "explorer_page",
    "serving",
    "sweep",
    "command",
}


def floor(module: str) -> str:
    """First part of a module's name: `export` for analysis/export/pdf.py."""
    return module.split(".")[0]


def imports() -> dict[str, set[str]]:
    """Modules of the project that each module imports, anywhere in its text."""
    names = {p.relative_to(ROOT / "analysis").with_suffix("").as_posix().replace("/", "."): p for p in MODULES}
    found = {}
    for name, path in names.items():
        seen = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "analysis":
                base = node.module.removeprefix("analysis").lstrip(".")
                seen |= {base, *(f"{base}.{a.name}".lstrip(".") for a in node.names)}
            elif isinstance(node, ast.Import):
                seen |= {a.name.removeprefix("analysis.") for a in node.names if a.name.startswith("analysis.")}
        found[name] = (seen & names.keys()) - {name}
    return found


def test_imports_go_one_way():
    tuple(TopologicalSorter(imports()).static_order())  # raises CycleError, naming the circle


def test_lower_floors_know_nothing_of_higher_ones():
    for module, used in imports().items():
        used_floors = {floor(u) for u in used}
        if floor(module) in DATA_FLOOR:
            assert used_floors <= DATA_FLOOR, module
        if floor(module) in MODEL_FLOOR:
            assert used_floors <= DATA_FLOOR | MODEL_FLOOR, module
        if floor(module) not in REPORT_FLOOR:
            assert not used_floors & REPORT_FLOOR, module


def test_the_model_does_not_draw_or_read_files():
    for path in MODULES:
        if path.stem in MODEL_FLOOR:
            assert not re.search(r"\b(altair|open\(|read_csv|read_text)\b", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_are_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{lines} lines; are there two modules in it?"


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_notebooks_are_thin(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert book.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in book.cells]
    assert len(set(ids)) == len(ids)
    for cell in book.cells:
        assert re.fullmatch(r"[a-z][a-z-]*[a-z0-9]", cell.id), f"cell {cell.id}: give it a name"
        if cell.cell_type == "code":
            assert not cell.outputs, f"cell {cell.id} has stored outputs"
            assert cell.execution_count is None, f"cell {cell.id} has an execution count"
            assert len(cell.source.splitlines()) <= LONGEST_CELL, f"cell {cell.id} belongs into a module"
            for node in ast.walk(ast.parse(cell.source)):
                assert not isinstance(node, ast.FunctionDef | ast.ClassDef), f"cell {cell.id} belongs into a module"


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_notebooks_declare_their_parameters_in_one_cell(path):
    book = nbformat.read(path, as_version=4)
    [cell] = [c for c in book.cells if "parameters" in c.metadata.get("tags", [])]
    statements = ast.parse(cell.source).body
    assert all(isinstance(s, ast.AnnAssign) for s in statements), "write `name: type = default`"
    named = {"scenarios": ["scenario", "against"], "sweep": ["points"]}.get(path.stem, ["scenario"])
    assert [s.target.id for s in statements] == named


def project_texts() -> list[Path]:
    kinds = {
        ".py",
        ".md",
        ".toml",
        ".yml",
        ".yaml",
        ".json",
        ".csv",
        ".ipynb",
        ".typ",
        ".j2",
        ".html",
        ".css",
        ".js",
        "",
    }
    files = (p for p in ROOT.rglob("*") if p.is_file() and p.suffix in kinds)
    return [p for p in files if not (MADE | {".ruff_cache", ".hypothesis"}) & set(p.relative_to(ROOT).parts)]


def test_nothing_names_a_folder_of_one_machine():
    own = re.compile(r"(?<![\w./:%-])(/(home|Users|root|work|mnt|tmp)/\w|[A-Z]:\\\\?(Users|work)\\)")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in project_texts()
        for match in own.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_conda_users_get_the_same_dependencies():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["lab"]]
    wanted += [*project["dependency-groups"]["test"], *project["project"]["optional-dependencies"]["office"]]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    [from_pip] = [entry["pip"] for entry in conda if isinstance(entry, dict)]
    given = [entry for entry in [*conda, *from_pip] if isinstance(entry, str)]
    extras = project["project"]["optional-dependencies"]
    tested = {r for extra in ("sweep", "sweep-cluster") for r in extras[extra]}
    assert tested <= set(project["dependency-groups"]["test"])
    tools = {"pip", "make", "--editable .", f"python{project['project']['requires-python']}"}
    assert tools <= set(given)
    assert requirements(given_one for given_one in given if given_one not in tools) == requirements(wanted)


def requirements(lines) -> dict[str, str]:
    """Canonical name and version limits of each requirement; a name that stands twice is an error."""
    pairs = [(canonicalize_name(r.name), str(r.specifier)) for r in map(Requirement, lines)]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_one_test_command_everywhere():
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("exec make test")
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["test"]
    assert any(step.get("run", "").startswith("make test") for step in job["steps"])
    assert job["strategy"]["matrix"] == {
        "os": ["ubuntu-latest", "macos-latest", "windows-latest"],
        "python": ["3.11", "3.12", "3.13"],
    }
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_stand_in_is_a_valid_notebook():
    book = json.loads((ROOT / "tests" / "notebooks" / "stand_in.ipynb").read_text(encoding="utf-8"))
    nbformat.validate(nbformat.from_dict(book))
