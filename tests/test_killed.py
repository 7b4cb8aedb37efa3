"""Whatever ends a build, and whenever: the folder holds whole reports that fit together; the next build succeeds."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from conftest import write_notebook

from analysis import exchange as exchange_module
from analysis.exchange import exchange
from analysis.manifest import hashes
from analysis.publication import MAIN_NOTEBOOK, Names
from analysis.report import build
from analysis.workplace import WORK, workplace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and process groups of POSIX")


def mark_notebook(checkout, mark: int) -> None:
    """A notebook whose report bears `mark` in its numbers and in its text."""
    said = f"from analysis.exhibit import prose\nprose('The mark is {mark}.')"
    path = write_notebook(checkout.root / "notebooks" / "briefing.ipynb", said)
    book = json.loads(path.read_text())
    book["cells"][-1]["source"] = f"results({{'mark': {mark}}})"
    path.write_text(json.dumps(book))


def mark_of(folder: Path) -> int | None:
    """The one mark all files of a whole report bear; None where there is no report. Fails for anything between."""
    if not folder.exists():
        return None
    names = Names(MAIN_NOTEBOOK, folder.name)
    manifest = json.loads((folder / names.manifest).read_text(encoding="utf-8"))
    files = [folder / name for name in manifest["files"]]
    assert hashes(files, folder) == manifest["files"]
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert there == {*manifest["files"], manifest["run_record"], names.manifest}
    mark = json.loads((folder / names.results).read_text())["mark"]
    record = (folder / manifest["run_record"]).read_text(encoding="utf-8")
    assert set(re.findall(r"The mark is (\d+)\.", record)) == {str(mark)}
    return mark


def left_over(reports: Path) -> list[str]:
    return sorted(p.name for p in reports.iterdir() if p.name.startswith(WORK))


def running(checkout) -> list[str]:
    """Command lines of processes of this checkout, kernels included."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace")
            folder = os.readlink(path.parent / "cwd")
        except OSError:
            continue
        if folder.startswith(str(checkout.root)) and ("analysis" in words + folder or "ipykernel" in words):
            found.append(words.replace("\0", " "))
    return found


