"""One report: check everything, run the notebook, render it, and put the finished set in its place.

Whatever goes wrong before the last step, an older report stays as it was.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.errors import BuildError
from analysis.execution import seeded
from analysis.manifest import stamp
from analysis.paths import NOTEBOOKS, ROOT, listed_scenarios, reports_folder
from analysis.publication import MAIN_NOTEBOOK, SET_NOTEBOOK, Names, publish, published
from analysis.reads import Read
from analysis.rendering import DEFAULT, NEEDS, check_formats, data_index, prepare, rendered
from analysis.workplace import locked, workplace

if TYPE_CHECKING:
    from analysis.execution import Engine
    from analysis.scenario import Scenario

PAPERS = ("a4", "letter")
#: Where the notebook runs: in this process, in one forked from it, or in a Jupyter kernel.
Way = Literal["here", "fork", "kernel"]
BUILD = ROOT / "build"
_CSV_NAME = re.compile(r"[a-z][a-z0-9-]{0,79}\.csv")


@dataclass(frozen=True)
class Order:
    """What is wanted: the scenario, the notebook, and in which form.

    paper: "a4" or "letter", for the PDF; against: names of other scenarios, for a notebook that sets several next to
    each other; global_seed: seeds Python's and numpy's global generators, which no figure may depend on.
    """

    scenario: str
    notebook: str = MAIN_NOTEBOOK
    formats: Sequence[str] = DEFAULT
    paper: str = PAPERS[0]
    against: str = ""
    global_seed: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "against", " ".join(self.against.replace(",", " ").split()))

    @property
    def names(self) -> Names:
        """Names of the files."""
        return Names(self.notebook, self.scenario)


@dataclass(frozen=True)
class Delivered:
    """The files of a report, page and PDF first, and whether they had to be made."""

    files: Sequence[Path]
    made: bool = True


def build(
    scenario: str,
    notebook: str = MAIN_NOTEBOOK,
    formats: Sequence[str] = DEFAULT,
    reports: Path | None = None,
    *,
    paper: str = PAPERS[0],
    against: str = "",
    global_seed: int | None = None,
    engine: Way = "here",
) -> list[Path]:
    """Make one report, whatever is there, and return its files, page and PDF first; arguments as those of Order.

    engine: where the notebook runs. Raises ScenarioError, DataError, VintageError or
    BuildError; then nothing in the folder has changed.
    """
    return made(Order(scenario, notebook, tuple(formats), paper, against, global_seed), reports, engine).files


def up_to_date(order: Order, reports: Path | None = None, engine: Way = "here") -> Delivered:
    """The report, made only if the one in the folder does not say what a new one would. Raises as `build` does."""
    from analysis.freshness import reason_to_build

    _check_words(order)
    folder = reports or reports_folder()

    def found() -> list[Path]:
        """Files of a report that may stay; none where it has to be made."""
        known = order.scenario in listed_scenarios()
        reason = reason_to_build(folder, order.names, order.formats, order.paper, order.against) if known else "new"
        return [] if reason else published(folder / order.scenario, order.names)

    files = found()
    return Delivered(files, made=False) if files else made(order, folder, engine, found)


def made(
    order: Order, reports: Path | None = None, engine: Way = "here", found: Callable[[], list[Path]] = list
) -> Delivered:
    """The report made anew, unless `found` finds it once no other build of it is going on. Raises as `build` does."""
    folder = reports or reports_folder()
    _check_words(order)
    with _process(order, engine) as run:
        assumed, source = check(order.scenario, order.notebook, order.formats, order.paper, order.against)
        dated = stamp(assumed.as_of)
        with workplace(folder, order.names.stem, f"waiting for another build of {order.names.stem}") as work:
            if files := found():
                return Delivered(files, made=False)
            _make(order, assumed, source, dated, work, "kernel" if engine == "kernel" else "here", run)
            with locked(folder, order.scenario):
                return Delivered(publish(work / "report", folder / order.scenario, order.names))


def _process(order: Order, engine: Way) -> AbstractContextManager[Callable[[Callable[[], Any]], Any]]:
    """What has the notebook run: a process forked at once, which gets ready during the checks, or this one."""
    if engine != "fork":
        return nullcontext(lambda work: work())
    from analysis.execution import get_ready
    from analysis.fork import standby

    source = NOTEBOOKS / f"{order.notebook}.ipynb"
    return standby(partial(get_ready, source), partial(_prepare, order, source))


def _prepare(order: Order, source: Path) -> Mapping[Hashable, Any]:
    """What can be done for the rest of the report while its notebook runs elsewhere, and for the notebook itself."""
    from analysis.beforehand import worked_out
    from analysis.manifest import code_reached

    found = worked_out(code_reached(source))
    prepare(order.formats)
    return found


def _make(
    order: Order,
    assumed: Scenario,
    source: Path,
    dated: int,
    work: Path,
    engine: Engine,
    run: Callable[..., Any],
) -> None:
    """Run the notebook and leave the finished set of files in `work`/report."""
    made = work / "report"
    environment = {"SOURCE_DATE_EPOCH": str(dated), **seeded(order.global_seed)}
    executed = _run(source, order, environment, work, engine, run)
    made.mkdir()
    reads = write_outputs(executed, order.names, made)
    with environment_set(environment):
        _render(executed, order, made)
    _write_manifest(order, assumed, source, dated, reads, made)


def check(
    scenario: str,
    notebook: str = MAIN_NOTEBOOK,
    formats: Sequence[str] = DEFAULT,
    paper: str = PAPERS[0],
    against: str = "",
) -> tuple[Scenario, Path]:
    """Everything that can be refused before a kernel starts; returns the scenario and the notebook's path."""
    from analysis.readiness import ready

    _check_words(Order(scenario, notebook, formats, paper, against))
    assumed, _ = ready(scenario)
    if notebook == SET_NOTEBOOK:
        from analysis.scenario_compare.sets import chosen

        for other in chosen(scenario, against)[1:]:
            ready(other)
    elif against:
        raise BuildError("AGAINST", f"the notebook {notebook} shows one scenario", f"NOTEBOOK={SET_NOTEBOOK}")
    return assumed, NOTEBOOKS / f"{notebook}.ipynb"


