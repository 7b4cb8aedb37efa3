"""What `make check` prints: what was looked at, what failed where, what is weak or stale, what has changed."""

from __future__ import annotations

import textwrap
from pathlib import Path

from analysis.checks import CHECKED, FAILURE, NOTED, STALE, WEAK, Finding, findings
from analysis.data import read_rows, read_table, table_names
from analysis.errors import DataError
from analysis.paths import DATA
from analysis.provenance import all_figures, weak_figures
from analysis.release import changes, last_release

_WIDTH = 118


def check_report(folder: Path = DATA, reports: Path | None = None) -> tuple[str, bool]:
    """The report of the data checks, and whether all is well (no failure; weak and stale rows do not fail).

    `reports` is the folder of finished reports, whose figures are searched for weak rows.
    """
    found = findings(folder)
    failed = [f.sentence for f in found if f.level == FAILURE]
    lines = [*_checked(folder), "", *_failed(failed)]
    lines += _listed("Known deviations, each explained in the data", found, NOTED)
    lines += _listed("Weak: confidence C behind a headline", found, WEAK)
    lines += [] if failed else _weak_figures(folder, reports)
    lines += _listed("Stale: a newer figure should be public", found, STALE)
    lines += ["", *_changed(folder)]
    return "\n".join(lines), not failed


def _checked(folder: Path) -> list[str]:
    rows = 0
    for table in table_names(folder):
        try:
            rows += len(read_rows(table, folder)) - 1
        except DataError:
            continue  # named among the failures
    return [f"Checked {len(table_names(folder))} tables with {rows:,} rows:", *(f"  - {what}" for what in CHECKED)]


def _failed(failed: list[str]) -> list[str]:
    if not failed:
        return ["No failures."]
    word = "failure" if len(failed) == 1 else "failures"
    return [f"{len(failed)} {word}:", *(line for sentence in failed for line in _item(sentence))]


def _listed(title: str, found: list[Finding], level: str) -> list[str]:
    chosen = [f for f in found if f.level == level and f.level != FAILURE]
    if not chosen:
        return []
    return ["", f"{title} ({len(chosen)}):", *(line for f in chosen for line in _item(f.sentence))]


def _weak_figures(folder: Path, reports: Path | None) -> list[str]:
    tables = {table: read_table(table, folder) for table in table_names(folder)}
    reported = all_figures(reports)
    if not reported:
        return []
    weak = weak_figures(reported, tables)
    title = f"Rows of confidence C behind figures of the {len(reported)} finished reports ({len(weak)}):"
    return ["", title, *(line for row, names in weak.items() for line in _item(f"{row}: {_some(names)}"))]


def _some(names: list[str], shown: int = 4) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")


def _changed(folder: Path) -> list[str]:
    try:
        last, different = last_release(folder), changes(folder)
    except DataError as error:
        return [f"Change against the last release: {error.sentence}"]
    name = f"release {last['version']} of {last['created']}"
    if not different:
        return [f"No change against {name}."]
    return [f"Changed since {name}:", *(line for change in different for line in _item(change))]


def _item(text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
