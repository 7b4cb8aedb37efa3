"""From a notebook to a finished report, and what is left when it does not come so far."""

from __future__ import annotations

import io
import json

import nbformat
import pytest
from conftest import write_notebook
from nbclient import NotebookClient

from analysis import execution
from analysis.errors import BuildError, HnsError
from analysis.execution import NotebookError
from analysis.kernel import transport
from analysis.manifest import hashes, input_files, scenario_chain
from analysis.paths import NOTEBOOKS, ROOT
from analysis.progress import Progress
from analysis.report import build, notebook_names
from analysis.scenario_files import load_scenario, scenario_names


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def shown(reports):
    """What a reader sees in the folder of the reports; the locks are hidden."""
    return sorted(p.name for p in reports.iterdir() if p.name != ".locks")


@pytest.fixture
def reports(tmp_path):
    return tmp_path / "reports"


def test_report_is_complete_and_explains_itself(notebook, reports):
    notebook()
    files = build("biden", reports=reports)
    folder = reports / "biden"
    assert [f.name for f in files[:3]] == [f"hns-briefing-biden.{kind}" for kind in ("html", "pdf", "ipynb")]
    assert sorted(contents(folder)) == [
        "data/index.csv",
        "data/tab-states.csv",
        "hns-briefing-biden.html",
        "hns-briefing-biden.ipynb",
        "hns-briefing-biden.pdf",
        "manifest.json",
        "results.json",
    ]
    assert json.loads((folder / "results.json").read_text())["states"] == {"biden": 1.0, "trump": 0.0}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["rebuild"] == "make report SCENARIO=biden"
    assert manifest["source_date_epoch"] == 1602115200  # 2020-10-08, the as-of date of the scenario
    printed = [folder / name for name in manifest["files"]]
    assert hashes(printed, folder) == manifest["files"]
    for name, digest in manifest["inputs"].items():
        if name != "briefing.ipynb":
            assert hashes([ROOT / name], ROOT) == {name: digest}
    assert {"data/scenarios/biden.yaml", "data/scenarios/undecided.yaml"} <= set(manifest["inputs"])
    assert str(ROOT) not in (folder / "hns-briefing-biden.ipynb").read_text()
    assert shown(reports) == ["biden"]


def test_same_inputs_give_the_same_bytes(notebook, tmp_path, monkeypatch):
    notebook()
    build("biden", reports=tmp_path / "one")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    build("biden", reports=tmp_path / "two", global_seed=7)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one.keys() == two.keys()
    differing = {name for name in one if one[name] != two[name]}
    assert differing <= {"biden/hns-briefing-biden.ipynb"}  # the run record carries timings


def test_a_smaller_set_replaces_the_larger_one(notebook, reports):
    notebook()
    build("biden", reports=reports)
    build("biden", formats=["pdf"], reports=reports)
    assert not (reports / "biden" / "hns-briefing-biden.html").exists()
    assert (reports / "biden" / "hns-briefing-biden.pdf").exists()


def test_a_second_notebook_stands_beside_the_briefing(notebook, reports):
    notebook()
    notebook(name="method")
    build("biden", formats=["pdf"], reports=reports)
    before = contents(reports / "biden")
    build("biden", "method", formats=["pdf"], reports=reports)
    after = contents(reports / "biden")
    assert before.items() <= after.items()
    assert {n for n in after if "method" in n} == {
        "data/method/index.csv",
        "data/method/tab-states.csv",
        "hns-method-biden.ipynb",
        "hns-method-biden.manifest.json",
        "hns-method-biden.pdf",
        "hns-method-biden.results.json",
    }


DIES = "# look here\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
BROKEN = {
    "raises": ("# look here\nraise ValueError('no\\nway')", "ValueError: no way", ["here", "fork", "kernel"]),
    "ends itself": (
        "# look here\nimport sys\nsys.exit(0)",
        "the notebook ended itself before its last cell",
        ["here", "fork", "kernel"],
    ),
    "hangs": (
        "# look here\nwhile True: pass",
        "the cell was still running after 2 seconds",
        ["here", "fork", "kernel"],
    ),
    "kills its kernel": (DIES, "the kernel died", ["kernel"]),
}


@pytest.mark.parametrize(
    ("source", "problem", "engine"),
    [pytest.param(s, p, e, id=f"{name}, {e}") for name, (s, p, engines) in BROKEN.items() for e in engines],
)
def test_a_broken_cell_is_named_and_the_old_report_stays(
    notebook, reports, tmp_path, monkeypatch, source, problem, engine
):
    monkeypatch.setattr(execution, "CELL_SECONDS", 2)
    notebook()
    build("biden", formats=["pdf"], reports=reports)
    before = contents(reports)
    notebook(source)
    with pytest.raises(NotebookError) as caught:
        build("biden", formats=["pdf"], reports=reports, engine=engine)
    where, why, partial = caught.value.sentence.splitlines()
    assert where == "scenario biden, briefing.ipynb, cell 5 of 6: # look here"
    assert problem in why
    kept = tmp_path / "build" / "failed" / "hns-briefing-biden.ipynb"
    assert partial.endswith(str(kept))
    assert "tab-states" in kept.read_text()  # what ran before is there to be looked at
    assert contents(reports) == before
    assert shown(reports) == ["biden"]


def test_a_process_that_dies_with_its_notebook_is_named(notebook, reports):
    notebook(DIES)
    with pytest.raises(BuildError, match=r"scenario biden, briefing.ipynb: the process running the notebook died"):
        build("biden", formats=["pdf"], reports=reports, engine="fork")
    assert shown(reports) == []


REFUSED = {
    "same result twice": ('results({"seed": 1})', "the result 'seed' is given twice"),
    "same exhibit twice": (
        'table(frame, [Column("state", "S")], id="tab-states", title="T", subtitle="s", source="S.")',
        "tab-states",
    ),
    "output without a print form": ('print("hello")', "prints text"),
}


