"""The tables of data/: read as their descriptor says, and refused with file, row and field when they differ.

The descriptor (data/datapackage.json) is the only place where fields, types, units, allowed values and keys
are written down; the data dictionary, the checks and the reader all follow it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import DataError
from analysis.paths import DATA, ROOT

_PANDAS_TYPES = {"integer": "Int64", "number": "Float64", "boolean": "boolean", "string": "string"}


@cache
def descriptor(folder: Path = DATA) -> dict[str, Any]:
    """The Frictionless data package descriptor."""
    path = folder / "datapackage.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError("data/datapackage.json", "the file is missing") from None
    except ValueError as error:
        raise DataError("data/datapackage.json", f"not valid JSON: {error}") from None


def resource(table: str, folder: Path = DATA) -> dict[str, Any]:
    """The descriptor of one table; DataError when there is none of that name."""
    named = {r["name"]: r for r in descriptor(folder)["resources"]}
    if table not in named:
        raise DataError("data/datapackage.json", f"no table {table!r}", ", ".join(sorted(named)))
    return named[table]


def table_names(folder: Path = DATA) -> list[str]:
    """Names of all tables, in the descriptor's order."""
    return [r["name"] for r in descriptor(folder)["resources"]]


def read_rows(table: str, folder: Path = DATA) -> list[list[str]]:
    """Header and rows of a table as text. A byte-order mark and Windows line ends are harmless and accepted.

    Raises DataError when the file is missing, empty, not UTF-8, or a line has too few or too many cells.
    """
    path = folder / resource(table, folder)["path"]
    place = f"data/{path.name}"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError(place, "the table is missing") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise DataError(f"{place}, line {line}", "not UTF-8 text", "UTF-8") from None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise DataError(
            place, f"broken quotes ({error})", "one record a line, cells with commas in double quotes"
        ) from None
    if len(rows) < 2:
        raise DataError(place, "the table is empty", "a header and at least one row")
    width = len(rows[0])
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != width:
            raise DataError(f"{place}, line {number}", f"{len(row)} cells where the header has {width}")
    return rows


def read_table(table: str, folder: Path = DATA) -> pd.DataFrame:
    """One table, typed as described (string, Int64, Float64, boolean), indexed by `id` where it has one.

    Raises DataError naming table, row id and field of the first cell that cannot be read.
    """
    header, *rows = read_rows(table, folder)
    described = {f["name"]: f for f in resource(table, folder)["schema"]["fields"]}
    if header != list(described):
        raise DataError(f"data/{table}.csv, line 1", f"columns are {', '.join(header)}", ", ".join(described))
    frame = pd.DataFrame(rows, columns=header, dtype="string").replace("", pd.NA)
    for name, field in described.items():
        frame[name] = _typed(frame, table, name, field["type"])
    return frame.set_index("id", drop=False) if "id" in frame else frame


def _typed(frame: pd.DataFrame, table: str, name: str, kind: str) -> pd.Series:
    column = frame[name]
    try:
        if kind == "boolean":
            return column.map({"true": True, "false": False}).astype("boolean")
        return column.astype(_PANDAS_TYPES[kind])
    except (ValueError, TypeError):
        numbers = pd.to_numeric(column, errors="coerce")
        bad = numbers.isna() & column.notna()
        position = int(bad.to_numpy().argmax()) if bad.any() else 0
        raise DataError(
            f"data/{table}.csv, line {position + 2}, field {name}",
            f"{column.iloc[position]!r} is not a plain {kind}",
            "digits with a decimal point, no thousands separators",
        ) from None


def fingerprint(folder: Path = DATA) -> str:
    """SHA-256 over the descriptor and all tables: changes when any byte of the data does."""
    digest = hashlib.sha256()
    for path in [folder / "datapackage.json", *sorted(folder.glob("*.csv"))]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def check_tables(folder: Path = DATA) -> None:
    """Hold every table against its description: types, units, allowed values, unique ids, references.

    A set of tables found good is remembered by its fingerprint, so an unchanged one costs nothing.
    Raises DataError on the first problem.
    """
    for table in table_names(folder):
        read_rows(table, folder)  # a missing or torn file is named before anything heavier runs
    memory = ROOT / "build" / "checked-data" / fingerprint(folder)
    if memory.exists():
        return
    for error in problems(folder):
        raise error
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.touch()
    except OSError:  # a read-only checkout only loses the shortcut
        pass


def problems(folder: Path = DATA) -> list[DataError]:
    """All contradictions between the tables and their description, in table order."""
    import frictionless

    resources = []
    for table in table_names(folder):
        described = resource(table, folder)
        schema = frictionless.Schema.from_descriptor(described["schema"])
        resources.append(frictionless.Resource(name=table, data=read_rows(table, folder), schema=schema))
    report = frictionless.Package(resources=resources).validate()
    return [_worded(task.name, error) for task in report.tasks for error in task.errors]


def _worded(table: str, error: Any) -> DataError:
    row, field = getattr(error, "row_number", None), getattr(error, "field_name", None)
    place = f"data/{table}.csv" + (f", line {row}" if row else "") + (f", field {field}" if field else "")
    return DataError(place, str(error.note or error.message).rstrip("."), _allowed(table, field))


def _allowed(table: str, field: str | None) -> str | None:
    described = {f["name"]: f for f in resource(table)["schema"]["fields"]}.get(field or "")
    if not described:
        return None
    limits = described.get("constraints", {})
    if "enum" in limits:
        return ", ".join(map(str, limits["enum"]))
    stated = [f"{k} {v}" for k, v in limits.items() if k in {"minimum", "maximum", "pattern"}]
    return ", ".join([described["type"], *stated])
