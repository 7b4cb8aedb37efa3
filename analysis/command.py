"""The command `hns`: every refusal is one line on standard error and exit status 2."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.errors import HnsError
from analysis.sweep.command import sweep

if TYPE_CHECKING:
    from analysis.report import Delivered

# Anything heavy is imported inside the command that needs it, so that a refusal comes at once.

REFUSED, INTERRUPTED = 2, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hns-analysis", prog_name="hns")
def cli() -> None:
    """Host-nation-support analysis: briefings from scenarios and sourced data."""


cli.add_command(sweep)


def _words(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


_reports_option = click.option(
    "--reports", type=click.Path(path_type=Path, file_okay=False), help="folder of the reports [default: reports/]"
)
_build_options = [
    click.option("--paper", default="a4", show_default=True, help="paper of the PDF: a4 or letter"),
    click.option(
        "--formats",
        default="html pdf",
        show_default=True,
        callback=_words,
        help="of html pdf docx xlsx svg png",
    ),
    _reports_option,
    click.option("--anew", is_flag=True, help="make it also when nothing has changed"),
    click.option("--kernel", is_flag=True, help="run each notebook in a Jupyter kernel, which takes longer"),
    click.option(
        "--global-seed",
        type=click.IntRange(0, 2**32 - 1),
        help="seed the global random generators, to test that no figure depends on them",
    ),
]


def _with_build_options(command):
    for option in reversed(_build_options):
        command = option(command)
    return command


@cli.command()
@click.argument("scenario")
@click.option("--notebook", default="briefing", show_default=True, help="notebook of notebooks/, without .ipynb")
@_with_build_options
@click.option(
    "--against", default="", help="other scenarios beside it, for the notebook scenarios [default: relatives]"
)
def report(scenario, notebook, formats, paper, reports, anew, kernel, global_seed, against) -> None:
    """Bring the report of one SCENARIO up to date and print where its files are."""
    from analysis.fork import CAN_FORK
    from analysis.report import Order, made, up_to_date

    order = Order(scenario, notebook, formats, paper, against, global_seed)
    deliver = made if anew or global_seed is not None else up_to_date
    engine = "kernel" if kernel else "fork" if CAN_FORK else "here"
    _print_delivered(deliver(order, reports and reports.resolve(), engine))


@cli.command()
@click.option("--notebook", help="one notebook of notebooks/, without .ipynb [default: all of them]")
@_with_build_options
@click.option("--jobs", type=click.IntRange(1, 256), help="how many at a time [default: one a core]")
def reports(notebook, formats, paper, reports, anew, kernel, global_seed, jobs) -> None:
    """Bring the reports of every scenario and the pages of all up to date; errors are counted at the end."""
    from analysis.batch import all_orders, each_delivered

    folder = reports and reports.resolve()
    orders = all_orders(notebook, formats, paper, global_seed)
    failed = 0
    for outcome in each_delivered(orders, folder, "kernel" if kernel else "here", anew=anew, jobs=jobs):
        if isinstance(outcome, HnsError):
            failed += 1
            click.echo(f"hns: {outcome.sentence}", err=True)
        else:
            _print_delivered(outcome)
    _write_pages(folder)
    if failed:
        raise HnsError("reports", f"{failed} of {len(orders)} could not be made")


def _write_pages(folder: Path | None) -> None:
    from analysis.site import note_pages, pages_up_to_date

    if pages_up_to_date(folder):
        return
    _write_explorer(folder)
    _write_portal(folder)
    note_pages(folder)


def _write_explorer(reports: Path | None) -> None:
    from analysis.explorer_page.page import write_explorer

    click.echo(_shortest(write_explorer(reports and reports.resolve())))


def _write_portal(reports: Path | None) -> None:
    from analysis.portal.page import write_portal

    click.echo(_shortest(write_portal(reports and reports.resolve())))


@cli.command()
@_reports_option
def explorer(reports) -> None:
    """Write reports/explorer.html, one page without server or kernel on which a reader moves the assumptions."""
    _write_explorer(reports)


@cli.command()
@_reports_option
def portal(reports) -> None:
    """Write reports/index.html, all scenarios side by side, from the reports that are there."""
    _write_portal(reports)


@cli.command()
@_reports_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free")
def serve(reports, port) -> None:
    """Show the reports on localhost until Ctrl-C; the portal is made first where there is none."""
    from analysis.paths import reports_folder
    from analysis.serving import address, server

    folder = (reports or reports_folder()).resolve()
    if not (folder / "index.html").exists():
        _write_portal(folder)
    try:
        serving = server(folder, port)
    except OSError as error:
        raise HnsError("PORT", f"{port} cannot be used ({error.strerror})", "another one, such as PORT=8001") from None
    with serving:
        click.echo(f"{address(serving)}  (Ctrl-C ends it)")
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            click.echo("")


@cli.command()
def scenarios() -> None:
    """List the scenarios with the question each one answers."""
    from analysis.scenario_files import load_scenario, scenario_names

    names = scenario_names()
    width = max(map(len, names), default=0)
    for name in names:
        click.echo(f"{name:{width}}  {load_scenario(name).question}")


@cli.command()
@click.argument("scenario")
@click.option(
    "--set", "overrides", multiple=True, metavar="KEY.PATH=VALUE", help="change one value, as often as needed"
)
@click.option("--json", "as_json", is_flag=True, help="the same as JSON")
def decide(scenario, overrides, as_json) -> None:
    """Print the decision of one SCENARIO: at which price to sign, at which to wait, and what each course costs."""
    from analysis.decision import decided
    from analysis.readiness import ready
    from analysis.verdict import verdict, verdict_text

    assumed, evidence = ready(scenario, overrides)
    results = decided(assumed, evidence)
    found = verdict(results, evidence)
    if as_json:
        import json

        click.echo(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo(verdict_text(results, found))


@cli.command()
@click.argument("scenario")
@click.argument("other", required=False)
@click.option("--as-of", metavar="DAY", help="the same scenario with what was public on another day, YYYY-MM-DD")
@click.option(
    "--data", type=click.Path(path_type=Path), help="a folder of tables to compare data/ with, such as a copy"
)
@click.option(
    "--set", "overrides", multiple=True, metavar="KEY.PATH=VALUE", help="the same scenario with changed values"
)
@click.option("--json", "as_json", is_flag=True, help="the same as JSON")
def diff(scenario, other, as_of, data, overrides, as_json) -> None:
    """Print what moves from one SCENARIO to the OTHER: data rows, inputs, results, sentences of page one."""
    from analysis.scenario_diff.moved import as_data, moved
    from analysis.scenario_diff.printed import printed
    from analysis.scenario_diff.sides import sides

    found = moved(*sides(scenario, other, as_of, data, overrides))
    if as_json:
        import json

        click.echo(json.dumps(as_data(found), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo(printed(found))


@cli.command()
@click.argument("field", required=False)
def explain(field) -> None:
    """Tell what a FIELD of a scenario means, its unit, range and default; without FIELD, list all of them."""
    from analysis.explain import explained, overview

    click.echo(explained(field) if field else overview())


@cli.command()
def expect() -> None:
    """Write the headline results every scenario is expected to give, for the tests to compare with."""
    from analysis.expected import write_expected

    for path in write_expected():
        click.echo(_shortest(path))


@cli.command()
def check() -> None:
    """Check the data tables and scenarios; print what failed, what is weak or stale, and what changed."""
    from analysis.data_report import check_report
    from analysis.report import check as check_inputs
    from analysis.scenario_files import scenario_names

    text, sound = check_report()
    click.echo(text)
    refused = []
    for name in scenario_names() if sound else ():
        try:
            check_inputs(name)
        except HnsError as error:
            refused.append(error.sentence)
    for sentence in refused:
        click.echo(sentence, err=True)
    if not sound:
        raise HnsError("check", "the tables are not in order, see above")
    if refused:
        raise HnsError("check", f"{len(refused)} {'problem' if len(refused) == 1 else 'problems'}")
    click.echo(f"{len(scenario_names())} scenarios are in order")


@cli.command()
@click.argument("name")
@click.option("--scenario", help="whose report the figure is from; needed for a figure's name")
def trace(name, scenario) -> None:
    """Follow a figure of a report, or a data row, to its rows, formula, assumptions and sources.

    NAME is a name in results.json (such as ask_multiple) or the id of a row (such as J029).
    """
    from analysis.provenance import trace as traced

    click.echo(traced(name, scenario))


@cli.command()
def dictionary() -> None:
    """Write data/README.md, the dictionary of the tables, from their descriptor."""
    from analysis.dictionary import write_dictionary

    click.echo(_shortest(write_dictionary()))


@cli.command()
def release() -> None:
    """Write data/release.json: what the tables hold now, for the next check to compare with."""
    from analysis.release import write_release

    click.echo(_shortest(write_release()))


def _print_delivered(delivered: Delivered) -> None:
    before = "" if delivered.made else "up to date: "
    for file in delivered.files:
        if file.suffix in {".html", ".pdf", ".docx", ".xlsx"}:
            click.echo(before + _shortest(file))
    for pictures in dict.fromkeys(
        f.parent / f"fig-*{f.suffix}" for f in delivered.files if f.suffix in {".svg", ".png"}
    ):
        click.echo(before + _shortest(pictures))


def _shortest(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit status; no refusal shows a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that being ended cleans up like Ctrl-C
    _have_a_home()
    _have_an_input()
    status = _status(arguments)
    gc.freeze()  # all goes with the process; to look through it for cycles first takes a quarter of a second
    sys.exit(status)


def _have_a_home() -> None:
    """Name a home where there is none (a container's user without a name): Jupyter asks for it at import."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/nonexistent"


def _have_an_input() -> None:
    """Open nothing as standard input where it was closed (cron): the drawing of charts does not start without one."""
    if sys.stdin is None:
        os.open(os.devnull, os.O_RDONLY)  # takes the lowest number that is free, which is that of the input


def _status(arguments: list[str] | None) -> int:
    try:
        return cli.main(arguments, prog_name="hns", standalone_mode=False) or 0
    except HnsError as error:
        problem = error.sentence
    except click.Abort:
        click.echo("hns: stopped", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        problem = " ".join(error.format_message().split())
    except OSError as error:
        problem = f"{error.filename or 'the system'}: {error.strerror or error}"
    click.echo(f"hns: {problem}", err=True)
    return REFUSED


if __name__ == "__main__":
    main()
