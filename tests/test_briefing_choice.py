"""The exhibits of the choice against the model they draw: every number of a picture can be worked out again."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from analysis.briefing import answer, bill, choice, elsewhere
from analysis.briefing.view import decided
from analysis.case import load_case
from analysis.inputs import base_year
from analysis.scenario_files import scenario_names
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR

CASES: dict[tuple[str, ...], tuple] = {}


def made(name: str, *overrides: str):
    """Case and view of a scenario, worked out once."""
    if (name, *overrides) not in CASES:
        case = load_case(name, (*overrides, "draws=20000"))
        CASES[name, *overrides] = case, decided(case)
    return CASES[name, *overrides]


def data(exhibit, file: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(exhibit.files[file]))


@pytest.mark.parametrize("name", scenario_names())
def test_the_ends_of_the_tree_average_to_its_courses(name):
    case, view = made(name)
    ends = data(choice.tree(case, view), "fig-tree.csv")
    decision = view.results.decision
    waiting = ends[ends["course"] == "bridge"]
    assert waiting["probability"].sum() == pytest.approx(1)
    mean = float((waiting["probability"] * waiting["mean_cost"]).sum())
    p = decision.p
    first, second = decision.states
    assert mean == pytest.approx(p * decision.cost_bridge[first] + (1 - p) * decision.cost_bridge[second], rel=1e-9)
    assert ends.loc[ends["course"] == "five_year", "mean_cost"].item() == pytest.approx(decision.cost_now)


def test_the_map_holds_the_scenarios_own_price():
    case, view = made("undecided")
    cells = data(choice.price_map(case, view), "fig-map.csv")
    own = cells[cells["here"]]
    assert len(own) == 1
    assert own["reservation_uplift_pct"].item() == pytest.approx(view.results.decision.reservation_uplift_pct, abs=0.02)
    assert (cells["sign"] == (cells["reservation_uplift_pct"] >= view.results.price_now)).all()
    certain = cells[cells["p"] == 1]
    assert certain["reservation_uplift_pct"].nunique() == 1  # the later price of the loser does not matter


def test_the_spread_shows_shares_of_outcomes():
    case, view = made("undecided")
    shares = data(choice.spread(case, view), "fig-spread.csv").groupby("course")["share"].sum()
    assert 0.97 < shares["now"] <= 1
    assert 0.95 < shares["wait"] <= 1


@pytest.mark.parametrize("name", scenario_names())
def test_the_steps_of_the_bill_add_up(name):
    case, view = made(name)
    steps = data(bill.changes(case, view), "fig-bill.csv")
    total, _ = base_year(case.scenario, case.evidence)
    moves = (steps["end"] - steps["start"]).sum()
    assert steps["end"].iloc[0] == pytest.approx(total.value, abs=0.05)
    assert steps["end"].iloc[0] + moves == pytest.approx(steps["end"].iloc[-1])
    assert steps["end"].iloc[-1] == pytest.approx(view.by_year["mean"].mean(), abs=0.06)  # smaller moves are not drawn


def test_categories_of_a_year_add_up_to_the_year():
    case, view = made("undecided")
    table = data(bill.build_up(case, view), "tab-build-up.csv")
    parts = table[table["name"] != "Total"]
    for row in view.by_year.itertuples():
        assert parts[str(row.year)].sum() == pytest.approx(row.mean, rel=1e-9)
    assert parts["base"].sum() == pytest.approx(199.3, abs=0.05)


def test_the_ladder_reaches_the_widest_tally_and_no_further():
    case, _ = made("undecided")
    steps = elsewhere.ladder_frame(case)
    assert steps["cumulative"].iloc[-1] == pytest.approx(790.2)
    assert steps["share_strict_pct"].iloc[-1] == pytest.approx(100 * 199.3 / 840)
    assert steps["share_full_pct"].iloc[-1] == pytest.approx(100 * 790.2 / 840)
    views = steps.iloc[-1]
    assert views["share_strict_pct"] < views["share_central_pct"] < views["share_full_pct"]
    assert "24% to 94%" in elsewhere.ladder(case).plain


def test_without_an_ask_the_reader_is_told_why_there_is_no_ladder():
    case, _ = made("renewal-2027")
    assert "no ask is on record" in elsewhere.credits_or_none(case).plain


def test_a_dollar_ask_in_local_money_follows_the_rate():
    case, _ = made("undecided")
    line = data(elsewhere.ask_at_rates(case), "fig-ask-rate.csv")
    assert (line["value"] / line["rate"]).round(6).eq(8).all()


def test_dollars_use_each_years_own_rate_and_leave_gaps():
    case, view = made("undecided")
    paid = data(elsewhere.in_dollars(case, view), "fig-dollars.csv")
    known = paid[paid["kind"].eq("paid") & paid["dollars"].notna()]
    assert ((known["value"] / known["rate"] - known["dollars"]).abs() < 1e-9).all()
    assert paid[paid["kind"].eq("paid")]["dollars"].isna().any()


ANSWERS = {
    "waiting wins": ("undecided", (), ["take one year and wait", "it is a bet, not an insurance"]),
    "a near-tie": (
        "undecided",
        ("event.states.biden=0.64", "event.states.trump=0.36"),
        ["the two cost the same", "cost the same on average"],
    ),
    "signing wins at these odds": (
        "undecided",
        ("event.states.biden=0.3", "event.states.trump=0.7"),
        ["below it, sign for five years", "Signing now is", "shuts out the worst"],
    ),
    "signing wins whoever comes": ("renewal-2027", (), ["dearer course whoever wins", "administration now in office"]),
    "waiting wins whoever comes": ("korea-2020", (), ["Do not sign above", "the last offer and the last ask suggest"]),
    "no bridge is needed": ("korea-2026", (), ["waiting for the vote is the dearer course"]),
    "the winner is known": ("biden", (), ["If Biden wins", "assumed here, not predicted"]),
    "extension": ("undecided", ("strategy.kind=extension",), ["Extended for five years", "At odds of 80%"]),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_the_answer_differs_in_substance(what):
    name, overrides, says = ANSWERS[what]
    case, view = made(name, *overrides)
    text = f"{answer.title(case, view)} {answer.lead(case, view)}"
    for words in says:
        assert words in text, text
    assert "  " not in text
    assert " ." not in text


def test_a_tail_that_is_never_drawn_is_not_spoken_of():
    case, view = made("korea-2026")
    assert choice.frame_split(case, view, "trump") is None
    assert answer.heavier_tail(case, view) is None


def test_at_the_heavier_tail_the_courses_cost_the_same():
    case, view = made("undecided")
    weight = answer.heavier_tail(case, view)
    other = load_case("undecided", (f"settlement.tail.weight.trump={weight}",))
    again = decided(other).results.decision
    assert again.value_of_waiting == pytest.approx(0, abs=5 * again.value_error + 1)


def test_costs_quoted_are_those_simulated():
    case, view = made("undecided")
    answer.lead(case, view)
    quotes = case.ledger.quotes
    for course, state in ((FIVE_YEAR, EITHER), (BRIDGE, "mixed")):
        assert quotes[f"cost.{course}.{state}.cvar95"].value == view.results.costs.loc[(course, state), "cvar95"]
