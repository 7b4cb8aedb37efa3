"""The checks a descriptor cannot express: does the data make sense, hold together, and rest on enough?

Each check yields findings. A `failure` must be mended before anything is published. A `noted` deviation is real, known
and explained in the data. `weak` and `stale` rows are right as far as known, but a headline rests on one source only,
or a newer figure should be out by now.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.checks_headlines import stale_series, weak
from analysis.checks_values import as_published, definitions, derivations, magnitude, reconciled, rounds, shares
from analysis.data import descriptor, faults_of_text, problems, read_rows, read_table, resource, table_names
from analysis.errors import DataError, HnsError
from analysis.finding import FAILURE, NOTED, STALE, WEAK, Finding, Tables, finding_at, first_day
from analysis.paths import DATA
from analysis.vintage import public_on


def findings(folder: Path = DATA, described: Iterable[str] | None = None) -> list[Finding]:
    """Everything found: against the descriptor first, then what lies beyond it; failures first.

    Where a table cannot be read or contradicts its description, only that is told: what lies beyond would be noise.
    `described` limits the check against the descriptor to some tables and those they refer to.
    """
    tables, torn = _read(folder)
    found = [*_undescribed(folder), *(torn or _described(folder, described)), *_text(folder)]
    if not any(f.check in _FIRST for f in found):
        created = date.fromisoformat(str(descriptor(folder)["created"])[:10])
        found += [f for check in _STRUCTURE.values() for f in check(tables)]
        if not any(f.check in _FIRST for f in found):
            found += _future_dates(tables, created)
            found += [f for check in _CHECKS.values() for f in check(tables)]
            found += stale_series(tables, created)
    order = {FAILURE: 0, NOTED: 1, WEAK: 2, STALE: 3}
    return sorted(found, key=lambda f: order[f.level])


def failures(folder: Path = DATA) -> list[str]:
    """One sentence for each failure; empty when all is well."""
    return [f.sentence for f in findings(folder) if f.level == FAILURE]


def require_sound(folder: Path = DATA) -> None:
    """Raise DataError for the first failure, so that no report is built on it."""
    for found in findings(folder):
        if found.level == FAILURE:
            raise DataError(found.place, found.problem)


_FIRST = ("reading", "description", "ids", "series", "hosts")  # must be in order before anything else is checked


def _read(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    tables, torn = {}, []
    for name in table_names(folder):
        try:
            tables[name] = read_table(name, folder)
        except DataError as error:
            torn.append(_from_error("reading", name, error))
    return tables, torn


def _described(folder: Path, tables: Iterable[str] | None) -> Iterator[Finding]:
    for error in problems(folder, tables):
        yield _from_error("description", re.split(r"[/.]", error.place)[1], error)


def _from_error(check: str, table: str, error: HnsError) -> Finding:
    place = error.place.removeprefix(f"data/{table}.csv").lstrip(", ")
    line = re.search(r"line (\d+)", place)
    field = re.search(r"field (\w+)", place)
    problem = error.problem + (f"; allowed: {error.allowed}" if error.allowed else "")
    return Finding(FAILURE, check, table, problem, field=field[1] if field else "", line=int(line[1]) if line else None)


#: Characters no table may hold beside those that stop its reading, with the name a reader can act on.
_FORBIDDEN = {
    "invisible character": re.compile("\u00a0"),
    "replacement character (text that was lost)": re.compile("\ufffd"),
    "text read in the wrong encoding": re.compile(
        "[\u00c2\u00c3][\u0080-\u00bf\u2018-\u203a\u20ac]|\u00e2\u20ac|\u00e3\u0192|\u00ef\u00bc"
    ),
}


def _text(folder: Path) -> Iterator[Finding]:
    for table in table_names(folder):
        try:
            header, *rows = read_rows(table, folder)
        except DataError:
            continue  # named where the table is read
        whole = "\n".join("\t".join(row) for row in rows)
        for what, pattern in _FORBIDDEN.items():
            if pattern.search(whole.replace("\t", "").replace("\n", "")):
                yield from _cells(table, header, rows, what, pattern)
        if re.search(r"(^|\t) | (\t|$)", whole, re.MULTILINE):
            spaces = re.compile(r"^ | $")
            yield from _cells(table, header, rows, "space before or after the text", spaces)
        for line, field, problem in faults_of_text(table, folder):
            row_id = rows[line - 2][header.index("id")] if "id" in header else ""
            yield Finding(FAILURE, "text", table, problem, row_id, field, line)


def _cells(table: str, header: list[str], rows: list[list[str]], what: str, pattern: re.Pattern) -> Iterator[Finding]:
    for line, row in enumerate(rows, start=2):
        for field, cell in zip(header, row, strict=True):
            if found := pattern.search(cell):
                shown = f"{what} {found[0]!a} in {cell[max(0, found.start() - 12) : found.end() + 12]!a}"
                row_id = row[header.index("id")] if "id" in header else ""
                yield Finding(FAILURE, "text", table, shown, row_id, field, line)


def _undescribed(folder: Path) -> Iterator[Finding]:
    described = {resource(table, folder)["path"] for table in table_names(folder)}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in described:
            yield Finding(FAILURE, "files", path.stem, "the table is not described in data/datapackage.json")


#: At most one row of role `series` for each of these.
_SERIES_KEYS = {
    "payments": ["host", "first_year", "last_year", "year_type", "scope", "category", "basis"],
    "economy": ["area", "indicator", "year", "year_type", "currency"],
    "fx": ["currency", "period_type", "year", "months", "kind"],
    "troops": ["host", "date", "service", "component"],
    "shares": ["host", "first_year", "last_year", "definition"],
}


def _ids(tables: Tables) -> Iterator[Finding]:
    """A row id names one row in all tables: reports and traces cite rows by id alone."""
    where: dict[str, list[str]] = {}
    for name, frame in tables.items():
        if name == "sources" or frame.index.name != "id":
            continue
        for row in frame.index:
            where.setdefault(row, []).append(name)
    for row, names in where.items():
        if len(names) > 1 and row not in tables["hosts"].index:
            other = f"data/{names[0]}.csv" if names[0] != names[1] else "the same table"
            yield finding_at(tables, names[1], row, FAILURE, "ids", f"the id also stands in {other}", "id")


def _keys(tables: Tables) -> Iterator[Finding]:
    for table, key in _SERIES_KEYS.items():
        rows = tables[table][tables[table]["role"] == "series"]
        for row in rows.index[rows.duplicated(key)]:
            same = rows.index[(rows[key].fillna("") == rows.loc[[row], key].fillna("").iloc[0]).all(axis=1)]
            problem = f"a second row of role series beside {same[0]} for the same {', '.join(key)}"
            yield finding_at(tables, table, row, FAILURE, "series", problem, "role")


def _hosts(tables: Tables) -> Iterator[Finding]:
    for table, frame in tables.items():
        if "host" in frame:
            for row in frame.index[~frame["host"].isin(tables["hosts"].index)]:
                problem = f"{frame.loc[row, 'host']!r} is not in data/hosts.csv"
                yield finding_at(tables, table, row, FAILURE, "hosts", problem, "host")


def _sources(tables: Tables) -> Iterator[Finding]:
    used = Counter(source for frame in tables.values() if "source" in frame for source in frame["source"])
    for source in tables["sources"].index:
        if not used[source]:
            yield finding_at(tables, "sources", source, FAILURE, "sources", "no row uses this source")


_ORDERED = [
    ("payments", "first_year", "last_year"),
    ("guam", "first_year", "last_year"),
    ("us_costs", "first_year", "last_year"),
    ("shares", "first_year", "last_year"),
    ("agreement_terms", "first_year", "last_year"),
    ("agreements", "first_day", "last_day"),
    ("agreements", "settled", "signed"),
    ("agreements", "signed", "in_force"),
    ("rounds", "talks_opened", "figure_reached"),
    ("chronology", "date", "date_to"),
    ("troop_breaks", "first_date", "last_date"),
]


#: What happened cannot have been public before it happened. (The chronology may announce a date.)
_HAPPENED = [
    ("forecasts", "reading_date"),
    ("asks", "made"),
    ("troops", "date"),
    ("people", "date"),
    ("agreements", "signed"),
    ("rounds", "figure_reached"),
]


def _order(tables: Tables) -> Iterator[Finding]:
    for table, first, last in _ORDERED:
        frame = tables[table]
        both = frame.loc[frame[first].notna() & frame[last].notna(), [first, last]].astype(str)
        for row, one, two in both[both[first].str[:4] >= both[last].str[:4]].itertuples(name=None):
            if first_day(one) > public_on(two):
                yield finding_at(tables, table, row, FAILURE, "order", f"{first} {one} is after {last} {two}", first)


def _too_early(tables: Tables) -> Iterator[Finding]:
    for table, field in _HAPPENED:
        frame = tables[table]
        rows = frame[frame[field].notna()]
        begins = {text: first_day(text) for text in rows[field].unique()}
        public = {text: public_on(text) for text in rows["published"].unique()}
        for row in rows.index[rows["published"].map(public) < rows[field].map(begins)]:
            problem = f"published {frame.loc[row, 'published']}, before it happened ({field} {frame.loc[row, field]})"
            yield finding_at(tables, table, row, FAILURE, "order", problem, "published")
    payments = tables["payments"]
    for row in payments.index[payments["basis"] == "outturn"]:
        if public_on(payments.loc[row, "published"]).year <= payments.loc[row, "last_year"]:
            year = payments.loc[row, "last_year"]
            problem = f"an outturn of {year} published {payments.loc[row, 'published']}, before the year was over"
            yield finding_at(tables, "payments", row, FAILURE, "order", problem, "published")


def _future_dates(tables: Tables, created: date) -> Iterator[Finding]:
    """No date of publication after the day the data package was made."""
    for table, frame in tables.items():
        if "published" not in frame:
            continue
        late = {text for text in frame["published"].dropna().unique() if first_day(text) > created}
        for row in frame.index[frame["published"].isin(late)]:
            problem = f"{frame.loc[row, 'published']} lies after {created}, the day of the data package"
            yield finding_at(tables, table, row, FAILURE, "future", problem, "published")


_STRUCTURE: dict[str, Callable[[Tables], Iterator[Finding]]] = {
    "row ids name one row in all tables": _ids,
    "at most one series row for each key": _keys,
    "hosts are described": _hosts,
}


_CHECKS: dict[str, Callable[[Tables], Iterator[Finding]]] = {
    "every source is used": _sources,
    "first before last, signed before in force": _order,
    "nothing public before it happened": _too_early,
    "values within 0.2 to 5 times their neighbours": magnitude,
    "values equal the amounts as printed": as_published,
    "scope, unit, currency and year type go together": definitions,
    "worked-out rows follow from their inputs, and not before them": derivations,
    "renewals follow from the payments": rounds,
    "shares follow from the printed amounts": shares,
    "sums, closures and chains (reconciliation)": reconciled,
    "weak rows behind headlines": weak,
}


#: What `make check` says it looked at, besides the checks that take a table each.
CHECKED = (
    "files, encoding, columns, types, allowed values, unique ids, references (data/datapackage.json)",
    "no broken, hidden or direction-changing characters, no text that begins like a spreadsheet formula",
    *_STRUCTURE,
    "no date after the day of the data package",
    *_CHECKS,
    "series whose next figure is overdue",
)
