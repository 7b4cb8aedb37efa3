"""The data dictionary people read, data/README.md, written from the descriptor and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.data import descriptor, read_rows, read_table, table_names
from analysis.paths import DATA

_INTRO = """\
<!-- Written by `hns dictionary` from datapackage.json: change the descriptor, not this file. -->

# {title}

{description}

Version {version}, {created}: {rows:,} rows in {tables} tables. [CHANGELOG.md](CHANGELOG.md) tells what changed when.
Licence of the compilation: {licence}. The publishers named in `sources.csv` keep their rights in their texts.

How to read it

- Files are UTF-8, comma-separated, with a header line and a decimal point. An empty cell means "not known" or "does
  not apply"; a gap is never filled by a guess.
- Amounts of money are in billions (bn) of the currency named in the row.
- Two figures may be compared or added only when their tags agree: scope (which costs), basis (which stage of the
  money), year type (FY: April to March, CY: calendar year, USFY: October to September) and currency.
- `role` says which row to use when several sources give the same figure: `series` is used; `check` is a second reading,
  kept so that the two can be compared; `rejected` and `artefact` are known to be wrong and kept so that nobody adds
  them again.
- `published` is the day the figure first became public, as precisely as known. A year or a month counts as its last
  day, so doubt never lets a figure in early. `dating` names the rule by which the date was set (last table below).
- `confidence`: A is a government document, B two independent secondary sources, C one source, or worked out from
  sourced numbers (then `derivation` holds the formula).
- The id of a row names it in all tables: `hns trace J029` shows the row, its source, and every figure that uses it.

To add a row, append it to its table with an id of its own, add its source to `sources.csv` if it is new, and run
`make check`. A new host needs a row in `hosts.csv` and its payments, nothing else.
"""


def dictionary(folder: Path = DATA) -> str:
    """The dictionary as Markdown: every table with its fields, types, units, limits and meaning."""
    package = descriptor(folder)
    sizes = {name: len(read_rows(name, folder)) - 1 for name in table_names(folder)}
    licences = package.get("licenses") or [{"title": "not stated"}]
    parts = [
        _INTRO.format(
            title=package["title"],
            description=package["description"],
            version=package["version"],
            created=str(package["created"])[:10],
            rows=sum(sizes.values()),
            tables=len(sizes),
            licence=licences[0]["title"],
        ),
        _overview(package["resources"], sizes),
        *(_table(resource) for resource in package["resources"]),
        _dating_rules(folder),
    ]
    return "\n".join(parts)


def write_dictionary(folder: Path = DATA) -> Path:
    """Write data/README.md and return its path."""
    path = folder / "README.md"
    path.write_text(dictionary(folder), encoding="utf-8", newline="\n")
    return path


def _overview(resources: list[dict[str, Any]], sizes: dict[str, int]) -> str:
    lines = ["## Tables", "", "| table | rows | what |", "|---|---:|---|"]
    for resource in resources:
        name = resource["name"]
        lines.append(f"| [{name}](#{name}) | {sizes[name]:,} | {_cell(resource['title'])} |")
    return "\n".join([*lines, ""])


def _table(resource: dict[str, Any]) -> str:
    schema = resource["schema"]
    key = schema.get("primaryKey", [])
    keys = [f"Key: {_code(key)}."] if key else []
    for foreign in schema.get("foreignKeys", []):
        reference = foreign["reference"]
        keys.append(f"{_code(foreign['fields'])} refers to {_code(reference['fields'])} of `{reference['resource']}`.")
    lines = [
        f"## {resource['name']}",
        "",
        f"{resource['title']} (`{resource['path']}`). {resource.get('description', '')}".strip(),
        "",
        *([" ".join(keys), ""] if keys else []),
        "| field | type | unit | allowed | meaning |",
        "|---|---|---|---|---|",
        *(_field(field) for field in schema["fields"]),
        "",
    ]
    return "\n".join(lines)


def _field(field: dict[str, Any]) -> str:
    limits = field.get("constraints", {})
    allowed = []
    if "enum" in limits:
        allowed.append(", ".join(str(v) for v in limits["enum"]))
    if "minimum" in limits and "maximum" in limits:
        allowed.append(f"{limits['minimum']} to {limits['maximum']}")
    elif "minimum" in limits:
        allowed.append(f"{limits['minimum']} or more")
    elif "maximum" in limits:
        allowed.append(f"{limits['maximum']} or less")
    if "pattern" in limits:
        allowed.append(_PATTERNS.get(limits["pattern"], f"`{limits['pattern']}`"))
    allowed.append("required" if limits.get("required") else "may be empty")
    meaning = field.get("description") or field.get("title", "")
    cells = [f"`{field['name']}`", field["type"], field.get("unit", ""), "; ".join(allowed), meaning]
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


_PATTERNS = {
    r"^\d{4}(-\d{2}(-\d{2})?)?$": "YYYY, YYYY-MM or YYYY-MM-DD",
    r"^\d{4}-\d{2}$": "YYYY-MM",
    r"^[A-Z]{2}$": "two capital letters",
}


def _dating_rules(folder: Path) -> str:
    rules = read_table("release_rules", folder)
    lines = ["## How a date of publication was set", "", "| dating | applies to | rule | why |", "|---|---|---|---|"]
    columns = ["dating", "applies_to", "rule", "reason"]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rules[columns].itertuples(index=False)]
    return "\n".join([*lines, ""])


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", r"\|")


def _code(fields: str | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in ([fields] if isinstance(fields, str) else fields))
