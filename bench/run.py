"""`python -m bench.run`: take the benchmark and write docs/benchmark.md, .png and .json."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from analysis.errors import HnsError
from analysis.paths import ROOT
from bench.environment import BENCH, copied_project, pip_environment
from bench.machine import described
from bench.page import PICTURE, page
from bench.rounds import measured
from bench.routes import Places, check_same_numbers, routes
from bench.summary import by_key

DOCS = ROOT / "docs"
RECORD = "benchmark.json"
NEEDED = ("make-first", "plain-pip", "plain-own")  # every other route reads what these leave


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--runs", type=click.IntRange(1, 100), default=7, show_default=True, help="rounds that count")
@click.option("--only", multiple=True, metavar="KEY", help="these routes alone, as often as needed; --list names them")
@click.option("--scenario", default="undecided", show_default=True, help="scenario of the single report")
@click.option("--warm-up/--no-warm-up", default=True, show_default=True, help="a first round that does not count")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=DOCS, help="folder [default: docs/]")
@click.option("--redraw", is_flag=True, help="measure nothing: page and picture anew from the record in the folder")
@click.option("--list", "listed", is_flag=True, help="name the routes and end")
def cli(runs: int, only: tuple[str, ...], scenario: str, warm_up: bool, out: Path, redraw: bool, listed: bool) -> None:
    """Time `make report` beside the plain route and beside the least it could take."""
    if listed:
        for route in routes(_places(scenario, BENCH / "pip-environment")):
            click.echo(f"{route.key:15} {route.title}" + (f", {route.absent}" if route.absent else ""))
        return
    record = out / RECORD
    if not redraw:
        out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(taken(runs, only, scenario, warm_up), ensure_ascii=False, indent=1)
        record.write_text(text + "\n", encoding="utf-8")
    for path in written(record):
        click.echo(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def taken(runs: int, only: tuple[str, ...], scenario: str, warm_up: bool) -> dict[str, Any]:
    """Take the benchmark and return its whole record. Raises BenchError when a route fails that may not."""
    click.echo("the environment as pip makes it (made once, then kept)", err=True)
    places = _places(scenario, pip_environment())
    known = routes(places)
    if unknown := set(only) - {route.key for route in known}:
        raise HnsError("--only", f"there is no route {min(unknown)!r}", ", ".join(route.key for route in known))
    chosen = [route for route in known if not only or route.key in only]
    machine = described(places.pip)
    copied_project(places.project)
    shutil.rmtree(places.out, ignore_errors=True)
    for folder in (places.out, places.home):
        folder.mkdir(parents=True, exist_ok=True)
    comparable = set(NEEDED) <= {route.key for route in chosen}
    check = (lambda: check_same_numbers(places)) if comparable else None
    found = measured(chosen, runs, warm_up, lambda line: click.echo(line, err=True), check)
    return {"scenario": scenario, "runs": runs, "warm_up": warm_up, "machine": machine, **found}


def written(record: Path) -> list[Path]:
    """Write the page and the picture of a record beside it and return their paths."""
    from bench.picture import SHOWN, png

    found = json.loads(record.read_text(encoding="utf-8"))
    text, drawing = record.with_suffix(".md"), record.with_name(PICTURE)
    text.write_text(page(found), encoding="utf-8", newline="\n")
    if not set(SHOWN) & by_key(found).keys():
        return [text, record]
    drawing.write_bytes(png(found))
    return [text, drawing, record]


def _places(scenario: str, pip: Path) -> Places:
    return Places(BENCH / "copy", BENCH / "out", BENCH / "home", pip, scenario)


def main() -> None:
    """Run the command; a refusal takes one line and status 2."""
    try:
        cli(standalone_mode=False)
    except HnsError as error:
        click.echo(f"bench: {error.sentence}", err=True)
        sys.exit(2)
    except click.ClickException as error:
        click.echo(f"bench: {error.format_message()}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
