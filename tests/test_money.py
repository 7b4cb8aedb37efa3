"""Amounts that refuse to be mixed, each with a sentence that explains; conversions there and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data import read_table
from analysis.definitions import Basis, Currency, Scope, YearType
from analysis.errors import DefinitionError
from analysis.money import Amount, amount, as_calendar_year, change_pct, envelope, in_dollars, in_local, require_same

HNS = Amount(199.3, Currency.JPY, Scope.HNS_BUDGET, Basis.INITIAL_BUDGET, YearType.FY, 2020, 2020, ("J029",))

values = st.floats(1e-3, 1e6, allow_nan=False)
rates = st.floats(1e-3, 1e5, allow_nan=False)
currencies = st.sampled_from([c for c in Currency if c != Currency.USD])


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"scope": Scope.INDIRECT}, "indirect support .* is never added to direct support"),
        ({"scope": Scope.DIRECT_AND_INDIRECT}, "indirect support .* is never added to direct support"),
        ({"scope": Scope.SMA_ONLY}, "the scopes differ; the same yen may stand in both"),
        ({"scope": Scope.STATIONING_RELATED}, "the scopes differ"),
        ({"basis": Basis.ANNOUNCED}, "an announced total, a budget and an outturn are different stages"),
        ({"basis": Basis.OUTTURN}, "different stages of the same money"),
        ({"year_type": YearType.CY}, "the years run from different months; convert one of them explicitly"),
        ({"currency": Currency.USD}, "the currencies differ; convert one of them at a stated rate"),
    ],
)
@pytest.mark.parametrize("verb", ["add", "subtract", "compare"])
def test_mixing_definitions_is_refused_with_the_reason(other, sentence, verb):
    mixed = replace(HNS, **other)
    act = {"add": HNS.__add__, "subtract": HNS.__sub__, "compare": lambda m: change_pct(HNS, m)}[verb]
    with pytest.raises(DefinitionError, match=sentence) as caught:
        act(mixed)
    assert f"cannot {verb} hns_budget (initial_budget, FY2020, JPY) and" in caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_a_five_year_announcement_is_not_an_outturn():
    announced = replace(HNS, value=946.5, basis=Basis.ANNOUNCED, first_year=2016, last_year=2020)
    outturn = replace(HNS, value=980.0, basis=Basis.OUTTURN, first_year=2016, last_year=2020)
    with pytest.raises(DefinitionError, match="different stages"):
        change_pct(announced, outturn)


def test_a_sum_of_years_is_not_a_year():
    five = replace(HNS, value=980.1, first_year=2016, last_year=2020)
    with pytest.raises(DefinitionError, match="one covers more years; take yearly averages first"):
        change_pct(HNS, five)
    assert five.per_year().value == pytest.approx(196.02)


def test_rows_carry_their_definitions_with_them():
    payments = read_table("payments")
    japan, korea = amount(payments.loc["J029"]), amount(payments.loc["K-sma_contribution-029"])
    assert (japan.value, japan.scope, japan.rows) == (199.3, Scope.HNS_BUDGET, ("J029",))
    with pytest.raises(DefinitionError, match="the scopes differ"):
        require_same(japan, korea, "compare")
    indirect = amount(payments.loc["K-wider_support-008"])
    with pytest.raises(DefinitionError, match="never added to direct support"):
        amount(payments.loc["K-wider_support-003"]) + indirect


def test_every_payment_row_can_be_read_as_an_amount():
    for _, row in read_table("payments").iterrows():
        assert amount(row).years >= 1


def test_sums_keep_their_rows_and_years():
    total = HNS + replace(HNS, value=201.7, first_year=2021, last_year=2021, rows=("J030",))
    assert (total.value, total.first_year, total.last_year, total.years) == (401.0, 2020, 2021, 2)
    assert total.rows == ("J029", "J030")
    assert change_pct(HNS, replace(HNS, value=201.7)) == pytest.approx(1.204, abs=1e-3)


@given(values, rates, currencies)
def test_local_to_dollars_and_back(value, rate, currency):
    money = replace(HNS, value=value, currency=currency)
    there = in_dollars(money, rate)
    assert there.currency == Currency.USD
    back = in_local(there, rate, currency)
    assert back.currency == currency
    assert back.value == pytest.approx(value, rel=1e-12)
    assert replace(back, value=value) == money


@given(values, rates)
def test_dollars_to_local_and_back(value, rate):
    money = replace(HNS, value=value, currency=Currency.USD)
    assert in_dollars(in_local(money, rate, Currency.KRW), rate).value == pytest.approx(value, rel=1e-12)
    assert in_dollars(money, rate) is money


def test_only_dollars_become_local_money():
    with pytest.raises(DefinitionError, match="not a dollar amount"):
        in_local(HNS, 105, Currency.KRW)


@given(values, values)
def test_a_calendar_year_lies_between_its_fiscal_years(one, two):
    before, this = replace(HNS, value=one, first_year=2019, last_year=2019), replace(HNS, value=two)
    year = as_calendar_year(before, this)
    assert (year.year_type, year.first_year) == (YearType.CY, 2020)
    assert min(one, two) - 1e-9 <= year.value <= max(one, two) + 1e-9
    assert year.value == pytest.approx(0.25 * one + 0.75 * two)


@pytest.mark.parametrize("wrong", [{"first_year": 2018, "last_year": 2018}, {"year_type": YearType.CY}])
def test_a_calendar_year_needs_two_adjoining_fiscal_years(wrong):
    before = replace(HNS, first_year=2019, last_year=2019)
    with pytest.raises(DefinitionError):
        as_calendar_year(replace(before, **wrong), HNS)


def test_an_envelope_adds_disjoint_direct_scopes_only():
    parts = [replace(HNS, scope=s) for s in (Scope.STATIONING_RELATED, Scope.SACO, Scope.REALIGNMENT)]
    whole = envelope(parts, Scope.MINISTRY_ENVELOPE)
    assert whole.scope == Scope.MINISTRY_ENVELOPE
    assert whole.value == pytest.approx(3 * 199.3)
    with pytest.raises(DefinitionError, match="a scope stands twice"):
        envelope([parts[0], parts[0]], Scope.MINISTRY_ENVELOPE)
    with pytest.raises(DefinitionError, match="indirect support is never added"):
        envelope([parts[0], replace(HNS, scope=Scope.INDIRECT)], Scope.ALL_MINISTRIES)
    with pytest.raises(DefinitionError, match="different stages"):
        envelope([parts[0], replace(parts[1], basis=Basis.OUTTURN)], Scope.MINISTRY_ENVELOPE)


def test_the_ministrys_envelope_of_2015_from_its_rows():
    payments = read_table("payments")
    parts = [amount(payments.loc[row]) for row in ("J121", "J127", "J128")]
    assert envelope(parts, Scope.MINISTRY_ENVELOPE).value == pytest.approx(payments.loc["J134", "value"], abs=0.05)
