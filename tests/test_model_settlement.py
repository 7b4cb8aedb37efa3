import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_cases import BEFORE_2021, DRIFT, ROUNDS, settlement

from analysis.distributions import Pert
from analysis.errors import DataError, ScenarioError
from analysis.feasibility import probability_of_deal, talk_lengths
from analysis.settlement import (
    ask_uplift,
    concession_shares,
    fit_kappa,
    nash_settlement,
    offer_settlement,
    ratcheted,
    reference_class,
    rubinstein_theta,
    uplift_of,
    with_uplift,
)

percents = st.floats(-30, 100)


def test_drift_is_removed_for_every_year_since_the_prior_payment():
    rounds = pd.DataFrame(
        {"host": ["KR", "JP"], "first_year": [2021, 2021], "change_pct": [13.9, 1.2], "gap_years": [2, None]}
    )
    assert with_uplift(rounds, DRIFT)["uplift_pct"].tolist() == pytest.approx([9.9, 0.2])


def test_reference_class_of_october_2020():
    seen = reference_class(BEFORE_2021, "JP", DRIFT)
    assert (seen.n, seen.n_own) == (9, 4)
    assert seen.distribution.location == pytest.approx(-1.49, abs=0.005)
    low, high = seen.distribution.interval80
    assert (low, high) == pytest.approx((-9.1, 6.1), abs=0.1)


def test_a_round_published_later_cannot_be_seen():
    dated = ROUNDS.assign(published=[f"{year}-01-31" for year in ROUNDS["first_year"]])
    seen = reference_class(dated, "JP", DRIFT, as_of=date(2020, 10, 8))
    assert seen.n == 9
    assert seen.distribution == reference_class(BEFORE_2021, "JP", DRIFT).distribution


def test_an_incomplete_rounds_table_is_refused():
    with pytest.raises(DataError, match="change_pct is missing"):
        reference_class(ROUNDS.drop(columns="change_pct"), "JP", DRIFT)
    with pytest.raises(DataError, match="no drift is given for KR"):
        reference_class(ROUNDS, "JP", {"JP": 1.0})


def test_kappa_refitted_from_the_three_korean_rounds_lies_in_its_range():
    fit = fit_kappa([1.15, 1.5, 5.7], [5.8, 8.2, 13.9])
    assert fit.n == 3
    assert 4.7 < fit.slope < 5.2
    assert fit.per_doubling == pytest.approx(3.4, abs=0.1)
    np.testing.assert_allclose(fit.slope, np.polyfit(np.log([1.15, 1.5, 5.7]), [5.8, 8.2, 13.9], 1)[0])
    with pytest.raises(DataError, match="three or more"):
        fit_kappa([1.5, 2], [1, 2])


def test_l1_and_l2():
    assert ask_uplift(1.0, 5.0, math.e) == pytest.approx(6.0)
    assert ask_uplift(1.0, 5.0, 1.0) == pytest.approx(1.0)
    assert offer_settlement(100, 150, 0.2) == pytest.approx(110)
    assert offer_settlement(100, 150, 0.0) == 100
    assert uplift_of(offer_settlement(100, 150, 1.0), 100) == pytest.approx(50)
    with pytest.raises(ScenarioError, match="not above zero"):
        ask_uplift(1.0, 5.0, 0.0)


@given(percents, st.floats(0, 10), st.floats(0.5, 5), st.floats(1, 2))
def test_l1_rises_with_the_ask(reference, kappa, multiple, more):
    assert ask_uplift(reference, kappa, multiple * more) >= ask_uplift(reference, kappa, multiple) - 1e-9


def test_concession_shares_collapse_as_the_ask_grows():
    """The Korean rounds of 2014, 2019 and 2021, KRW bn."""
    small, _ = concession_shares(869.5, 1000, 920, offer=900)
    middle, near = concession_shares(960.2, 1440, 1038.9, offer=999.9, last_ask=1130)
    large, _ = concession_shares(1038.9, 5.0 * 1180, 1183.3)
    assert (small, middle, large) == pytest.approx((0.39, 0.16, 0.03), abs=0.005)
    assert concession_shares(869.5, 1000, 920, offer=900)[1] == pytest.approx(0.20)
    assert near == pytest.approx(0.30, abs=0.005)


@given(percents, percents, st.floats(0, 1))
def test_ratchet_rules(after, bridge, ratchet):
    assert ratcheted(after, bridge, ratchet, "none") == after
    assert ratcheted(after, bridge, ratchet, "floor") == max(after, ratchet * bridge)
    assert ratcheted(after, bridge, ratchet, "carry") >= after
    with pytest.raises(ScenarioError, match="none, floor, carry"):
        ratcheted(after, bridge, ratchet, "maybe")


def test_bargaining_theory():
    assert rubinstein_theta(0.9, 0.9) == pytest.approx(1 / 1.9)
    assert rubinstein_theta(0.0, 0.5) == 1.0
    assert rubinstein_theta(0.95, 0.9) < rubinstein_theta(0.90, 0.9)  # patience pays
    assert nash_settlement(200, 300, 0.25) == 225
    with pytest.raises(ScenarioError, match="patience"):
        rubinstein_theta(1.0, 0.5)


def test_a_settlement_model_that_cannot_be_drawn_is_refused():
    with pytest.raises(ScenarioError, match="L0, L1, L2"):
        settlement(level="L3")
    with pytest.raises(ScenarioError, match="L2 needs"):
        settlement(level="L2")
    with pytest.raises(ScenarioError, match=r"tail\.weight\.trump"):
        settlement(tail_weight=1.2)


LENGTHS = [4.1, 5.0, 5.6, 6.3, 7.1, 9.0, 12.0, 17.5]  # the published extremes and median; the others in between


def test_a_multi_year_deal_in_ten_weeks_is_very_unlikely():
    assert talk_lengths(LENGTHS).n == 8
    assert 0.01 < probability_of_deal(LENGTHS, 2.4) < 0.06
    assert probability_of_deal(LENGTHS, 0) == 0
    assert probability_of_deal(LENGTHS, 1e6) == pytest.approx(1, abs=1e-3)
    assert talk_lengths(LENGTHS).quantile(0.5) == pytest.approx(talk_lengths(LENGTHS).median)


def test_deal_probability_rises_with_time_and_counts_time_already_spent():
    months = np.linspace(0, 24, 30)
    assert (np.diff(probability_of_deal(LENGTHS, months)) >= 0).all()
    spent = talk_lengths(LENGTHS)
    by_hand = (spent.within(8.4) - spent.within(6)) / (1 - spent.within(6))
    assert spent.within(2.4, elapsed=6) == pytest.approx(by_hand)
    for bad in ([1, 2], [1, 2, -3], [5, 5, 5]):
        with pytest.raises(DataError):
            talk_lengths(bad)
    with pytest.raises(ScenarioError, match="elapsed"):
        spent.within(2, elapsed=-1)


def test_pert_of_lambda_reaches_from_offer_towards_ask():
    share = Pert(0, 0.2, 0.6).ppf([0.0, 1.0])
    assert offer_settlement(100, 200, share).tolist() == pytest.approx([100, 160])
