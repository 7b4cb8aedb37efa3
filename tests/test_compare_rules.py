"""Rules of growth, replayed: hand-worked levels, gaps that stay gaps, and the Korean years they must give back."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.case import load_case
from analysis.compare import replay as section
from analysis.errors import DataError
from analysis.indexation import capped_index, held_level, replay, yearly_growth
from analysis.vintage import load_evidence


@pytest.fixture(scope="module")
def economy() -> pd.DataFrame:
    return load_evidence(date(2026, 11, 24)).table("economy")


def series(economy: pd.DataFrame, indicator: str, first: int, area: str = "KR") -> pd.Series:
    rows = economy[economy["area"].eq(area) & economy["indicator"].eq(indicator) & economy["role"].eq("series")]
    return rows[rows["year"] >= first].set_index("year")["value"].astype(float)


def test_index_by_hand():
    growth = pd.Series({2008: 4.67, 2009: 2.0, 2010: -1.0})
    assert capped_index(growth).round(4).to_dict() == {2007: 100.0, 2008: 104.67, 2009: 106.7634, 2010: 105.6958}
    assert capped_index(growth, 4).round(4).to_dict() == {2007: 100.0, 2008: 104.0, 2009: 106.08, 2010: 105.0192}


def test_a_missing_year_ends_the_chain():
    levels = capped_index(pd.Series({2008: 1.0, 2010: 1.0}))
    assert list(levels.index) == [2007, 2008]
    paid = replay(100, 2009, 2012, levels, 2)
    assert paid.iloc[:2].round(6).tolist() == [100.0, 101.0]
    assert paid.iloc[2:].isna().all()


def test_a_gap_in_a_budget_is_a_gap_of_that_year_alone():
    paid = replay(50, 2011, 2014, pd.Series({2010: 10.0, 2012: 12.0, 2013: 13.0}), 1)
    assert paid.isna().tolist() == [False, True, False, False]
    assert paid[2014] == pytest.approx(65)


def test_an_index_that_starts_too_late_is_refused():
    with pytest.raises(DataError, match="no value for 2008"):
        replay(100, 2010, 2012, pd.Series({2009: 1.0}), 2)
    with pytest.raises(DataError, match="no yearly growth"):
        capped_index(pd.Series(dtype=float))


@given(st.floats(0.1, 5000), st.floats(-5, 20), st.integers(1, 20), st.floats(0, 20))
def test_constant_growth_is_compound_interest_up_to_the_cap(base, rate, years, cap):
    growth = pd.Series(rate, index=range(2001, 2001 + years))
    paid = replay(base, 2002, 2002 + years, capped_index(growth, cap), 2)
    assert paid.iloc[-1] == pytest.approx(base * (1 + min(rate, cap) / 100) ** years)
    assert yearly_growth(paid.iloc[0], paid.iloc[-1], years) == pytest.approx(min(rate, cap), abs=1e-6)


def test_level_rule_does_nothing():
    assert held_level(188.1, 2010, 2012).tolist() == [188.1, 188.1, 188.1]


def test_price_rule_gives_back_the_eighth_agreement(economy):
    """2008's 4.67 percent was cut to 4; prices are read in a later edition, hence a tenth of a percent."""
    paid = replay(760, 2009, 2013, capped_index(series(economy, "cpi_growth", 2008), 4), 2)
    assert paid.tolist() == pytest.approx([760, 790.4, 812.5, 836.1, 869.5], rel=1e-3)
    uncapped = replay(760, 2009, 2010, capped_index(series(economy, "cpi_growth", 2008)), 2)
    assert uncapped[2010] == pytest.approx(795.5, abs=0.1)


def test_price_rule_gives_back_the_ninth_agreement(economy):
    paid = replay(920, 2014, 2018, capped_index(series(economy, "cpi_growth", 2013), 4), 2)
    assert paid.tolist() == pytest.approx([920, 932, 944.1, 950.7, 960.2], rel=1e-3)


def test_defence_budget_rule_gives_back_the_eleventh_agreement(economy):
    paid = replay(1183.3, 2021, 2025, capped_index(series(economy, "defence_budget_growth", 2021)), 1)
    assert paid.tolist() == pytest.approx([1183.3, 1247.2, 1289.6, 1346.3, 1402.8], abs=0.15)


def test_rules_start_where_japan_agreed_to_keep_its_level():
    case = load_case("undecided")
    found = {r.rule: r for r in section.replays(case, "JP")}
    assert section.base_year(case) == (2010, "J173")
    assert found["level"].last == (2020, 188.1)
    assert found["cpi4"].base_year == 2010
    assert found["defence"].base_year == 2011  # budgets are on record from 2010, and the rule looks a year back
    assert found["defence"].payments[2020] == pytest.approx(185.8 * 5257.4 / 4790.3, abs=0.1)
    assert found["paid"].payments.loc[[2013, 2017, 2018]].isna().all()


def test_the_later_cap_is_known_only_after_it_was_agreed():
    assert [cap for cap, _ in section.caps(load_case("korea-2026"))] == [4]
    assert [cap for cap, _ in section.caps(load_case("renewal-2027"))] == [4, 5]
    found = {r.rule: r for r in section.replays(load_case("renewal-2027"), "KR")}
    assert found["cpi5"].last[1] > found["cpi4"].last[1]  # prices rose by 5.1 percent in 2022


def test_an_unknown_budget_leaves_its_year_open():
    found = {r.rule: r for r in section.replays(load_case("renewal-2027"), "JP")}
    assert pd.isna(found["defence"].payments[2022])  # no initial budget of fiscal 2021 in the tables
    assert pd.notna(found["defence"].payments[2023])


def test_the_defence_rule_is_not_called_korean_before_it_was():
    assert "no agreement known on the day used it" in section.text(load_case("undecided")).plain
    assert "from 2022 the growth of its defence budget" in section.text(load_case("korea-2026")).plain
