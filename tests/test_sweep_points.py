"""The points of a sweep: what is refused, in which order they come, and that each is what `hns decide` says."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from sweep_tools import SMALL, grid_file

from analysis.command import cli
from analysis.decision import decided
from analysis.errors import HnsError
from analysis.readiness import ready
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, MIXED
from analysis.sweep import kept
from analysis.sweep.checking import checked_sweep
from analysis.sweep.crews import here
from analysis.sweep.design import Design
from analysis.sweep.grid_file import SWEEPS, load_grid, sweep_names
from analysis.sweep.point import Prepared, Question

HYPERCUBE = {"method": "latin-hypercube", "points": 40, "seed": 7}


def question(scenario: str, *fields: str, draws: int = 1000, means: str = "closed-form") -> Question:
    return Question(scenario, fields, draws, means, "", "grid.yaml")


def varying(**fields) -> dict:
    return {"vary": {path.replace("__", "."): given for path, given in fields.items()}}


REFUSED = {
    "an unknown scenario": ({"scenario": "bidne"}, r"no scenario 'bidne'.*did you mean 'biden'"),
    "an unknown key": ({"draw": 5}, r"small.yaml: unknown key draw; allowed: .*draws"),
    "an unknown method": ({"method": "random"}, r"method is 'random'; allowed: 'grid' or 'latin-hypercube'"),
    "a missing scenario": ({"scenario": None}, "scenario is missing"),
    "nothing to vary": ({"vary": {}}, "vary"),
    "a hypercube without seed": ({**HYPERCUBE, "seed": None}, "a latin-hypercube needs points and seed"),
    "points of a grid": ({"points": 5}, "points and seed belong to method latin-hypercube"),
    "too few draws": ({"draws": 10}, "draws is 10; allowed: greater than or equal to 1000"),
    "too many points": (
        varying(event__states__biden={"from": 0.1, "to": 0.9, "steps": 2000}, outlook_error_pct=list(range(1, 600))),
        "1,198,000 points are more than 1,000,000",
    ),
    "a grid without steps": (varying(event__states__biden={"from": 0.1, "to": 0.9}), "a grid needs them"),
    "steps of one": (varying(outlook_error_pct={"from": 1, "to": 2, "steps": 1}), "steps is 1; allowed"),
    "ends the wrong way round": (varying(outlook_error_pct={"from": 3, "to": 2, "steps": 2}), "the lower one first"),
    "a range in a grid": (varying(outlook_error_pct={"range": [1, 2, 3]}), "a range is for a latin-hypercube"),
    "a range out of order": (
        {**HYPERCUBE, **varying(outlook_error_pct={"range": [3, 2, 1]})},
        r"must be in rising order, not \[3.0, 2.0, 1.0\]",
    ),
    "two forms at once": (varying(outlook_error_pct={"from": 1, "to": 2, "values": [1]}), "give one of"),
    "an unknown field": (varying(strategy__bridge=[1, 2]), "unknown key strategy.bridge"),
    "an unknown outcome": (varying(event__states__bide=[0.1, 0.2]), "unknown key event.states.bide; allowed: .*biden"),
    "both outcomes": (varying(event__states__biden=[0.1, 0.2], event__states__trump=[0.3, 0.4]), "one of the two"),
    "a value out of bounds": (
        varying(settlement__tail__weight__trump=[0.1, 0.5]),
        r"settlement.tail.weight.trump=0.5: settlement.tail.weight.trump is 0.5; allowed: less than or equal to 0.3",
    ),
    "a probability above one": (varying(event__states__biden={"from": 0.5, "to": 1.2, "steps": 3}), "states.biden is"),
    "parts of a year": (
        {**HYPERCUBE, **varying(strategy__bridge_years={"from": 0, "to": 3})},
        "strategy.bridge_years",
    ),
    "a base above its ceiling": (varying(drivers__utilities__ceiling=[24.9, 10]), "drivers.utilities.ceiling"),
    "a name": (varying(title=["one", "two"]), "vary.title plays no part in the choice"),
    "the day of the data": (varying(as_of=["2020-01-01", "2020-02-01"]), "vary.as_of plays no part"),
    "a field without effect": (varying(event__name=["one thing", "another"]), "vary.event.name changes nothing"),
    "code in a key": (varying(**{"event.states['x']": [1]}), "vary"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_grid_is_refused_in_one_line_before_anything_runs(what, tmp_path):
    changes, says = REFUSED[what]
    with pytest.raises(HnsError, match=says) as refusal:
        CliRunner().invoke(
            cli,
            ["sweep", grid_file(tmp_path, **changes), "--reports", str(tmp_path / "reports")],
            standalone_mode=False,
            catch_exceptions=False,
        )
    assert "\n" not in refusal.value.sentence
    assert not (tmp_path / "reports").exists()


def test_files_that_are_no_grid_are_refused(tmp_path):
    for name, content, says in (
        ("Odd Name", yaml.safe_dump(SMALL), "a to z"),
        ("twice", "schema: 1\nschema: 1\n", "stands twice"),
        ("large", "a: " + "x" * 300_000, "larger than"),
        ("list", "- 1\n", "key: value"),
    ):
        path = tmp_path / f"{name}.yaml"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(HnsError, match=says):
            load_grid(str(path))
    with pytest.raises(HnsError, match=r"there is no grid file 'nowhere'; allowed: .*odds-and-price"):
        load_grid("nowhere")


def test_without_parquet_the_command_says_what_brings_it(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(HnsError, match="needs pyarrow"):
        checked_sweep(grid_file(tmp_path))


def test_a_grid_takes_every_combination_the_last_field_fastest(tmp_path):
    design = Design(load_grid(grid_file(tmp_path))[1])
    rows = design.rows(0, design.count)
    assert rows[:4] == [(0.5, 0), (0.5, 4), (0.5, 8), (0.6, 0)]
    assert len(set(rows)) == len(rows) == 15
    assert rows == [row for start in design.starts for row in design.rows(start, start + design.stretch)]


def test_a_hypercube_is_the_same_every_time_and_even_in_every_field(tmp_path):
    fields = varying(
        event__states__biden={"from": 0.2, "to": 0.6},
        settlement__kappa=[[0, 5, 10], [0, 2, 4]],
        outlook_error_pct={"range": [2, 5, 9]},
    )
    grid = load_grid(grid_file(tmp_path, **HYPERCUBE, **fields))[1]
    rows = Design(grid).rows(0, 40)
    assert rows == Design(grid).rows(0, 40)
    assert rows[13:20] == Design(grid).rows(13, 20)
    odds, kappas, errors = zip(*rows, strict=True)
    assert sorted(int((p - 0.2) / 0.01) for p in odds) == list(range(40))  # one in each fortieth
    assert kappas.count((0, 5, 10)) == 20
    assert min(errors) >= 2
    assert max(errors) <= 9
    assert np.mean(errors) == pytest.approx((2 + 4 * 5 + 9) / 6, abs=0.1)
    assert rows != Design(grid.model_copy(update={"seed": 8})).rows(0, 40)


OWN = [
    ("undecided", ("event.states.biden=0.8", "settlement.tail.weight.trump=0.1"), (0.8, 0.1)),
    ("undecided", ("settlement.kappa=[0, 5, 10]", "strategy.bridge_years=2"), ((0, 5, 10), 2)),
    ("korea-2020", ("strategy.five_year_uplift_pct=6.5", "strategy.ratchet_rule=carry"), (6.5, "carry")),
    (
        "renewal-2027",
        ("strategy.ratchet_rule=floor", "drivers.rest.growth=[0, 0.01, 0.05]"),
        ("floor", (0, 0.01, 0.05)),
    ),
    ("undecided", ("base_year.categories.labour=154.72", "settlement.drift_pct.JP=0.5"), (154.72, 0.5)),
]


@pytest.mark.parametrize(("scenario", "changes", "row"), OWN, ids=lambda v: str(v)[:40])
def test_a_point_is_what_decide_says_to_the_last_digit(scenario, changes, row):
    assumed, evidence = ready(scenario, tuple(_with_rest(changes)))
    told = decided(assumed, evidence)
    fields = tuple(change.partition("=")[0] for change in changes)
    model = Prepared(question(scenario, *fields, draws=assumed.draws, means="simulated"))
    model.answer(row)  # what is kept from it must not move the second
    found = model.answer(row)
    decision = told.decision
    for name in ("reservation_uplift_pct", "value_of_waiting", "evpi", "cost_now", "value_error", "reservation_error"):
        assert found[name] == getattr(decision, name), name
    assert found["break_even_probability"] == decision.break_even_probability
    assert {s: found[f"cost_waiting.{s}"] for s in decision.states} == decision.cost_bridge
    assert found["price_now_pct"] == told.price_now
    assert found["worst_5_now"] == told.costs.loc[(FIVE_YEAR, EITHER), "cvar95"]
    assert found["worst_5_waiting"] == told.costs.loc[(BRIDGE, MIXED), "cvar95"]
    assert found["worst_5_waiting_error"] == told.costs.loc[(BRIDGE, MIXED), "mc_error_cvar"]
    assert (found["course_by_mean"] == BRIDGE) == decision.bridge_cheaper_on_average
    assert found["course_by_regret"] == decision.minimax_regret_course


def _with_rest(changes):
    """The changes as `--set` needs them: odds of one outcome bring those of the other."""
    for change in changes:
        yield change
        if change.startswith("event.states.biden="):
            yield f"event.states.trump={round(1 - float(change.partition('=')[2]), 6)}"


def test_closed_form_and_simulation_agree_within_their_error():
    row = (0.65, 4.0)
    fields = ("event.states.biden", "strategy.five_year_uplift_pct")
    exact = Prepared(question("undecided", *fields)).answer(row)
    drawn = Prepared(question("undecided", *fields, draws=200_000, means="simulated")).answer(row)
    assert exact["closed_form"]
    assert not drawn["closed_form"]
    assert exact["value_error"] == exact["reservation_error"] == 0
    assert abs(exact["value_of_waiting"] - drawn["value_of_waiting"]) < 4 * drawn["value_error"]
    assert abs(exact["reservation_uplift_pct"] - drawn["reservation_uplift_pct"]) < 4 * drawn["reservation_error"]
    floor = Prepared(question("renewal-2027", "strategy.bridge_years")).answer((2,))
    assert not floor["closed_form"]
    assert floor["value_error"] > 0


def test_another_process_gives_the_same_digits_with_all_draws(tmp_path):
    sweep = checked_sweep(grid_file(tmp_path, draws=200_000, means="simulated"))
    rows = sweep.design.rows(0, 2)
    [(_, answers)] = list(here(sweep.question, [(0, rows)], 1))
    assert answers == Prepared(sweep.question).answers(0, rows)


def test_the_order_of_the_points_does_not_move_them():
    fields = ("settlement.kappa", "drivers.labour.growth")
    rows = [((0, 5, 10), (0, 0.01, 0.02)), ((0, 1, 2), (0, 0.01, 0.02)), ((0, 1, 2), (-0.01, 0.0, 0.03))]
    forwards, backwards = (Prepared(question("undecided", *fields)) for _ in range(2))
    there = [forwards.answer(row) for row in rows]
    assert there == [backwards.answer(row) for row in reversed(rows)][::-1]


def test_what_is_kept_stays_within_its_bounds(monkeypatch):
    monkeypatch.setattr(kept, "_MOST_BYTES", 100_000)  # twelve inputs of a thousand draws
    model = Prepared(question("undecided", "settlement.kappa"))
    for i in range(60):
        model.answer(((0, 1 + i / 10, 10),))
    assert model.draws.size < 300_000
    assert model.answer(((0, 5, 10),)) == Prepared(model.question).answer(((0, 5, 10),))


def test_a_point_costs_no_more_late_in_a_sweep():
    model = Prepared(question("undecided", "settlement.kappa", "event.states.biden"))
    rng = np.random.default_rng(1)

    def seconds() -> float:
        rows = [((0, float(rng.uniform(1, 9)), 10), float(rng.uniform(0.1, 0.9))) for _ in range(100)]
        start = time.process_time()
        model.answers(0, rows)
        return time.process_time() - start

    seconds()
    early = sorted(seconds() for _ in range(3))[1]
    for _ in range(12):
        seconds()
    assert sorted(seconds() for _ in range(3))[1] < 3 * early


@pytest.mark.parametrize("name", sweep_names())
def test_the_grids_that_come_with_the_project_are_in_order(name):
    path, grid = load_grid(name)
    assert path == SWEEPS / f"{name}.yaml"
    assert all(one.reason and one.name for one in grid.vary.values()), "a reader wants to know why"
    sweep = checked_sweep(name)
    assert sweep.question.place == f"data/sweeps/{name}.yaml"
    assert 1000 <= sweep.design.count <= 10_000


def test_a_sweep_changes_its_key_with_what_it_rests_on(tmp_path):
    one = checked_sweep(grid_file(tmp_path))
    assert checked_sweep(grid_file(tmp_path, title="Another title")).key == one.key
    assert checked_sweep(grid_file(tmp_path, draws=2000)).key != one.key


def test_a_worker_with_other_data_refuses(tmp_path):
    sweep = checked_sweep(grid_file(tmp_path))
    other = replace(sweep.question, inputs="other")
    [(_, answers)] = list(here(other, [(0, sweep.design.rows(0, 2))], 1))
    assert "other code, data or packages" in answers.problem
