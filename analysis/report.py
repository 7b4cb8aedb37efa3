"""One report: check everything, run the notebook, render it, and put the finished set in its place.

Whatever goes wrong before the last step, an older report stays as it was.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import BuildError
from analysis.paths import NOTEBOOKS, ROOT, reports_folder
from analysis.publication import MAIN_NOTEBOOK, SET_NOTEBOOK, Names, publish, work_folder
from analysis.readiness import ready
from analysis.rendering import DEFAULT, NEEDS, check_formats, data_index, rendered

if TYPE_CHECKING:
    from analysis.scenario import Scenario

PAPERS = ("a4", "letter")
BUILD = ROOT / "build"
_CSV_NAME = re.compile(r"[a-z][a-z0-9-]{0,79}\.csv")


def build(
    scenario: str,
    notebook: str = MAIN_NOTEBOOK,
    formats: Sequence[str] = DEFAULT,
    reports: Path | None = None,
    *,
    paper: str = PAPERS[0],
    global_seed: int | None = None,
    against: str = "",
) -> list[Path]:
    """Make one report and return its files, page and PDF first; paper: "a4" or "letter", for the PDF.

    `against` names other scenarios, for a notebook that sets several next to each other.
    `global_seed` seeds the kernel's global random generators, which no figure may depend on.
    Raises ScenarioError, DataError, VintageError or BuildError; then nothing in the folder has changed.
    """
    began = time.time()
    assumed, source = check(scenario, notebook, formats, paper, against)
    names = Names(notebook, scenario)
    target = (reports or reports_folder()) / scenario
    stamp = _stamp(assumed)
    environment = {"SOURCE_DATE_EPOCH": stamp}
    if global_seed is not None:
        from analysis.kernel import seeded

        environment |= seeded(global_seed)
    with work_folder(target.parent) as made:
        executed = _run(source, names, environment, against)
        _write_outputs(executed, names, made)
        with _environment(environment):
            _render(executed, names, formats, paper, made)
        _write_manifest(assumed, source, names, formats, paper, stamp, made, against)
        return publish(made, target, names, began)


def check(
    scenario: str,
    notebook: str = MAIN_NOTEBOOK,
    formats: Sequence[str] = DEFAULT,
    paper: str = PAPERS[0],
    against: str = "",
) -> tuple[Scenario, Path]:
    """Everything that can be refused before a kernel starts; returns the scenario and the notebook's path."""
    check_formats(formats)
    if paper not in PAPERS:
        raise BuildError("PAPER", f"there is no paper {paper[:80]!r}", ", ".join(PAPERS))
    known = notebook_names()
    if notebook not in known:
        raise BuildError("NOTEBOOK", f"there is no notebook {notebook[:80]!r}", ", ".join(known))
    assumed, _ = ready(scenario)
    if notebook == SET_NOTEBOOK:
        from analysis.scenario_compare.sets import chosen

        for other in chosen(scenario, against)[1:]:
            ready(other)
    elif against:
        raise BuildError("AGAINST", f"the notebook {notebook} shows one scenario", f"NOTEBOOK={SET_NOTEBOOK}")
    return assumed, NOTEBOOKS / f"{notebook}.ipynb"


def notebook_names() -> list[str]:
    """Names of the notebooks a report can be made from, sorted."""
    return sorted(p.stem for p in NOTEBOOKS.glob("*.ipynb"))


def _stamp(assumed: Scenario) -> str:
    """The date the report bears, in seconds since 1970: SOURCE_DATE_EPOCH, else midnight UTC of the as-of date."""
    from analysis.manifest import epoch

    given = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if given and not (given.isascii() and given.isdigit() and len(given) < 12):
        raise BuildError("SOURCE_DATE_EPOCH", f"{given[:40]!r} is not a number of seconds", "a whole number")
    return given or str(epoch(assumed.as_of))


def _run(source: Path, names: Names, environment: Mapping[str, str], against: str) -> Any:
    from analysis.execution import NotebookError, execute
    from analysis.progress import Progress

    progress = Progress(f"{names.notebook}, {names.scenario}")
    progress.step("starting")
    try:
        parameters = {"scenario": names.scenario} | ({"against": against} if against else {})
        return execute(source, parameters, environment, progress)
    except NotebookError as error:
        error.partial_path = _kept(error.partial_notebook, names)
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


def _write_outputs(executed: Any, names: Names, made: Path) -> None:
    """Write the run record, the headline numbers and the table behind each exhibit."""
    import nbformat

    from analysis.exhibit import FILES_MIME, RESULTS_MIME
    from analysis.manifest import write_json

    nbformat.write(executed, made / f"{names.stem}.ipynb")
    place = f"notebooks/{names.notebook}.ipynb"
    results: dict[str, Any] = {}
    for data in _output_bundles(executed):
        given = data.get(RESULTS_MIME, {})
        if twice := results.keys() & given.keys():
            raise BuildError(place, f"the result {min(twice)!r} is given twice", "one value for each name")
        results |= given
        for name, text in data.get(FILES_MIME, {}).items():
            if name.endswith(".csv"):
                _write_csv(made / names.data, name, text)
    if (made / names.data).is_dir():
        _write_csv(made / names.data, "index.csv", data_index(executed))
    try:
        write_json(made / names.results, results)
    except ValueError as error:
        raise BuildError(f"{place}, results", str(error), "finite numbers") from None


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


def _render(executed: Any, names: Names, formats: Sequence[str], paper: str, made: Path) -> None:
    from analysis.manifest import scenario_chain

    attached = {path.name: path.read_text(encoding="utf-8") for path in scenario_chain(names.scenario)}
    for name, content in rendered(executed, names, formats, paper, attached):
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _write_manifest(
    assumed: Scenario,
    source: Path,
    names: Names,
    formats: Sequence[str],
    paper: str,
    stamp: str,
    made: Path,
    against: str,
) -> None:
    from analysis.manifest import hashes, input_files, versions, write_json

    files = sorted(p for p in made.rglob("*") if p.is_file())
    record = made / f"{names.stem}.ipynb"  # carries timings, so its hash would differ from run to run
    notebook = "" if names.notebook == MAIN_NOTEBOOK else f" NOTEBOOK={names.notebook}"
    some = "" if set(formats) == set(DEFAULT) else f" FORMATS='{' '.join(formats)}'"
    sheet = "" if paper == PAPERS[0] else f" PAPER={paper}"
    others = f" AGAINST='{against}'" if against else ""
    content = {
        "report": names.stem,
        "scenario": names.scenario,
        "notebook": names.notebook,
        "as_of": assumed.as_of.isoformat(),
        "paper": paper,
        **({"against": against} if against else {}),
        "rebuild": f"make report SCENARIO={names.scenario}{notebook}{some}{sheet}{others}",
        "source_date_epoch": int(stamp),
        "versions": versions(*(NEEDS[name][1] for name in formats if name in NEEDS)),
        "inputs": hashes(input_files(names.scenario, source), ROOT),
        "files": hashes((p for p in files if p != record), made),
        "run_record": record.name,
    }
    write_json(made / names.manifest, content)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
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
