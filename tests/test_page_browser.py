"""Every scenario's page as its readers meet it: on a desk and a phone, light and dark, by keyboard and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_tools import DESK, PHONE, opened

from analysis.scenario_files import scenario_names

pytestmark = [pytest.mark.build, pytest.mark.browser]

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
PAPER, PAGE = 642, 1016  # CSS pixels between the margins of A4: width, height

CHARTS = "document.querySelectorAll('.hns-chart').length"
DRAWN = """[...document.querySelectorAll('.hns-live svg.marks')]
    .filter(drawing => drawing.querySelectorAll('path, text').length >= 10).length"""
OVERFLOW = "document.documentElement.scrollWidth"
FRAMES = """[...document.querySelectorAll('.hns-chart, .hns-scroll')]
    .filter(frame => frame.checkVisibility() && frame.scrollWidth > frame.clientWidth + 1)
    .filter(frame => frame.tabIndex !== 0 || frame.getAttribute('role') !== 'region' || !frame.ariaLabel)
    .map(frame => frame.className + ' in ' + frame.closest('figure')?.id)"""
CONTROLS = """[...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
    .filter(control => control.checkVisibility())"""
FOCUS = """() => {
    const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
    const seen = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2 && look.opacity === '1';
    const there = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return [one.dataset.control, seen && there, one.outerHTML.slice(0, 120)];
}"""
CUT = """[...document.querySelectorAll('.hns-static')].flatMap(drawing => {
    const frame = drawing.closest('figure').getBoundingClientRect();
    return [...drawing.querySelectorAll('text')].filter(word => {
        const box = word.getBoundingClientRect();
        return box.width && (box.left < frame.left - 2 || box.right > frame.right + 2);
    }).map(word => drawing.closest('figure').id + ': ' + word.textContent);
})"""
WIDE_TABLES = """[...document.querySelectorAll('figure .hns-grid')]
    .filter(table => table.getBoundingClientRect().right > main.getBoundingClientRect().right + 1)
    .map(table => table.closest('figure').id)"""


def page_of(folder: Path) -> Path:
    return next(folder.glob("hns-briefing-*.html"))


@pytest.mark.parametrize("scenario", scenario_names())
def test_a_page_serves_every_reader(browser, report_of, scenario):
    """No serious finding of axe, nothing asked for, nothing on the console, all charts drawn, legible and reachable."""
    file = page_of(report_of(scenario))
    with opened(browser, file) as tab:
        charts = tab.page.evaluate(CHARTS)
        assert charts >= 7
        assert tab.page.evaluate(DRAWN) == charts
        for scheme, width in [(s, w) for s in ("light", "dark") for w in (DESK, PHONE)]:
            tab.show(scheme, width)
            assert tab.page.evaluate(OVERFLOW) <= width, (scheme, width)
            assert tab.page.evaluate(FRAMES) == [], (scheme, width)
            if width == DESK:  # on a phone some words are scrolled out of sight
                assert tab.page.evaluate(CONTRAST, 4.5) == [], scheme
            # axe takes seconds on so long a page: each scheme and each width once, all four for one scenario
            if (scheme, width) in {("light", DESK), ("dark", PHONE)} or scenario == "undecided":
                assert tab.faults() == [], (scheme, width)
        tab.show(width=PAPER, media="print")
        assert tab.page.evaluate(CUT) == []
        assert tab.page.evaluate(WIDE_TABLES) == []
        assert tab.page.evaluate("document.querySelector('.hns-page').getBoundingClientRect().top") <= PAGE
        assert tab.asked == [file.as_uri()]
        assert tab.said == []


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(browser, report_of):
    with opened(browser, page_of(report_of("undecided")), reduced_motion="reduce") as tab:
        count = tab.page.evaluate(f"{CONTROLS}.map((control, n) => control.dataset.control = n).length")
        assert count > 100
        reached, unseen = set(), []
        for _ in range(count):
            tab.page.keyboard.press("Tab")
            number, seen, what = tab.page.evaluate(FOCUS)
            reached.add(number)
            if not seen:
                unseen.append(what)
        assert reached == {str(n) for n in range(count)}
        assert unseen == []
        tab.page.reload()
        tab.page.keyboard.press("Tab")
        tab.page.keyboard.press("Enter")
        assert tab.page.evaluate("document.activeElement.id") == "main", "the skip link leads to the text"


def test_a_mark_answers_the_pointer_with_its_numbers(browser, report_of):
    with opened(browser, page_of(report_of("undecided"))) as tab:
        mark = tab.page.locator("#fig-courses .hns-live .mark-symbol path").first
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        tab.page.mouse.move(1, 1)
        tab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        shown = tab.page.locator("#vg-tooltip-element.visible")
        shown.wait_for()
        assert "Status quo path" in shown.inner_text()
        assert "1,023" in shown.inner_text()


def test_the_contents_stand_beside_the_text_and_fold_on_a_phone(browser, report_of):
    with opened(browser, page_of(report_of("undecided"))) as tab:
        contents, text = tab.page.locator("nav"), tab.page.locator("main")
        side = contents.bounding_box()
        assert side["x"] + side["width"] < text.bounding_box()["x"]
        tab.page.click("nav a >> text=The outlook")
        tab.page.locator("nav [aria-current][href='#the-outlook']").wait_for()
        tab.show(width=PHONE)
        assert not tab.page.evaluate("contents.open")
        tab.page.click("nav summary")
        tab.page.click("nav a >> text=Sources")
        assert not tab.page.evaluate("contents.open"), "chosen, then out of the way"


def test_print_holds_the_text_and_none_of_the_controls(browser, report_of):
    with opened(browser, page_of(report_of("undecided"))) as tab:
        tab.show("dark", PAPER, media="print")
        page = tab.page
        for gone in ("nav", ".skip", "details.hns-data", ".hns-file", ".hns-link", ".hns-back", ".hns-live"):
            assert page.locator(f"{gone}:visible").count() == 0, gone
        assert page.locator(".hns-static:visible").count() == page.evaluate(CHARTS), "each chart once"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.querySelector('.hns-figure')).breakInside") == "avoid"


def test_without_scripts_the_drawings_stand_in_their_frames(browser, report_of):
    with opened(browser, page_of(report_of("undecided")), charts=False, java_script_enabled=False) as tab:
        drawings = tab.page.locator(".hns-static:visible")
        assert drawings.count() == tab.page.locator(".hns-chart").count() >= 13
        assert tab.page.evaluate(CUT) == []