def _check_words(order: Order) -> None:
    """What can be refused without reading a file."""
    check_formats(order.formats)
    if order.paper not in PAPERS:
        raise BuildError("PAPER", f"there is no paper {order.paper[:80]!r}", ", ".join(PAPERS))
    known = notebook_names()
    if order.notebook not in known:
        raise BuildError("NOTEBOOK", f"there is no notebook {order.notebook[:80]!r}", ", ".join(known))


def notebook_names() -> list[str]:
    """Names of the notebooks a report can be made from, sorted."""
    return sorted(p.stem for p in NOTEBOOKS.glob("*.ipynb"))


def _run(
    source: Path, order: Order, environment: Mapping[str, str], work: Path, engine: Engine, run: Callable[..., Any]
) -> Any:
    from analysis.execution import NotebookError, execute
    from analysis.progress import Progress

    progress = Progress(f"{order.notebook}, {order.scenario}")
    progress.step("starting")
    try:
        parameters = {"scenario": order.scenario} | ({"against": order.against} if order.against else {})
        return execute(source, parameters, environment, progress, work / "run", engine, run)
    except NotebookError as error:
        error.partial_path = _kept(error.partial_notebook, order.names)
        raise
    finally:
        progress.end()


def _kept(partial: Any, names: Names) -> Path:
    """Save what there is of a run that broke off, outside the reports."""
    import nbformat

    folder = BUILD / "failed"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a read-only checkout
        folder = Path(tempfile.mkdtemp(prefix="hns-failed-"))
    path = folder / f"{names.stem}.ipynb"
    nbformat.write(partial, path)
    return path


