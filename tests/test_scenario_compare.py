"""Scenarios next to each other: the set, what differs, and the way from one answer to another."""

from __future__ import annotations

import io
import json
import re
import shutil
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from conftest import write_notebook

from analysis.case import load_case
from analysis.charts_scenarios import apart
from analysis.decision import past_rounds_of, strategy_inputs
from analysis.errors import HnsError, ScenarioError
from analysis.paths import SCENARIOS
from analysis.report import build, check
from analysis.scenario_compare import decisions, front, inputs, paths, waterfall
from analysis.scenario_compare.fields import differences, group_of, values
from analysis.scenario_compare.sets import chosen
from analysis.scenario_compare.steps import GROUPS, REMAINDER, steps_between
from analysis.scenario_compare.view import Comparison, compared
from analysis.settlement import SettlementModel
from analysis.simulation import expected_decision
from analysis.strategy_inputs import StrategyInputs


@cache
def inputs_of(name: str, *overrides: str) -> StrategyInputs:
    case = load_case(name, overrides)
    return strategy_inputs(case.scenario, case.evidence, past_rounds_of(case.scenario, case.evidence))


@cache
def looked_at(name: str, against: str = "") -> Comparison:
    return compared(chosen(name, against))


# -------------------------------------------------------------------------------------------------------------- the set


def test_relatives_are_the_family_and_those_of_the_same_host_and_years():
    family = {
        "baseline", "biden", "five-year", "full-ask", "korea-terms", "one-year", "trump", "undecided",
    }  # fmt: skip
    assert set(chosen("trump")) == family
    assert chosen("trump")[0] == "trump"


def test_a_scenario_without_relatives_stands_beside_other_open_choices():
    assert chosen("korea-2020") == ["korea-2020", "korea-2026", "renewal-2027", "undecided"]


def test_a_child_and_a_sibling_are_relatives_whatever_their_years(tmp_path):
    folder = tmp_path / "scenarios"
    shutil.copytree(SCENARIOS, folder)
    text = (folder / "trump.yaml").read_text(encoding="utf-8").replace("id: trump", "id: longer")
    years = "horizon: {years: 6}\nfx: {values: {2026: {range: [90, 105, 125]}}}\n"
    (folder / "longer.yaml").write_text(text + years, encoding="utf-8")
    assert "longer" in chosen("undecided", folder=folder)  # its child
    assert "longer" in chosen("biden", folder=folder)  # both extend undecided
    assert "longer" not in chosen("five-year", "trump", folder=folder)  # named ones only


@pytest.mark.parametrize(
    ("against", "said"),
    [
        ("trmup", "there is no scenario 'trmup' (did you mean 'trump'?)"),
        ("undecided", "undecided is the first scenario already"),
        ("../../etc/passwd", "there is no scenario"),
    ],
)
def test_a_set_that_cannot_be_is_refused_on_one_line(against, said):
    with pytest.raises(ScenarioError) as refused:
        check("undecided", "scenarios", against=against)
    assert said in refused.value.sentence
    assert "\n" not in refused.value.sentence


def test_make_refuses_an_unknown_name_before_a_kernel_starts(checkout):
    write_notebook(checkout.root / "notebooks" / "scenarios.ipynb")
    checkout.watch_kernels()
    done = checkout.make("report", "NOTEBOOK=scenarios", "SCENARIO=undecided", "AGAINST=trump nope")
    assert done.returncode != 0
    assert "there is no scenario 'nope'" in done.stderr.splitlines()[0]
    assert not checkout.kernel_started
    assert list(checkout.reports.iterdir()) == []


def test_other_notebooks_take_no_set():
    with pytest.raises(HnsError, match="briefing shows one scenario"):
        check("undecided", "briefing", against="trump")


# ------------------------------------------------------------------------------------------------------------ the steps


@pytest.mark.parametrize(
    ("first", "second", "same_money"),
    [
        ("biden", "trump", True),
        ("korea-2020", "korea-2026", True),
        ("undecided", "korea-2020", False),
        ("undecided", "renewal-2027", True),
    ],
)
def test_steps_add_up_exactly(first, second, same_money):
    found = steps_between(inputs_of(first), inputs_of(second), same_money)
    for measure in ("uplift", "waiting", "waiting_pct"):
        assert found.frame[measure].sum() == pytest.approx(found.way(measure), abs=1e-9)
        assert (found.frame[f"{measure}_low"] <= found.frame[measure] + 1e-12).all()
        assert (found.frame[measure] <= found.frame[f"{measure}_high"] + 1e-12).all()


