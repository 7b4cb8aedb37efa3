"""The summary of a sweep: what it says follows from the points, for every kind of field."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from sweep_tools import grid_file, worked_out
from test_claims import NEVER, words

from analysis.errors import HnsError
from analysis.sweep.grid_file import SWEEPS, sweep_names
from analysis.sweep.running import run
from analysis.sweep.summary import exactness, front, where, which
from analysis.sweep.summary.view import Field, explained_share, load_view, share_text

SPACES = {
    "a grid": {},
    "one field": {"vary": {"strategy.five_year_uplift_pct": {"from": -2, "to": 12, "steps": 15}}},
    "words": {
        "vary": {"strategy.ratchet_rule": ["none", "floor", "carry"], "settlement.kappa": [[0, 5, 10], [0, 1, 2]]}
    },
    "a hypercube": {
        "method": "latin-hypercube",
        "points": 80,
        "seed": 3,
        "vary": {
            "event.states.trump": {"from": 0.1, "to": 0.6},
            "settlement.ask_now": {"range": [1.3, 2.5, 4.2]},
            "settlement.tail_beside_uplift": [True],
            "outlook_error_pct": {"from": 1, "to": 9},
        },
    },
    "always wait": {"vary": {"strategy.five_year_uplift_pct": {"from": 40, "to": 60, "steps": 4}}},
}


@pytest.fixture(scope="module")
def views(tmp_path_factory):
    """The summary's view of each space, worked out in this process."""
    made = {}
    for what, changes in SPACES.items():
        folder = tmp_path_factory.mktemp("space")
        grid = grid_file(folder, **changes)
        worked_out(grid, folder / "work", workers=1)
        made[what] = load_view(str(folder / "work" / "points.parquet"))
    return made


def shown(found) -> str:
    exhibits = [front.cover(found), front.numbers(found), *where.maps(found), where.losing_text(found)]
    exhibits += [which.field_table(found), which.rule_table(found), exactness.text(found), exactness.made(found)]
    return "\n".join(f"{one.plain}\n{one.html}" for one in exhibits)


@pytest.mark.parametrize("what", SPACES)
def test_every_space_has_a_summary_without_gaps_in_its_words(what, views):
    text = re.sub(r"<[^>]+>", " ", shown(views[what]))
    assert not re.search(r"\b(nan|None|inf)\b", text)
    assert not re.search(r"event\.states|_pct\b", front.title(views[what]))
    for never, why in NEVER.items():
        assert not re.search(never, text, re.IGNORECASE), why


def test_the_title_tells_the_share_and_the_strongest_field(views):
    found = views["a grid"]
    waits = (found.frame["value_of_waiting"] > 0).mean()
    assert front.title(found).startswith(f"Waiting costs less on average at {share_text(waits)} of 15 points")
    assert found.variance.index[0] == "strategy.five_year_uplift_pct"
    assert front.title(views["always wait"]) == "Waiting costs less on average at every one of 4 points looked at"


def test_the_map_holds_every_point_once_and_frames_the_scenario(views):
    for what in ("a grid", "a hypercube"):
        found = views[what]
        figure = where.maps(found)[0]
        points = [int(line.rsplit(",", 1)[1]) for line in figure.csv.splitlines()[1:]]
        assert sum(points) == len(found.frame)
    assert "framed" in where.maps(views["a grid"])[0].html
    assert "framed" not in where.maps(views["always wait"])[0].html


def test_shares_of_variance_are_those_of_a_sum():
    x, z = np.meshgrid(np.arange(5.0), np.arange(4.0))
    answer = pd.Series((3 * x + z).ravel())
    fields = [Field(name, name, "", None, pd.Series(v.ravel())) for name, v in (("x", x), ("z", z))]
    shares = [explained_share(answer, field, sampled=False) for field in fields]
    assert sum(shares) == pytest.approx(1)
    assert shares[0] / shares[1] == pytest.approx(9 * np.var(np.arange(5)) / np.var(np.arange(4)))
    rng = np.random.default_rng(1)
    noise = Field("n", "n", "", None, pd.Series(rng.random(2000)))
    assert explained_share(pd.Series(rng.random(2000)), noise, sampled=True) < 0.02


def test_the_price_at_which_waiting_begins_to_pay_is_the_reservation_price(views):
    found = views["one field"]
    field = found.fields[0]
    turning, rising = where._crossing(found, field, np.ones(len(found.frame), dtype=bool))
    assert rising
    assert turning == pytest.approx(found.own.decision.reservation_uplift_pct, abs=0.6)


def test_exactness_says_what_is_simulated(views):
    assert "Mean costs are exact" in exactness.text(views["a grid"]).plain
    mixed = exactness.text(views["words"]).plain
    assert "at the 67% of points without a closed form" in mixed
    assert "Latin hypercube with seed 3" in exactness.text(views["a hypercube"]).plain


def test_shares_are_never_rounded_to_all_or_nothing():
    assert [share_text(x) for x in (0, 0.001, 0.456, 0.999, 1)] == ["0%", "under 1%", "46%", "over 99%", "100%"]


def test_without_points_the_notebook_says_what_makes_them(tmp_path, monkeypatch):
    monkeypatch.setenv("REPORTS", str(tmp_path))
    with pytest.raises(HnsError, match="make one first: hns sweep odds-and-price"):
        load_view()


def coarse(name: str, folder) -> str:
    """A grid of data/sweeps with few points and few draws, under its own name."""
    grid = yaml.safe_load((SWEEPS / f"{name}.yaml").read_text(encoding="utf-8"))
    for field in grid["vary"].values():
        if "steps" in field:
            field["steps"] = 5
    if "points" in grid:
        grid["points"] = 60
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(grid | {"draws": 1000}, sort_keys=False), encoding="utf-8")
    return str(path)


@pytest.mark.build
@pytest.mark.parametrize("name", sweep_names())
def test_the_grids_that_come_with_the_project_make_whole_reports(name, tmp_path):
    run(coarse(name, tmp_path), tmp_path / "reports")
    folder = tmp_path / "reports" / "sweeps" / name
    said = words(folder, "sweep")
    for never, why in NEVER.items():
        assert not re.search(never, said, re.IGNORECASE), why
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    share = results["figures"]["share.waiting_by_mean"]
    points = pq.read_table(folder / "points.parquet")
    assert share["value"] == np.mean([one == "bridge" for one in points.column("course_by_mean").to_pylist()])
    assert share["text"] in results["title"]
    assert share["rows"]
    assert share["assumptions"] == list(results["grid"]["vary"])
    assert (folder / f"hns-sweep-{name}.pdf").read_bytes().startswith(b"%PDF")
