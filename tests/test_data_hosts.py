"""A host nobody has thought of: a row in hosts.csv and three payments, and not a line of code."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from analysis.checks import failures
from analysis.comparison import common_year, measures, payment_line
from analysis.data import DATA
from analysis.history import latest_total, yearly_totals
from analysis.money import amount, change_pct
from analysis.vintage import load_evidence

HOST = "XX,Exland,Exland,EUR,CY,Exlandish,broad_direct,outturn,Direct support,U.S. forces"
SOURCE = "t-online-dpa-2020-659a"  # any source that is already there
PAYMENTS = [
    f"X{year},XX,{year},{year},CY,broad_direct,total,outturn,{value},bn,EUR,series,EUR {value} billion,,"
    f"{year + 1}-03-01,source,{SOURCE},B,"
    for year, value in ((2017, 0.9), (2018, 1.0), (2019, 1.1))
]
RATE = f"XFX,EUR,CY,2019,,0.9,market_average,series,2020-01-31,release,{SOURCE},B,"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    copy = tmp_path_factory.mktemp("hosts") / "data"
    shutil.copytree(DATA, copy)
    for table, rows in (("hosts", [HOST]), ("payments", PAYMENTS)):
        path = copy / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8") + "\n".join(rows) + "\n", encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def tables(folder):
    return load_evidence(date(2020, 10, 8), folder).tables


def test_the_new_tables_pass_every_check(folder):
    assert failures(folder) == []


def test_series_and_latest_total(tables):
    scope, basis = payment_line(tables["hosts"], "XX")
    totals = yearly_totals(tables["payments"], "XX", scope, basis)
    assert list(totals["year"]) == [2017, 2018, 2019]
    assert list(totals["value"]) == [0.9, 1.0, 1.1]
    assert latest_total(tables["payments"], "XX", scope, basis)["year"] == 2019


def test_change_between_two_years(tables):
    payments = tables["payments"]
    assert change_pct(amount(payments.loc["X2018"]), amount(payments.loc["X2019"])) == pytest.approx(10)


def test_an_older_day_sees_fewer_years(folder):
    payments = load_evidence(date(2019, 6, 30), folder).table("payments")
    assert list(payments.index[payments["host"] == "XX"]) == ["X2017", "X2018"]


def test_beside_japan_once_a_rate_is_there(folder, tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(folder, copy)
    package = (copy / "datapackage.json").read_text(encoding="utf-8")
    (copy / "fx.csv").write_text((copy / "fx.csv").read_text(encoding="utf-8") + RATE + "\n", encoding="utf-8")
    assert package  # the reader does not need the currency among those the descriptor allows
    tables = load_evidence(date(2020, 10, 8), copy).tables
    assert common_year(tables, ["JP", "XX"]) == 2019
    dollars = measures(tables, ["JP", "XX"], 2019)[0]
    assert dollars.values["XX"] == pytest.approx(1.1 / 0.9)
    assert dollars.larger == "JP"