@pytest.mark.parametrize("same_money", [True, False])
def test_the_ends_are_the_answers_of_the_two_scenarios(same_money):
    """Bringing the amounts to the other bill changes no percentage."""
    first, second = inputs_of("undecided"), inputs_of("korea-2020")
    found = steps_between(first, second, same_money)
    for end, given in ((found.start, first), (found.end, second)):
        exact = expected_decision(given)
        assert end.uplift == pytest.approx(exact.reservation_uplift_pct)
        status_quo = (exact.cost_now - exact.value_of_waiting) / (1 + exact.reservation_uplift_pct / 100)
        assert end.waiting_pct == pytest.approx(100 * exact.value_of_waiting / status_quo)


def test_the_way_back_takes_the_same_steps():
    there = steps_between(inputs_of("korea-2020"), inputs_of("korea-2026")).frame.set_index("group")
    back = steps_between(inputs_of("korea-2026"), inputs_of("korea-2020")).frame.set_index("group")
    for group in ("asks", "tail", "rounds", "short_deal"):
        assert back.loc[group, "uplift"] == pytest.approx(-there.loc[group, "uplift"])


def test_biden_and_trump_differ_in_the_event_only():
    assert steps_between(inputs_of("biden"), inputs_of("trump")).groups == ["odds"]
    one, other = (load_case(name) for name in ("biden", "trump"))
    found = differences({c.scenario.id: values(c.scenario, c.evidence) for c in (one, other)})
    assert list(found["path"]) == ["event.states"]


def test_a_scenario_against_itself_takes_no_step():
    assert steps_between(inputs_of("renewal-2027"), inputs_of("renewal-2027")).frame.empty


@pytest.mark.parametrize(
    ("override", "group"),
    [
        ("event.states={biden: 0.5, trump: 0.5}", "odds"),
        ("settlement.kappa=[0, 4, 10]", "asks"),
        ("settlement.tail.size_pct=[20, 60, 320]", "tail"),
        ("settlement.drift_pct={JP: 2.0, KR: 2.0}", "rounds"),
        ("strategy.fee_pct=[0, 1, 2]", "short_deal"),
        ("drivers.labour.growth=[0, 0.01, 0.03]", "bill"),
        ("money.discount_rate=0.03", "horizon"),
    ],
)
def test_each_input_belongs_to_its_group(override, group):
    changed = inputs_of("undecided", override)
    assert steps_between(inputs_of("undecided"), changed).groups == [group]
    assert group_of(override.partition("=")[0]) == group


def test_no_input_of_the_price_model_is_forgotten():
    named = {name.partition(".")[2] for _, names in GROUPS.values() for name in names if "." in name}
    assert named == set(SettlementModel.__dataclass_fields__)
    plain = {name for _, names in GROUPS.values() for name in names if "." not in name}
    elsewhere = {"states", "settlement", "seed", "draws", "korea_terms", "full_ask", "like_neighbour"}
    assert plain | elsewhere == set(StrategyInputs.__dataclass_fields__)


def test_an_offer_keeps_its_proportion_to_the_bill_it_was_made_for():
    first = inputs_of("korea-2020")
    drivers = {name: replace(driver, base=2 * driver.base) for name, driver in first.drivers.items()}
    model = replace(first.settlement, offer=2 * first.settlement.offer, last_ask=2 * first.settlement.last_ask)
    doubled = replace(first, drivers=drivers, settlement=model)
    found = steps_between(first, doubled)
    assert found.frame["uplift"].abs().max() < 1e-9  # everything twice as large: no percentage moves
    assert found.end.waiting == pytest.approx(2 * found.start.waiting)
    only_bill = steps_between(first, replace(first, drivers=drivers))
    assert set(only_bill.groups) == {"asks", "bill"}  # half the offer, in proportion
    assert only_bill.frame["waiting"].sum() == pytest.approx(only_bill.way("waiting"))


# -------------------------------------------------------------------------------------------------------- what is shown


def test_waterfalls_begin_and_end_at_the_figures_of_the_table():
    found = looked_at("undecided", "trump renewal-2027")
    for name, steps in found.steps.items():
        other = next(e for e in found.entries if e.name == name)
        assert steps.start.uplift == found.first.decision.reservation_uplift_pct
        assert steps.end.waiting == pytest.approx(other.decision.value_of_waiting)
        assert steps.frame["group"].iloc[-1] == REMAINDER
        assert steps.frame["uplift"].sum() == pytest.approx(steps.way("uplift"), abs=1e-9)
        assert abs(steps.frame["uplift"].iloc[-1]) < 0.3


