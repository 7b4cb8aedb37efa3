"""Break a table in every way we could think of: each is named with file, line and field, or is harmless."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache

import pytest

from analysis.checks import FAILURE, findings
from analysis.data import DATA, problems, read_table
from analysis.errors import DataError
from analysis.vintage import load_evidence

LINE_OF_J029 = 78
NEAR_THE_TOP = 4  # a slip has consequences in sums and ratios; its own name must not drown among them


def swap(old: str, new: str) -> Callable[[str], str]:
    """Replace the first occurrence; the text must be there."""

    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return edit


def in_j029(old: str, new: str) -> Callable[[str], str]:
    """Replace within the row of fiscal 2020's total."""

    def edit(text: str) -> str:
        lines = text.split("\n")
        assert lines[LINE_OF_J029 - 1].startswith("J029,")
        lines[LINE_OF_J029 - 1] = swap(old, new)(lines[LINE_OF_J029 - 1])
        return "\n".join(lines)

    return edit


def without(prefix: str) -> Callable[[str], str]:
    return lambda text: "".join(line for line in text.splitlines(keepends=True) if not line.startswith(prefix))


def swapped_columns(text: str) -> str:
    """Header `host` and `first_year` exchanged, cells as before."""
    return swap("id,host,first_year,", "id,first_year,host,")(text)


def swapped_cells(text: str) -> str:
    return in_j029(",total,initial_budget,", ",initial_budget,total,")(text)


def repeated_row(text: str) -> str:
    return text + text.splitlines()[LINE_OF_J029 - 1] + "\n"


def renamed_repeat(text: str) -> str:
    """The same payment a second time under another id."""
    return text + text.splitlines()[LINE_OF_J029 - 1].replace("J029", "J9999", 1) + "\n"


def early_j025(text: str) -> str:
    """The two years worked out from the sum of 2021 dated before that sum was public."""
    start = text.index("\nJ025,")
    return text[:start] + swap("2021-12-21", "2018-12-21")(text[start:])


