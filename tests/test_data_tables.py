"""The tables as they are: in order, described, recorded, and every headline traceable."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date

import pandas as pd
import pytest

from analysis.checks import FAILURE, findings
from analysis.data import DATA, check_tables, descriptor, problems, read_table, table_names
from analysis.data_report import check_report
from analysis.dictionary import dictionary
from analysis.recompute import evaluate, rows_in, stated_amount
from analysis.release import changes, last_release, release, write_release


@pytest.fixture(scope="module")
def found():
    return findings()


def test_tables_follow_their_description():
    assert [e.sentence for e in problems()] == []


def test_deeper_checks_find_no_failure(found):
    assert [f.sentence for f in found if f.level == FAILURE] == []


def test_every_row_of_evidence_has_source_date_and_confidence():
    sources = read_table("sources")
    for name in table_names():
        frame = read_table(name)
        if "dating" in frame and "confidence" in frame:
            assert frame[["source", "published", "dating", "confidence"]].notna().all(axis=None), name
            assert frame["source"].isin(sources.index).all(), name


def test_every_source_has_producer_title_and_mostly_an_address():
    sources = read_table("sources")
    assert sources[["producer", "title"]].notna().all(axis=None)
    assert sources["url"].notna().mean() > 0.95


def test_no_known_deviation_is_without_a_reason(found):
    noted = [f for f in found if f.level == "noted"]
    assert noted, "the tables hold known deviations"
    assert all(len(f.problem) > 60 for f in noted)


def test_dictionary_on_disk_is_the_descriptors():
    assert (DATA / "README.md").read_text(encoding="utf-8") == dictionary(), "run `hns dictionary`"


def test_dictionary_names_every_field_once():
    text = dictionary()
    for resource in descriptor()["resources"]:
        section = text.split(f"\n## {resource['name']}\n")[1].split("\n## ")[0]
        for field in resource["schema"]["fields"]:
            assert section.count(f"| `{field['name']}` |") == 1, (resource["name"], field["name"])
            assert field.get("description"), (resource["name"], field["name"])


def test_release_record_changelog_and_descriptor_agree_on_the_version():
    version, created = descriptor()["version"], str(descriptor()["created"])[:10]
    newest = re.search(r"^## (\S+) \((\S+)\)", (DATA / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest.groups() == (version, created)
    assert (last_release()["version"], last_release()["created"]) == (version, created)


def test_changes_name_the_rows_added_removed_and_changed(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    write_release(folder)
    assert changes(folder) == []
    path = folder / "guam.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace(",2.8,", ",2.9,")
    extra = lines[2].replace("J215-marines", "X1", 1)
    path.write_text("\n".join([*lines[:-1], extra]) + "\n", encoding="utf-8")
    gone = lines[-1].split(",")[0]
    assert changes(folder) == [f"guam: 1 added (X1), 1 removed ({gone}), 1 changed (J215-cash)"]


def test_release_hashes_ignore_line_ends(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    for path in folder.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert release(folder) == release()


def test_check_report_says_what_was_checked_and_fails_on_a_failure(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    text, ok = check_report(folder, tmp_path)
    assert ok
    assert "No failures." in text
    assert "Weak: confidence C behind a headline" in text
    assert "Stale: a newer figure should be public" in text
    path = folder / "payments.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",199.3,bn", ",1993,bn", 1), encoding="utf-8")
    text, ok = check_report(folder, tmp_path)
    assert not ok
    assert "data/payments.csv, line 78, row J029, field value" in text
    assert "1 changed (J029)" in text


def test_checked_tables_are_remembered(monkeypatch, tmp_path):
    monkeypatch.setattr("analysis.data.ROOT", tmp_path)
    check_tables()
    monkeypatch.setattr("analysis.data.problems", lambda folder: pytest.fail("checked again"))
    check_tables()


def test_descriptor_is_plain_json_with_a_real_day():
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    date.fromisoformat(package["created"][:10])
    assert {r["path"] for r in package["resources"]} == {p.name for p in DATA.glob("*.csv")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,993 oku yen", (199.3, "bn", "JPY")),
        ("24,664 million yen", (24.664, "bn", "JPY")),
        ("9,200 (KRW 100 million)", (920, "bn", "KRW")),
        ("1.0389 trillion won", (1038.9, "bn", "KRW")),
        ("over US$200M", (0.2, "bn", "USD")),
        ("27.5 oku dollars", (2.75, "bn", "USD")),
        ("about 47 tn yen", (47_000, "bn", "JPY")),
        ("-6.0%", (-6.0, "pct", None)),
    ],
)
def test_printed_amounts_are_read(text, expected):
    stated = stated_amount(text)
    assert stated.value == pytest.approx(expected[0], rel=1e-12)
    assert (stated.unit, stated.currency) == expected[1:]


@pytest.mark.parametrize(
    "text", ["frozen at the level of the year before", "$10.7 billion to $13 billion", "", "1.2.3%"]
)
def test_unknown_wordings_are_not_guessed(text):
    assert stated_amount(text) is None


def test_formulas_over_rows():
    assert rows_in("K-a_b-01 * (1 + J2 / 100) - 400 oku yen") == ["K-a_b-01", "J2"]
    assert evaluate("K-a_b-01 * (1 + J2 / 100) - 400 oku yen", {"K-a_b-01": 200, "J2": 10}) == pytest.approx(180)
    with pytest.raises(KeyError):
        evaluate("J1 / 2", {})
    for bad in ("J1 ** 2", "J1 /", "__import__", "J1 / 0"):
        with pytest.raises((ValueError, KeyError)):
            evaluate(bad, {"J1": 1.0})


def test_text_is_kept_alike_with_and_without_pyarrow():
    """pyarrow comes with sweeps, and would change the type of every comparison of text in the reports."""
    assert pd.api.types.pandas_dtype("string").storage == "python"
    payments = read_table("payments")
    assert payments["host"].dtype.storage == "python"
    assert not str(payments["host"].eq("JP").dtype).endswith("[pyarrow]")
