"""Closed forms and simulation of the choice: identities that hold for every input, and their agreement."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from model_cases import october_2020, settlement

from analysis.distributions import Pert
from analysis.errors import ScenarioError
from analysis.settlement import offer_settlement
from analysis.simulation import (
    BRIDGE,
    EITHER,
    FIVE_YEAR,
    FULL_ASK,
    KOREA_TERMS,
    MIXED,
    STATUS_QUO,
    KoreaTerms,
    by_category,
    by_year,
    cost_table,
    expected_decision,
    leaked_cost,
    simulate,
    simulated_decision,
    total_costs,
    yearly_costs,
)
from analysis.strategy import (
    bridge_cost,
    decide,
    evpi_by_definition,
    five_year_cost,
    reservation_uplift,
    value_of_waiting,
    weights,
)

STATES = ("biden", "trump")
uplift = st.floats(-30, 100)
chance = st.floats(0, 1)
paths = st.lists(st.floats(50, 500), min_size=1, max_size=10)


@st.composite
def choices(draw):
    """A path, a bridge that fits it, and all mean inputs of the choice."""
    path = draw(paths)
    return {
        "w": weights(path, draw(st.integers(0, len(path))), draw(st.floats(0, 0.1))),
        "p": draw(chance),
        "u_now": draw(uplift),
        "u_bridge": draw(uplift),
        "u_first": draw(uplift),
        "u_second": draw(uplift),
        "fee_pct": draw(st.floats(0, 5)),
    }


# ------------------------------------------------------------------------------------------------ closed forms


@given(choices())
def test_at_the_reservation_uplift_waiting_is_worth_nothing(x):
    price = decide(states=STATES, **x).reservation_uplift_pct
    at_it = decide(states=STATES, **{**x, "u_now": price})
    assert at_it.value_of_waiting == pytest.approx(0, abs=1e-7 * at_it.cost_now)


@given(st.integers(2, 10), st.data(), chance, uplift, uplift, uplift, st.floats(0, 5))
def test_both_closed_forms_of_the_reservation_uplift_agree_on_a_constant_path(n, data, p, u_b, u_first, u_second, fee):
    b = data.draw(st.integers(1, n - 1))
    w = weights([200.0] * n, b)
    formula = (b * u_b + (n - b) * (p * u_first + (1 - p) * u_second) + fee) / n
    assert reservation_uplift(w, p, u_b, u_first, u_second, fee) == pytest.approx(formula, abs=1e-9)


@given(choices())
def test_evpi_and_regret(x):
    d = decide(states=STATES, **x)
    costs = {FIVE_YEAR: dict.fromkeys(STATES, d.cost_now), BRIDGE: d.cost_bridge}
    tolerance = 1e-9 * max(d.cost_now, *d.cost_bridge.values())
    assert d.evpi >= 0
    assert d.evpi == pytest.approx(evpi_by_definition(d.cost_now, d.cost_bridge, STATES, d.p), abs=tolerance)
    for state in STATES:
        assert min(d.regret[c][state] for c in costs) == 0
        assert all(d.regret[c][state] >= 0 for c in costs)
    if (d.cost_bridge["biden"] - d.cost_now) * (d.cost_bridge["trump"] - d.cost_now) > 0:  # one course dominates
        assert d.evpi == pytest.approx(0, abs=tolerance)


@given(choices(), st.sampled_from([0.0, 1.0]))
def test_the_tree_collapses_when_the_outcome_is_certain(x, p):
    d = decide(states=STATES, **{**x, "p": p})
    assert d.evpi == 0
    assert d.value_of_waiting == pytest.approx(d.cost_now - d.cost_bridge["biden" if p == 1 else "trump"])


def test_evpi_is_largest_at_the_break_even_probability():
    def at(p):
        return decide(weights([200.0] * 5, 1), STATES, p, 3.1, 0.2, -0.8, 11.8, 0.7)

    star = at(0.5).break_even_probability
    assert 0 < star < 1
    assert at(star).value_of_waiting == pytest.approx(0, abs=1e-9)
    assert all(at(p).evpi <= at(star).evpi for p in np.linspace(0, 1, 101))


@given(choices(), chance)
def test_waiting_gains_as_the_cheaper_outcome_becomes_likelier(x, other):
    assume(x["u_first"] <= x["u_second"])
    low, high = sorted((x["p"], other))
    a, b = (decide(states=STATES, **{**x, "p": p}) for p in (low, high))
    assert b.value_of_waiting >= a.value_of_waiting - 1e-9 * a.cost_now


@given(choices(), st.floats(0.001, 1000))
def test_money_scales_and_prices_do_not(x, k):
    w = x["w"]
    scaled = type(w)(w.early * k, w.late * k, w.fee * k)
    one, other = decide(states=STATES, **x), decide(states=STATES, **{**x, "w": scaled})
    assert other.cost_now == pytest.approx(k * one.cost_now)
    assert other.value_of_waiting == pytest.approx(k * one.value_of_waiting, abs=1e-9 * other.cost_now)
    assert other.reservation_uplift_pct == pytest.approx(one.reservation_uplift_pct, abs=1e-7)
    if np.isfinite(one.break_even_probability) and abs(one.cost_bridge["trump"] - one.cost_bridge["biden"]) > 1e-3:
        assert other.break_even_probability == pytest.approx(one.break_even_probability, rel=1e-6, abs=1e-6)


@given(paths, st.data(), chance, uplift)
def test_alike_in_every_year_and_without_a_fee_the_bridge_is_the_five_year_deal(path, data, p, u):
    """Settling alike after the event is not enough: bridge price and five-year price must be that uplift too."""
    b = data.draw(st.integers(0, len(path)))
    d = decide(weights(path, b), STATES, p, u, u, u, u, 0.0)
    assert d.value_of_waiting == pytest.approx(0, abs=1e-9 * d.cost_now)
    assert np.isnan(d.break_even_probability)
    assert "undefined" in d.warnings[0]


def test_a_bridge_of_no_year_is_the_later_deal_and_a_bridge_of_all_years_is_the_bridge_price():
    path = [200.0, 204.0, 208.0]
    none, full = weights(path, 0), weights(path, 3)
    assert bridge_cost(none, 50.0, 7.0, 2.0) == pytest.approx(five_year_cost(none, 7.0))
    assert bridge_cost(full, 3.0, 50.0, 2.0) == pytest.approx(five_year_cost(full, 3.0))


def test_break_even_outside_0_to_1_is_said_in_words():
    w = weights([200.0] * 5, 1)
    never = decide(w, STATES, 0.5, 0.0, 2, 3, 12)
    assert never.break_even_probability > 1
    assert "signing now costs less whatever" in never.warnings[0]
    always = decide(w, STATES, 0.5, 30.0, 2, 3, 12)
    assert always.break_even_probability < 0
    assert "waiting costs less whatever" in always.warnings[0]
    reverse = decide(w, STATES, 0.5, 6.0, 2, 12, 3)
    assert "below the break-even probability" in reverse.warnings[0]
    assert decide(w, STATES, 0.5, 6.0, 2, 3, 12).warnings == ()


def test_refusals():
    with pytest.raises(ScenarioError, match="bridge_years: is 6"):
        weights([1.0] * 5, 6)
    with pytest.raises(ScenarioError, match=r"probability is 1\.3"):
        decide(weights([1.0] * 5, 1), STATES, 1.3, 0, 0, 0, 0)
    with pytest.raises(ScenarioError, match="0 to 5"):
        october_2020(bridge_years=6)
    with pytest.raises(ScenarioError, match=r"probability is -0\.1"):
        october_2020(p=-0.1)
    with pytest.raises(ScenarioError, match=r"fx\.values: 5 rates for 2 years"):
        october_2020(years=(2021, 2022))
    with pytest.raises(ScenarioError, match="there is no bridge"):
        total_costs(simulate(october_2020(draws=1000)), BRIDGE, EITHER)


# -------------------------------------------------------------------------------------------------- simulation


@settings(max_examples=12, deadline=None)
@given(
    chance,
    st.integers(0, 5),
    st.integers(2, 5),
    st.floats(0, 0.05),
    st.integers(0, 2**31),
    st.sampled_from(["L0", "L1"]),
)
def test_simulation_and_closed_form_agree_within_the_stated_error(p, b, n, rate, seed, level):
    inputs = october_2020(
        years=tuple(range(2021, 2021 + n)),
        p=p,
        bridge_years=min(b, n),
        discount_rate=rate,
        settlement=settlement(level=level),
        full_ask=None,
        seed=seed,
        draws=40_000,
    )
    exact, drawn = expected_decision(inputs), simulated_decision(simulate(inputs))
    allowed = 5 * drawn.value_error + 0.05
    assert drawn.value_of_waiting == pytest.approx(exact.value_of_waiting, abs=allowed)
    assert drawn.reservation_uplift_pct == pytest.approx(
        exact.reservation_uplift_pct, abs=5 * drawn.reservation_error + 0.01
    )
    assert drawn.cost_now == pytest.approx(exact.cost_now, rel=2e-3)


@pytest.fixture(scope="module")
def october():
    return simulate(october_2020(draws=20_000))


def test_the_widened_band_leaves_expected_costs_alone():
    wide = october_2020(outlook_error_pct=5.5, draws=100_000)
    exact, drawn = expected_decision(wide), simulated_decision(simulate(wide))
    assert drawn.value_of_waiting == pytest.approx(exact.value_of_waiting, abs=5 * drawn.value_error)


def test_same_seed_same_bytes_and_another_seed_other_draws(october):
    again = simulate(october_2020(draws=20_000))
    assert all(again.costs[k].tobytes() == v.tobytes() for k, v in october.costs.items())
    other = simulate(october_2020(draws=20_000, seed=1))
    assert other.costs[FIVE_YEAR, EITHER].tobytes() != october.costs[FIVE_YEAR, EITHER].tobytes()


def test_changing_one_input_leaves_the_draws_of_the_others(october):
    other = simulate(october_2020(draws=20_000, fee=Pert(1, 2, 3)))
    assert np.array_equal(other.u_now, october.u_now)
    assert np.array_equal(other.path, october.path)
    assert not np.array_equal(other.fee_pct, october.fee_pct)


def test_costs_scale_with_all_amounts(october):
    from model_cases import drivers

    ten = simulate(october_2020(draws=20_000, drivers=drivers(10.0)))
    for course in ((STATUS_QUO, EITHER), (FIVE_YEAR, EITHER), (BRIDGE, MIXED), (KOREA_TERMS, EITHER)):
        np.testing.assert_allclose(ten.costs[course], 10 * october.costs[course])
    one, other = simulated_decision(october), simulated_decision(ten)
    assert other.reservation_uplift_pct == pytest.approx(one.reservation_uplift_pct)
    assert other.break_even_probability == pytest.approx(one.break_even_probability)


@pytest.mark.parametrize("rule", ["none", "floor", "carry"])
def test_costs_rise_with_ask_tail_weight_and_falling_odds(rule):
    def mean(course=MIXED, **changed):
        inputs = october_2020(draws=20_000, ratchet_rule=rule, ratchet=Pert(0.5, 0.9, 1), **changed)
        return float(simulate(inputs).costs[BRIDGE, course].mean())

    by_weight = [mean("trump", settlement=settlement(tail_weight=w)) for w in (0, 0.1, 0.2, 0.3)]
    by_ask = [
        mean("trump", settlement=settlement(0.0, ask_after={"biden": Pert(1, 1.1, 1.5), "trump": Pert(m, m, m)}))
        for m in (1, 1.5, 2.5, 4, 5.7)
    ]
    by_p = [mean(p=p) for p in (0, 0.25, 0.5, 0.8, 1)]
    assert by_weight == sorted(by_weight)
    assert by_ask == sorted(by_ask)
    assert by_p == sorted(by_p, reverse=True)


def test_a_certain_event_leaves_one_branch(october):
    for p, state in ((1.0, "biden"), (0.0, "trump")):
        sim = simulate(replace(october.inputs, p=p))
        assert np.array_equal(sim.costs[BRIDGE, MIXED], sim.costs[BRIDGE, state])
        assert simulated_decision(sim).evpi == 0


def test_one_price_everywhere_makes_bridge_and_five_years_the_same_draw_by_draw():
    same = Pert.certain(4.0)
    model = settlement(now_override=same, after_override={"biden": same, "trump": same})
    sim = simulate(october_2020(draws=2000, bridge_uplift=same, fee=Pert.certain(0), settlement=model, p=0.3))
    np.testing.assert_allclose(sim.costs[BRIDGE, MIXED], sim.costs[FIVE_YEAR, EITHER])
    assert np.isnan(simulated_decision(sim).break_even_probability)


def test_bridge_of_no_year_and_of_all_years_in_the_simulation(october):
    none = simulate(replace(october.inputs, bridge_years=0))
    late = none.totals.sum(axis=1) * (1 + none.u_after["trump"] / 100)
    np.testing.assert_allclose(none.costs[BRIDGE, "trump"], late)
    full = simulate(replace(october.inputs, bridge_years=5))
    np.testing.assert_allclose(full.costs[BRIDGE, "trump"], full.totals.sum(axis=1) * (1 + full.u_bridge / 100))


def test_the_price_now_never_carries_the_tail():
    model = settlement(tail_weight=1.0)
    sim = simulate(october_2020(draws=20_000, settlement=model))
    assert sim.u_after["trump"].min() >= 20
    assert sim.u_now.max() < 60


def test_l2_uses_offer_and_last_ask():
    model = settlement(level="L2", offer=205.0, last_ask=300.0, lambda_1=Pert(0, 0.2, 0.6))
    sim = simulate(october_2020(draws=50_000, settlement=model))
    first_year = yearly_costs(sim, FIVE_YEAR)[:, 0].mean()
    assert first_year == pytest.approx(float(offer_settlement(205, 300, Pert(0, 0.2, 0.6).mean)), rel=2e-3)
    exact, drawn = expected_decision(sim.inputs), simulated_decision(sim)
    assert abs(drawn.value_of_waiting - exact.value_of_waiting) < 4 * drawn.value_error


def test_breakdowns_add_up(october):
    for course, state in october.courses:
        years, parts = by_year(october, course, state), by_category(october, course, state)
        np.testing.assert_allclose(parts.groupby("year")["mean"].sum(), years["mean"], rtol=1e-9)
        assert years["mean"].sum() == pytest.approx(total_costs(october, course, state).mean())
        assert (years["p10"] <= years["p50"]).all()
        assert (years["p50"] <= years["p90"]).all()
    parts = by_category(october, BRIDGE, MIXED)
    assert parts.loc[parts["category"] == "second_round", "mean"].gt(0).tolist() == [False, True, False, False, False]


def test_every_course_has_a_row_and_worst_cases_are_worst(october):
    table = cost_table(october)
    assert list(table.columns) == [
        "course", "state", "mean", "p10", "p50", "p90", "cvar95", "mc_error_mean", "mc_error_cvar",
    ]  # fmt: skip
    assert (table["cvar95"] >= table["p90"]).all()
    assert len(table) == len(october.courses)


def test_korea_terms_and_full_ask_by_hand():
    sim = simulate(october_2020(draws=1000, korea_terms=KoreaTerms(10.0, 5.0, flat_years=1, start=100.0)))
    assert yearly_costs(sim, KOREA_TERMS)[0].tolist() == pytest.approx([100, 110, 115.5, 121.275, 127.33875])
    assert np.array_equal(yearly_costs(sim, FULL_ASK), 8.0 * sim.rates)
    assert (np.diff(sim.rates[sim.rates[:, 0] > 108], axis=1) > 0).all()  # a weak yen stays weak
    level = simulate(october_2020(draws=1000, like_neighbour={"gdp": 290.0}))
    ratio = yearly_costs(level, "like_neighbour:gdp") / level.totals
    assert ratio == pytest.approx(290 / 199.3)


def test_discounting_lowers_every_cost_and_keeps_the_first_year(october):
    cut = simulate(replace(october.inputs, discount_rate=0.05))
    assert all((cut.costs[k] < v).all() for k, v in october.costs.items())
    one = simulate(replace(october.inputs, discount_rate=0.05, years=(2021,), full_ask=None, bridge_years=1))
    np.testing.assert_allclose(one.costs[STATUS_QUO, EITHER], october.totals[:, 0])


def test_leakage_is_what_a_signed_deal_blocks(october):
    half, whole = leaked_cost(october, 0.5), leaked_cost(october, 1.0)
    assert whole["trump"] == pytest.approx(2 * half["trump"])
    assert whole["trump"] > whole["biden"] > 0
    assert leaked_cost(october, 0.0) == {"biden": 0.0, "trump": 0.0}
    with pytest.raises(ScenarioError, match="leakage"):
        leaked_cost(october, 1.5)


def test_a_band_too_narrow_to_believe_is_flagged():
    from analysis.costs import CategoryDriver

    sure = {"labour": CategoryDriver(200.0, growth=Pert.certain(0.01))}
    warned = simulated_decision(simulate(october_2020(drivers=sure, draws=2000))).warnings
    assert any("narrower than past outlooks" in w for w in warned)


def test_value_of_waiting_is_vectorised_over_p():
    p = np.linspace(0, 1, 5)
    assert value_of_waiting(1056.0, 1020.0, 1123.0, p).shape == (5,)