def write_outputs(executed: Any, names: Names, made: Path) -> list[Read]:
    """Write the run record, the headline numbers and the table behind each exhibit; returns what was read."""
    import nbformat

    from analysis.export.form import FILES_MIME, READS_MIME, RESULTS_MIME
    from analysis.manifest import write_json

    nbformat.write(executed, made / f"{names.stem}.ipynb")
    place = f"notebooks/{names.notebook}.ipynb"
    results: dict[str, Any] = {}
    reads: list[Read] = []
    for data in _output_bundles(executed):
        given = data.get(RESULTS_MIME, {})
        if twice := results.keys() & given.keys():
            raise BuildError(place, f"the result {min(twice)!r} is given twice", "one value for each name")
        results |= given
        reads = [tuple(read) for read in data.get(READS_MIME, reads)]
        for name, text in data.get(FILES_MIME, {}).items():
            if name.endswith(".csv"):
                _write_csv(made / names.data, name, text)
    if (made / names.data).is_dir():
        _write_csv(made / names.data, "index.csv", data_index(executed))
    try:
        write_json(made / names.results, results)
    except ValueError as error:
        raise BuildError(f"{place}, results", str(error), "finite numbers") from None
    return reads


def _output_bundles(executed: Any) -> Iterator[Mapping[str, Any]]:
    cells = (c for c in executed.cells if c.cell_type == "code")
    return (o.data for c in cells for o in c.outputs if "data" in o)


def _write_csv(folder: Path, name: str, text: str) -> None:
    if not _CSV_NAME.fullmatch(name):
        raise BuildError(f"exhibit {name[:80]!r}", "not a name for a file of data", "letters a-z, digits, hyphens")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise BuildError(f"exhibit {name[:-4]}", "the id stands twice in the notebook", "one id each") from None


def _render(executed: Any, order: Order, made: Path) -> None:
    from analysis.manifest import scenario_chain

    attached = {path.name: path.read_text(encoding="utf-8") for path in scenario_chain(order.scenario)}
    for name, content in rendered(executed, order.names, order.formats, order.paper, attached):
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _write_manifest(
    order: Order, assumed: Scenario, source: Path, dated: int, reads: Sequence[Read], made: Path
) -> None:
    from analysis.content import notebook_content, read_contents
    from analysis.manifest import hashes, input_files, versions, write_json

    names = order.names
    files = sorted(p for p in made.rglob("*") if p.is_file())
    record = made / f"{names.stem}.ipynb"  # carries timings, so its hash would differ from run to run
    content = {
        "report": names.stem,
        "scenario": order.scenario,
        "notebook": order.notebook,
        "as_of": assumed.as_of.isoformat(),
        "formats": sorted(order.formats),
        "paper": order.paper,
        **({"against": order.against} if order.against else {}),
        "rebuild": _rebuild(order),
        "source_date_epoch": dated,
        "versions": versions(*(NEEDS[name][1] for name in order.formats if name in NEEDS)),
        "inputs": hashes(input_files(source, reads), ROOT),
        "content": {"notebook": notebook_content(source), **read_contents(reads)},
        "files": hashes((p for p in files if p != record), made),
        "run_record": record.name,
    }
    write_json(made / names.manifest, content)


def _rebuild(order: Order) -> str:
    """The command that makes the report again."""
    words = [f"make report SCENARIO={order.scenario}"]
    words += [f"NOTEBOOK={order.notebook}"] if order.notebook != MAIN_NOTEBOOK else []
    words += [f"FORMATS='{' '.join(order.formats)}'"] if set(order.formats) != set(DEFAULT) else []
    words += [f"PAPER={order.paper}"] if order.paper != PAPERS[0] else []
    words += [f"AGAINST='{order.against}'"] if order.against else []
    return " ".join(words)


@contextmanager
def environment_set(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while: exporters and compilers read the report's date from there."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
