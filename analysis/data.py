"""The tables of data/: read as their descriptor says, and refused with file, row and field when they differ.

The descriptor (data/datapackage.json) is the only place where fields, types, units, allowed values and keys
are written down; the data dictionary, the checks and the reader all follow it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import characters
from analysis.characters import fault, name_of, numbered, unseen
from analysis.errors import DataError
from analysis.paths import DATA, ROOT
from analysis.plain_files import content

MAX_BYTES = 20_000_000

# Text is kept the same way whether or not pyarrow happens to be installed: its comparisons have another type.
pd.set_option("mode.string_storage", "python")

_PANDAS_TYPES = {"integer": "Int64", "number": "Float64"}  # anything else stays text

#: Patterns of the descriptor that stand for dates: what fits them must also exist in the calendar.
_DATE_PATTERNS = {r"^\d{4}(-\d{2}(-\d{2})?)?$", r"^\d{4}-\d{2}$"}

#: How a cell of each type is spelled. Stricter than Python's own reading, which also takes ` 1`, `1e3`, `1_000`, `nan`.
_SPELLING = {
    "integer": (r"-?[0-9]{1,15}", "a whole number: at most 15 digits, no thousands separators"),
    "number": (r"-?[0-9]{1,15}(\.[0-9]{1,15})?", "at most 15 digits with a decimal point, no thousands separators"),
    "boolean": ("true|false", "true or false"),
}


def descriptor(folder: Path = DATA) -> dict[str, Any]:
    """The Frictionless data package descriptor; shared, so to be read and not changed.

    Tables of another folder are read as the project's own descriptor says: what comes with them is only data.
    """
    place = "data/datapackage.json"
    try:
        package = _parsed(content(folder / "datapackage.json", place, MAX_BYTES, DataError))
    except FileNotFoundError:
        raise DataError(place, "the file is missing") from None
    except (ValueError, RecursionError) as error:
        raise DataError(place, f"not valid JSON: {error}") from None
    if not isinstance(package, dict):
        raise DataError(place, "not a JSON object", "a copy of the project's own")
    return package if folder == DATA else {**package, "resources": descriptor()["resources"]}


@lru_cache(maxsize=16)  # remembered by its bytes: a changed descriptor is another one
def _parsed(text: bytes) -> Any:
    return json.loads(text.decode("utf-8"))


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
    return _rows(f"data/{path.name}", _content(path))


def _content(path: Path) -> bytes:
    try:
        return content(path, f"data/{path.name}", MAX_BYTES, DataError)
    except FileNotFoundError:
        raise DataError(f"data/{path.name}", "the table is missing") from None


def _rows(place: str, found: bytes) -> list[list[str]]:
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(f"{place}, line {line}", "not UTF-8 text", "UTF-8") from None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise DataError(
            place, f"broken quotes ({error})", "one record a line, cells with commas in double quotes"
        ) from None
    _refuse_unseen(text.replace("\r\n", "\n"), rows, place)
    if len(rows) < 2:
        raise DataError(place, "the table is empty", "a header and at least one row")
    width = len(rows[0])
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != width:
            raise DataError(f"{place}, line {number}", f"{len(row)} cells where the header has {width}")
    return rows


def _refuse_unseen(text: str, rows: list[list[str]], place: str) -> None:
    """Raise DataError for the first character that nobody sees, at its field, or at its line between the cells."""
    if (found := unseen(text)) is None:
        return
    for line, row in enumerate(rows, start=1):
        for field, cell in zip(rows[0], row, strict=False):
            if bad := unseen(cell):
                raise DataError(f"{place}, line {line}, field {numbered(field)}", name_of(bad[0]), "plain text")
    raise DataError(f"{place}, line {text.count(chr(10), 0, found.start()) + 1}", name_of(found[0]), "plain text")


def read_table(table: str, folder: Path = DATA) -> pd.DataFrame:
    """One table, typed as described (string, Int64, Float64, boolean), indexed by `id` where it has one.

    Raises DataError naming table, row id and field of the first cell that cannot be read.
    """
    described = resource(table, folder)
    found, fields = _content(folder / described["path"]), json.dumps(described["schema"]["fields"])
    return _typed_table(table, described["path"], found, fields).copy(deep=False)  # pandas copies on write


@lru_cache(maxsize=64)  # remembered by the bytes it is made from: a changed file is another table
def _typed_table(table: str, path: str, found: bytes, fields: str) -> pd.DataFrame:
    header, *rows = _rows(f"data/{Path(path).name}", found)
    described = {f["name"]: f for f in json.loads(fields)}
    if header != list(described):
        raise DataError(f"data/{table}.csv, line 1", _header_problem(header, list(described)), ", ".join(described))
    frame = pd.DataFrame(rows, columns=header, dtype="string").replace("", pd.NA)
    for name, field in described.items():
        limits = field.get("constraints", {})
        if limits.get("required") and frame[name].isna().any():
            _refuse(frame[name].isna(), table, name, "the cell is empty", "a value in every row")
        if limits.get("pattern") in _DATE_PATTERNS:
            _require_dates(frame[name], table, name)
        frame[name] = _typed(frame, table, name, field["type"])
    return frame.set_index("id", drop=False) if "id" in frame else frame


def _header_problem(header: list[str], wanted: list[str]) -> str:
    missing = [name for name in wanted if name not in header]
    unknown = [name for name in header if name not in wanted]
    if missing or unknown:
        said = [f"column {missing[0]!r} is missing"] if missing else []
        return " and ".join(said + ([f"column {unknown[0]!r} is not described"] if unknown else []))
    if repeated := [name for name in wanted if header.count(name) > 1]:
        return f"column {repeated[0]!r} stands twice"
    place = next(i for i, name in enumerate(header) if name != wanted[i])
    return f"column {place + 1} is {header[place]!r} where {wanted[place]!r} belongs"


def _refuse(bad: pd.Series, table: str, name: str, problem: str, allowed: str) -> None:
    """Raise DataError for the first row of the mask."""
    position = int(bad.to_numpy(dtype=bool, na_value=False).argmax())
    raise DataError(f"data/{table}.csv, line {position + 2}, field {name}", problem, allowed)


def _require_dates(column: pd.Series, table: str, name: str) -> None:
    for text in column.dropna().unique():
        if not _is_date(text):
            _refuse(column == text, table, name, f"{text[:40]!r} is not a date", "YYYY, YYYY-MM or YYYY-MM-DD")


def _is_date(text: str) -> bool:
    parts = text.split("-")
    if not (text.isascii() and [len(p) for p in parts] == [4, 2, 2][: len(parts)]):
        return False
    try:
        date(*(int(part) for part in parts), *[1, 1][len(parts) - 1 :])
    except (ValueError, TypeError):
        return False
    return True


def _typed(frame: pd.DataFrame, table: str, name: str, kind: str) -> pd.Series:
    column = frame[name]
    if kind in _SPELLING:
        pattern, allowed = _SPELLING[kind]
        bad = ~column.str.fullmatch(pattern).fillna(True).astype(bool)
        if bad.any():
            cell = str(column[bad].iloc[0])[:40]
            _refuse(bad, table, name, f"{cell!r} is not a plain {kind}", allowed)
    if kind == "boolean":
        return column.map({"true": True, "false": False}).astype("boolean")
    return column.astype(_PANDAS_TYPES.get(kind, "string"))


def fingerprint(folder: Path = DATA) -> str:
    """SHA-256 over the descriptor and all tables: changes when any byte of the data does."""
    digest = hashlib.sha256()
    for path in [folder / "datapackage.json", *sorted(p for p in folder.glob("*.csv") if p.is_file())]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _rules() -> str:
    """Changes when the checks do, so that tables found good by older ones are looked at again."""
    return hashlib.sha256(b"".join(Path(module).read_bytes() for module in (__file__, characters.__file__))).hexdigest()


def check_tables(folder: Path = DATA) -> None:
    """Hold every table against its description: types, units, allowed values, unique ids, references.

    A set of tables found good is remembered by its fingerprint, so an unchanged one costs nothing.
    Raises DataError on the first problem.
    """
    for table in table_names(folder):
        read_rows(table, folder)  # a missing or torn file is named before anything heavier runs
    memory = ROOT / "build" / "checked-data" / f"{fingerprint(folder)}-{_rules()}"
    if memory.exists():
        return
    for table in table_names(folder):
        read_table(table, folder)
        for line, field, problem in faults_of_text(table, folder):
            raise DataError(f"data/{table}.csv, line {line}, field {field}", problem)
    for error in problems(folder):
        raise error
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.touch()
    except OSError:  # a read-only checkout only loses the shortcut
        pass


def faults_of_text(table: str, folder: Path = DATA) -> Iterator[tuple[int, str, str]]:
    """Line, field and problem of every cell that no other program should be handed: see `characters.fault`."""
    header, *rows = read_rows(table, folder)
    for line, row in enumerate(rows, start=2):
        for field, cell in zip(header, row, strict=True):
            if cell and (problem := fault(cell)):
                yield line, field, problem


def problems(folder: Path = DATA, tables: Iterable[str] | None = None) -> list[DataError]:
    """All contradictions between the tables and their description, in table order.

    `tables` limits the check to some tables and those they refer to. Raises DataError for a table that cannot be read.
    """
    import frictionless

    wanted = _with_references(tables, folder) if tables else table_names(folder)
    resources = []
    for table in wanted:
        described = resource(table, folder)
        schema = frictionless.Schema.from_descriptor(described["schema"])
        resources.append(frictionless.Resource(name=table, data=read_rows(table, folder), schema=schema))
    report = frictionless.Package(resources=resources).validate()
    return [_worded(task.name, error, folder) for task in report.tasks for error in task.errors]


def _with_references(tables: Iterable[str], folder: Path) -> list[str]:
    wanted: set[str] = set()
    waiting = list(tables)
    while waiting:
        table = waiting.pop()
        if table not in wanted:
            wanted.add(table)
            keys = resource(table, folder)["schema"].get("foreignKeys", [])
            waiting += [key["reference"]["resource"] for key in keys if key["reference"]["resource"]]
    return [name for name in table_names(folder) if name in wanted]


def _worded(table: str, error: Any, folder: Path) -> DataError:
    row, field = getattr(error, "row_number", None), getattr(error, "field_name", None)
    problem, allowed = str(error.note or error.message).rstrip("."), _allowed(table, field, folder)
    cell = str(getattr(error, "cell", "") or "")[:40]
    if error.type == "foreign-key":
        field, missing = error.field_names[0], ", ".join(map(str, error.field_cells))
        problem = f"{missing!r} is not in data/{error.reference_name}.csv"
        allowed = f"an {error.reference_field_names[0]} of that table"
    elif error.type == "constraint-error":
        problem = f"{cell!r} is not allowed" if cell else "the cell is empty"
    elif error.type == "type-error":
        problem = f"{cell!r} is of the wrong type"
    elif error.type in ("unique-error", "primary-key"):
        problem, allowed = f"{cell or 'the key'!r} stands twice: {problem}", "each key once"
    place = f"data/{table}.csv" + (f", line {row}" if row else "") + (f", field {field}" if field else "")
    return DataError(place, problem, allowed)


def _allowed(table: str, field: str | None, folder: Path) -> str | None:
    described = {f["name"]: f for f in resource(table, folder)["schema"]["fields"]}.get(field or "")
    if not described:
        return None
    limits = described.get("constraints", {})
    if "enum" in limits:
        return ", ".join(map(str, limits["enum"]))
    stated = [f"{k} {v}" for k, v in limits.items() if k in {"minimum", "maximum", "pattern"}]
    return ", ".join([described["type"], *stated])
