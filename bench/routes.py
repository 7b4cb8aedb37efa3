"""The ways from the notebook to a page and a PDF that are timed, each as the commands a person would type."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from analysis.exhibit import RESULTS_MIME
from bench.environment import OWN, browsers, python, tool, variables
from bench.measure import BenchError, Reading, timed

NOTEBOOK = "briefing"


@dataclass(frozen=True)
class Places:
    """Where a benchmark works: the copied project, what the routes leave, a home of its own, pip's environment."""

    project: Path
    out: Path
    home: Path
    pip: Path
    scenario: str

    @property
    def reports(self) -> Path:
        """Folder of the reports that make builds."""
        return self.out / "reports"

    def executed(self, which: str = "own") -> Path:
        """The notebook that the plain route of an environment ("own" or "pip") has executed."""
        return self.out / f"plain-{which}" / "plain.ipynb"


@dataclass(frozen=True)
class Route:
    """One way: its key and title, what runs it once, and why it is not here, if it is not.

    may_fail: the row then tells why, and the benchmark goes on.
    """

    key: str
    title: str
    run: Callable[[], Sequence[Reading]] = field(repr=False)
    absent: str = ""
    may_fail: bool = False


def routes(places: Places) -> list[Route]:
    """All ways in the order in which one round runs them; later ones read what earlier ones leave."""
    steps = itertools.count(1)
    return [
        Route("make-first", "make report: page and PDF, no report there", lambda: _make_first(places)),
        Route("plain-pip", "the plain route, environment as pip makes it", lambda: plain(places, "pip", places.pip)),
        Route("make-changed", "make report after a changed number", lambda: _make_changed(places, next(steps))),
        Route("plain-own", "the plain route, environment of the project", lambda: plain(places, "own", OWN)),
        Route("make-unchanged", "make report, nothing changed", lambda: [_make_report(places)]),
        Route("floor-start", "four libraries imported, one kernel started", lambda: [_floor(places)]),
        Route("floor-cells", "the notebook's own computing", lambda: [computing(places.executed())]),
        Route("pdf-alone", "the PDF alone, from the executed notebook", lambda: [_pdf_alone(places)]),
        Route("pdf-conversion", "the same without the start of Python", lambda: [_conversion(places)]),
        Route("pdf-measured", "the PDF alone, its pieces measured anew", lambda: [_pdf_measured(places)]),
        Route("latex", "the PDF by LaTeX", lambda: [_latex(places)], _missing("xelatex", "pandoc"), may_fail=True),
        Route("myst", "the PDF by MyST", lambda: [_myst(places)], _missing("myst"), may_fail=True),
        Route(
            "reports-all", "make reports: the briefings of all scenarios at once", lambda: [_reports_at_once(places)]
        ),
        Route(
            "reports-single", "make report: the same briefings one after the other", lambda: _reports_one_by_one(places)
        ),
    ]


def plain(places: Places, which: str, environment: Path) -> list[Reading]:
    """papermill, then nbconvert to HTML, then nbconvert to PDF by Chromium: three commands, one after the other."""
    made = places.executed(which)
    shutil.rmtree(made.parent, ignore_errors=True)
    made.parent.mkdir(parents=True)
    shown = str(browsers(environment, places.out / f"browsers-{which}"))
    around = variables(places.home, places.project, PLAYWRIGHT_BROWSERS_PATH=shown)
    notebook = f"notebooks/{NOTEBOOK}.ipynb"
    convert = [tool(environment, "jupyter"), "nbconvert", str(made), "--to"]
    as_root = ["--disable-chromium-sandbox"] if os.geteuid() == 0 else []
    return [
        timed(
            "papermill",
            [tool(environment, "papermill"), notebook, str(made), "-p", "scenario", places.scenario],
            places.project,
            around,
            [made],
        ),
        timed("HTML", [*convert, "html"], places.project, around, [made.with_suffix(".html")]),
        timed("PDF", [*convert, "webpdf", *as_root], places.project, around, [made.with_suffix(".pdf")]),
    ]


