"""The last release of the data, and what has changed since: data/release.json, written by `hns release`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from analysis.data import descriptor, read_rows, resource, table_names
from analysis.errors import DataError
from analysis.paths import DATA

FILE = "release.json"
_NAMED = 6  # rows named in a line before "and n more"


def release(folder: Path = DATA) -> dict[str, Any]:
    """The present state: version, date, and for each table its row count, its hash, and a short hash of each row.

    Hashes are taken over the cells, so line ends and a byte-order mark do not count. Raises DataError for a table
    that cannot be read.
    """
    package = descriptor(folder)
    tables = {}
    for name in table_names(folder):
        rows = _row_hashes(name, folder)
        whole = hashlib.sha256("\n".join(f"{key} {value}" for key, value in rows.items()).encode()).hexdigest()
        tables[name] = {"rows": len(rows), "sha256": whole, "row_hashes": {k: v[:8] for k, v in rows.items()}}
    return {"version": package["version"], "created": str(package["created"])[:10], "tables": tables}


def _row_hashes(table: str, folder: Path) -> dict[str, str]:
    header, *rows = read_rows(table, folder)
    key = resource(table, folder)["schema"].get("primaryKey", "id")
    places = [header.index(name) for name in ([key] if isinstance(key, str) else key)]
    head = "\x1f".join(header)
    hashes: dict[str, str] = {}
    for row in rows:
        name = " / ".join(row[p] for p in places)
        hashes[name] = hashlib.sha256("\x1f".join([head, *row]).encode()).hexdigest()
    return hashes


def write_release(folder: Path = DATA) -> Path:
    """Write data/release.json for the present state, one line a table, and return its path."""
    now = release(folder)
    tables = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in now["tables"].items())
    text = (
        f'{{\n "version": {json.dumps(now["version"])},\n "created": {json.dumps(now["created"])},\n'
        f' "tables": {{\n{tables}\n }}\n}}\n'
    )
    path = folder / FILE
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def last_release(folder: Path = DATA) -> dict[str, Any]:
    """What data/release.json says. Raises DataError when it is missing or cannot be read."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return {"version": found["version"], "created": found["created"], "tables": dict(found["tables"])}
    except FileNotFoundError:
        raise DataError(f"data/{FILE}", "there is no record of a release", "`hns release` writes it") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"data/{FILE}", f"cannot be read: {error}", "`hns release` writes it again") from None


def changes(folder: Path = DATA) -> list[str]:
    """One line for each table that differs from the last release: rows added, removed and changed, by id."""
    before, now = last_release(folder)["tables"], release(folder)["tables"]
    lines = [f"{name}: the table is gone" for name in before if name not in now]
    for name, table in now.items():
        if name not in before:
            lines.append(f"{name}: a new table with {table['rows']:,} rows")
        elif table["sha256"] != before[name]["sha256"]:
            lines.append(f"{name}: {_difference(before[name]['row_hashes'], table['row_hashes'])}")
    return lines


def _difference(before: dict[str, str], now: dict[str, str]) -> str:
    added = [row for row in now if row not in before]
    removed = [row for row in before if row not in now]
    changed = [row for row in now if row in before and now[row] != before[row]]
    verbs = ((added, "added"), (removed, "removed"), (changed, "changed"))
    parts = [f"{len(rows)} {verb} ({_some(rows)})" for rows, verb in verbs if rows]
    return ", ".join(parts) or "the same rows in another order"


def _some(rows: list[str]) -> str:
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return ", ".join(rows[:_NAMED]) + more
