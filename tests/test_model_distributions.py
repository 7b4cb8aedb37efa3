import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.distributions import Pert, StudentT, reference_distribution, stream
from analysis.errors import ScenarioError
from analysis.risk import cvar, error_of_cvar, error_of_mean, summary

triples = st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3).map(sorted)


@given(triples)
def test_pert_mean_is_the_weighted_mean_of_its_three_points(triple):
    low, mode, high = triple
    assert Pert(*triple).mean == pytest.approx((low + 4 * mode + high) / 6)


@given(triples.filter(lambda t: t[2] - t[0] > 1e-3))
def test_pert_quantiles_are_those_of_the_beta_distribution(triple):
    pert, q = Pert(*triple), np.array([0.01, 0.1, 0.5, 0.9, 0.99])
    exact = stats.beta(*pert.shape, loc=pert.low, scale=pert.width)
    np.testing.assert_allclose(pert.ppf(q), exact.ppf(q), atol=1e-9 * max(1, pert.width) + 1e-9)
    assert pert.sd == pytest.approx(exact.std(), rel=1e-9)


def test_a_certain_value_is_drawn_as_itself():
    certain = Pert.certain(3.5)
    assert (certain.draw(stream(1, "x"), 5) == 3.5).all()
    assert (certain.ppf([0.1, 0.9]) == 3.5).all()
    assert (certain.at_ranks(np.array([0.2])) == 3.5).all()
    assert certain.sd == 0
    assert certain.expect(np.log) == pytest.approx(np.log(3.5))


@pytest.mark.parametrize("triple", [(1, 0, 2), (0, 3, 2), (0, float("nan"), 1), (0, 1, float("inf"))])
def test_a_range_out_of_order_or_without_numbers_is_refused(triple):
    with pytest.raises(ScenarioError, match=r"range: \["):
        Pert(*triple)


def test_pert_expectation_agrees_with_draws_and_ranks_with_quantiles():
    pert = Pert(1.3, 2.5, 4.2)
    drawn = np.log(pert.draw(stream(3, "m"), 200_000))
    assert pert.expect(np.log) == pytest.approx(drawn.mean(), abs=5 * error_of_mean(drawn))
    assert pert.expect(lambda x: x) == pytest.approx(pert.mean, rel=1e-12)
    ranks = np.linspace(0, 1, 999)
    assert np.max(np.abs(pert.at_ranks(ranks) - pert.ppf(ranks))) < 1e-3 * pert.width


def test_streams_are_independent_of_each_other_and_repeat():
    assert stream(1, "a").random(4).tolist() == stream(1, "a").random(4).tolist()
    a, b, c = (stream(s, n).random(50_000) for s, n in ((1, "a"), (1, "b"), (2, "a")))
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.02
    assert abs(np.corrcoef(a, c)[0, 1]) < 0.02


def test_reference_distribution_shrinks_from_host_to_pool_to_prior():
    nothing = reference_distribution([], [])
    assert nothing.location == 1.0
    assert nothing.scale == pytest.approx(6 * np.sqrt(1 + 1 / 4))
    # By hand: pool (2*1 + 4*3)/6 = 14/6; own (4*14/6 + 2*5)/6.
    given_rounds = reference_distribution([5, 5], [5, 5, 1, 1])
    assert given_rounds.location == pytest.approx((4 * 14 / 6 + 10) / 6)
    assert given_rounds.df == 6
    squares = 2 * 36 + 16 + 2 * 4 / 6 * 4
    assert given_rounds.scale == pytest.approx(np.sqrt(squares / 6 * (1 + 1 / 6)))
    many = reference_distribution([-3.0] * 4000, [-3.0] * 4000)
    assert many.location == pytest.approx(-3, abs=0.01)


def test_student_t_quantiles_and_cdf_are_scipys():
    t, exact = StudentT(-1.5, 5.6, 11), stats.t(11, -1.5, 5.6)
    np.testing.assert_allclose(t.ppf([0.1, 0.9]), exact.ppf([0.1, 0.9]))
    assert t.cdf(2.0) == pytest.approx(exact.cdf(2.0))
    assert t.sd == pytest.approx(exact.std())
    assert t.interval80 == pytest.approx(tuple(exact.ppf([0.1, 0.9])))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_cvar_is_never_below_the_95th_percentile(costs):
    costs = np.array(costs)
    assert cvar(costs) >= np.quantile(costs, 0.95) - 1e-6


def test_cvar_is_the_mean_of_the_worst_twentieth():
    costs = np.arange(1.0, 101.0)
    assert cvar(costs) == pytest.approx(np.mean([96, 97, 98, 99, 100]))
    assert cvar(costs[:1]) == 1.0


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_stated_monte_carlo_errors_are_of_the_size_of_real_ones(seed):
    """Normal costs: true CVaR95 is mean + 2.0627 sd. A stated error is off by a factor of two at most, mostly."""
    costs = stream(seed, "costs").standard_normal(40_000)
    found = summary(costs)
    assert abs(found.mean) < 6 * found.mc_error_mean
    assert abs(found.cvar95 - 2.0627) < 8 * error_of_cvar(costs)
    assert found.p10 < found.p50 < found.p90 < found.cvar95


def test_mean_excess_of_a_student_t_is_that_of_its_draws():
    t = StudentT(1.5, 4.0, 7.0)
    draws = t.draw(stream(1, "excess"), 400_000)
    for x in (-20.0, 0.0, 1.5, 9.0):
        over = np.maximum(draws - x, 0)
        assert t.excess(x) == pytest.approx(over.mean(), abs=5 * over.std() / 400_000**0.5)
    assert t.excess(-500.0) == pytest.approx(t.mean + 500)
    assert (np.diff(t.excess(np.linspace(-30, 30, 50))) < 0).all()