@pytest.mark.parametrize(("source", "problem"), REFUSED.values(), ids=REFUSED.keys())
def test_outputs_that_cannot_be_published_are_refused(notebook, reports, source, problem):
    notebook(source)
    with pytest.raises(BuildError, match=problem):
        build("biden", formats=["pdf"], reports=reports)
    assert shown(reports) == []


def test_an_unknown_parameter_is_refused_not_ignored(notebook, reports):
    notebook(tagged=False)
    with pytest.raises(BuildError, match="no parameter 'scenario'"):
        build("biden", reports=reports)


def test_a_torn_notebook_is_refused_in_one_line(notebook, reports, tmp_path):
    name = notebook()
    (tmp_path / "notebooks" / f"{name}.ipynb").write_text('{"cells": [')
    with pytest.raises(BuildError, match="not a readable notebook"):
        build("biden", reports=reports)


@pytest.mark.parametrize("engine", ["here", "kernel"])
def test_a_run_reads_nothing_of_the_users_settings(notebook, reports, tmp_path, monkeypatch, engine):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "own.py").write_text("import os; os._exit(1)")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    notebook("import sys\nimport analysis\nresults({'python': sys.executable, 'analysis': analysis.__file__})")
    build("biden", formats=["pdf"], reports=reports, engine=engine)
    told = json.loads((reports / "biden" / "results.json").read_text())
    assert told["analysis"] == str(ROOT / "analysis" / "__init__.py")


def test_sockets_are_used_only_where_their_path_fits(tmp_path):
    assert transport(tmp_path / ("long" * 30)) == "tcp"


def test_a_later_date_may_be_set_and_nonsense_is_refused(notebook, reports, monkeypatch):
    notebook()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
    with pytest.raises(BuildError, match="SOURCE_DATE_EPOCH"):
        build("biden", formats=["pdf"], reports=reports)
    assert not reports.exists()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_shows_on_a_terminal_and_nowhere_else(tmp_path):
    path = write_notebook(tmp_path / "briefing.ipynb")
    for stream in (Terminal(), io.StringIO()):
        execution.execute(path, {"scenario": "biden"}, {}, Progress("briefing, biden", stream), tmp_path / "run")
        written = stream.getvalue()
        assert ("briefing, biden: cell 6/6, " in written) == stream.isatty()
        assert stream.isatty() or not written


def test_scenario_chain_agrees_with_the_loader():
    for name in scenario_names():
        chain = [p.stem for p in scenario_chain(name)]
        assert chain[0] == name
        assert [load_scenario(n).extends for n in chain] == [*chain[1:], None]


def test_inputs_exist_and_are_those_the_notebook_reaches():
    reads = [("scenario", "biden"), ("table", "2020-10-08", "payments"), ("row", "2020-10-08", "fx", "F1")]
    files = input_files(NOTEBOOKS / "briefing.ipynb", reads)
    assert all(p.is_file() for p in files)
    named = {p.relative_to(ROOT).as_posix() for p in files}
    assert {"data/payments.csv", "data/fx.csv", "data/scenarios/biden.yaml", "analysis/briefing/bill.py"} <= named
    assert not named & {"data/guam.csv", "data/scenarios/undecided.yaml", "analysis/compare/front.py"}


# ------------------------------------------------------------------------------------- the project's own notebooks


@pytest.mark.build
@pytest.mark.parametrize("name", notebook_names())
@pytest.mark.parametrize("scenario", scenario_names())
def test_every_notebook_runs_for_every_scenario(name, scenario, report_of):
    folder = report_of(scenario, name)
    assert {p.suffix for p in folder.glob(f"hns-{name}-{scenario}.*")} >= {".html", ".pdf", ".ipynb"}


@pytest.mark.build
@pytest.mark.parametrize("name", notebook_names())
@pytest.mark.parametrize("scenario", ["undecided", "korea-2020", "renewal-2027"])
def test_no_figure_depends_on_the_global_generators(name, scenario, report_of, tmp_path):
    """The whole pipeline again under another global seed: the same figures and the same pages, byte for byte."""
    build(scenario, name, reports=tmp_path, global_seed=2)
    one, two = contents(report_of(scenario, name)), contents(tmp_path / scenario)
    assert one.keys() == two.keys()
    assert {n for n in one if one[n] != two[n]} <= {f"hns-{name}-{scenario}.ipynb"}


@pytest.mark.build
@pytest.mark.parametrize("name", notebook_names())
def test_every_notebook_fails_the_build_when_a_cell_raises(name, tmp_path, monkeypatch):
    """The guard above can fail: the same notebook with one bad cell does not pass."""
    broken = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "bad", "metadata": {}, "outputs": [], "execution_count": None, "source": "1 / 0"}
    broken["cells"].insert(1, cell)
    (tmp_path / f"{name}.ipynb").write_text(json.dumps(broken), encoding="utf-8")
    monkeypatch.setattr("analysis.report.NOTEBOOKS", tmp_path)
    monkeypatch.setattr("analysis.report.BUILD", tmp_path / "build")
    with pytest.raises(HnsError, match="ZeroDivisionError"):
        build(scenario_names()[0], name, reports=tmp_path / "reports")


@pytest.mark.build
@pytest.mark.parametrize("name", notebook_names())
def test_every_notebook_runs_by_hand_from_any_folder(name, tmp_path):
    """Run All in JupyterLab: the notebook as it stands, a plain kernel, a folder that has nothing to do with it."""
    book = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    ran = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in ran)
    assert any("text/html" in output.get("data", {}) for cell in ran for output in cell.outputs)
    assert list(tmp_path.iterdir()) == []
