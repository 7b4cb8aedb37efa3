"""The explorer as a reader uses it: a real JupyterLab and a real Voilà, driven in a browser without network."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from page_tools import _axe

from analysis.paths import ROOT

pytestmark = pytest.mark.browser

READY_SECONDS = 180
WAIT = 120_000  # milliseconds
TOKEN = "explore"
#: What the servers' own pages say, by the reason it is not ours. Anything else in the console fails the test.
NOT_OURS = {
    "JupyterLab tells its workspace": r"^Starting application in workspace",
    "JupyterLab tells its connection": r"^Starting WebSocket: ",
    "Voilà is built on an older JupyterLab than the widgets": r"^(Unsatisfied version|No satisfying version) ",
}


@dataclass
class Project:
    """A copy of the project in which a server runs, and where the server answers."""

    root: Path
    address: str
    log: Path

    def hns(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "analysis.command", *arguments]
        return subprocess.run(command, cwd=self.root, env=_own_world(self.root), capture_output=True, text=True)


def _own_world(root: Path) -> dict[str, str]:
    """The copy's own modules, and none of the user's settings of Jupyter."""
    folders = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    names = [*(f"JUPYTER_{f}" for f in folders), "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR"]
    own = {name: str(root / "jupyter" / name.lower()) for name in names}
    return os.environ | own | {"PYTHONPATH": str(root), "JUPYTER_PATH": str(root / "analysis" / "explore" / "share")}


def _copied(root: Path) -> Path:
    without = shutil.ignore_patterns("__pycache__")
    for folder in ("analysis", "data", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder, ignore=without)
    return root


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


@contextmanager
def serving(root: Path, module: str, *arguments: str, at: str) -> Iterator[Project]:
    """A server in a process group of its own, ready to answer; ended whatever happens. `{port}` is filled in."""
    port = _free_port()
    log = root / f"{module}.log"
    command = [sys.executable, "-m", module, *(a.format(port=port) for a in arguments)]
    with log.open("w", encoding="utf-8") as out:
        server = subprocess.Popen(
            command, cwd=root, env=_own_world(root), stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}{at}"
        _await(address, server, log)
        yield Project(root, address, log)
    finally:
        _end(server)


def _end(server: subprocess.Popen[Any]) -> None:
    """Ask the server to end with its kernels, then end the whole group."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


def _await(address: str, server: subprocess.Popen[Any], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the server did not answer:\n{log.read_text(encoding='utf-8')[-2000:]}")


@dataclass
class Explorer:
    """The explorer on a page, and what the page said and asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def answer(self) -> str:
        return self.page.inner_text(".hns-answer")

    @property
    def chart(self) -> tuple[str, str]:
        """What the price line tells a screen reader, and how it is drawn."""
        drawn = self.page.locator(".hns-chart-price [role=img]")
        return drawn.get_attribute("aria-label"), drawn.locator("svg").inner_html()

    def slider(self, label: str) -> Any:
        row = self.page.locator(".hns-controls .widget-slider", has_text=label)
        return row.locator(".noUi-handle")

    def move(self, label: str, *keys: str) -> None:
        """Press keys on a slider and wait until answer and charts have followed."""
        with self.following():
            for key in keys:
                self.slider(label).press(key)

    @contextmanager
    def following(self) -> Iterator[None]:
        """Wait until the charts have been drawn anew after what is done inside."""
        drawn = int(self.page.get_attribute(".hns-board", "data-drawn"))
        yield
        script = f"() => Number(document.querySelector('.hns-board').dataset.drawn) > {drawn}"
        self.page.wait_for_function(script, timeout=WAIT)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing has been drawn anew for a while."""
        script = """() => { const now = document.querySelector('.hns-board').dataset.drawn;
          if (window.hnsSeen !== now) { window.hnsSeen = now; window.hnsSince = Date.now(); }
          return Date.now() - window.hnsSince > 1000; }"""
        self.page.evaluate("() => { window.hnsSeen = null; }")
        self.page.wait_for_function(script, timeout=WAIT, polling=100)

    def unreadable(self) -> list[str]:
        """Serious and critical findings of axe-core inside the explorer."""
        self.page.evaluate(_axe())
        found = self.page.evaluate("axe.run('.hns-explorer', {resultTypes: ['violations']})")["violations"]
        grave = (one for one in found if one["impact"] in ("serious", "critical"))
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in grave]

    def faults(self) -> list[str]:
        known = re.compile("|".join(NOT_OURS.values()))
        return [text for text in self.said if not known.search(text)]


@contextmanager
def shown(browser: Any, address: str, width: int = 1440) -> Iterator[Explorer]:
    context = browser.new_context(viewport={"width": width, "height": 1000})
    host = address.split("/")[2]
    try:
        page = context.new_page()
        seen = Explorer(page)

        def asked(route: Any) -> None:
            if route.request.url.split("/")[2] == host:
                route.continue_()
            else:  # a machine without network
                seen.elsewhere.append(route.request.url)
                route.abort()

        page.route(re.compile(r"^https?://"), asked)
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.goto(address)
        yield seen
    finally:
        context.close()


