"""Frozen forecasts see their own day only, and are scored as by hand."""

from __future__ import annotations

import shutil
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.backtest import Ensemble, Normal, Point
from analysis.briefing.backtests import Record, verdict
from analysis.concessions import concessions
from analysis.frozen import TARGETS, deal_forecasts, frozen_forecasts, frozen_scores
from analysis.paths import DATA
from analysis.vintage import load_evidence

EVERYTHING = load_evidence(date.max)


@pytest.fixture(scope="module")
def scores():
    return frozen_scores(EVERYTHING)


def planted(tmp_path, published: str):
    """A loader of the tables with two rows more: a payment and a round of Japan, public on `published`."""
    folder = tmp_path / published
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("scenarios"))
    for table, row, changes in (
        ("payments", "J029", {"first_year": 2021, "last_year": 2021, "value": 900}),
        ("rounds", "jp-2016", {"first_year": 2020, "change_pct": 150}),
    ):
        path = folder / f"{table}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        new = frame[frame["id"] == row].assign(id=f"{row}x", published=published, **changes)
        pd.concat([frame, new]).to_csv(path, index=False)
    return lambda as_of: load_evidence(as_of, folder)


def values(forecasts) -> dict[str, list[float]]:
    return {name: [float(x) for x in f.ppf([0.1, 0.5, 0.9])] for name, f in forecasts.items()}


def test_a_row_published_later_changes_no_frozen_forecast(tmp_path):
    """The same rows planted a day before do change it, so the test can fail."""
    target = TARGETS[1]
    given = values(frozen_forecasts(target))
    assert values(frozen_forecasts(target, planted(tmp_path, "2020-10-09"))) == given
    earlier = values(frozen_forecasts(target, planted(tmp_path, "2020-10-07")))
    assert earlier["flat"][0] == 900
    assert earlier["model"] != given["model"]


def test_outcomes_are_later_than_the_forecasts():
    for target in TARGETS:
        early = frozen_scores(EVERYTHING).query("target == @target.name")["as_of"].iloc[0]
        assert target.outcome not in set().union(*(t.index for t in load_evidence(early).tables.values()))


def test_simple_rules_by_hand():
    """From the budgets of FY2019 and FY2020 (197.4, 199.3), the last renewal (+1.1%) and 8 bn dollars at 105."""
    japan = frozen_forecasts(TARGETS[0])
    assert japan["flat"] == Point(199.3)
    assert japan["flat_band"] == Normal.from_mean_absolute_error(199.3, 0.055 * 199.3)
    assert japan["last_change"].value == pytest.approx(199.3 * 1.011)
    assert japan["last_growth"].value == pytest.approx(199.3 * 199.3 / 197.4)
    assert japan["ask"] == Point(840.0)
    later = frozen_forecasts(TARGETS[1])
    growth = 199.3 / 197.4
    assert later["last_growth"].value == pytest.approx(199.3 * np.mean([growth**k for k in range(2, 7)]))
    assert later["last_change"].value == pytest.approx(199.3 * 1.011**2)
    assert "ask" not in frozen_forecasts(TARGETS[3])


def test_the_model_forecast_is_the_course_its_scenario_follows():
    found = frozen_forecasts(TARGETS[0])
    assert isinstance(found["model"], Ensemble)
    assert found["model"].draws.mean() == pytest.approx(202.7 * 1.0017, rel=2e-3)  # first year of the path, bridge
    assert found["model_other"].draws.mean() == pytest.approx(202.7 * 1.031, rel=2e-3)


def test_scores_lie_near_the_reference_calculation(scores):
    """Reference CRPS of the model: 0.7, 1.9, 3.9 and 2.5 percent of the outcome, four of four inside the band.

    It names no course; the two Korean values are those of the other course here (5.1 with this project's reading of the
    last ask, and 2.3), the two Japanese ones those of the course followed. "Last growth" and the asks agree, save that
    of South Korea in 2020, where the reference takes the opening ask and the scenario the last one.
    """
    crps = scores.set_index(["target", "method"])["crps"].unstack()
    assert crps.loc["Japan FY2021", "model"] == pytest.approx(0.7, abs=0.15)
    assert crps.loc["Japan FY2022–26", "model"] == pytest.approx(1.9, abs=0.4)
    assert crps.loc["South Korea 2021", "model"] < 3.9
    assert crps.loc["South Korea 2026", "model_other"] == pytest.approx(2.5, abs=0.3)
    assert crps.loc["Japan FY2021", ["flat", "last_growth", "ask"]].tolist() == pytest.approx([1.2, 0.2, 316], abs=0.5)
    assert crps.loc["Japan FY2022–26", "last_growth"] == pytest.approx(1.9, abs=0.1)
    assert scores.loc[scores["method"] == "model", "covered"].sum() == 4


def test_the_verdict_does_not_flatter():
    def record(model: float, rule: float, covered: int) -> Record:
        rows = [("model", model, covered), ("flat", 9.0, 0), ("flat_band", 8.0, 4)]
        rows += [("last_change", 7.0, 0), ("last_growth", rule, 0)]
        summary = pd.DataFrame(rows, columns=["method", "crps", "covered"])
        return Record(pd.DataFrame({"target": list("abcd")}), summary)

    held = "All four outcomes fell into the model's 80% band"
    assert verdict(record(2.3, 2.1, 4)) == f"{held}, but a simple rule scored better: last year's growth"
    assert verdict(record(1.0, 2.1, 3)).startswith("Three of four outcomes fell")
    assert verdict(record(1.0, 2.1, 3)).endswith("no simple rule scored better")


def test_chance_of_a_deal_is_stated_from_the_lengths_of_the_day_only():
    found = deal_forecasts(EVERYTHING).set_index("row")
    assert found["lengths"].to_dict() == {"jp-2021": 1, "kr-2021": 1, "kr-2026": 4}
    assert found["stated"].notna().to_dict() == {"jp-2021": False, "kr-2021": False, "kr-2026": True}
    assert found["happened"].to_dict() == {"jp-2021": 0, "kr-2021": 0, "kr-2026": 1}
    assert found.loc["jp-2021", "mechanical"] < 0.15, "a bridge was close to the only course left"
    assert found.loc["kr-2026", "stated"] == pytest.approx(found.loc["kr-2026", "mechanical"], abs=1e-9)


def test_shares_of_the_way_by_hand():
    """2014: 869.5 to an ask of 1,000, offered 3.5%, settled at 920. 2021: counter-ask of 1.3 bn dollars at 1,180.6."""
    found = concessions(EVERYTHING).set_index("id")
    assert found.loc["kr-2014", "lambda_0"] == pytest.approx((920 - 869.5) / (0.15 * 869.5))
    offer = 869.5 * 1.035
    assert found.loc["kr-2014", "lambda_1"] == pytest.approx((920 - offer) / (1000 - offer))
    assert found.loc["kr-2021", "last_ask"] == pytest.approx(1.3 * 1180.5554)
    assert found.loc["kr-2021", "lambda_1"] == pytest.approx(0.026, abs=0.001)
    assert found["lambda_0"].is_monotonic_decreasing


def test_shares_of_the_way_see_their_day_only():
    assert list(concessions(load_evidence(date(2020, 10, 8)))["id"]) == ["kr-2014", "kr-2019"]
    early = concessions(load_evidence(date(2019, 1, 31)))  # the average rate of 2018 came out that day
    assert "kr-2019" not in set(early["id"])
