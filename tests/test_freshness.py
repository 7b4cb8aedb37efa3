"""A report is made anew when what it says would change, and not otherwise."""

from __future__ import annotations

import ast
import json
import os
import time

import pytest
from conftest import write_notebook

from analysis.closure import modules_reached
from analysis.content import read_contents
from analysis.paths import NOTEBOOKS, ROOT
from analysis.report import notebook_names
from analysis.scenario_files import load_scenario, scenario_names

READER = """
from datetime import date
from analysis.vintage import load_evidence
evidence = load_evidence(s.as_of)
read = evidence.table("guam"), evidence.row("J029")
"""


def touch(path):
    later = time.time() + 2
    os.utime(path, (later, later))


def state(run) -> str:
    """Whether a run of the command made the report: "made", "up to date", or what it said instead."""
    if run.returncode:
        return run.stderr
    return "up to date" if run.stdout.startswith("up to date: ") else "made"


@pytest.fixture
def made(checkout):
    """Asks for the report of biden (a heir of undecided) from a notebook that reads one table and one row."""
    write_notebook(checkout.root / "notebooks" / "briefing.ipynb", READER)

    def ask(scenario="biden") -> str:
        return state(checkout.hns("report", scenario, "--formats", "pdf"))

    assert ask() == "made"
    assert ask() == "up to date"
    return ask


def rewrite(checkout, file, change):
    path = checkout.root / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")


