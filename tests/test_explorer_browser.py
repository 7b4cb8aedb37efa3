"""The explorer as its readers meet it: its numbers against Python's, its link, its looks, and what it refuses."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from page_tools import DESK, PHONE, opened

from analysis.decision import past_rounds_of, strategy_inputs
from analysis.explorer_page.content import explorer_data
from analysis.explorer_page.floor import REACH, STEP, excess_table
from analysis.explorer_page.page import explorer_html, write_explorer
from analysis.readiness import ready
from analysis.simulation import StrategyInputs, mean_deflator, mean_path
from analysis.strategy import BRIDGE, FIVE_YEAR, Decision, decide, weights

pytestmark = pytest.mark.browser

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8").replace(".hns-chart", ".plot")
POINTS = 30  # for each scenario
SCENARIOS = ["undecided", "biden", "trump", "full-ask", "renewal-2027", "korea-2020", "korea-2026"]

#: Moves every slider to its value as a hand would, and reads the numbers of the page.
WALK = """([scenario, points]) => {
    const choose = document.getElementById('scenario');
    choose.value = scenario;
    choose.dispatchEvent(new Event('change', { bubbles: true }));
    const read = (id) => Number(document.getElementById(id).value);
    return points.map((point) => {
        const held = {};
        for (const [key, value] of Object.entries(point)) {
            const slider = document.getElementById('at-' + key);
            slider.value = String(value);
            held[key] = Number(slider.value);
            slider.dispatchEvent(new Event('input', { bubbles: true }));
        }
        const costs = ['base', 'now', 'wait-0', 'wait-1', 'average', 'regret-now-0', 'regret-now-1',
            'regret-wait-0', 'regret-wait-1'].map((id) => [id, read('n-' + id)]);
        const keys = ['reservation', 'break-even', 'waiting', 'evpi'].map((id) => [id, read(id)]);
        return { held, found: Object.fromEntries([...costs, ...keys]), verdict: document.body.dataset.verdict };
    });
}"""


@dataclass(frozen=True)
class Known:
    """A scenario's inputs as the model has them, to work out what the page ought to show."""

    inputs: StrategyInputs
    controls: dict[str, dict]

    def decision(self, at: dict[str, float]) -> tuple[Decision, float]:
        """The decision at the sliders' values by analysis.strategy, and the cost of the status quo."""
        inputs = self.inputs
        elapsed = [year - inputs.base_year for year in inputs.years]
        path = mean_path(inputs) * [(1 + at["drift"] / 100) ** years for years in elapsed]
        deflator = None if inputs.inflation is None else mean_deflator(inputs)
        w = weights(path, round(at["years"]), at["discount"] / 100, deflator)
        bridge = at["bridge"] if "bridge" in at else at["share"] * at["now"]
        after = [
            self.later(state, at, bridge, at[key], at.get(f"weight_{key}", 0.0))
            for key, state in zip(("first", "second"), inputs.states, strict=True)
        ]
        return decide(w, inputs.states, at["p"], at["now"], bridge, *after, at["fee"]), float(w.total)

    def later(self, state: str, at: dict[str, float], bridge: float, inside: float, weight: float) -> float:
        """Mean price after the event, with the tail and, where the scenario has one, the floor."""
        size = at.get("size", 0.0)
        if self.inputs.ratchet_rule == "floor":
            held = at["ratchet"] * bridge
            place = (held - inside + REACH) / STEP
            table = excess_table(self.inputs.settlement, state)
            left = int(place)
            inside += table[left] + (place - left) * (table[left + 1] - table[left])
            size = max(size, held)
        return (1 - weight) * inside + weight * size


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    return write_explorer(tmp_path_factory.mktemp("explorer"))


@pytest.fixture(scope="module")
def known():
    checked = [ready(name) for name in SCENARIOS]
    shown = {one["id"]: one["controls"] for one in explorer_data(checked)["scenarios"]}
    return {
        scenario.id: Known(
            strategy_inputs(scenario, evidence, past_rounds_of(scenario, evidence), compared=False),
            {control["key"]: control for control in shown[scenario.id]},
        )
        for scenario, evidence in checked
    }


def points(controls: dict[str, dict], seed: int) -> list[dict[str, float]]:
    """Values for all sliders: both ends and the start of each, then anything between."""
    draw = random.Random(seed)
    ends = [{key: control[end] for key, control in controls.items()} for end in ("low", "high", "value")]
    between = [
        {key: draw.uniform(control["low"], control["high"]) for key, control in controls.items()}
        for _ in range(POINTS - len(ends))
    ]
    return ends + between


