import numpy as np
import pytest
from model_cases import YEARS, drivers

from analysis.costs import expected_path
from analysis.discovery import discover
from analysis.distributions import Pert
from analysis.errors import ScenarioError
from analysis.sensitivity import (
    WIDE_RANGES,
    Uniform,
    bridge_share_by_price,
    reservation_model,
    sampled,
    sobol,
    tornado,
    waiting_model,
)
from analysis.strategy import decide, weights

PATH = expected_path(drivers(), 2020, YEARS).groupby("year")["value"].sum().to_numpy()
MEANS = {name: r.mean for name, r in WIDE_RANGES.items()}


def test_models_are_the_closed_forms():
    second = (1 - MEANS["tail_weight"]) * MEANS["u_second"] + MEANS["tail_weight"] * MEANS["tail_size"]
    d = decide(
        weights(PATH, 1),
        ("a", "b"),
        MEANS["p"],
        MEANS["u_now"],
        MEANS["u_bridge"],
        MEANS["u_first"],
        second,
        MEANS["fee"],
    )
    assert waiting_model(PATH, 1)(MEANS) == pytest.approx(d.value_of_waiting)
    assert reservation_model(PATH, 1)(MEANS) == pytest.approx(d.reservation_uplift_pct)
    without = {k: v for k, v in MEANS.items() if k != "drift"}
    assert waiting_model(PATH, 1)(without) == pytest.approx(d.value_of_waiting)


def test_tornado_is_sorted_and_its_ends_are_the_model():
    model = waiting_model(PATH, 1)
    frame = tornado(model, WIDE_RANGES)
    assert frame["span"].is_monotonic_decreasing
    assert frame["input"].iloc[0] == "u_now"
    row = frame.set_index("input").loc["p"]
    assert row["low"] == pytest.approx(float(model({**MEANS, "p": row["low_input"]})))
    assert (frame["base"] == frame["base"].iloc[0]).all()


@pytest.fixture(scope="module")
def indices():
    return sobol(waiting_model(PATH, 1), WIDE_RANGES, n=2048, seed=1)


def test_sobol_first_order_never_exceeds_total_and_sums_to_one_at_most(indices):
    assert (indices["s1"] <= indices["st"] + indices["s1_error"] + indices["st_error"]).all()
    assert indices["s1"].sum() <= 1 + indices["s1_error"].sum()


def test_the_price_on_the_table_matters_most(indices):
    assert indices["input"].iloc[0] == "u_now"
    assert set(indices["input"].iloc[1:4]) == {"p", "tail_weight", "tail_size"}
    st = indices.set_index("input")["st"]
    assert st["u_now"] > 0.45
    assert st[["u_bridge", "drift", "fee"]].max() < 0.01


def test_sobol_of_an_additive_model_is_known():
    """y = 3a + b + c: variances 9, 1, 1 of 11; a certain input is left out."""
    ranges = {"a": Uniform(0, 1), "b": Uniform(0, 1), "c": Uniform(0, 1), "d": Uniform(2, 2)}
    frame = sobol(lambda x: 3 * x["a"] + x["b"] + x["c"] + x["d"], ranges, n=1024).set_index("input")
    assert frame.loc["a", "s1"] == pytest.approx(9 / 11, abs=0.02)
    assert frame.loc["b", "st"] == pytest.approx(1 / 11, abs=0.02)
    assert frame["s1"].sum() == pytest.approx(1, abs=0.03)
    assert "d" not in frame.index
    with pytest.raises(ScenarioError, match="power of two"):
        sobol(lambda x: x["a"], ranges, n=1000)


def test_sobol_repeats_with_its_seed(indices):
    again = sobol(waiting_model(PATH, 1), WIDE_RANGES, n=2048, seed=1)
    assert again.equals(indices)


def test_the_statement_that_needs_no_odds():
    """Below about +2 percent sign, above about +10 percent wait, between it depends on the odds."""
    bands = bridge_share_by_price(reservation_model(PATH, 1))
    assert bands["share"].is_monotonic_increasing
    by_low = bands.set_index("low")["share"]
    assert by_low[-2.0] < 0.10
    assert by_low[10.0] > 0.90
    assert 0.25 < by_low[4.0] < 0.75
    assert (bands["mc_error"] < 0.002).all()


def test_scenario_discovery_finds_a_planted_box():
    x = sampled({"a": Uniform(0, 1), "b": Uniform(0, 1), "idle": Uniform(0, 1)}, 20_000, seed=2)
    planted = (x["a"] > 0.6) & (x["b"] < 0.5)
    box = discover(x, planted, min_coverage=0.8)
    assert set(box.limits) == {"a", "b"}
    assert box.limits["a"][0] == pytest.approx(0.6, abs=0.05)
    assert box.limits["b"][1] == pytest.approx(0.5, abs=0.05)
    assert box.density > 0.95
    assert box.base == pytest.approx(0.2, abs=0.02)


def test_the_bridge_loses_when_the_price_is_low_and_the_tail_likely():
    x = sampled(WIDE_RANGES, 20_000, seed=3)
    box = discover(x, waiting_model(PATH, 1)(x) < 0)
    assert "u_now" in box.limits
    assert box.limits["u_now"][1] < 6
    assert box.density > 0.8 > box.base
    assert box.coverage >= 0.5
    with pytest.raises(ScenarioError, match="some, not all"):
        discover(x, np.zeros(20_000, dtype=bool))


def test_ranges():
    assert Uniform(0, 4).ppf([0.25]).tolist() == [1.0]
    with pytest.raises(ScenarioError, match="not in order"):
        Uniform(1, 0)
    same = sampled({"a": Uniform(0, 1)}, 10, seed=1)["a"]
    assert np.array_equal(sampled({"z": Pert(0, 1, 2), "a": Uniform(0, 1)}, 10, seed=1)["a"], same)