def started(checkout, *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "analysis.command", "report", "biden", "--formats", "pdf", *arguments]
    return subprocess.Popen(
        command, cwd=checkout.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for_quiet(checkout) -> None:
    for _ in range(100):
        if not running(checkout):
            return
        time.sleep(0.1)
    raise AssertionError(f"still running: {running(checkout)}")


@pytest.mark.build
@pytest.mark.skipif(sys.platform != "linux", reason="looks for stray processes in /proc")
@pytest.mark.parametrize("engine", ["warm", "kernel"])
def test_killed_at_random_moments(checkout, engine):
    """Thirty moments of a build: SIGKILL, Ctrl-C to the whole group, SIGINT and SIGTERM to the command alone."""
    chance = random.Random(engine)
    options = ["--kernel"] if engine == "kernel" else []
    mark_notebook(checkout, 0)
    began = time.monotonic()
    assert started(checkout, *options).wait(60) == 0
    whole = time.monotonic() - began
    standing, killed = 0, 0
    for mark in range(1, 21 if engine == "warm" else 11):
        mark_notebook(checkout, mark)
        lying = set(left_over(checkout.reports))  # of a build that was killed; this one may end before it clears up
        build = started(checkout, *options)
        time.sleep(chance.uniform(0, whole * 1.1))
        how = chance.choice(["kill", "group", "interrupt", "terminate"])
        if how == "group":
            os.killpg(build.pid, signal.SIGINT)
        else:
            kill = {"kill": signal.SIGKILL, "interrupt": signal.SIGINT, "terminate": signal.SIGTERM}[how]
            build.send_signal(kill)
        status = build.wait(30)
        said = build.stderr.read()
        wait_for_quiet(checkout)
        found = mark_of(checkout.reports / "biden")
        assert found in {standing, mark}, f"{how}: neither the old report nor the new one"
        assert (found == mark) >= (status == 0), "ended well without its report"
        assert how == "kill" or lying.issuperset(left_over(checkout.reports)), (how, said)
        standing, killed = found, killed + (status != 0)
    assert killed > 3, "the moments lie within a build"
    mark_notebook(checkout, 99)
    assert started(checkout, *options).wait(60) == 0
    assert mark_of(checkout.reports / "biden") == 99
    assert left_over(checkout.reports) == []
    assert sorted(p.name for p in checkout.reports.iterdir()) == [".locks", "biden"]


@pytest.mark.build
@pytest.mark.skipif(sys.platform != "linux", reason="looks for stray processes in /proc")
@pytest.mark.parametrize("later", [0.0, 0.1, 0.2, 0.3, 0.5])
def test_an_interrupt_while_the_kernel_starts_leaves_nothing(checkout, monkeypatch, later):
    """In a short path the kernel keeps its files in the work folder: one that lives on makes the folder anew."""
    reports = Path(tempfile.mkdtemp())
    monkeypatch.setenv("REPORTS", str(reports))
    mark_notebook(checkout, 1)
    build = started(checkout, "--kernel")
    while not any("ipykernel" in words for words in running(checkout)):
        assert build.poll() is None
        time.sleep(0.005)
    time.sleep(later)
    build.send_signal(signal.SIGINT)
    assert build.wait(30) != 0
    wait_for_quiet(checkout)
    assert sorted(p.name for p in reports.iterdir()) == [".locks"]
    shutil.rmtree(reports)


@pytest.mark.build
@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_killed_at_every_step_on_disk(checkout):
    """Not left to chance: the build ends at its first write, its second one, and so on to the last."""
    mark_notebook(checkout, 1)
    reports = checkout.reports
    assert checkout.hns("report", "biden", "--formats", "pdf").returncode == 0
    mark_notebook(checkout, 2)
    command = [sys.executable, str(Path(__file__).with_name("kill_steps.py")), str(reports), "1", "1", "400"]
    environment = os.environ | {"PYTHONPATH": str(checkout.root)}
    marks = []
    with subprocess.Popen(
        command, cwd=checkout.root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as builds:
        for line in builds.stdout:
            _, ended = map(int, line.split())
            assert ended in {9, 0}
            marks.append(mark_of(reports / "biden"))
            builds.stdin.write("\n")
            builds.stdin.flush()
    assert ended == 0, "the last one came to its end"
    assert left_over(reports) == []
    assert marks == sorted(marks)
    assert {*marks} == {1, 2}
    assert len(marks) > 15


@pytest.mark.build
@pytest.mark.skipif(sys.platform != "linux", reason="finds the kernel through /proc")
def test_a_killed_kernel_is_named(checkout):
    mark_notebook(checkout, 1)
    book = json.loads((checkout.root / "notebooks" / "briefing.ipynb").read_text())
    book["cells"].insert(-1, {**book["cells"][-1], "id": "sleeps", "source": "import time; time.sleep(60)"})
    (checkout.root / "notebooks" / "briefing.ipynb").write_text(json.dumps(book))
    build = started(checkout, "--kernel")
    for _ in range(300):
        kernels = [p for p in Path("/proc").glob("[0-9]*/cmdline") if _is_kernel(p, checkout)]
        if kernels:
            break
        time.sleep(0.1)
    time.sleep(1)
    os.kill(int(kernels[0].parent.name), signal.SIGKILL)
    said = build.communicate(timeout=60)[1]
    assert build.returncode == 2
    assert "the kernel died" in said
    assert len(said.splitlines()) == 3
    assert not (checkout.reports / "biden").exists()
    assert left_over(checkout.reports) == []


def _is_kernel(path: Path, checkout) -> bool:
    try:
        folder = os.readlink(path.parent / "cwd")
        return b"ipykernel_launcher" in path.read_bytes() and folder.startswith(str(checkout.root))
    except OSError:
        return False


def test_a_full_disk_leaves_the_old_report(checkout, tmp_path):
    """A file system of one megabyte, which the report does not fit into."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a file system here")
    try:
        mark_notebook(checkout, 1)
        assert checkout.hns("report", "biden", "--formats", "pdf", REPORTS=str(small)).returncode == 0
        (small / "filler").write_bytes(b"x" * 200_000)
        mark_notebook(checkout, 2)
        for _ in range(30):  # less and less room
            run = checkout.hns("report", "biden", "--formats", "pdf", REPORTS=str(small))
            if run.returncode:
                break
            with (small / "filler").open("ab") as file:
                file.write(b"x" * 50_000)
            mark_notebook(checkout, 3)
            free = shutil.disk_usage(small).free
            with (small / "filler").open("ab") as file:
                file.write(b"x" * max(0, free - 60_000))
        assert run.returncode == 2
        assert "No space left on device" in run.stderr
        assert len(run.stderr.splitlines()) == 1
        assert mark_of(small / "biden") in {1, 2, 3}
        assert left_over(small) == []
        (small / "filler").unlink()
        assert checkout.hns("report", "biden", "--formats", "pdf", REPORTS=str(small)).returncode == 0
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_folders_change_places_also_where_the_system_cannot_swap(tmp_path, monkeypatch):
    for able in (True, False):
        if not able:
            monkeypatch.setattr(exchange_module, "_swapped", lambda one, other: False)
        old, new = tmp_path / f"old{able}", tmp_path / f"new{able}"
        for folder in (old, new):
            folder.mkdir()
            (folder / "name").write_text(folder.name)
        exchange(new, old)
        assert (old / "name").read_text() == f"new{able}"
        assert (new / "name").read_text() == f"old{able}"


def test_an_old_report_that_waits_is_put_back(tmp_path):
    """Killed between the two steps of a swap: the report stands in the work folder and nowhere else."""
    work = tmp_path / f"{WORK}hns-briefing-biden"
    (work / "before-biden").mkdir(parents=True)
    (work / "before-biden" / "page.html").write_text("old")
    with workplace(tmp_path, "hns-briefing-trump", "") as own:
        assert own.is_dir()
    assert (tmp_path / "biden" / "page.html").read_text() == "old"
    assert left_over(tmp_path) == []


def test_files_of_others_stay_in_the_folder(notebook, tmp_path):
    notebook()
    build("biden", formats=["pdf"], reports=tmp_path)
    (tmp_path / "biden" / "my notes.txt").write_text("mine")
    (tmp_path / "biden" / "data" / "own.csv").write_text("mine")
    build("biden", formats=["pdf"], reports=tmp_path)
    assert (tmp_path / "biden" / "my notes.txt").read_text() == "mine"
    assert (tmp_path / "biden" / "data" / "own.csv").read_text() == "mine"
