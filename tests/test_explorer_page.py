"""The static explorer: what it embeds, and that its bytes depend on its inputs alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from analysis.decision import decided, past_rounds_of, strategy_inputs
from analysis.distributions import Pert
from analysis.errors import HnsError
from analysis.expected import expected_path
from analysis.explorer_page.content import explorer_data
from analysis.explorer_page.floor import REACH, STEP, excess_table
from analysis.explorer_page.page import explorer_html, write_explorer
from analysis.portal.page import portal_page
from analysis.readiness import ready
from analysis.scenario_files import scenario_names
from analysis.simulation import expected_decision, mean_prices, simulate

LIMIT = 300_000  # bytes: small enough to be sent as an attachment


@pytest.fixture(scope="module")
def checked():
    return [ready(name) for name in scenario_names()]


@pytest.fixture(scope="module")
def data(checked):
    expected = {name: json.loads(expected_path(name).read_text(encoding="utf-8")) for name in scenario_names()}
    return explorer_data(checked, simulated=expected)


def one(data, name):
    return next(scenario for scenario in data["scenarios"] if scenario["id"] == name)


def start(scenario):
    return {control["key"]: control["value"] for control in scenario["controls"]}


def test_every_scenario_is_there_and_the_founding_question_leads(data):
    names = [scenario["id"] for scenario in data["scenarios"]]
    assert sorted(names) == scenario_names()
    assert names[0] == "undecided"
    assert data["refused"] == []


def test_scenarios_that_differ_in_their_course_alone_say_so(data):
    twins = {scenario["id"]: scenario["twin"] for scenario in data["scenarios"]}
    assert {name for name, twin in twins.items() if twin == "undecided"} == {
        "baseline",
        "five-year",
        "full-ask",
        "korea-terms",
        "one-year",
    }
    assert twins["biden"] is None
    assert twins["renewal-2027"] is None


def test_controls_start_inside_their_reach_and_carry_the_ranges_of_the_scenario(data):
    for scenario in data["scenarios"]:
        for control in scenario["controls"]:
            assert control["low"] <= control["value"] <= control["high"], (scenario["id"], control["key"])
    controls = {control["key"]: control for control in one(data, "undecided")["controls"]}
    assert controls["p"]["own"] == (0.6, 0.85)
    assert controls["bridge"]["known"] == (-1, 8)
    assert controls["bridge"]["own"] == (-1, 2)
    assert controls["rate"]["own"] == (89, 125)
    sure = {control["key"]: control for control in one(data, "biden")["controls"]}
    assert sure["p"]["own"] is None, "odds that are supposed have no range"


def test_nothing_later_than_the_scenario_stands_in_its_sources(data, checked):
    for scenario, evidence in checked:
        shown = {key for _, keys in one(data, scenario.id)["sources"] for key in keys}
        seen = {source for table in evidence.tables.values() if "source" in table for source in table["source"]}
        assert shown <= seen


def test_a_price_above_a_floor_has_the_mean_of_the_simulation():
    scenario, evidence = ready("renewal-2027")
    inputs = strategy_inputs(scenario, evidence, past_rounds_of(scenario, evidence), compared=False)
    framed = replace(inputs.settlement, tail_weight=dict.fromkeys(inputs.states, 0.0))
    for bridge, kept in ((-2.0, 1.0), (5.0, 0.5), (8.0, 1.0)):
        given = replace(
            inputs,
            settlement=framed,
            bridge_share=None,
            bridge_uplift=Pert.certain(bridge),
            ratchet=Pert.certain(kept),
        )
        drawn = simulate(given).u_after
        for state, mean in mean_prices(given)[2].items():
            place = (kept * bridge - mean + REACH) / STEP
            table = excess_table(given.settlement, state)
            found = mean + table[int(place)] + (place % 1) * (table[int(place) + 1] - table[int(place)])
            assert found == pytest.approx(drawn[state].mean(), abs=4 * drawn[state].std() / len(drawn[state]) ** 0.5)


def test_the_closed_form_agrees_with_the_simulation_it_is_shown_beside(data):
    for name in ("undecided", "korea-2020", "korea-2026"):
        scenario, evidence = ready(name)
        closed = expected_decision(strategy_inputs(scenario, evidence, past_rounds_of(scenario, evidence)))
        simulated = one(data, name)["simulated"]
        error = decided(scenario, evidence).decision.value_error
        assert closed.value_of_waiting == pytest.approx(simulated["waiting"], abs=4 * error + 0.01)


def test_the_same_inputs_give_the_same_bytes_and_a_small_file(tmp_path):
    first, second = (write_explorer(tmp_path / name).read_bytes() for name in ("one", "two"))
    assert first == second
    assert len(first) < LIMIT
    assert str(tmp_path).encode() not in first
    assert {file.name for file in (tmp_path / "one").iterdir()} == {"explorer.html", ".locks"}


def test_links_lead_to_the_briefings_that_are_there(tmp_path):
    place = tmp_path / "biden"
    place.mkdir()
    (place / "hns-briefing-biden.html").write_text("x", encoding="utf-8")
    page = write_explorer(tmp_path).read_text(encoding="utf-8")
    embedded = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])
    found = {scenario["id"]: scenario["briefing"] for scenario in embedded["scenarios"]}
    assert found.pop("biden") == "biden/hns-briefing-biden.html"
    assert set(found.values()) == {None}


def test_the_portal_leads_to_the_explorer_once_it_is_there(tmp_path):
    assert "explorer.html" not in portal_page(tmp_path)
    write_explorer(tmp_path)
    assert 'href="explorer.html"' in portal_page(tmp_path)


def test_a_scenario_that_cannot_be_used_is_named_and_keeps_no_other_out(tmp_path, monkeypatch):
    from analysis.explorer_page import page

    def broken(name):
        if name == "biden":
            raise HnsError("data/scenarios/biden.yaml", "unknown key <colour>")
        return ready(name)

    monkeypatch.setattr(page, "ready", broken)
    text = page.write_explorer(tmp_path).read_text(encoding="utf-8")
    assert "data/scenarios/biden.yaml: unknown key <colour>" in unescape(text)
    assert "<colour>" not in text
    assert 'value="undecided"' in text


def test_without_any_scenario_nothing_is_written(tmp_path, monkeypatch):
    from analysis.explorer_page import page

    def broken(name):
        raise HnsError(f"data/scenarios/{name}.yaml", "cannot be read")

    monkeypatch.setattr(page, "ready", broken)
    with pytest.raises(HnsError, match="no scenario can be used"):
        page.write_explorer(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_policy_allows_its_own_code_by_hash_and_nothing_else(data):
    page = explorer_html(data)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not re.search(r'\s(style|on\w+)="', page), "inline attributes would be refused"


# ----------------------------------------------------------------------------------------------------------- commands


def test_the_command_names_the_page_it_made(checkout):
    run = checkout.hns("explorer")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.replace("\\", "/") == "reports/explorer.html\n"
    assert (checkout.reports / "explorer.html").is_file()
