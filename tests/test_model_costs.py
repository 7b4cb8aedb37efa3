import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_cases import YEARS, drivers
from scipy import special

from analysis.costs import (
    CategoryDriver,
    deflated,
    expected_path,
    in_dollars,
    lognormal_sigma,
    simulated_path,
)
from analysis.distributions import Pert
from analysis.errors import DefinitionError, ScenarioError

NORMAL_QUANTILES = special.ndtri((np.arange(20_000) + 0.5) / 20_000)


def fixed(value):
    return Pert.certain(value)


def test_a_certain_path_is_the_formula():
    path = expected_path(
        {
            "labour": CategoryDriver(100.0, growth=fixed(0.02), volume=fixed(110), base_volume=100),
            "utilities": CategoryDriver(20.0, growth=fixed(0.10), ceiling=23.0),
            "works": CategoryDriver(5.0, level=fixed(3.0), floor=4.0),
        },
        base_year=2020,
        years=[2021, 2022],
    )
    values = path.set_index(["year", "category"])["value"]
    assert values[2022, "labour"] == pytest.approx(100 * 1.1 * 1.02**2)
    assert values[2021, "utilities"] == pytest.approx(22.0)
    assert values[2022, "utilities"] == 23.0
    assert values[2022, "works"] == 4.0


def test_expected_path_is_the_mean_of_the_simulated_paths():
    draws = simulated_path(drivers(), 2020, YEARS, seed=5, draws=100_000)
    mean = expected_path(drivers(), 2020, YEARS)
    expected = mean["value"].to_numpy().reshape(len(YEARS), 4)
    error = draws.std(axis=0) / np.sqrt(len(draws))
    assert np.all(np.abs(draws.mean(axis=0) - expected) < 5 * error + 1e-4 * expected)


def test_path_at_the_modes_uses_the_most_likely_values():
    mode = expected_path(drivers(), 2020, [2021], at="mode").set_index("category")["value"]
    assert mode["labour"] == pytest.approx(154.7 * 1.005)
    assert mode["fip"] == 22


def test_adding_a_category_leaves_the_draws_of_the_others_alone():
    more = {"extra": CategoryDriver(3.0, growth=Pert(0, 0.1, 0.2)), **drivers()}
    plain = simulated_path(drivers(), 2020, YEARS, seed=5, draws=50)
    assert np.array_equal(simulated_path(more, 2020, YEARS, seed=5, draws=50)[:, :, 1:], plain)


def test_widened_band_has_the_stated_mean_absolute_error_and_the_same_mean():
    narrow = simulated_path(drivers(), 2020, YEARS, seed=5, draws=100_000).sum(axis=2)
    wide = simulated_path(drivers(), 2020, YEARS, seed=5, draws=100_000, outlook_error_pct=5.5).sum(axis=2)
    relative = np.abs(wide / wide.mean(axis=0) - 1).mean(axis=0)
    assert relative[-1] == pytest.approx(0.055, abs=0.001)
    assert relative[0] == pytest.approx(0.055 / np.sqrt(5), abs=0.001)
    assert np.allclose(wide.mean(axis=0), narrow.mean(axis=0), rtol=0.002)
    assert np.abs(narrow / narrow.mean(axis=0) - 1).mean(axis=0)[-1] < 0.03  # what it was before


@given(st.floats(0, 50))
def test_lognormal_sigma_gives_back_its_mean_absolute_error(error_pct):
    sigma = lognormal_sigma(error_pct)
    factor = np.exp(sigma * NORMAL_QUANTILES - sigma**2 / 2)
    assert np.abs(factor - 1).mean() == pytest.approx(error_pct / 100, abs=1e-3)


def test_bad_drivers_are_refused():
    with pytest.raises(ScenarioError, match="either a growth or a level"):
        CategoryDriver(1.0)
    with pytest.raises(ScenarioError, match="come together"):
        CategoryDriver(1.0, growth=fixed(0), volume=fixed(1))
    with pytest.raises(ScenarioError, match="base is -1"):
        CategoryDriver(-1.0, growth=fixed(0))
    with pytest.raises(ScenarioError, match="base_volume is 0"):
        CategoryDriver(1.0, growth=fixed(0), volume=fixed(1), base_volume=0)
    with pytest.raises(ScenarioError, match="outlook_error_pct"):
        lognormal_sigma(-1)


def test_real_values_and_dollars():
    frame = pd.DataFrame({"year": [2020, 2021], "value": [100.0, 110.0]})
    assert deflated(frame, {2020: 50, 2021: 55}, 2020)["value"].tolist() == pytest.approx([100, 100])
    with pytest.raises(DefinitionError, match="no price index for 2021"):
        deflated(frame, {2020: 50}, 2020)
    assert in_dollars(200.0, 105.0) == pytest.approx(1.905, abs=5e-4)
    assert in_dollars(np.array([200.0]), 105.0) * 105.0 == pytest.approx(200.0, rel=1e-12)
    with pytest.raises(DefinitionError, match="not above zero"):
        in_dollars(1.0, 0.0)


@pytest.mark.parametrize("scale", [0.01, 7.0])
def test_the_path_scales_with_its_amounts(scale):
    one = simulated_path(drivers(), 2020, YEARS, seed=1, draws=100, outlook_error_pct=5)
    other = simulated_path(drivers(scale), 2020, YEARS, seed=1, draws=100, outlook_error_pct=5)
    np.testing.assert_allclose(other, scale * one, rtol=1e-9)
