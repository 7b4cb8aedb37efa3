"""`hns diff` as an analyst meets it: what moved between scenarios, vintages, tables and values."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from analysis.command import cli
from analysis.errors import HnsError
from analysis.paths import DATA
from analysis.scenario_diff.moved import moved
from analysis.scenario_diff.printed import printed
from analysis.scenario_diff.results import Result
from analysis.scenario_diff.sides import sides
from analysis.scenario_diff.words import changed_sentences, marked, plain_sentences


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, ["diff", *arguments], catch_exceptions=False, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.output


def found(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--json"))


def result(out: dict, name: str) -> dict:
    return next(r for r in out["results"] if r["name"] == name)


@pytest.fixture
def tables(tmp_path):
    """A copy of the tables, to edit."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("scenarios"))

    def edit(table: str, old: str, new: str) -> str:
        path = folder / f"{table}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return str(folder)

    return edit


# -------------------------------------------------------------------------------------------------------- two scenarios


def test_a_scenario_against_itself_moves_nothing():
    assert "Nothing moves" in run("undecided", "undecided")
    out = found("undecided", "undecided")
    assert out["rows"] == out["inputs"] == out["sentences"]["title"] == out["sentences"]["lead"] == []
    assert {r["difference"] for r in out["results"]} <= {0.0, None}


def test_biden_against_trump_differs_in_the_event_only():
    out = found("biden", "trump")
    assert [i["field"] for i in out["inputs"]] == ["event.states"]
    assert out["rows"] == []
    worth = result(out, "Reservation uplift")
    assert worth["unit"] == "percent"
    assert worth["difference"] == pytest.approx(worth["after"] - worth["before"])
    assert worth["difference"] > 5
    assert not worth["within_mc_error"]
    assert result(out, "Signing now: mean")["difference"] == 0
    assert out["sentences"]["title"]


def test_the_results_are_those_of_the_verdict():
    decided = json.loads(CliRunner().invoke(cli, ["decide", "trump", "--json"], standalone_mode=False).output)
    out = found("undecided", "trump")
    assert result(out, "Value of waiting")["after"] == pytest.approx(decided["value_of_waiting"]["value"])
    assert result(out, "Waiting: worst 5%")["after"] == decided["strategies"]["bridge.mixed"]["cvar95"]
    assert result(out, "Value of waiting")["unit"] == "bn JPY"


def test_amounts_in_two_currencies_are_shown_and_not_subtracted():
    out = found("undecided", "korea-2020")
    waiting = result(out, "Value of waiting")
    assert waiting["unit"] == ["bn JPY", "bn KRW"]
    assert waiting["difference"] is None
    assert result(out, "Reservation uplift")["difference"] is not None
    assert "No difference is given" in run("undecided", "korea-2020")


def test_a_course_of_its_own_is_compared_too():
    text = run("undecided", "full-ask")
    assert "Course followed (One year, then the winner / The ask in full): mean" in text
    assert "strategy.kind  bridge -> full ask" in text


# ------------------------------------------------------------------------------------------------------- changed values


def test_a_value_that_no_result_uses_moves_no_result():
    out = found("undecided", "--set", "talks.figure_needed_by=2020-12-23")
    assert [(i["field"], i["group"]) for i in out["inputs"]] == [("talks.figure_needed_by", None)]
    assert {r["difference"] for r in out["results"]} == {0.0}
    assert "not used by the choice" in run("undecided", "--set", "talks.figure_needed_by=2020-12-23")


def test_another_seed_stays_within_monte_carlo_error():
    out = found("undecided", "--set", "seed=11")
    tested = [r for r in out["results"] if r["mc_error"]]
    assert len(tested) >= 8
    assert all(r["within_mc_error"] for r in tested)


def test_a_small_change_under_the_same_draws_is_no_noise():
    out = found("undecided", "--set", "event.states={biden: 0.805, trump: 0.195}")
    waiting = result(out, "Value of waiting")
    assert 0 < waiting["difference"] < 1
    assert not waiting["within_mc_error"]


