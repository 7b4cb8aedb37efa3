import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.credits import (
    CreditLine,
    ask_in_local,
    contribution_history,
    contribution_in_dollars,
    credit_ladder,
    held_dollar_value,
)
from analysis.errors import DefinitionError, ScenarioError


def line(name, amount, central, strict=0.0, **more):
    return CreditLine(name, amount, strict, central, 1.0, **more)


def test_ladder_by_hand():
    frame = credit_ladder(
        [line("hns", 200, 1.0, strict=1.0), line("rent", 180, 0.5), line("guam", 370, 0.25, years=10)], 800
    )
    assert frame["share_pct"].tolist() == pytest.approx([25, 47.5, 52.125])
    assert frame["share_strict_pct"].tolist() == pytest.approx([25, 25, 25])
    assert frame["share_central_pct"].tolist() == pytest.approx([25, 36.25, 37.40625])
    assert frame["share_full_pct"].tolist() == pytest.approx(frame["share_pct"].tolist())


@given(st.lists(st.tuples(st.floats(0, 1e3), st.floats(0, 1)), min_size=1, max_size=6), st.floats(1, 1e4))
def test_a_rung_never_lowers_the_credit_and_views_are_ordered(rows, ask):
    frame = credit_ladder([line(str(i), amount, weight) for i, (amount, weight) in enumerate(rows)], ask)
    for view in ("strict", "central", "full"):
        assert (np.diff(frame[f"cumulative_{view}"]) >= 0).all()
    assert (frame["share_central_pct"] <= frame["share_full_pct"] + 1e-9).all()


def test_refusals():
    with pytest.raises(ScenarioError, match=r"credits\.a\.central: is 1\.5"):
        credit_ladder([line("a", 1, 1.5)], 10)
    with pytest.raises(ScenarioError, match="above zero"):
        credit_ladder([line("a", 1, 0.5)], 0)
    with pytest.raises(ScenarioError, match=r"credits\.a: -1"):
        credit_ladder([line("a", -1, 0.5)], 10)
    twice = [
        line("hns", 5, 1, pays_for=("saco training relocation",)),
        line("saco", 3, 0.5, pays_for=("saco training relocation",)),
    ]
    with pytest.raises(ScenarioError, match="credited already in hns"):
        credit_ladder(twice, 10)


def test_the_ask_in_yen_and_the_contribution_in_dollars():
    assert ask_in_local(8.0, [95, 105, 120, 150, 158])["ask"].tolist() == [760, 840, 960, 1200, 1264]
    assert ask_in_local(8.0, 105.0 * np.ones(1))["ask"].iloc[0] - 199.3 == pytest.approx(640.7)
    assert contribution_in_dollars(200.0, [105.0])["dollars"].iloc[0] == pytest.approx(1.905, abs=5e-4)
    assert contribution_in_dollars(189.3, [106.8])["dollars"].iloc[0] == pytest.approx(1.77, abs=0.005)
    assert pytest.approx(4.21, abs=0.005) == 8 / 1.9
    assert held_dollar_value(199.3, 106.8, 149.6) == pytest.approx(279, abs=0.5)


@given(st.floats(0, 1e4), st.floats(0.5, 3000))
def test_there_and_back(local, rate):
    dollars = contribution_in_dollars(local, [rate])["dollars"].iloc[0]
    assert ask_in_local(dollars, [rate])["ask"].iloc[0] == pytest.approx(local, rel=1e-12)


def test_each_year_at_its_own_rate():
    frame = contribution_history({2021: 201.7, 2020: 199.3}, {2020: 106.8, 2021: 109.8, 2022: 131.5})
    assert frame["year"].tolist() == [2020, 2021]
    assert frame["dollars"].tolist() == pytest.approx([199.3 / 106.8, 201.7 / 109.8])
    with pytest.raises(DefinitionError, match="no rate for 2021"):
        contribution_history({2021: 201.7}, {2020: 106.8})
    with pytest.raises(DefinitionError, match="not above zero"):
        ask_in_local(8.0, [0.0])
