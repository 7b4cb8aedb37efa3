"""Odd homes: wherever a checkout lies and whoever runs it, the report is the same, byte for byte."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import Checkout, copied_checkout
from odd_homes import as_somebody_unknown, heeding_permissions, needs_make, on_linux, run, with_small_disk

from analysis.paths import NOTEBOOKS

FORMATS = "html pdf docx xlsx"
REPORT = ["make", "report", f"FORMATS={FORMATS}"]
ODD_NAME = "my work, 仕事 & it's $HOME"

pytestmark = needs_make


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory) -> dict[str, bytes]:
    """The report of an ordinary home: name and content of its files."""
    checkout = with_office(copied_checkout(tmp_path_factory.mktemp("ordinary") / "checkout"))
    made = run(REPORT, checkout.root)
    assert made.returncode == 0, made.stderr
    return pages(checkout.reports)


@pytest.fixture
def home(checkout) -> Checkout:
    return with_office(checkout)


def with_office(checkout: Checkout) -> Checkout:
    (checkout.root / ".venv" / ".synced-office").touch()
    return checkout


def pages(reports: Path, scenario: str = "biden") -> dict[str, bytes]:
    """What a reader gets: all files of a report but the record of the run, which carries times, and the manifest."""
    folder = reports / scenario
    own = {"manifest.json", f"hns-briefing-{scenario}.ipynb"}
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name not in own}


def standing(reports: Path) -> list[str]:
    """What stands in the folder of the reports beside the locks, which stay."""
    return sorted(p.name for p in reports.iterdir() if p.name != ".locks")


def check_same(made: subprocess.CompletedProcess, reports: Path, ordinary: dict[str, bytes]) -> None:
    assert made.returncode == 0, made.stderr
    found = pages(reports)
    assert found.keys() == ordinary.keys()
    assert [name for name in found if found[name] != ordinary[name]] == []
    assert standing(reports) == ["biden"]


# ----------------------------------------------------------------------------------------------------------- places


def test_from_another_working_directory(home, ordinary, tmp_path):
    made = run(["make", "-C", str(home.root), *REPORT[1:]], Path("/"))
    check_same(made, home.reports, ordinary)
    command = [sys.executable, "-m", "analysis.command", "report", "biden", "--formats", FORMATS, "--reports", "out"]
    made = run(command, tmp_path, PYTHONPATH=str(home.root))
    check_same(made, tmp_path / "out", ordinary)
    assert made.stdout.splitlines()[0] == "out/biden/hns-briefing-biden.html"


def test_in_a_folder_with_spaces_and_japanese(ordinary, tmp_path):
    home = with_office(copied_checkout(tmp_path / ODD_NAME / "host nation support"))
    check_same(run(REPORT, home.root), home.reports, ordinary)
    assert run(REPORT, home.root).stdout.startswith("up to date: ")


@on_linux
def test_in_a_checkout_that_cannot_be_written(home, ordinary, tmp_path):
    out = tmp_path / "elsewhere"
    out.mkdir()
    before = everything(home.root)
    heeding = heeding_permissions()
    make_read_only(home.root)
    try:
        assert run([*heeding, "touch", str(home.root / "data" / "mark")], tmp_path).returncode != 0
        made = run([*heeding, *REPORT, f"REPORTS={out}"], home.root)
        check_same(made, out, ordinary)
        refused = run([*heeding, *REPORT], home.root)
    finally:
        run(["chmod", "-R", "u+w", str(home.root)], tmp_path)
    assert refused.returncode == 2
    [line] = [line for line in refused.stderr.splitlines() if not line.startswith("make: ***")]
    assert line.startswith("hns: ")
    assert "Permission denied" in line
    assert everything(home.root) == before


@on_linux
def test_a_cell_that_fails_in_a_checkout_that_cannot_be_written(home, tmp_path):
    """The run so far is kept all the same, in a folder for temporary files."""
    home.edit("notebooks/briefing.ipynb", "s = load_scenario(scenario)", "1 / 0")
    out, temporary = tmp_path / "elsewhere", tmp_path / "temporary"
    temporary.mkdir()
    heeding = heeding_permissions()
    make_read_only(home.root)
    try:
        made = run([*heeding, *REPORT, f"REPORTS={out}"], home.root, TMPDIR=str(temporary))
    finally:
        run(["chmod", "-R", "u+w", str(home.root)], tmp_path)
    assert made.returncode == 2
    where, why, kept, *_ = made.stderr.splitlines()
    assert "cell 2 of 5" in where
    assert "ZeroDivisionError" in why
    assert Path(kept.split(": ", 1)[1]).is_relative_to(temporary)
    assert standing(out) == []


def make_read_only(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)


def everything(folder: Path) -> dict[str, int]:
    """Names below a folder with their size."""
    return {p.relative_to(folder).as_posix(): p.stat().st_size for p in folder.rglob("*") if p.is_file()}


# ------------------------------------------------------------------------------------------------------ surroundings

UNTOLD = {"HOME": None, "USER": None, "LOGNAME": None, "TERM": None, "LANG": None, "LC_ALL": None, "TMPDIR": None}
SURROUNDINGS = {
    "no home": {"HOME": None},
    "a home that is not there": {"HOME": "/nonexistent"},
    "a home that is a file": {"HOME": "/etc/passwd"},
    "nothing but a path": UNTOLD | {"PYTHONUNBUFFERED": None, "XDG_CACHE_HOME": None, "XDG_CONFIG_HOME": None},
    "ASCII": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a locale that is not there": {"LC_ALL": "ja_JP.eucJP", "LANG": "ko_KR.EUC-KR"},
    "a dumb terminal": {"TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "5"},
    "odd settings of Jupyter": {"JUPYTER_PATH": "/nonexistent", "JUPYTER_CONFIG_DIR": "/etc/passwd"},
}


@pytest.mark.parametrize("surroundings", SURROUNDINGS.values(), ids=SURROUNDINGS.keys())
def test_whatever_the_surroundings_say(home, ordinary, surroundings):
    made = run(REPORT, home.root, **surroundings)
    check_same(made, home.reports, ordinary)
    assert made.stderr == ""


@on_linux
def test_as_a_user_without_name_or_home(home, ordinary):
    """As in a container that runs under a number: no entry in the list of users, HOME not set."""
    prefix = as_somebody_unknown()
    unknown = run([*prefix, sys.executable, "-c", "import pathlib; pathlib.Path.home()"], home.root, HOME=None)
    assert "Could not determine home" in unknown.stderr
    check_same(run([*prefix, *REPORT], home.root, **UNTOLD), home.reports, ordinary)


def test_without_a_terminal(home, ordinary):
    """As under cron: no terminal anywhere, standard input closed, output into a pipe."""
    made = run(["sh", "-c", 'exec "$@" <&-', "sh", *REPORT], home.root, TERM=None)
    check_same(made, home.reports, ordinary)
    assert made.stderr == ""
    assert made.stdout.splitlines()[0] == "reports/biden/hns-briefing-biden.html"


@pytest.mark.parametrize("umask", [0o077, 0o000], ids=oct)
def test_under_another_umask(home, ordinary, umask):
    made = run(["sh", "-c", f'umask {umask:o}; exec "$@"', "sh", *REPORT], home.root)
    check_same(made, home.reports, ordinary)
    for path in (home.reports / "biden").rglob("*"):
        expected = (0o777 if path.is_dir() else 0o666) & ~umask
        assert stat.S_IMODE(path.stat().st_mode) == expected, path.name


# --------------------------------------------------------------------------------------------------- temporary files

TEMPORARY = {
    "with a space": "my temporary 一時 folder",
    "too long for a socket": "/".join(["long" * 20] * 3),
}


@pytest.mark.parametrize("name", TEMPORARY.values(), ids=TEMPORARY.keys())
def test_with_another_folder_for_temporary_files(home, ordinary, tmp_path, name):
    folder = tmp_path / name
    folder.mkdir(parents=True)
    check_same(run(REPORT, home.root, TMPDIR=str(folder)), home.reports, ordinary)
    assert list(folder.iterdir()) == []


def test_with_a_folder_for_temporary_files_that_is_not_there(home, ordinary):
    check_same(run(REPORT, home.root, TMPDIR="/nonexistent"), home.reports, ordinary)


@on_linux
def test_with_a_full_disk_for_temporary_files(home, ordinary, tmp_path):
    """Sixteen kilobytes: room for a small file, so that Python takes the disk for usable, and for no more."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = run([*with_small_disk(folder, 16), *REPORT], home.root, TMPDIR=str(folder))
    if made.returncode:
        [line] = [line for line in made.stderr.splitlines() if not line.startswith("make: ***")]
        assert line.startswith("hns: ")
        assert "No space left" in line
        assert standing(home.reports) == []
    else:
        check_same(made, home.reports, ordinary)


