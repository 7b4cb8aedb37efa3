"""Offline and quiet: nothing needs a network after installation, and nothing asks for one."""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Checkout
from odd_homes import needs_make, on_linux, run, without_network

from analysis.paths import NOTEBOOKS, ROOT

# Written into the way of every Python that starts, the kernel's included: each address it asks for goes on record.
LISTENER = """
import os, sys

def _heard(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        asked = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
        with open(os.environ["HEARD"], "a", encoding="utf-8") as file:
            file.write(f"{event} {asked!r}\\n")

sys.addaudithook(_heard)
"""
OWN = re.compile(r"socket\.(connect|sendto) (b?'|\('127\.|\('::1')|socket\.\w+ (b?'localhost'|b?'127\.|None)")

REPORT = ["make", "report", "FORMATS=html pdf docx xlsx svg png"]
SCRIPTS = {
    "a report in every format": REPORT,
    "the checks": ["make", "check"],
    "the decision": [sys.executable, "-m", "analysis.command", "decide", "undecided"],
    "the portal and the explorer": ["make", "explorer", "portal"],
}


@pytest.fixture
def project(checkout) -> Checkout:
    """A copy with the project's own notebooks."""
    (checkout.root / ".venv" / ".synced-office").touch()
    for path in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy2(path, checkout.root / "notebooks")
    return checkout


@needs_make
@on_linux
@pytest.mark.build
def test_a_report_is_made_without_network_and_is_the_same(project, report_of):
    """Every format of the real briefing, in a network of its own with nothing in it; page and PDF byte for byte."""
    made = run([*without_network(), *REPORT, "SCENARIO=undecided"], project.root)
    assert (made.returncode, made.stderr) == (0, "")
    folder, expected = project.reports / "undecided", report_of("undecided")
    for name in ("hns-briefing-undecided.html", "hns-briefing-undecided.pdf", "results.json"):
        assert (folder / name).read_bytes() == (expected / name).read_bytes(), name
    kinds = {path.suffix for path in folder.rglob("*")}
    assert {".docx", ".xlsx", ".svg", ".png", ".csv"} <= kinds


@needs_make
@on_linux
def test_the_other_commands_work_without_network(checkout):
    for command in (SCRIPTS["the checks"], SCRIPTS["the decision"], SCRIPTS["the portal and the explorer"]):
        made = run([*without_network(), *command], checkout.root)
        assert (made.returncode, made.stderr) == (0, ""), command


@on_linux
def test_the_network_is_really_gone():
    code = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=5)"
    made = run([*without_network(), sys.executable, "-c", code], ROOT)
    assert "Network is unreachable" in made.stderr


@on_linux
def test_tests_of_notebooks_run_without_network(tmp_path):
    """The test suite itself, where it runs a notebook through the pipeline."""
    chosen = "tests/test_pipeline.py::test_report_is_complete_and_explains_itself"
    command = [sys.executable, "-m", "pytest", chosen, "--basetemp", str(tmp_path / "inner"), "-p", "no:cacheprovider"]
    made = run([*without_network(), *command], ROOT, PYTEST_ADDOPTS=None, PYTEST_XDIST_WORKER=None)
    assert made.returncode == 0, made.stdout


@pytest.fixture
def heard(tmp_path):
    """Run a command with a listener in every Python it starts; returns what it asked for outside this machine."""
    (tmp_path / "listener").mkdir()
    (tmp_path / "listener" / "sitecustomize.py").write_text(LISTENER, encoding="utf-8")
    record = tmp_path / "heard.txt"

    def listen(command: list[str], folder) -> list[str]:
        record.write_text("", encoding="utf-8")
        made = run(command, folder, PYTHONPATH=str(tmp_path / "listener"), HEARD=str(record))
        assert made.returncode == 0, made.stderr
        return [line for line in record.read_text(encoding="utf-8").splitlines() if not OWN.match(line)]

    return listen


@needs_make
@pytest.mark.parametrize("command", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_no_python_asks_for_an_address(checkout, heard, command):
    (checkout.root / ".venv" / ".synced-office").touch()
    assert heard(command, checkout.root) == []


# An address that stays on this machine and yet is none of its own names, asked for by the child of a child.
ASKING = (
    "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    "\"import socket\\ntry: socket.create_connection(('0.0.0.0', 9), timeout=1)\\nexcept OSError: pass\"])"
)


def test_the_listener_hears(heard, tmp_path):
    """The guard above can fail."""
    assert any("0.0.0.0" in line for line in heard([sys.executable, "-c", ASKING], tmp_path))


needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not here: apt-get install strace")


@needs_make
@on_linux
@needs_strace
def test_no_process_at_all_connects_outside(checkout, tmp_path):
    """Seen from the kernel of the system: also what is not Python, such as the compilers of PDF and charts."""
    (checkout.root / ".venv" / ".synced-office").touch()
    assert connected(REPORT, checkout.root, tmp_path / "calls.txt") == set()


@on_linux
@needs_strace
def test_the_trace_sees_a_connection(tmp_path):
    """The guard above can fail."""
    assert connected([sys.executable, "-c", ASKING], tmp_path, tmp_path / "calls.txt") == {"0.0.0.0"}


def connected(command: list[str], folder: Path, record: Path) -> set[str]:
    """Addresses beyond the loopback that a command and its children connected or sent to."""
    traced = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-s", "200", "-o", str(record)]
    made = run([*traced, *command], folder)
    assert made.returncode == 0, made.stderr
    calls = record.read_text(encoding="utf-8", errors="replace")
    addresses = re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', calls)
    return {found for pair in addresses for found in pair if found and not ipaddress.ip_address(found).is_loopback}


# ------------------------------------------------------------------------------------------ nothing fetched at run time

FETCHING = re.compile(
    r"\b(urlopen|urlretrieve|requests\.(get|post|Session)|httpx\.|http\.client|ftplib|smtplib|aiohttp|"
    r"fetch\(|XMLHttpRequest|sendBeacon|WebSocket|importScripts|create_connection)"
)


def test_no_code_of_the_project_fetches_anything():
    files = [p for kind in ("*.py", "*.js", "*.j2", "*.typ") for p in (ROOT / "analysis").rglob(kind)]
    found = [f"{p.relative_to(ROOT)}: {m[0]}" for p in files for m in FETCHING.finditer(p.read_text(encoding="utf-8"))]
    assert found == []
    packages = [p for p in files if re.search(r'#import\s+"@', p.read_text(encoding="utf-8"))]
    assert packages == []  # Typst would fetch these from its own registry


@needs_make
def test_an_up_to_date_environment_is_not_asked_about_again(checkout):
    """make installs once; from then on it starts neither uv nor pip."""
    planned = subprocess.run(["make", "-n", *REPORT[1:]], cwd=checkout.root, capture_output=True, text=True)
    (checkout.root / ".venv" / ".synced-office").touch()
    again = subprocess.run(["make", "-n", *REPORT[1:]], cwd=checkout.root, capture_output=True, text=True)
    assert "uv sync" in planned.stdout
    assert not re.search(r"\b(uv|pip)\b", again.stdout)
