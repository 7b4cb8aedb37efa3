"""The sections of the comparison: rounds, lines, equal treatment, shares and the three increases of one deal."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from analysis.briefing.hindsight import load_hindsight
from analysis.briefing.view import decided
from analysis.case import Case, load_case
from analysis.compare import definitions, front, increases, lines, matrix, replay, rounds, treated
from analysis.scenario_files import scenario_names
from analysis.vintage import public_on


@cache
def case_of(name: str) -> Case:
    return load_case(name, ("draws=20000",))


@pytest.mark.parametrize("name", ["undecided", "korea-2020", "korea-2026", "renewal-2027"])
def test_every_quoted_figure_rests_on_rows_of_its_day(name):
    case = load_case(name, ("draws=20000",))
    front.cover(case)
    front.numbers(case)
    for section in (rounds.record, lines.composition, lines.category_map, matrix.metric_table, matrix.ratio_chart):
        section(case)
    for host in ("JP", "KR"):
        treated.bars(case, host)
        replay.chart(case, host)
    treated.text(case)
    replay.rule_table(case)
    definitions.text(case, decided(case))
    increases.known_then(case)
    own = {n: q for n, q in case.ledger.quotes.items() if n.startswith("compare.")}
    assert len(own) > 40
    for name, quote in own.items():
        assert quote.rows, name
        days = [public_on(str(case.evidence.row(row)["published"])) for row in quote.rows]
        assert max(days) <= case.scenario.as_of, name


def test_rounds_of_october_2020_hold_two_under_way_and_nothing_later():
    found = rounds.rounds_on_record(case_of("undecided"))
    assert found.loc[~found["open"], "first_year"].max() == 2019
    under_way = found[found["open"]].set_index("id")
    asked = under_way["asked"].str.replace("\u00a0", " ").to_dict()
    assert asked == {
        "jp-2021": "$8 bn, then 4 times the payment",
        "kr-2021": "$5 bn, then $4.7 bn, then $4 bn, then $1.3 bn",
    }
    assert under_way["offered"]["kr-2021"] == "+10%, then +13%"
    assert under_way["change_pct"].isna().all()


def test_rounds_carry_their_dates_and_length():
    found = rounds.rounds_on_record(case_of("renewal-2027")).set_index("id")
    assert len(found) == 13
    assert not found["open"].any()
    assert found.loc["kr-2019", ["talks_opened", "figure_reached", "years"]].tolist() == ["2018-03-07", "2019-02-10", 1]
    assert found.loc["kr-2019", "start"] == 2019.0
    assert found.loc["jp-2022", "end"] == pytest.approx(2027.24, abs=0.01)
    assert found["talks_months"].notna().sum() == 5
    assert pd.isna(found.loc["jp-2006", "talks_opened"])  # a gap, not a guess


def test_the_denied_sum_is_said_to_be_denied():
    assert "denied by its government" in str(rounds.record(case_of("undecided")).parts["notes"])


def test_lines_of_the_last_full_split_and_a_word_on_every_blank():
    found = lines.mapped(case_of("undecided"))
    inside = found[found["part"] == lines.INSIDE].set_index("category")
    assert inside.loc["Base workers: pay, allowances, welfare", ["JP", "KR"]].tolist() == pytest.approx([142.6, 371.0])
    assert inside["JP"].sum() == pytest.approx(189.9)
    assert inside["KR"].sum() == pytest.approx(960.2)
    assert inside["JP_share"].sum() == pytest.approx(100)
    blank = found[found["JP"].isna() | found["KR"].isna()]
    assert len(blank) > 4
    assert blank["why"].str.startswith(("Japan: ", "South Korea: ")).all()
    assert "Training equipment" not in set(found["category"])  # it came with the agreement of 2022


def test_a_category_younger_than_the_split_stands_in_its_own_year():
    found = lines.mapped(case_of("renewal-2027")).set_index("category")
    assert found.loc["Training equipment", "JP_year"] == 2022
    assert pd.isna(found.loc["Training equipment", "JP_share"])
    assert "FY2022" in str(lines.category_map(case_of("renewal-2027")).parts["cells"])


def test_the_order_flips_and_the_title_says_so():
    case = case_of("undecided")
    by = matrix.flips(matrix.compared(case)[1])
    assert {m.key for m in by["KR"]} >= {"gdp_share", "per_head_counted"}
    assert {m.key for m in by["JP"]} >= {"dollars", "defence_share", "per_head_headline"}
    assert front.title(case) == "Japan pays more in dollars, South Korea pays more as a share of gross domestic product"
    assert "enough to turn the order" in matrix.heads_text(case).plain
    assert "not enough to turn" in matrix.heads_text(case_of("renewal-2027")).plain
    assert "no head-count is known" in matrix.heads_text(case_of("korea-2020")).plain


def test_equal_treatment_runs_both_ways_and_mirrors_itself():
    case = case_of("undecided")
    japan, korea = ({w.key: w.value for w in treated.treatments(case, host)} for host in ("JP", "KR"))
    for key in ("gdp_share", "defence_share", "per_head_headline"):
        assert japan[key] / 197.4 == pytest.approx(1038.9 / korea[key])
    assert japan["rise"] == pytest.approx(197.4 * 1.082)
    assert japan["ask"] / 197.4 == pytest.approx(5 * 1165.8016 / 1038.9)
    assert "confidence" in treated.bars(case, "JP").csv.splitlines()[0]


def test_no_equal_treatment_with_a_denominator_of_another_year():
    case = case_of("renewal-2027")
    assert "gdp_share" not in {way.key for way in treated.treatments(case, "JP")}
    assert "defence_share" in {way.key for way in treated.treatments(case, "JP")}


def test_shares_are_shares_of_cost_and_sorted():
    found = definitions.burden_shares(case_of("renewal-2027"))
    assert found["share"].is_monotonic_decreasing
    japan = found[found["host"] == "JP"]["share"].tolist()
    assert {92.6, 86.4, 74.5, 48.3, 37.6} <= set(japan)
    assert not {"J069", "J090", "K-sma_component_share-001"} & set(found["id"])
    assert 37.6 not in definitions.burden_shares(case_of("undecided"))["share"].tolist()


def test_definitions_move_the_answer_more_than_the_model():
    case = case_of("renewal-2027")
    said = definitions.text(case, decided(case)).plain
    assert "Definitions move the answer more than the model does." in said
    assert case.ledger.quotes["compare.share.factor"].value == pytest.approx(92.6 / 37.6)
    assert case.ledger.quotes["compare.model.factor"].value < 1.6


def test_three_increases_of_one_deal_by_hand():
    frame = increases.three_increases(case_of("renewal-2027").evidence)
    assert frame["rise"].round(1).tolist() == [46.6, 75.0, 108.6]
    assert frame["rise_pct"].round(1).tolist() == [4.6, 7.7, 11.5]


@pytest.mark.parametrize("name", scenario_names())
def test_the_increases_stand_in_the_main_text_only_where_the_deal_was_known(name):
    case = load_case(name, ("draws=20000",))
    main, later = increases.known_then(case), increases.in_hindsight(load_hindsight(case))
    known = case.scenario.as_of.isoformat() >= "2021-12-21"
    assert (main.kind, later.kind) == (("figure", "prose") if known else ("prose", "figure"))
    assert ("1,055.1" in main.html) == known
    assert not any(n.startswith("compare.increase") for n in case.ledger.quotes) or known