def test_what_says_the_same_makes_no_new_report(checkout, made):
    """Dates, comments, line ends, stored outputs, rows and tables and modules the report does not read."""
    for file in ("data/guam.csv", "analysis/report.py", "notebooks/briefing.ipynb", "data/scenarios/biden.yaml"):
        touch(checkout.root / file)
    assert made() == "up to date"
    rewrite(checkout, "data/scenarios/undecided.yaml", lambda text: f"# a remark\n{text}\n\n# the end\n")
    rewrite(checkout, "data/guam.csv", lambda text: text.replace("\n", "\r\n"))
    rewrite(checkout, "data/troops.csv", lambda text: text.replace("\n", "\r\n"))
    rewrite(checkout, "analysis/portal/cards.py", lambda text: text + "\n# a remark\n")
    book = json.loads((checkout.root / "notebooks" / "briefing.ipynb").read_text())
    book["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "seen"}]
    book["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Mine"}
    (checkout.root / "notebooks" / "briefing.ipynb").write_text(json.dumps(book, indent=1))
    assert made() == "up to date"


CHANGES = {
    "a number of a scenario above it": ("data/scenarios/baseline.yaml", lambda t: t.replace("seed: 2", "seed: 3")),
    "a table it reads": ("data/guam.csv", lambda t: _another_number(t)),
    "a module it reaches": ("analysis/theme.py", lambda t: t + "\n# a remark\n"),
    "a template": ("analysis/export/templates/hns/page.css", lambda t: t + "\n/* a remark */\n"),
    "a cell": ("notebooks/briefing.ipynb", lambda t: t.replace("## The outcomes", "## Outcomes")),
}


def _another_number(text: str) -> str:
    """The table with the last digit of its first plain amount changed."""
    head, first, *others = text.splitlines()
    cells, place = first.split(","), head.split(",").index("value")
    cells[place] = str(float(cells[place]) + 1)
    return "\n".join([head, ",".join(cells), *others]) + "\n"


@pytest.mark.parametrize(("file", "change"), CHANGES.values(), ids=CHANGES.keys())
def test_what_says_something_else_does(checkout, made, file, change):
    before = (checkout.root / file).read_text(encoding="utf-8")
    rewrite(checkout, file, change)
    assert (checkout.root / file).read_text(encoding="utf-8") != before
    assert made() == "made"
    assert made() == "up to date"


def test_a_changed_number_of_a_scenario_reaches_it_and_its_heirs_only(checkout):
    names = ["baseline", "biden", "trump", "korea-2026"]
    parents = {name: load_scenario(name).extends for name in scenario_names()}

    def states() -> dict[str, str]:
        return {n: state(checkout.hns("report", n, "--formats", "pdf")) for n in names}

    assert set(states().values()) == {"made"}
    rewrite(checkout, "data/scenarios/baseline.yaml", lambda text: text.replace("seed: 2", "seed: 3"))
    heirs = {n for n in names if "baseline" in _ancestry(n, parents)}
    assert {n for n, found in states().items() if found == "made"} == heirs
    assert heirs == {"baseline", "biden", "trump"}


def _ancestry(name, parents):
    return [name, *(_ancestry(parents[name], parents) if parents[name] else [])]


def test_a_report_whose_inputs_are_broken_is_not_called_up_to_date(checkout, made):
    rewrite(checkout, "data/guam.csv", lambda text: text + "a,b\n")
    assert "data/guam.csv" in made()


def test_a_damaged_report_is_made_again(checkout, made):
    folder = checkout.reports / "biden"
    for file in ("hns-briefing-biden.pdf", "results.json", "hns-briefing-biden.ipynb", "manifest.json"):
        (folder / file).unlink()
        assert made() == "made", file
    (folder / "hns-briefing-biden.pdf").write_bytes(b"%PDF")
    assert made() == "made"
    manifest = json.loads((folder / "manifest.json").read_text())
    for key in ("as_of", "content", "scenario"):
        (folder / "manifest.json").write_text(json.dumps({**manifest, key: None}))
        assert made() == "made", key
    (folder / "manifest.json").write_text('{"files": {"../../x": "0"}, "run_record": "/etc/passwd"}')
    assert made() == "made"


def test_another_date_is_another_report(checkout, made):
    assert made() == "up to date"
    run = checkout.hns("report", "biden", "--formats", "pdf", SOURCE_DATE_EPOCH="1700000000")
    assert state(run) == "made"
    assert made() == "made"


def test_rows_count_by_the_day_they_are_seen_on():
    """A row published after the day is not part of what was read; the same row counts for a later day."""
    then, now = ("table", "2020-10-08", "troops"), ("table", "2026-11-25", "troops")
    found = read_contents([then, now, ("row", "2020-10-08", "troops", "no-such-row"), ("scenario", "none")])
    assert set(found) == {"descriptor", " ".join(then), " ".join(now)}
    assert found[" ".join(then)] != found[" ".join(now)]


@pytest.mark.parametrize("name", notebook_names())
def test_imports_are_followed_as_python_would(name):
    """The quick reading of import lines finds all that Python's parser finds, through every module."""
    book = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    wanted, waiting = set(), list(sources)
    while waiting:
        for path in _imported(waiting.pop()) - wanted:
            wanted.add(path)
            waiting.append(path.read_text(encoding="utf-8"))
    assert set(modules_reached(sources)) == wanted
    assert len(wanted) > 20


def _imported(source):
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "analysis":
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            names |= {one.name for one in node.names if one.name.split(".")[0] == "analysis"}
    names |= {name.rsplit(".", n)[0] for name in names for n in range(1, name.count(".") + 1)}
    files = [ROOT.joinpath(*name.split(".")) for name in names]
    return {p for f in files for p in (f.with_suffix(".py"), f / "__init__.py") if p.is_file()}


@pytest.mark.build
@pytest.mark.parametrize("name", ["briefing", "explore"])
def test_the_manifest_lists_what_was_read(name, report_of):
    folder = report_of("renewal-2027", name)
    manifest = json.loads(next(folder.glob("*manifest.json")).read_text(encoding="utf-8"))
    scenarios = {key.split()[1] for key in manifest["content"] if key.startswith("scenario ")}
    assert "renewal-2027" in scenarios
    assert ("korea-2020" in scenarios) == (name == "briefing"), "the back-test of the briefing runs other scenarios"
    assert {f"data/scenarios/{one}.yaml" for one in scenarios} <= set(manifest["inputs"])
    tables = {key.split()[2] for key in manifest["content"] if key.startswith(("table ", "row "))}
    assert {"payments", "rounds"} <= tables
    assert {f"data/{table}.csv" for table in tables} <= set(manifest["inputs"])