def test_the_page_gives_the_numbers_of_the_closed_forms(browser, page_file, known):
    compared = 0
    with opened(browser, page_file, charts=False) as tab:
        for name, one in known.items():
            for shown in tab.page.evaluate(WALK, [name, points(one.controls, seed=compared)]):
                wanted, base = one.decision(shown["held"])
                first, second = wanted.states
                found, near = shown["found"], 1e-9 * base
                expected = {
                    "base": base,
                    "now": wanted.cost_now,
                    "wait-0": wanted.cost_bridge[first],
                    "wait-1": wanted.cost_bridge[second],
                    "regret-now-0": wanted.regret[FIVE_YEAR][first],
                    "regret-now-1": wanted.regret[FIVE_YEAR][second],
                    "regret-wait-0": wanted.regret[BRIDGE][first],
                    "regret-wait-1": wanted.regret[BRIDGE][second],
                    "average": wanted.cost_now - wanted.value_of_waiting,
                    "waiting": wanted.value_of_waiting,
                    "evpi": wanted.evpi,
                }
                for number, value in expected.items():
                    assert found[number] == pytest.approx(value, rel=1e-9, abs=near), (name, number, shown)
                assert found["reservation"] == pytest.approx(wanted.reservation_uplift_pct, rel=1e-9, abs=1e-8)
                star = pytest.approx(wanted.break_even_probability, rel=1e-9, abs=1e-9, nan_ok=True)
                assert found["break-even"] == star, (name, shown)
                tie = abs(wanted.value_of_waiting) < 0.0025 * wanted.cost_now
                better = "wait" if wanted.value_of_waiting > 0 else "sign"
                assert shown["verdict"] == ("tie" if tie else better)
                compared += 1
        assert tab.said == []
    assert compared >= 200


def test_untouched_the_page_gives_the_numbers_of_the_scenario_itself(browser, page_file, known):
    with opened(browser, page_file, charts=False) as tab:
        for name, one in known.items():
            tab.page.select_option("#scenario", name)
            wanted, _ = one.decision({key: control["value"] for key, control in one.controls.items()})
            found = float(tab.page.get_attribute("#reservation", "value"))
            assert found == pytest.approx(wanted.reservation_uplift_pct, rel=1e-9)


def test_odds_that_do_not_matter_are_said_not_to(browser, page_file):
    with opened(browser, page_file, charts=False) as tab:
        tab.page.goto(f"{page_file.as_uri()}#scenario=korea-2026&first=5&second=5")
        assert tab.page.inner_text("#break-even") == "none"
        assert "the odds do not matter" in tab.page.inner_text("#odds")
        tab.page.goto(f"{page_file.as_uri()}#scenario=korea-2026&first=5&second=8&now=1")
        assert tab.page.inner_text("#odds") == "At this price signing costs less whatever the outcome."


def test_the_keyboard_moves_sliders_and_the_answer_follows(browser, page_file):
    with opened(browser, page_file, charts=False) as tab:
        page = tab.page
        assert page.inner_text("#head") == "Wait"
        page.focus("#at-p")
        for _ in range(16):
            page.keyboard.press("ArrowLeft")
        assert page.inner_text("#at-p-value") == "64%"
        assert page.inner_text("#head") == "Near tie"
        page.keyboard.press("Home")
        assert page.inner_text("#at-p-value") == "0%"
        assert page.inner_text("#head") == "Sign"
        assert page.get_attribute("#at-p", "aria-valuetext") == "0%"
        assert page.inner_text("#break-even") == "64%", "break-even odds do not hang on the odds"


def test_on_a_phone_the_answer_stays_in_view_above_the_sliders(browser, page_file):
    with opened(browser, page_file, charts=False, reduced_motion="reduce") as tab:
        tab.show(width=PHONE)
        tab.page.locator("#at-fee").scroll_into_view_if_needed()
        top = tab.page.locator(".verdict").bounding_box()
        assert top["y"] == pytest.approx(0, abs=1)
        assert top["height"] < 200


def test_a_value_beyond_its_range_is_marked_and_said(browser, page_file):
    with opened(browser, page_file, charts=False) as tab:
        page = tab.page
        assert page.locator("#warning").is_hidden()
        page.focus("#at-now")
        page.keyboard.press("End")
        assert page.inner_text("#at-now-note") == "Outside −9% to +14%, the range that past rounds support"
        page.focus("#at-bridge")
        page.keyboard.press("End")
        assert "−1% to +8%" in page.inner_text("#at-bridge-note")
        assert page.inner_text("#warning").startswith("Two values outside the range")
        page.focus("#at-p")
        page.keyboard.press("End")
        assert page.inner_text("#at-p-note") == "Outside 60% to 85%, the scenario's own range"
        page.click("#reset")
        assert page.locator("#warning").is_hidden()
        assert page.locator(".outside").count() == 0


