"""The benchmark's own workings, on commands that take no time; no test asserts how fast anything is."""

from __future__ import annotations

import json
import os
import shutil
import sys

import pytest
from conftest import STAND_IN

from analysis.paths import ROOT
from bench.environment import OWN, tool, variables
from bench.measure import BenchError, Reading, timed
from bench.page import page
from bench.picture import bars, chart
from bench.rounds import measured
from bench.routes import Route, changed_number, computing
from bench.run import written
from bench.summary import TARGETS, judged, spread, verdict

pytestmark = pytest.mark.skipif(os.name == "nt", reason="it measures with wait4, and make is not there")


def reading(wall: float, step: str = "make") -> Reading:
    return Reading(step, wall, wall / 2, 100.0, {"html": 1000, "pdf": 2000})


def record(**walls: list[float]) -> dict:
    """A whole record whose routes took these seconds, one for each round."""
    kept = {key: iter(seconds) for key, seconds in walls.items()}
    routes = [Route(key, f"title of {key}", lambda key=key: [reading(next(kept[key]))]) for key in walls]
    routes.append(Route("latex", "the PDF by LaTeX", lambda: [], "not here (xelatex)"))
    found = measured(routes, len(next(iter(walls.values()))), False, lambda line: None, lambda: 1234)
    machine = {
        "when": "2026-01-01", "commit": "abc", "changed_since": False, "system": "S", "processor": "P", "cores": 2,
        "memory_gib": 4.0, "load_before": [0.1, 0.1, 0.1], "python": "3.11", "chromium": "1",
        "versions": {"own": {"pandas": "3"}, "pip": {"pandas": "3", "matplotlib": "9"}},
    }  # fmt: skip
    return {"scenario": "undecided", "runs": 4, "warm_up": False, "machine": machine, **found}


def test_a_command_is_timed_and_what_it_leaves_is_weighed(tmp_path):
    code = "open('made.html', 'w').write('x' * 50); block = bytearray(60 * 2**20); print('done')"
    around = variables(tmp_path, ROOT)
    read = timed("step", [sys.executable, "-c", code], tmp_path, around, [tmp_path / "made.html"])
    assert read.wall > 0
    assert read.files == {"html": 50}
    assert read.memory > 50
    assert read.said == "done\n"
    assert "PYTHONDONTWRITEBYTECODE" not in around


@pytest.mark.parametrize(
    ("code", "left", "told"), [("1 / 0", [], "ZeroDivisionError"), ("", ["no.pdf"], "left no no.pdf")]
)
def test_a_command_that_fails_or_leaves_nothing_ends_the_benchmark(tmp_path, code, left, told):
    with pytest.raises(BenchError, match=told):
        timed("step", [sys.executable, "-c", code], tmp_path, os.environ, [tmp_path / name for name in left])


def test_routes_take_turns_and_one_that_may_fail_says_why():
    order = []

    def route(key, fails=False):
        def run():
            order.append(key)
            if fails:
                raise BenchError(key, "no network")
            return [reading(1.0)]

        return Route(key, key, run, may_fail=fails)

    found = measured([route("a"), route("b"), route("c", fails=True)], 2, True, lambda line: None)
    assert order == ["a", "b", "c", "a", "b", "a", "b"]  # the first three to warm up, c not asked again
    assert [len(one["rounds"]) for one in found["routes"]] == [2, 2, 0]
    assert found["routes"][2]["absent"] == "fails here (no network)"
    with pytest.raises(BenchError, match="no network"):
        measured([Route("d", "d", route("d", fails=True).run)], 1, False, lambda line: None)


def test_ratios_are_taken_round_by_round():
    found = record(
        **{"make-first": [1.0, 2.0, 3.0, 4.0], "plain-pip": [10.0, 10.0, 10.0, 40.0], "pdf-alone": [2.0] * 4}
    )
    first, *_, last = TARGETS
    assert judged(found, first).middle == pytest.approx(0.15)  # of 0.1, 0.2, 0.3, 0.1
    assert (verdict(first, judged(found, first)), verdict(last, judged(found, last))) == ("met", "not met")
    assert judged(found, TARGETS[1]) is None  # plain-own was not run
    assert spread([1, 2, 3, 4, 5]).low == 2


def test_page_and_picture_hold_what_was_read_and_what_was_not(tmp_path):
    found = record(**{"make-first": [1.0, 2.0, 3.0, 4.0], "plain-pip": [20.0] * 4})
    text = page(found)
    for told in (
        "1,234 figures",
        "2.50 (1.75–3.25)",
        "not here (xelatex)",
        "not measured",
        "matplotlib 9",
        "quartiles",
    ):
        assert told in text, told
    assert list(bars(found)["text"]) == ["20.0 s (20.0–20.0)", "2.5 s (1.8–3.2)"]
    assert chart(found).to_dict()["layer"]
    (tmp_path / "benchmark.json").write_text(json.dumps(found), encoding="utf-8")
    text_file, picture, _ = written(tmp_path / "benchmark.json")
    assert text_file.read_text(encoding="utf-8") == text
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_computing_of_a_notebook_is_the_time_of_its_cells(tmp_path):
    made = tmp_path / "made.ipynb"
    command = [tool(OWN, "papermill"), str(STAND_IN), str(made), "--no-progress-bar"]
    read = timed("papermill", command, tmp_path, variables(tmp_path, ROOT), [made])
    assert 0 < computing(made).wall < read.wall


@pytest.mark.parametrize("name", ["baseline", "undecided"])  # one with a seed of its own, one without
def test_another_number_is_put_into_a_scenario_and_taken_out_again(tmp_path, name):
    file = tmp_path / f"{name}.yaml"
    shutil.copy2(ROOT / "data" / "scenarios" / file.name, file)
    before, seen = file.read_bytes(), file.stat().st_mtime_ns
    with changed_number(file, 3):
        assert file.read_bytes() != before
        assert file.read_text(encoding="utf-8").count("seed: ") == 1
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (before, seen)