def run_all(page: Any) -> None:
    """Run > Run All Cells, as a reader does."""
    page.wait_for_selector(".jp-Notebook-cell", timeout=WAIT)
    page.wait_for_selector("#jp-main-statusbar >> text=/\\| Idle/", timeout=WAIT)
    for _ in range(4):  # JupyterLab calls the kernel idle a little before it takes anything to run
        page.click(".lm-MenuBar-itemLabel:text-is('Run')")
        page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
        page.wait_for_timeout(1_000)
        if page.locator(".jp-InputPrompt", has_text=re.compile(r"\[(\*|\d+)\]")).count():
            break
    page.wait_for_selector(".hns-board[data-drawn]", timeout=WAIT)


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[Project]:
    root = _copied(tmp_path_factory.mktemp("lab"))
    arguments = (
        *("--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", "--ServerApp.root_dir=notebooks"),
        "--LabApp.default_url=/lab/tree/explore.ipynb",
    )
    with serving(root, "jupyterlab", *arguments, at=f"/?token={TOKEN}") as project:
        yield project


def test_jupyterlab_opens_on_the_explorer_and_everything_follows(browser, lab):
    with shown(browser, lab.address) as seen:
        page = seen.page
        run_all(page)
        seen.settle()
        assert page.url.split("?")[0].endswith("/lab/tree/explore.ipynb")
        first, drawn = seen.answer, seen.chart
        assert first.startswith("Take one year and wait")

        seen.move("Chance of Biden", *["ArrowLeft"] * 30)
        assert seen.answer.startswith("Sign for five years now")
        assert "50%" in page.inner_text(".hns-reasons")
        label, picture = seen.chart
        assert label != drawn[0]
        assert picture != drawn[1]

        assert page.locator(".hns-note:visible").all_inner_texts() == ["▲ beyond 60 to 85, the readings of the day"]
        seen.move("Price of five years now", "End")
        assert seen.answer.startswith("Take one year and wait")
        assert page.locator(".hns-note:visible").count() == 2

        with seen.following():
            page.click("button:text-is('Reset')")
        assert seen.answer == first
        assert page.locator(".hns-note:visible").count() == 0
        assert seen.unreadable() == []
        assert seen.faults() == []
        assert seen.elsewhere == []


def test_what_was_found_becomes_a_scenario(browser, lab):
    with shown(browser, lab.address) as seen:
        page = seen.page
        run_all(page)
        seen.settle()
        seen.move("Chance of Biden", *["ArrowLeft"] * 20)
        answer = seen.answer

        def save(name: str) -> str:
            page.fill(".hns-save input[placeholder*=hyphens]", name)
            page.fill(".hns-save input[placeholder*='ask?']", "What if the odds are closer?")
            page.fill(".hns-save input[placeholder*=behind]", "An analyst")
            before = page.inner_text(".hns-save")
            page.click("button:text-is('Save as scenario')")
            page.wait_for_function("before => document.querySelector('.hns-save').innerText !== before", arg=before)
            return page.inner_text(".hns-said")

        scenarios = lab.root / "data" / "scenarios"
        before = {p.name for p in scenarios.iterdir()}
        assert "no name for a scenario" in save("../closer odds")
        assert {p.name for p in scenarios.iterdir()} == before
        assert "make report SCENARIO=closer-odds" in save("closer-odds")
        assert {p.name for p in scenarios.iterdir()} - before == {"closer-odds.yaml"}

        decided = lab.hns("decide", "closer-odds", "--json")
        assert decided.returncode == 0, decided.stderr
        verdict = json.loads(decided.stdout)
        assert verdict["probability"]["biden"] == 0.6
        limit = verdict["reservation_uplift_pct"]["value"]
        said = float(re.search(r"(?:at most|up to) ([+−][\d.]+)%", answer)[1].replace("−", "-"))
        assert limit == pytest.approx(said, abs=0.2)

        # the new scenario can be chosen, and opens with its own values
        with seen.following():
            page.locator(".hns-bar select").select_option("closer-odds")
        assert "closer" in page.inner_text(".hns-question")
        assert seen.answer == answer
        with seen.following():
            page.locator(".hns-bar select").select_option("renewal-2027")
        assert "2027" in page.inner_text(".hns-question")
        assert seen.slider("Chance of a successor who asks little").count() == 1
        assert seen.faults() == []


def test_a_new_scenario_is_reported_like_any_other(lab, tmp_path):
    """Runs after the one above has saved it; `make report` calls the same command."""
    if not (lab.root / "data" / "scenarios" / "closer-odds.yaml").exists():
        pytest.fail("no scenario was saved")
    for notebook in ("explore", "briefing"):
        made = lab.hns("report", "closer-odds", "--notebook", notebook, "--reports", str(tmp_path))
        assert made.returncode == 0, made.stderr
    assert (tmp_path / "closer-odds" / "hns-explore-closer-odds.html").exists()
    assert (tmp_path / "closer-odds" / "hns-briefing-closer-odds.pdf").exists()


def test_voila_shows_the_explorer_without_jupyterlab(browser, tmp_path):
    root = _copied(tmp_path)
    arguments = ("notebooks/explore.ipynb", "--template=hns", "--no-browser", "--Voila.ip=127.0.0.1", "--port={port}")
    # asking for the page itself would start a kernel, so the server is known by a file of its own
    with (
        serving(root, "voila", *arguments, at="/voila/static/voila.js") as project,
        shown(browser, project.address.removesuffix("voila/static/voila.js")) as seen,
    ):
        seen.page.wait_for_selector(".hns-board[data-drawn]", timeout=WAIT)
        seen.settle()
        before = seen.answer
        seen.move("Chance of Biden", *["ArrowLeft"] * 30)
        assert seen.answer != before
        assert "pages = Pages" not in seen.page.inner_text("body")  # no code
        assert seen.faults() == []
        assert seen.elsewhere == []