def check_same_numbers(places: Places) -> int:
    """How many figures the three runs share; BenchError when make and the plain routes did not compute the same."""
    told = (places.reports / places.scenario / "results.json").read_text(encoding="utf-8")
    ours = json.loads(told)
    for which in ("own", "pip"):
        theirs: dict[str, object] = {}
        for cell in json.loads(places.executed(which).read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                theirs |= output.get("data", {}).get(RESULTS_MIME, {})
        if theirs != ours:
            raise BenchError("the routes", f"make and the plain route ({which}) computed different figures")
    return _leaves(ours)


def _leaves(content: object) -> int:
    if isinstance(content, dict | list):
        return sum(map(_leaves, content.values() if isinstance(content, dict) else content))
    return 1


def computing(executed: Path) -> Reading:
    """The sum of the durations that papermill wrote beside the code cells, in seconds."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    seconds = [cell["metadata"]["papermill"]["duration"] for cell in cells if cell["cell_type"] == "code"]
    return Reading("cells", sum(seconds), None, None, {})


@contextmanager
def changed_number(scenario_file: Path, step: int) -> Iterator[None]:
    """Meanwhile the scenario has another seed, moved by `step`, and with it all its simulated figures are others."""
    text, seen = scenario_file.read_text(encoding="utf-8"), scenario_file.stat()
    found = re.search(r"^seed: (\d+)\n", text, re.MULTILINE)
    rest = text.replace(found[0], "") if found else text
    seed = (int(found[1]) if found else 0) + step
    scenario_file.write_text(rest.rstrip("\n") + f"\nseed: {seed}\n", encoding="utf-8")
    try:
        yield
    finally:
        scenario_file.write_text(text, encoding="utf-8")
        os.utime(scenario_file, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def _missing(*commands: str) -> str:
    missing = [command for command in commands if shutil.which(command) is None]
    return f"not here ({', '.join(missing)})" if missing else ""


def _make(places: Places, step: str, *words: str, left: Sequence[Path] = ()) -> Reading:
    # -o: the shared environment is not to be made anew from the copy.
    old = ["-o", ".venv/.synced", "-o", ".venv/.synced-office"]
    return timed(step, ["make", *old, *words], places.project, variables(places.home, places.project), left)


def _make_report(
    places: Places, scenario: str | None = None, notebook: str = NOTEBOOK, reports: Path | None = None
) -> Reading:
    name, folder = scenario or places.scenario, reports or places.reports
    left = [folder / name / f"hns-{notebook}-{name}.{kind}" for kind in ("html", "pdf")]
    words = (f"SCENARIO={name}", f"NOTEBOOK={notebook}", f"REPORTS={folder}")
    return _make(places, f"{notebook} {name}", "report", *words, left=left)


def _make_first(places: Places) -> list[Reading]:
    shutil.rmtree(places.reports, ignore_errors=True)
    return [_make_report(places)]


def _make_changed(places: Places, step: int) -> list[Reading]:
    """A report that stands there already, made anew because one number of its scenario is another."""
    folder = places.out / "changed"
    results = folder / places.scenario / "results.json"
    if not results.is_file():
        _make_report(places, reports=folder)
    old, file = results.read_bytes(), places.project / "data" / "scenarios" / f"{places.scenario}.yaml"
    with changed_number(file, step):
        reading = _make_report(places, reports=folder)
    if results.read_bytes() == old:
        raise BenchError("make report", "a changed number changed no figure")
    return [reading]


def _floor(places: Places) -> Reading:
    command = [str(python(OWN)), "-m", "bench.floor"]
    return timed("start", command, places.project, variables(places.home, places.project))


def _pdf_alone(places: Places) -> Reading:
    out = places.out / "alone.pdf"
    command = [str(python(OWN)), "-m", "bench.pdf_alone", str(places.executed()), str(out)]
    return timed("PDF", command, places.project, variables(places.home, places.project), [out])


def _conversion(places: Places) -> Reading:
    whole = _pdf_alone(places)
    return Reading("conversion", float(whole.said), None, None, whole.files)


def _pdf_measured(places: Places) -> Reading:
    """As on a machine that has not set these pieces before."""
    shutil.rmtree(places.project / "build" / "heights", ignore_errors=True)
    return _pdf_alone(places)


def _latex(places: Places) -> Reading:
    made = places.executed()
    command = [tool(OWN, "jupyter"), "nbconvert", str(made), "--to", "pdf", "--output", "latex"]
    around = variables(places.home, places.project)
    return timed("PDF", command, places.project, around, [made.with_name("latex.pdf")])


def _myst(places: Places) -> Reading:
    folder = places.out / "myst"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy2(places.executed(), folder / "plain.ipynb")
    command = ["myst", "build", "plain.ipynb", "--typst", "--ci"]
    reading = timed("PDF", command, folder, variables(places.home, places.project))
    if not (made := list(folder.rglob("*.pdf"))):  # it ends with status 0 all the same
        refused = [line for line in reading.said.splitlines() if "rror" in line] or [reading.said]
        raise BenchError("MyST", f"left no PDF: {refused[0][:120]}")
    return replace(reading, files={"pdf": made[0].stat().st_size})


def _reports_at_once(places: Places) -> Reading:
    folder = places.out / "all"
    shutil.rmtree(folder, ignore_errors=True)
    return _make(places, "all", "reports", f"NOTEBOOK={NOTEBOOK}", f"REPORTS={folder}", left=[folder / "index.html"])


def _reports_one_by_one(places: Places) -> list[Reading]:
    """The same reports as `make reports` has just left, each by a command of its own, in an empty folder."""
    manifests = sorted((places.out / "all").glob("*/*manifest.json"))
    done = [json.loads(path.read_text(encoding="utf-8")) for path in manifests]
    folder = places.out / "singly"
    shutil.rmtree(folder, ignore_errors=True)
    return [_make_report(places, one["scenario"], one["notebook"], folder) for one in done]