P = r"data/payments\.csv, line 78"
BROKEN = {
    "a letter in a number": ("payments", in_j029(",199.3,", ",19O.3,"), rf"{P}, field value: '19O\.3' is not a plain"),
    "a swapped column": ("payments", swapped_columns, r"payments\.csv, line 1: column 2 is 'first_year' where 'host'"),
    "swapped cells": ("payments", swapped_cells, rf"{P}, field category: 'initial_budget' is not allowed"),
    "a column too few": ("payments", swap(",confidence,note\n", ",confidence\n"), r"line 2: 19 cells where the .* 18"),
    "an unknown column": ("payments", swap(",role,", ",rolle,"), r"column 'role' is missing and column 'rolle'"),
    "a decimal comma": (
        "payments",
        in_j029(",199.3,", ',"199,3",'),
        rf"{P}, field value: '199,3' is not a plain number",
    ),
    "a bare decimal comma": ("payments", in_j029(",199.3,", ",199,3,"), rf"{P}: 20 cells where the header has 19"),
    "a thousands mark": (
        "payments",
        in_j029(",199.3,", ",1_993,"),
        rf"{P}, field value: '1_993' is not a plain number",
    ),
    "not a number": ("payments", in_j029(",199.3,", ",nan,"), rf"{P}, field value: 'nan' is not a plain number"),
    "infinity": ("economy", swap(",5117.99,", ",inf,"), r"economy\.csv, line \d+, field value: 'inf' is not a plain"),
    "oku for bn": (
        "payments",
        in_j029(",199.3,", ",1993,"),
        rf"{P}, row J029, field value: 1,993 beside .* same series",
    ),
    "million for bn": (
        "us_costs",
        swap(",5.7178,", ",5717.8,"),
        r"us_costs\.csv, line 5, .*the source prints 'USD 5,717",
    ),
    "digits turned": (
        "payments",
        in_j029(",199.3,", ",193.9,"),
        rf"{P}, row J029, field value: 193\.9 bn, but the source",
    ),
    "a duplicate row": ("payments", repeated_row, r"line 310, field id: 'J029' stands twice"),
    "a duplicate key": ("payments", renamed_repeat, r"line 310, row J9999, field role: a second row .* beside J029"),
    "an unknown category": (
        "payments",
        in_j029(",total,", ",totals,"),
        rf"{P}, field category: 'totals' is not allowed",
    ),
    "an unknown scope": ("payments", in_j029(",hns_budget,", ",hns,"), rf"{P}, field scope: 'hns' is not allowed"),
    "a wrong currency": (
        "payments",
        in_j029(",bn,JPY,", ",bn,KRW,"),
        rf"{P}, row J029, field currency: KRW is neither",
    ),
    "a wrong year type": ("payments", in_j029(",FY,", ",CY,"), rf"{P}, row J029, field year_type: .*not in JPY by CY"),
    "a negative count": (
        "troops",
        swap(",115306,", ",-115306,"),
        r"troops\.csv, line 2, field count: '-115306' is not all",
    ),
    "half a person": ("troops", swap(",115306,", ",115306.5,"), r"troops\.csv, line 2, field count: .* plain integer"),
    "one digit too many": ("troops", swap("55297", "552970"), r"troops\.csv, line \d+, row T\d+"),
    "services off the total": (
        "troops",
        swap(",20392,", ",20329,"),
        r"troops\.csv, line \d+, row T\d+: .*services = total",
    ),
    "a missing year": ("payments", in_j029(",2020,2020,", ",,2020,"), rf"{P}, field first_year: the cell is empty"),
    "years in disorder": (
        "payments",
        in_j029(",2020,2020,", ",2020,2019,"),
        rf"{P}, row J029, field first_year: .*after",
    ),
    "a date in the future": (
        "payments",
        in_j029("2020-06-23", "2031-06-23"),
        rf"{P}, row J029, field published: 2031-06",
    ),
    "a date that does not exist": (
        "payments",
        in_j029("2020-06-23", "2020-13-23"),
        rf"{P}, field published: '2020-13-23'",
    ),
    "a date in another form": (
        "payments",
        in_j029("2020-06-23", "23.06.2020"),
        rf"{P}, field published: '23\.06\.2020'",
    ),
    "no date": ("payments", in_j029("2020-06-23", ""), rf"{P}, field published: the cell is empty"),
    "counted before it happened": (
        "troops",
        swap(",1951-06-30,", ",1949-06-30,"),
        r"troops\.csv, line 2, .*before it happ",
    ),
    "no source": ("payments", in_j029("jiji-press-via-2020-6df7", ""), rf"{P}, field source: the cell is empty"),
    "an unknown source": (
        "payments",
        in_j029("jiji-press-via", "jiji-pres-via"),
        rf"{P}, field source: 'jiji-pres-via",
    ),
    "an unused source": (
        "sources",
        lambda text: text + "nobody-2020-0000,Nobody,Nothing,https://example.org,2020,,\n",
        r"sources\.csv, line \d+, row nobody-2020-0000: no row uses this source",
    ),
    "an unknown host": ("payments", in_j029(",JP,", ",JX,"), rf"{P}, row J029, field host: 'JX' is not in data/hosts"),
    "an unknown letter of confidence": ("payments", in_j029(",B,Exp", ",D,Exp"), rf"{P}, field confidence: 'D' is not"),
    "an id of another table": ("guam", swap("J216,", "J029,"), r"guam\.csv, line \d+, row J029, field id: the id also"),
    "a wrong encoding": ("sources", lambda text: text.encode("utf-16"), r"sources\.csv, line 1: not UTF-8 text"),
    "one Latin-1 letter": (
        "hosts",
        lambda t: t.encode().replace("å".encode(), b"\xe5"),
        r"hosts\.csv, line 9: not UTF-8",
    ),
    "mojibake": ("sources", swap("Kyodo", "KyodoÃ©"), r"sources\.csv, line \d+, row .*wrong encoding"),
    "a replacement character": (
        "sources",
        swap("Kyodo", "Kyod\ufffd"),
        r"sources\.csv, line \d+, .*replacement charact",
    ),
    "text turned round": ("sources", swap("Kyodo", "\u202eKyodo"), r"sources\.csv, line \d+, .*turns the direction"),
    "an invisible character": (
        "sources",
        swap("Kyodo", "Kyo\u200bdo"),
        r"sources\.csv, line \d+, .*invisible character",
    ),
    "a NUL": (
        "payments",
        in_j029("2020-06-23", "2020-06\0-23"),
        rf"{P}, field published: a control character, U\+0000",
    ),
    "a trailing space": (
        "payments",
        in_j029("199.3 billion yen", "199.3 billion yen "),
        rf"{P}, row J029, .*space before",
    ),
    "open quotes": ("payments", in_j029(",FY,", ',"FY,'), r"payments\.csv.*broken quotes|payments\.csv, line \d+"),
    "an empty file": ("payments", lambda text: "", r"data/payments\.csv: the table is empty"),
    "a header alone": ("payments", lambda text: text.splitlines()[0] + "\n", r"data/payments\.csv: the table is empty"),
    "an empty line": ("payments", in_j029("J029", "\nJ029"), rf"{P}: 0 cells where the header has 19"),
    "a change that is not": (
        "rounds",
        swap(",-4.1,", ",-1.4,"),
        r"rounds\.csv, line 3, row jp-2008, field change_pct: -1\.4",
    ),
    "a payment that is not": (
        "rounds",
        swap(",217.3,", ",213.7,"),
        r"rounds\.csv, line 3, .*prior_payment: 213\.7, but row",
    ),
    "a derived row gone wrong": (
        "payments",
        swap(",237.8,bn", ",273.8,bn"),
        r"row M006, field value: 273\.8, but J012",
    ),
    "derived before its input": ("payments", early_j025, r"row J025, field published: .*before its input J024"),
    "a sum that does not close": (
        "payments",
        swap(",116.4,bn", ",114.6,bn"),
        r"FY2015 hns_budget total .*gives 188\.1",
    ),
    "an index not applied": ("payments", swap(",812.5,bn", ",821.5,bn"), r"KR 2011 \(kr-sma-8\): .* gives 812\.5"),
    "yes for true": ("rounds", swap(",true,", ",yes,"), r"rounds\.csv, line 2, field reference_class: 'yes' is not"),
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Spare what no corruption changes: the scenarios (they say which rows are weak), and tables left as they are."""
    monkeypatch.setattr("analysis.checks_headlines.headline_rows", lambda tables: {})
    monkeypatch.setattr("analysis.checks.read_table", _read_once)


def _read_once(table, folder):
    path = folder / f"{table}.csv"
    if path.exists() and path.read_bytes() == (DATA / path.name).read_bytes():
        return _untouched(table)
    return read_table(table, folder)


_untouched = cache(read_table)


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


def broken(folder, table, edit):
    path = folder / f"{table}.csv"
    changed = edit(path.read_text(encoding="utf-8"))
    path.write_bytes(changed if isinstance(changed, bytes) else changed.encode("utf-8"))
    return [f.sentence for f in findings(folder, [table]) if f.level == FAILURE]


@pytest.mark.parametrize("name", BROKEN)
def test_corruption_is_named(name, folder):
    table, edit, expected = BROKEN[name]
    said = broken(folder, table, edit)
    assert any(re.search(expected, sentence) for sentence in said[:NEAR_THE_TOP]), said
    assert not any("\n" in sentence or "Traceback" in sentence for sentence in said)


def _windows(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


HARMLESS = {
    "a byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "Windows line ends": _windows,
    "no line end at the end": lambda text: text.rstrip("\n"),
    "quotes around every cell": lambda text: text.replace("id,host,first_year", '"id","host","first_year"', 1),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_differences_are_accepted(name, folder):
    assert broken(folder, "payments", HARMLESS[name]) == []


def test_a_missing_table_is_named(folder):
    (folder / "fx.csv").unlink()
    with pytest.raises(DataError, match=r"data/fx\.csv: the table is missing"):
        problems(folder)
    assert any("fx.csv" in f.sentence for f in findings(folder))


def test_a_table_nobody_described_is_named(folder):
    (folder / "stray.csv").write_text("id\n1\n")
    assert any("stray.csv: the table is not described" in f.sentence for f in findings(folder))


def test_a_broken_descriptor_is_named(folder):
    (folder / "datapackage.json").write_text("{")
    with pytest.raises(DataError, match=r"data/datapackage\.json: not valid JSON"):
        problems(folder)


@pytest.mark.parametrize("name", ["no date", "a date that does not exist", "a letter in a number", "no source"])
def test_loading_the_evidence_refuses_too(name, folder):
    """A scenario reads the tables before the full check: the same sentence must come, not a traceback."""
    table, edit, expected = BROKEN[name]
    path = folder / f"{table}.csv"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DataError, match=expected):
        load_evidence(date(2020, 10, 8), folder)