def test_the_words_that_differ_are_marked():
    [line] = marked("worth ¥16 bn on average", "worth ¥17 bn on average")
    assert line == "worth [-¥16-]{+¥17+} bn on average"
    assert marked("one thing", "quite another matter") == ["- one thing", "+ quite another matter"]
    assert marked("", "new words") == ["+ new words"]
    assert plain_sentences(
        "It pays **a lot**[\\[1\\]](#source-1)\u2009[\\[H2\\]](#source-h2). The U.S. forces stay."
    ) == [
        "It pays a lot.",
        "The U.S. forces stay.",
    ]
    assert changed_sentences("A one. B two. C three.", "A one. B 2. C three. D four.") == [
        ("B two.", "B 2."),
        ("", "D four."),
    ]


def test_a_difference_that_rounds_to_nothing_bears_no_sign():
    tiny = Result("Value of knowing the winner", ("bn JPY", "bn JPY"), 13.24, 13.22, None)
    before, after = sides("undecided", overrides=("draws=2000",))
    shown = printed(moved(before, after).__class__(before, after, [], [], [tiny], {"title": [], "lead": []}))
    assert shown.split("Results\n")[1].split("\n")[0].rstrip().endswith(" 0.0 bn")


# ----------------------------------------------------------------------------------------------------- vintages, tables


def test_an_older_vintage_loses_rows_and_what_only_refers_to_them():
    out = found("undecided", "--as-of", "2020-07-01")
    assert out["after"]["left_out"] == ["J511", "J530", "J531"]
    assert {row["kind"] for row in out["rows"]} == {"gone"}
    assert [row["id"] for row in out["rows"] if row["used"]] == ["J511", "J530", "J531"]
    assert "event.readings" in [i["field"] for i in out["inputs"]]
    assert "assumed for want of a" in run("undecided", "--as-of", "2020-07-01")


def test_a_newer_vintage_sees_new_rows():
    out = found("undecided", "--as-of", "2020-12-20")
    assert {row["kind"] for row in out["rows"]} == {"new"}
    assert out["after"]["as_of"] == "2020-12-20"


def test_a_planted_row_shows(tables):
    text = (DATA / "payments.csv").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("J029,"))
    planted = row.replace("J029,JP,2020,2020", "J999,JP,2017,2017")
    folder = tables("payments", f"{row}\n", f"{row}\n{planted}\n")
    out = found("undecided", "--data", folder)
    [gone] = out["rows"]  # the other folder stands before, data/ after
    assert (gone["kind"], gone["table"], gone["id"], gone["used"]) == ("gone", "payments", "J999", False)
    assert "- payments J999: JP 2017 total" in run("undecided", "--data", folder)


def test_a_past_round_that_changes_moves_the_price(tables):
    folder = tables("rounds", "1038.9,KRW,8.2,", "1038.9,KRW,2.2,")
    out = found("undecided", "--data", folder)
    [changed] = out["rows"]
    assert (changed["kind"], changed["id"], changed["used"]) == ("changed", "kr-2019", True)
    assert changed["cells"] == [["change_pct", "2.2", "8.2"]]
    assert [i["field"] for i in out["inputs"]] == ["past_rounds.mean_uplift"]
    assert result(out, "Price foreseen now")["difference"] > 0
    assert not result(out, "Price foreseen now")["within_mc_error"]


# ------------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("undecided",), "nothing to compare undecided with"),
        (("undecided", "trump", "--as-of", "2020-07-01"), "2 to compare undecided with"),
        (("undecided", "trmup"), "did you mean 'trump'?"),
        (("undecided", "--as-of", "last year"), "'last year' is not a date"),
        (("undecided", "--as-of", "2020-05-01"), "row J029, which undecided rests on, was published on 2020-06-23"),
        (("undecided", "--data", "no/such/folder"), "no datapackage.json there"),
        (("undecided", "--set", "event.states.biden=2"), "event.states.biden"),
        (("full-ask", "--as-of", "2019-01-01"), "rests on"),
    ],
)
def test_refusals_take_one_line(arguments, said):
    with pytest.raises(HnsError) as refused:
        run(*arguments)
    assert said in refused.value.sentence
    assert "\n" not in refused.value.sentence


def test_a_broken_table_of_the_other_folder_is_refused(tables):
    folder = tables("rounds", "1038.9,KRW,8.2,", "1038.9,KRW,eight,")
    with pytest.raises(HnsError, match=r"rounds.csv, line \d+, field change_pct"):
        run("undecided", "--data", folder)
