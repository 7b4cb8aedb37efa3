"""Japan beside Korea by every measure: the published comparison is reproduced, gaps are said, nothing later enters."""

from __future__ import annotations

import io
from datetime import date

import pandas as pd
import pytest

from analysis.briefing import beside
from analysis.case import load_case
from analysis.comparison import measures, treated_like
from analysis.comparison_wider import ORDER, all_measures
from analysis.vintage import load_evidence, public_on

BOTH = ["JP", "KR"]
DAYS = [date(2020, 5, 31), date(2020, 10, 8), date(2024, 9, 30), date(2026, 11, 24)]


def at(day: date):
    evidence = load_evidence(day)
    year, found = all_measures(evidence.tables, BOTH)
    return evidence, year, {m.key: m for m in found}


@pytest.fixture(scope="module")
def of_2020():
    """The measures of 2020 as they stood in August 2021, when all their figures were public."""
    evidence = load_evidence(date(2021, 8, 1))
    return evidence, {m.key: m for m in measures(evidence.tables, BOTH, 2020)}


@pytest.mark.parametrize("day", DAYS)
def test_order_is_fixed_and_every_gap_has_a_reason(day):
    _, _, found = at(day)
    assert tuple(found) == ORDER
    for measure in found.values():
        missing = {h for h in BOTH if pd.isna(measure.values[h])}
        assert set(measure.gaps) == missing, measure.key


@pytest.mark.parametrize("day", DAYS)
def test_no_measure_rests_on_a_later_row(day):
    evidence, _, found = at(day)
    used = {row for measure in found.values() for row in measure.rows}
    assert used
    assert all(public_on(str(evidence.row(row)["published"])) <= day for row in used)


def test_figures_of_the_auditors_enter_when_they_were_published():
    _, _, before = at(date(2021, 3, 16))
    _, _, after = at(date(2021, 3, 17))
    assert before["broad_direct"].period == "2002"
    assert before["broad_direct"].values == {"JP": pytest.approx(3.228), "KR": pytest.approx(0.48661)}
    assert pd.isna(before["share_with_pay"].values["JP"])
    assert after["broad_direct"].period == "2016–19"
    assert after["share_with_pay"].values == {"JP": 37.6, "KR": 30.2}


def test_a_payment_budgeted_before_the_rate_of_its_year_is_known_waits_for_it():
    """In March 2021 both payments of 2021 were public; their dollar value was not."""
    evidence, year, _ = at(date(2021, 3, 17))
    assert evidence.row("J030")["first_year"] == evidence.row("K-sma_contribution-031")["first_year"] == 2021
    assert year == 2020


def test_a_share_without_its_denominator_falls_back_to_the_last_complete_year():
    """No gross domestic product of Japan for 2025, and no payment for 2023 and 2024."""
    _, year, found = at(date(2026, 11, 24))
    assert year == 2025
    assert found["gdp_share"].period == "2022"
    assert found["gdp_share"].larger == "KR"
    assert found["defence_share"].period == "2025"


def test_direct_and_indirect_support_stay_apart():
    _, _, found = at(date(2026, 11, 24))
    assert found["indirect"].values == {"JP": pytest.approx(1.183), "KR": pytest.approx(0.3565)}
    assert not set(found["indirect"].rows) & set(found["broad_direct"].rows)


def test_comparison_of_2020_is_reproduced(of_2020):
    _, found = of_2020
    rounded = {key: {h: round(v, 3) for h, v in found[key].values.items()} for key in ("dollars", "gdp_share")}
    assert rounded["dollars"] == {"JP": 1.867, "KR": 0.88}
    assert rounded["gdp_share"] == {"JP": pytest.approx(0.037, abs=5e-4), "KR": pytest.approx(0.054, abs=5e-4)}
    assert found["defence_share"].values["KR"] == pytest.approx(2.1, abs=0.05)


def test_where_the_comparison_of_2020_differs_the_reason_is_the_denominator(of_2020):
    """An older reference has 34.6 and 30.9 per soldier, 32.9 and 33.1 by count, and 3.9 percent of Japan's budget."""
    _, found = of_2020
    dollars = {"JP": 1.8667, "KR": 0.8802}
    # headline strength: 54,000 until the auditors' report of March 2021 said 55,000
    assert found["per_head_headline"].values["JP"] == pytest.approx(dollars["JP"] / 55.0 * 1e3, abs=0.05)
    assert dollars["JP"] / 54.0 * 1e3 == pytest.approx(34.6, abs=0.05)
    assert found["per_head_headline"].values["KR"] == pytest.approx(30.9, abs=0.05)
    # the order by count turns at 56,748 and 26,615 people, not at those of September 2020
    assert dollars["JP"] / 56.748 < dollars["KR"] / 26.615
    assert found["per_head_counted"].larger == "JP"
    # 3.9 was remembered; the initial budget of fiscal 2020 with realignment is 5,313.3
    assert found["defence_share"].values["JP"] == pytest.approx(100 * 199.3 / 5313.3)


def test_wider_figures_of_the_published_comparison_are_reproduced():
    _, _, found = at(date(2026, 11, 24))
    assert found["broad_direct"].values == {"JP": pytest.approx(3.15), "KR": pytest.approx(1.45)}
    assert found["broad_direct_gdp_share"].values["JP"] == pytest.approx(0.062, abs=1e-3)
    assert found["broad_direct_gdp_share"].values["KR"] == pytest.approx(0.088, abs=2e-3)
    assert found["broad_direct"].larger == "JP"
    assert found["broad_direct_gdp_share"].larger == "KR"
    assert found["share_with_pay"].larger == "JP"


def test_equal_treatment_of_2020_is_reproduced(of_2020):
    _, found = of_2020
    assert treated_like(found["gdp_share"], "JP", "KR", 199.3) == pytest.approx(290, abs=4)
    headline = found["per_head_headline"].values
    assert 199.3 * headline["KR"] / (headline["JP"] * 55 / 54) == pytest.approx(178, abs=1)
    # 105 with 3.9 percent of Japan's budget, 110 with its initial budget
    assert treated_like(found["defence_share"], "JP", "KR", 199.3) == pytest.approx(110, abs=1)
    assert 199.3 * found["defence_share"].values["KR"] / 3.9 == pytest.approx(105, abs=1)


def test_line_as_a_share_of_cost_by_hand():
    _, _, found = at(date(2020, 10, 8))
    paid = 197.4 / 109.0188
    assert found["line_share_with_pay"].values["JP"] == pytest.approx(100 * paid / (paid + 5.7178))
    assert found["line_share_without_pay"].values["JP"] == pytest.approx(100 * paid / (paid + 5.7178 - 3.1434))


def test_a_payment_far_from_the_cost_is_not_set_against_it():
    _, year, found = at(date(2020, 5, 31))
    assert year == 2016
    assert found["line_share_with_pay"].gaps["JP"] == "no payment near the U.S. cost of fiscal 2020"


def test_the_briefing_keeps_its_matrix_in_numbers():
    case = load_case("undecided")
    frame = pd.read_csv(io.StringIO(beside.matrix(case).csv))
    assert pd.api.types.is_numeric_dtype(frame["JP"])
    assert pd.api.types.is_numeric_dtype(frame["KR"])
    assert frame.loc[frame["unit"] == "bn U.S. dollars", "JP"].tolist() == pytest.approx([1.8107], abs=1e-4)
