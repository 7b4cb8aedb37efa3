"""`hns sweep`: one scenario at thousands of values, worked out over processes or on a cluster."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("grid")
@click.option("--workers", type=click.IntRange(1, 256), help="processes of this machine [default: one for each core]")
@click.option("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://10.0.0.5:8786, to work there")
@click.option("--formats", default="html pdf", show_default=True, help="of html pdf docx xlsx svg png")
@click.option("--paper", default="a4", show_default=True, help="paper of the PDF: a4 or letter")
@click.option(
    "--reports", type=click.Path(path_type=Path, file_okay=False), help="folder of the reports [default: reports/]"
)
def sweep(grid, workers, scheduler, formats, paper, reports) -> None:
    """Work out a scenario at every point of a GRID: a file, or a name in data/sweeps; see docs/sweeps.md."""
    from analysis.paths import reports_folder
    from analysis.sweep.running import run

    wanted = tuple(dict.fromkeys(formats.replace(",", " ").split()))
    folder = (reports or reports_folder()).resolve()
    files = run(grid, folder, workers=workers, scheduler=scheduler, formats=wanted, paper=paper)
    for file in files:
        if file.suffix in {".html", ".pdf", ".docx", ".xlsx", ".parquet"}:
            click.echo(str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file))
