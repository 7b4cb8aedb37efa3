"""`hns decide`, `hns explain` and the expected results, as an analyst meets them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from analysis.cautions import cautions
from analysis.command import cli
from analysis.decision import decided
from analysis.expected import expected_path, headline_of
from analysis.explain import explained, fields
from analysis.readiness import ready
from analysis.scenario_files import scenario_names
from analysis.simulation import expected_decision
from analysis.verdict import verdict, verdict_text


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)
    return result.output


def found(name: str, *overrides: str) -> dict:
    return json.loads(run("decide", name, "--json", *(part for o in overrides for part in ("--set", o))))


@pytest.mark.parametrize("name", scenario_names())
def test_results_are_those_expected(name):
    path = expected_path(name)
    assert path.exists(), f"no expected results for {name}: run `make expect` and read what it writes"
    expected, actual = json.loads(path.read_text(encoding="utf-8")), headline_of(name)

    def compare(one, other, where):
        if isinstance(one, dict):
            assert set(one) == set(other), f"{where}: run `make expect` if the change is meant"
            for key in one:
                compare(one[key], other[key], f"{where}.{key}")
        elif isinstance(one, float):
            # another numpy may round the last digit of a draw otherwise
            assert other == pytest.approx(one, abs=0.02, rel=1e-4), f"{where}: run `make expect` if the change is meant"
        else:
            assert one == other, where

    compare(expected, actual, name)


def test_json_holds_every_result_with_unit_and_currency():
    out = found("undecided")
    for name in ("value_of_waiting", "evpi"):
        assert out[name]["unit"] == "bn"
        assert out[name]["currency"] == "JPY"
    assert out["reservation_uplift_pct"]["unit"].startswith("percent")
    for course in ("status_quo", "five_year", "bridge.biden", "bridge.trump", "bridge.mixed", "extension", "full_ask"):
        row = out["strategies"][course]
        assert row["p10"] <= row["p50"] <= row["p90"] <= row["cvar95"]
        assert (row["unit"], row["currency"], row["years"]) == ("bn", "JPY", "FY2021–25")
    assert set(out["regret"]) == {"five_year", "bridge"}
    years = out["payments_by_year"]["years"]
    assert list(years) == ["2021", "2022", "2023", "2024", "2025"]
    for row in years.values():
        assert sum(row["categories"].values()) == pytest.approx(row["mean"])
        assert row["dollars_bn"] == pytest.approx(row["mean"] / row["local_per_dollar"])


def test_the_text_says_what_the_json_says():
    assumed, evidence = ready("undecided")
    results = decided(assumed, evidence)
    text = verdict_text(results, verdict(results, evidence))
    assert f"{results.decision.reservation_uplift_pct:+.1f}%" in text
    assert len(text.splitlines()) <= 36
    assert max(map(len, text.splitlines())) <= 132


def test_a_value_set_on_the_command_line_is_checked_like_the_file():
    even = found("undecided", "event.states.biden=0.65", "event.states.trump=0.35")
    assert even["probability"] == {"biden": 0.65, "trump": 0.35}
    assert abs(even["value_of_waiting"]["value"]) < 3
    more = found("undecided", "event.states.biden=0.9", "event.states.trump=0.1")
    assert more["value_of_waiting"]["value"] > found("undecided")["value_of_waiting"]["value"]


def test_same_seed_same_bytes():
    assert run("decide", "trump", "--json") == run("decide", "trump", "--json")


def test_no_break_even_is_said_and_not_numbered():
    out = found("renewal-2027")
    assert out["break_even_probability"]["value"] is None
    assert not 0 <= out["break_even_probability"]["unbounded_value"] <= 1
    assert any("outside 0 to 1" in c for c in out["cautions"])
    assert "Break-even probability        none" in run("decide", "renewal-2027")


def test_prices_of_the_base_year_are_lower_and_the_advice_is_the_same():
    nominal = found("undecided")
    real = found("undecided", "money.price_basis=real", "money.inflation=[0, 0.01, 0.03]")
    assert real["definition"]["price_year"] == 2020
    for course, row in nominal["strategies"].items():
        assert real["strategies"][course]["mean"] < row["mean"]
    assert real["reservation_uplift_pct"]["value"] == pytest.approx(nominal["reservation_uplift_pct"]["value"], abs=0.1)
    flat = found("undecided", "money.price_basis=real", "money.inflation=0")
    for course, row in nominal["strategies"].items():
        assert flat["strategies"][course]["mean"] == pytest.approx(row["mean"], rel=1e-12)


def test_real_prices_agree_with_the_closed_form():
    assumed, evidence = ready("undecided", ("money.price_basis=real", "money.inflation=[-0.01, 0.01, 0.04]"))
    results = decided(assumed, evidence)
    exact = expected_decision(results.simulation.inputs)
    assert results.decision.value_of_waiting == pytest.approx(
        exact.value_of_waiting, abs=5 * results.decision.value_error
    )
    assert results.decision.reservation_uplift_pct == pytest.approx(exact.reservation_uplift_pct, abs=0.1)
    assert results.decision.cost_now == pytest.approx(exact.cost_now, rel=2e-3)


def test_the_neighbours_burden_moved_to_the_host():
    out = found("undecided")
    shares = {k: v["mean"] for k, v in out["strategies"].items() if k.startswith("like_neighbour:")}
    assert len(shares) == 4
    assert min(shares.values()) < out["strategies"]["status_quo"]["mean"] < max(shares.values())


def test_a_deal_in_time_needs_three_past_talks():
    assert (
        found("undecided")["deal_in_time"] | {"probability": None, "past_talks": 1}
        == found("undecided")["deal_in_time"]
    )
    later = found("renewal-2027")["deal_in_time"]
    assert later["past_talks"] >= 3
    assert 0 < later["probability"] < 0.3


CAUTIONS = {
    "an ask that is only reported": ("undecided", (), "The ask is reported, not confirmed by both sides"),
    "odds without a forecast": ("renewal-2027", (), "rest on no forecast on record"),
    "stale odds": ("undecided", ("event.readings=[J511]", "as_of=2020-10-20", "date=2020-10-20"), "20 days old"),
    "a single source": ("renewal-2027", (), "confidence C"),
    "an assumed split": ("undecided", (), "partly assumed: labour, fip"),
    "beyond the calibrated range": ("undecided", ("settlement.kappa=[0, 5, 20]",), "settlement.kappa reaches beyond"),
    "rates of part of a year": ("undecided", ("fx.averaging=part_year",), "part of a year"),
    "rates of another year": ("undecided", ("fx.averaging=CY",), "averages over CY years, payments fall in FY years"),
    "capital spread over years": ("undecided", ("credits.saco.years=10",), "One-off capital"),
    "no break-even": ("korea-2026", (), "outside 0 to 1"),
    "a band too narrow": (
        "undecided",
        (
            "outlook_error_pct=0",
            "drivers.labour={growth: 0}",
            "drivers.fip={growth: 0}",
            "drivers.utilities={growth: 0}",
        ),
        "narrower than past outlooks",
    ),
}


@pytest.mark.parametrize("what", CAUTIONS)
def test_cautions(what):
    name, changes, says = CAUTIONS[what]
    assumed, evidence = ready(name, changes)
    assert any(says in sentence for sentence in cautions(decided(assumed, evidence), evidence)), what


def test_an_announced_basis_is_cautioned():
    assumed, evidence = ready("undecided")
    announced = assumed.model_copy(update={"basis": "announced"})
    results = decided(assumed, evidence)
    object.__setattr__(results, "scenario", announced)
    assert any("must not be set against" in c for c in cautions(results, evidence))


@pytest.mark.parametrize("path", [path for path, _ in fields()])
def test_every_field_is_explained(path):
    text = explained(path.replace("<name>", "anything"))
    assert "meaning" in text
    assert "default" in text
    assert "None" not in text


def test_explain_follows_names_and_refuses_slips():
    assert "share, 0 to 1" in run("explain", "event.states.biden")
    assert "at least 1,000, at most 5,000,000" in run("explain", "draws")
    assert "status_quo, five_year, bridge" in run("explain", "strategy.kind")
    slip = CliRunner().invoke(cli, ["explain", "tail.wieght"], standalone_mode=False)
    assert "settlement.tail.weight" in str(slip.exception)
    assert "strategy.leakage" in run("explain")


def test_scenarios_are_listed_with_their_questions():
    lines = run("scenarios").splitlines()
    assert [line.split()[0] for line in lines] == scenario_names()
    assert all(line.rstrip().endswith("?") for line in lines)