def test_the_link_restores_the_state_and_holds_only_what_differs(browser, page_file):
    with opened(browser, page_file, charts=False) as tab:
        page = tab.page
        page.select_option("#scenario", "renewal-2027")
        assert page.evaluate("location.hash") == "#scenario=renewal-2027"
        page.focus("#at-share")
        page.keyboard.press("ArrowLeft")
        page.click("label[for=money-usd]")
        page.click("#copy")
        link = page.url
        assert set(link.partition("#")[2].split("&")) == {"scenario=renewal-2027", "share=0.67", "money=usd"}
        before = page.inner_text(".answer")
        assert "$" in before
    with opened(browser, page_file, charts=False) as tab:
        tab.page.goto(link)
        assert tab.page.inner_text(".answer") == before
        assert tab.page.input_value("#at-share") == "0.67"
        tab.page.click("#reset")
        assert tab.page.url.endswith("#scenario=renewal-2027")
        assert tab.page.inner_text(".answer") != before


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("scenario=undecided&p=2&now=1e9", "100%"),
        ("scenario=undecided&p=NaN", "80%"),
        ("scenario=undecided&p=", "80%"),
        ("scenario=undecided&__proto__=1&constructor=2&money=gold", "80%"),
        ("scenario=%3Cimg src=x onerror=alert(1)%3E&p=0.5", "80%"),
        ("main", "80%"),
    ],
)
def test_a_link_can_do_no_more_than_the_sliders(browser, page_file, link, shown):
    with opened(browser, page_file, charts=False) as tab:
        tab.page.goto(f"{page_file.as_uri()}#{link}")
        assert tab.page.inner_text("#at-p-value") == shown
        assert tab.page.locator("#lost").is_visible() == ("img" in link)
        assert float(tab.page.input_value("#at-now")) <= 30
        assert tab.said == []


def test_the_point_in_the_chart_can_be_dragged(browser, page_file):
    with opened(browser, page_file, charts=False) as tab:
        tab.page.wait_for_function("document.querySelector('#line .here')?.getBoundingClientRect().width > 0")
        box = tab.page.locator("#line .here").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        tab.page.mouse.move(x, y)
        tab.page.mouse.down()
        tab.page.mouse.move(x - 200, y - 60, steps=4)
        tab.page.mouse.up()
        moved = tab.page.locator("#line .here").bounding_box()
        assert moved["x"] == pytest.approx(box["x"] - 200, abs=8)
        link = dict(part.split("=") for part in tab.page.url.partition("#")[2].split("&"))
        assert float(link["p"]) < 0.7
        assert float(link["now"]) > 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_reader_is_served(browser, page_file, scheme):
    with opened(browser, page_file, charts=False) as tab:
        for name in ("undecided", "renewal-2027", "korea-2020"):
            tab.page.select_option("#scenario", name)
            for width in (DESK, PHONE):
                tab.show(scheme, width)
                assert tab.page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
                assert tab.page.evaluate(WORDS_CUT) == [], (name, width)
        tab.page.goto(f"{page_file.as_uri()}#scenario=undecided&now=20&p=0.1")  # with warnings
        assert tab.faults() == []
        tab.show(scheme, PHONE)
        assert tab.faults() == []
        assert {address.partition("#")[0] for address in tab.asked} == {page_file.as_uri()}
        assert tab.said == []


WORDS_CUT = """[...document.querySelectorAll('.plot')].flatMap(plot => {
    const frame = plot.getBoundingClientRect();
    return [...plot.querySelectorAll('text')].filter(word => {
        const box = word.getBoundingClientRect();
        return box.left < frame.left - 2 || box.right > frame.right + 2;
    }).map(word => plot.id + ': ' + word.textContent);
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_of_the_charts_stand_out(browser, page_file, scheme):
    # the check brings a style of its own, which the page's policy would refuse
    with opened(browser, page_file, charts=False, bypass_csp=True) as tab:
        tab.show(scheme)
        for name in ("undecided", "renewal-2027", "korea-2020"):
            tab.page.select_option("#scenario", name)
            assert tab.page.evaluate(CONTRAST, 4.5) == [], name


def test_print_shows_the_values_and_none_of_the_controls(browser, page_file):
    with opened(browser, page_file, charts=False) as tab:
        tab.show("dark", 700, media="print")
        assert tab.page.locator("input:visible, button:visible, select:visible").count() == 0
        assert tab.page.locator("#at-p-value").is_visible()
        assert tab.page.locator(".plot svg:visible").count() == 3
        assert tab.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_words_of_a_scenario_are_shown_not_obeyed(browser, tmp_path):
    scenario, evidence = ready("undecided")
    bad = "</script><img src=x onerror=alert(1)><b>bold</b> & “quoted”"
    hostile = scenario.model_copy(update={"title": bad, "question": bad})
    file = tmp_path / "explorer.html"
    file.write_text(explorer_html(explorer_data([(hostile, evidence)])), encoding="utf-8")
    with opened(browser, file, charts=False) as tab:
        assert tab.page.inner_text("#question") == bad
        assert tab.page.inner_text("#scenario option") == bad
        assert tab.page.locator("img, #question b").count() == 0
        assert tab.page.inner_text("#head") == "Wait"
        assert tab.said == []
        assert tab.asked == [file.as_uri()]


def test_without_scripts_the_page_says_what_it_needs(browser, page_file):
    with opened(browser, page_file, charts=False, java_script_enabled=False) as tab:
        assert tab.page.locator("noscript").count() == 1
        assert "needs scripts" in tab.page.inner_text("main")
        assert tab.page.locator("#app").is_hidden()
