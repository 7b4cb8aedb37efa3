"""A new host is data, not code: three rows of payments and a line in hosts.csv."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

from analysis.comparison import payment_line
from analysis.data import DATA, descriptor, problems
from analysis.history import latest_total, yearly_totals
from analysis.vintage import load_evidence


def add(path: Path, *rows: dict[str, str]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, header, lineterminator="\n").writerows(rows)


def test_three_rows_make_a_host(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("scenarios"))
    source = load_evidence(date.max).table("sources").index[0]
    add(
        folder / "hosts.csv",
        {
            **{"id": "NO", "name": "Norway", "name_local": "Norge", "currency": "EUR", "year_type": "CY"},
            **{"adjective": "Norwegian", "line_scope": "broad_direct", "line_basis": "outturn"},
        },
    )
    add(
        folder / "payments.csv",
        *(
            {
                **{
                    "id": f"NO-{year}",
                    "host": "NO",
                    "first_year": str(year),
                    "last_year": str(year),
                    "year_type": "CY",
                },
                **{"scope": "broad_direct", "category": "total", "basis": "outturn", "value": str(0.1 + year / 1e5)},
                **{"unit": "bn", "currency": "EUR", "role": "series", "published": f"{year + 1}-03-31"},
                **{"dating": "source", "source": source, "confidence": "C"},
            }
            for year in (2017, 2018, 2019)
        ),
    )
    descriptor.cache_clear()
    try:
        assert problems(folder) == []
        tables = load_evidence(date(2019, 12, 31), folder).tables
    finally:
        descriptor.cache_clear()
    line = payment_line(tables["hosts"], "NO")
    assert list(yearly_totals(tables["payments"], "NO", *line)["year"]) == [2017, 2018], "2019 was not yet public"
    assert latest_total(tables["payments"], "NO", *line)["id"] == "NO-2018"