def test_scenarios_with_the_same_inputs_are_told_once():
    found = looked_at("undecided")
    assert [len(group) for group in found.alike] == [6, 1, 1]
    assert front.title(found).startswith("The odds alone move the price worth signing from")
    table = decisions.decision_table(found)
    assert len(table.plain.splitlines()) == 4
    assert "undecided also stands for baseline" in table.html
    assert "One input of the choice differs: odds of the event" in inputs.input_table(found).plain
    assert "have the inputs of" in waterfall.method(found).plain


def test_paths_that_coincide_share_a_line_and_one_out_of_scale_is_told_in_words():
    shown = paths.paths(looked_at("undecided"))
    assert "undecided, one-year" in shown.plain
    assert "full-ask" not in shown.csv
    assert "beyond the axis: full-ask (¥" in shown.html
    assert ",True\n" in shown.csv  # budgets of past years, marked as paid


def test_two_hosts_are_never_subtracted_in_money():
    found = looked_at("korea-2020")
    assert not found.same_money
    shown = paths.paths(found)
    assert "in percent of its last known bill" in shown.html
    steps = pd.read_csv(io.StringIO(waterfall.step_table(found).csv))
    across = steps[steps["to"].isin(["undecided", "renewal-2027"])]
    assert across["waiting_bn"].isna().all()
    assert steps.loc[steps["to"] == "korea-2026", "waiting_bn"].notna().all()


def test_what_a_later_scenario_knows_is_marked_as_hindsight():
    assert "korea-2026 (30 September 2024)" in front.hindsight(looked_at("korea-2020")).plain
    assert front.hindsight(looked_at("undecided")).kind == "prose"


def test_reasons_are_those_of_the_files_and_a_supposed_outcome_is_told_as_such():
    shown = inputs.reason_table(looked_at("undecided")).plain
    assert "A judgement between the betting markets" in shown
    assert shown.count("The scenario supposes this outcome.") == 2


def test_a_set_of_one_shows_nothing_to_compare():
    alone = compared(["undecided"])
    assert waterfall.drawn(alone) == []
    assert "no other scenario" in inputs.input_table(alone).plain
    assert front.title(alone).startswith("One scenario alone")


def test_labels_stand_apart_and_keep_their_order():
    placed = apart([10.0, 10.5, 30.0, 9.9], 2.0)
    assert sorted(range(4), key=lambda i: placed[i]) == [3, 0, 1, 2]
    ordered = sorted(placed)
    assert min(b - a for a, b in pairwise(ordered)) >= 2.0 - 1e-9
    assert placed[2] == 30.0


# --------------------------------------------------------------------------------------------------- the whole document


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    build("undecided", "scenarios", reports=folder, against="trump korea-2020")
    return folder / "undecided"


@pytest.mark.build
def test_the_report_holds_the_named_scenarios_and_how_to_make_it_again(report):
    results = json.loads((report / "hns-scenarios-undecided.results.json").read_text(encoding="utf-8"))
    assert list(results["scenarios"]) == ["undecided", "trump", "korea-2020"]
    assert set(results["steps"]) == {"trump", "korea-2020"}
    assert all(figure["rows"] for figure in results["figures"].values())
    manifest = json.loads((report / "hns-scenarios-undecided.manifest.json").read_text(encoding="utf-8"))
    assert manifest["rebuild"] == "make report SCENARIO=undecided NOTEBOOK=scenarios AGAINST='trump korea-2020'"
    assert {"data/scenarios/korea-2020.yaml", "data/scenarios/trump.yaml"} <= manifest["inputs"].keys()


@pytest.mark.build
def test_every_part_is_there_in_order(report):
    from pypdf import PdfReader

    reader = PdfReader(next(report.glob("*.pdf")))
    assert [entry["/Title"] for entry in reader.outline] == [
        "Which input makes the difference", "What differs in the inputs", "What each scenario pays",
        "Why the inputs differ", "Sources",
    ]  # fmt: skip
    first = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    for shown in ("Reservation uplift", "Break-even odds", "Value of waiting", "korea-2020"):
        assert shown in first
    assert "Hindsight" not in first  # both others were written by the same day
