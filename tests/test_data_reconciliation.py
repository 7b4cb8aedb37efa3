"""Sums, closures, chains and ratios: what must close does, what does not says why."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis.data import read_table, table_names
from analysis.reconciliation import reconciliation, records
from analysis.vintage import load_evidence


@pytest.fixture(scope="module")
def tables():
    return {name: read_table(name) for name in table_names()}


@pytest.fixture(scope="module")
def table(tables):
    return reconciliation(tables)


def one(table: pd.DataFrame, part: str) -> pd.Series:
    rows = table[table["name"].str.contains(part, regex=False)]
    assert len(rows) == 1, (part, list(rows["name"]))
    return rows.iloc[0]


def test_whatever_does_not_close_says_why(table):
    left = table[table["closes"] != "yes"]
    assert (left["note"].str.len() > 40).all()
    assert set(left["group"]) <= {"category sums", "long sums", "announcements", "GAO 2016-19", "services and totals"}


def test_every_group_of_comparisons_is_there(table):
    assert set(table["group"]) >= {
        *("category sums", "long sums", "announcements", "Korean index", "first-year changes"),
        *("GAO 2016-19", "U.S. costs", "services and totals", "founding figures"),
    }
    assert table["name"].is_unique


def test_records_name_rows_that_exist(tables, table):
    known = set().union(*(frame.index for frame in tables.values()))
    for rows in table["rows"]:
        assert set(rows) <= known, rows


@pytest.mark.parametrize(("year", "total"), [(2008, 208.3), (2009, 192.8), (2015, 189.9), (2021, 201.7)])
def test_categories_add_to_the_total(table, year, total):
    row = one(table, f"JP FY{year} hns_budget total")
    assert row["closes"] == "yes"
    assert row["expected"] == total
    assert abs(row["difference"]) <= 0.11


@pytest.mark.parametrize("year", [2015, 2018, 2019])
def test_korean_parts_add_to_the_total(table, year):
    assert abs(one(table, f"KR CY{year} sma_only total")["difference"]) < 1e-6


def test_fiscal_2022_26_closure(table):
    row = one(table, "JP FY2022-26 closure, training at 1.017")
    assert row["closes"] == "yes"
    assert row["found"] == pytest.approx(155.5, abs=0.1)
    wide = one(table, "JP FY2022-26 closure, training at 11.4")
    assert wide["closes"] == "no"
    assert wide["found"] == pytest.approx(145.1, abs=0.05)


def test_announced_against_budgeted_is_a_difference_of_kind(table):
    row = one(table, "announced against budgeted")
    assert (row["expected"], row["found"], row["closes"]) == (946.5, 980.1, "no")
    assert row["difference"] == pytest.approx(33.6)
    assert "wage revisions" in row["note"]


def test_one_deal_three_increases(table):
    rows = table[table["name"].str.contains("FY2022-26 increase")]
    assert list(rows["found"].round(1)) == [4.6, 7.7, 11.5]
    assert [note.split()[0] for note in rows["note"]] == ["+46.6", "+75.0", "+108.6"]


def test_the_long_sum_stays_open_and_fills_nothing(table):
    row = one(table, "JP HNS FY1978-2024")
    assert row["closes"] == "open"
    assert row["expected"] == 8496.1
    for years in ("FY1981-84", "1986-88", "1991-98", "2001-04", "2013", "2023-24"):
        assert years in row["note"]
    assert "4,089.5 bn" in row["note"]
    assert row["found"] == pytest.approx(8496.1 - 4089.5)


def test_what_the_gap_years_must_hold_is_plausible(table):
    """The remainder must lie near the straight lines between the known years, or a known year is wrong."""
    note = one(table, "JP HNS FY1978-2024")["note"]
    must, line = (float(note.split(mark)[1].split()[0].rstrip(".;,").replace(",", "")) for mark in ("hold ", "give "))
    assert must == pytest.approx(line, rel=0.10)


def test_korean_index_replays_every_checked_year(table):
    rows = table[
        (table["group"] == "Korean index") & (table["unit"] == "KRW bn") & ~table["name"].str.contains("chain")
    ]
    assert (rows["closes"] == "yes").all()
    assert (rows["difference"].abs() <= 0.1).all()
    years = {int(name.split()[1]) for name in rows["name"]}
    assert years == {2006, *range(2008, 2014), *range(2015, 2019), *range(2022, 2026), 2027}
    assert "capped from 4.7" in one(table, "KR 2010 (kr-sma-8)")["what"]


def test_the_chain_of_the_eleventh_agreement(table):
    row = one(table, "KR 2021-25 chain")
    assert row["found"] == pytest.approx(1402.9, abs=0.05)
    assert row["expected"] == 1402.8


def test_stated_first_year_changes(table):
    rows = table[table["group"] == "first-year changes"]
    assert set(rows["expected"]) == {-8.9, 6.6, 5.8, 8.2, 13.9, 8.3}
    assert (rows["closes"] == "yes").all()


def test_auditors_shares(table):
    assert one(table, "JP share of direct cost")["found"] == pytest.approx(37.6, abs=0.05)
    assert one(table, "KR share of direct cost")["found"] == pytest.approx(30.2, abs=0.05)


def test_services_differ_only_where_the_row_says_so(table):
    rows = table[(table["group"] == "services and totals") & (table["unit"] == "persons")]
    assert len(rows) == 16
    for row in rows.itertuples():
        assert f"{row.found:,.0f}" in row.note


@pytest.mark.parametrize(
    ("name", "value"),
    [("ask / payment", 4.21), ("payment in dollars", 1.905), ("yen per head", 3.70), ("dollars per head", 35.2)],
)
def test_founding_figures(table, name, value):
    row = one(table, name)
    assert row["expected"] == pytest.approx(value, rel=2e-3)
    assert row["closes"] == "yes"


def test_gap_to_the_ask(table):
    assert one(table, "gap to the ask")["found"] == pytest.approx(640.7, abs=1e-6)


def test_october_2020_sees_only_what_was_public():
    seen = records(load_evidence(date(2020, 10, 8)).tables)
    names = " ".join(record.name for record in seen)
    assert "FY2022-26" not in names
    assert "FY2021" not in names
    assert "GAO" not in {record.group for record in seen}
    assert "ask / payment" in names