# ---------------------------------------------------------------------------------------------------------- line ends


def with_windows_line_ends(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.suffix in {".csv", ".json", ".yaml", ".ipynb"}:
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_with_windows_line_ends(home, ordinary):
    for name in ("data", "notebooks"):
        with_windows_line_ends(home.root / name)
    assert b"\r\n" in (home.root / "data" / "payments.csv").read_bytes()
    check_same(run(REPORT, home.root), home.reports, ordinary)
    assert run(REPORT, home.root).stdout.startswith("up to date: ")
    checked = home.hns("check")
    assert (checked.returncode, checked.stderr) == (0, "")


# ---------------------------------------------------------------------------------------------------- all at once


@pytest.mark.build
def test_the_briefing_in_the_oddest_home_of_all(report_of, tmp_path):
    """Most of the above together, with the project's own notebook."""
    home = copied_checkout(tmp_path / ODD_NAME)
    shutil.copy2(NOTEBOOKS / "briefing.ipynb", home.root / "notebooks" / "briefing.ipynb")
    for name in ("data", "notebooks"):
        with_windows_line_ends(home.root / name)
    temporary = Path(tempfile.mkdtemp(dir=tmp_path, prefix="一時 "))
    odd = ["sh", "-c", 'umask 077; exec "$@" <&-', "sh"]
    command = [*odd, "make", "-C", str(home.root), "report", "SCENARIO=undecided"]
    made = run(command, Path("/"), **(UNTOLD | {"TMPDIR": str(temporary)}))
    assert made.returncode == 0, made.stderr
    found, expected = pages(home.reports, "undecided"), pages(report_of("undecided").parent, "undecided")
    assert found.keys() == expected.keys()
    assert [name for name in found if found[name] != expected[name]] == []
    assert list(temporary.iterdir()) == []
