"""Several people, one folder of reports: builds wait for one another where they must, and nobody sees half a report."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time

import pytest

from analysis.manifest import hashes
from analysis.paths import listed_scenarios
from analysis.publication import Names, publish, published
from analysis.report import build
from analysis.workplace import locked, workplace


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and p.suffix != ".ipynb"
    }


def started(checkout, *arguments):
    command = [sys.executable, "-m", "analysis.command", *arguments]
    return subprocess.Popen(
        command, cwd=checkout.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


@pytest.mark.build
@pytest.mark.parametrize("options", [[], ["--kernel"]], ids=["warm", "kernel"])
def test_two_builds_of_one_report_and_a_third_of_its_neighbour(checkout, options):
    alone = checkout.root / "alone"
    assert checkout.hns("report", "biden", "--formats", "pdf", "--reports", str(alone)).returncode == 0
    builds = [started(checkout, "report", "biden", "--formats", "pdf", *options) for _ in range(3)]
    ended = [build.communicate(timeout=120) for build in builds]
    assert [build.returncode for build in builds] == [0, 0, 0], ended
    said = [line for _, err in ended for line in err.splitlines()]
    assert set(said) <= {"hns: waiting for another build of hns-briefing-biden"}
    assert said, "three at the same moment: one had to wait"
    made = [out for out, _ in ended if not out.startswith("up to date: ")]
    assert len(made) == 1, "those that waited found the report made"
    assert contents(checkout.reports / "biden") == contents(alone / "biden")


@pytest.mark.build
def test_eight_different_ones_at_once_are_as_one_after_the_other(checkout):
    names = listed_scenarios(checkout.root / "data" / "scenarios")[:8]
    builds = [started(checkout, "report", name, "--formats", "pdf") for name in names]
    ended = [build.communicate(timeout=240) for build in builds]
    assert [build.returncode for build in builds] == [0] * 8, ended
    for name in names:
        one = checkout.root / "one"
        assert checkout.hns("report", name, "--formats", "pdf", "--reports", str(one)).returncode == 0
        assert contents(checkout.reports / name) == contents(one / name)


def test_two_notebooks_of_one_scenario_publish_into_one_folder(notebook, tmp_path):
    """Their builds go on side by side; only the last step is taken one after the other."""
    notebook()
    notebook(name="method")
    reports = tmp_path / "reports"
    for name in ("briefing", "method"):
        build("biden", name, formats=["pdf"], reports=reports)
    errors = []

    def publish_often(name):
        try:
            names = Names(name, "biden")
            for _ in range(40):
                with workplace(reports, names.stem, "") as work:
                    new = work / "report"
                    for path in published_files(reports / "biden", names):
                        copy = new / path.relative_to(reports / "biden")
                        copy.parent.mkdir(parents=True, exist_ok=True)
                        copy.write_bytes(path.read_bytes())
                    with locked(reports, "biden"):
                        publish(new, reports / "biden", names)
        except Exception as error:
            errors.append(error)

    before = contents(reports / "biden")
    threads = [threading.Thread(target=publish_often, args=(name,)) for name in ("briefing", "method")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert contents(reports / "biden") == before


def published_files(folder, names):
    """A reader's way: open the manifest, then each file it lists, again if the folder changed in between."""
    while True:
        files = published(folder, names)
        if files and all(p.exists() for p in files):
            return files


def test_a_reader_never_meets_half_a_report(notebook, tmp_path):
    notebook()
    reports = tmp_path / "reports"
    build("biden", formats=["pdf"], reports=reports)
    done, seen = threading.Event(), []

    def read():
        while not done.is_set():
            try:
                manifest = json.loads((reports / "biden" / "manifest.json").read_text())
                now = hashes([reports / "biden" / name for name in manifest["files"]], reports / "biden")
                again = json.loads((reports / "biden" / "manifest.json").read_text())
            except FileNotFoundError as error:
                seen.append(error)
                continue
            if manifest == again and now != manifest["files"]:
                seen.append("a mixture")

    reader = threading.Thread(target=read)
    reader.start()
    for seed in range(4):
        build("biden", formats=["pdf"], reports=reports, global_seed=seed)
    done.set()
    reader.join()
    assert seen == []


def test_a_lock_is_waited_for_and_said(tmp_path):
    said, order = [], []

    def second():
        with locked(tmp_path, "x", "waiting for the first", said.append):
            order.append("second")

    with locked(tmp_path, "x"):
        thread = threading.Thread(target=second)
        thread.start()
        while not said:
            time.sleep(0.01)
        order.append("first")
    thread.join()
    assert said == ["waiting for the first"]
    assert order == ["first", "second"]


@pytest.mark.build
def test_a_worker_that_dies_takes_only_its_own_report_with_it(checkout):
    """The other reports are made all the same, the error is told at the end."""
    book = json.loads((checkout.root / "notebooks" / "briefing.ipynb").read_text())
    kill = "import os, signal\nif scenario == 'biden':\n    os.kill(os.getpid(), signal.SIGKILL)"
    book["cells"].insert(1, {**book["cells"][-1], "id": "dies", "source": kill})
    (checkout.root / "notebooks" / "briefing.ipynb").write_text(json.dumps(book))
    run = checkout.hns("reports", "--formats", "pdf", "--jobs", "2")
    assert run.returncode == 2
    assert "hns: hns-briefing-biden: the process making it died" in run.stderr
    made = {p.parent.name for p in checkout.reports.glob("*/manifest.json")}
    assert made == set(listed_scenarios()) - {"biden"}
    assert [p.name for p in checkout.reports.iterdir() if p.name.startswith(".building-")] in (
        [],
        [".building-hns-briefing-biden"],
    )
