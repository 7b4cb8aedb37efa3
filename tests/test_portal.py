"""The portal: what it says of each report, where it shows a gap, and that the folder can be put anywhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from page_tools import PHONE, opened

from analysis.content import notebook_content, read_contents
from analysis.errors import ScenarioError
from analysis.manifest import hashes, input_files, versions
from analysis.paths import NOTEBOOKS, ROOT
from analysis.portal.entries import entries_of, grouped
from analysis.portal.exhibits import choices
from analysis.portal.page import portal_page, write_portal
from analysis.scenario_files import scenario_names
from analysis.site import PAGES, note_pages, pages_up_to_date

FIGURES = {
    "reservation_uplift_pct": (1.5, "+1.5%"),
    "break_even_probability": (0.64, "64%"),
    "cost.status_quo.either.mean": (1000.0, "¥1,000 bn"),
    "cost.five_year.either.mean": (1050.0, "¥1,050 bn"),
    "cost.five_year.either.cvar95": (1200.0, "¥1,200 bn"),
    "cost.bridge.mixed.mean": (1040.0, "¥1,040 bn"),
    "cost.bridge.mixed.cvar95": (1400.0, "¥1,400 bn"),
}


def report_in(folder: Path, scenario: str, *, figures=FIGURES, title="Take one year & wait", extra=()) -> Path:
    """A finished report as far as the portal reads one, made from the inputs as they are now."""
    place = folder / scenario
    (place / "data").mkdir(parents=True)
    results = {
        "title": title,
        "decision": {"course": "bridge", "state": "mixed", "name": "One year, then the winner"},
        "figures": {name: {"value": value, "text": text} for name, (value, text) in figures.items()},
    }
    (place / "results.json").write_text(json.dumps(results), encoding="utf-8")
    for name in (f"hns-briefing-{scenario}.html", f"hns-briefing-{scenario}.pdf", "data/fig-price.csv", *extra):
        (place / name).write_text("x", encoding="utf-8")
    files = [p for p in place.rglob("*") if p.is_file()]
    (place / "run.ipynb").write_text("x", encoding="utf-8")
    reads = [("scenario", scenario), ("table", "2020-10-08", "payments")]
    notebook = NOTEBOOKS / "briefing.ipynb"
    manifest = {
        "scenario": scenario,
        "notebook": "briefing",
        "as_of": "2020-10-08",
        "versions": versions(),
        "inputs": hashes(input_files(notebook, reads), ROOT),
        "content": {"notebook": notebook_content(notebook), **read_contents(reads)},
        "files": hashes(files, place),
        "run_record": "run.ipynb",
    }
    (place / "manifest.json").write_text(json.dumps(manifest))
    return place


def card(page: str, scenario: str) -> str:
    """The words of one scenario's card."""
    [found] = re.findall(rf'<article[^>]*aria-labelledby="scenario-{scenario}">(.*?)</article>', page, re.DOTALL)
    found = re.sub(r'<span class="hns-gap"[^>]*aria-label="([^"]+)"[^>]*>.</span>', r" [\1] ", found)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found)).split())


def test_a_card_says_what_the_report_says(tmp_path):
    report_in(tmp_path, "undecided")
    said = card(portal_page(tmp_path), "undecided")
    for words in ("Japan, FY2021–25 · as of 8 October 2020", "Should Japan sign for five years now", "Biden 80%"):
        assert words in said
    assert "Take one year & wait" in said
    assert "Reservation uplift +1.5% Break-even probability of Biden 64%" in said
    assert "Signing now ¥1,050 bn ¥1,200 bn Waiting ¥1,040 bn ¥1,400 bn" in said
    assert "Older" not in said
    assert "Not made" not in said


def test_a_figure_the_report_does_not_hold_is_a_gap(tmp_path):
    without = {name: figure for name, figure in FIGURES.items() if "break_even" not in name and "cvar" not in name}
    report_in(tmp_path, "undecided", figures=without)
    page = portal_page(tmp_path)
    said = card(page, "undecided")
    assert "Break-even probability of Biden [no figure]" in said
    assert "Signing now ¥1,050 bn [no figure]" in said
    assert 'id="fig-' not in page, "no chart without its numbers"


def test_missing_and_outdated_reports_are_marked_with_their_command(tmp_path):
    place = report_in(tmp_path, "undecided")
    report_in(tmp_path, "biden")
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["inputs"]["data/payments.csv"] = "0" * 64  # other bytes
    (place / "manifest.json").write_text(json.dumps(manifest))
    assert "make report" not in card(portal_page(tmp_path), "undecided"), "other bytes that say the same"
    manifest["content"]["table 2020-10-08 payments"] = "0" * 16
    (place / "manifest.json").write_text(json.dumps(manifest))
    page = portal_page(tmp_path)
    assert "Older than its inputs; to make it anew: make report SCENARIO=undecided" in card(page, "undecided")
    assert "Not made yet, or not to the end: make report SCENARIO=trump" in card(page, "trump")
    assert "make report" not in card(page, "biden")
    states = re.findall(r"<td[^>]*>(up to date|older than its inputs|not made)</td>", page)
    assert (states.count("up to date"), states.count("older than its inputs")) == (1, 1)
    assert len(states) == len(scenario_names())


def test_a_report_that_lacks_a_file_is_outdated_and_the_file_not_linked(tmp_path):
    (report_in(tmp_path, "biden") / "hns-briefing-biden.pdf").unlink()
    page = portal_page(tmp_path)
    assert "Older than its inputs" in card(page, "biden")
    assert ".pdf" not in page


def test_links_are_relative_and_lead_to_files(tmp_path):
    report_in(tmp_path, "biden", extra=("hns-briefing-biden.docx", "data.xlsx"))
    report_in(tmp_path, "korea-2026")
    page = write_portal(tmp_path).read_text(encoding="utf-8")
    targets = {unescape(t) for t in re.findall(r'href="([^"]+)"', page)}
    files = {t for t in targets if not t.startswith(("#", "data:text/csv"))}
    assert {unquote(t).rpartition(".")[2] for t in files} == {"html", "pdf", "docx", "xlsx", "json", "csv"}
    for target in files:
        assert not target.startswith(("/", ".", "http", "file"))
        assert (tmp_path / unquote(target)).is_file(), target
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    assert {t[1:] for t in targets if t.startswith("#")} <= ids


def test_the_same_reports_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        report_in(tmp_path / name, "biden")
    first, second = (write_portal(tmp_path / name).read_bytes() for name in ("one", "two"))
    assert first == second
    assert str(tmp_path).encode() not in first


def test_the_page_keeps_the_policy_of_the_briefings(tmp_path):
    page = portal_page(tmp_path)
    template = (ROOT / "analysis/export/templates/hns/index.html.j2").read_text(encoding="utf-8")
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', template)
    assert f'content="{policy}"' in page
    assert page.count("<h1") == 1
    assert 'id="vega"' not in page, "still drawings need no runtime"


def test_words_of_a_report_are_shown_not_obeyed(tmp_path):
    report_in(tmp_path, "biden", title="<script>alert(1)</script>")
    page = portal_page(tmp_path)
    assert "<script>alert" not in page
    assert "<script>alert(1)</script>" in card(page, "biden").replace("&lt;", "<")


def test_every_scenario_stands_in_one_group_and_the_live_round_is_last(tmp_path):
    entries, refused = entries_of(tmp_path)
    groups = grouped(entries)
    assert refused == []
    assert sorted(e.scenario.id for group in groups for e in group.entries) == scenario_names()
    assert [group.title for group in groups] == [
        "Japan, October 2020",
        "South Korea, May 2020 and September 2024",
        "The live round: Japan, FY2027–31",
    ]
    assert groups[0].entries[0].scenario.id == "undecided"


def test_scenarios_say_how_they_differ(tmp_path):
    page = re.sub(r"<[^>]+>", "", portal_page(tmp_path))
    assert "share the evidence of 8 October 2020" in page
    assert "Biden 80%, Biden certain or Trump certain" in page
    assert "cannot be compared with each other" in page
    assert "No ask is on record for this round" in page


def test_an_unreadable_scenario_keeps_no_other_from_being_shown(tmp_path, monkeypatch):
    from analysis.portal import entries

    load = entries.load_scenario

    def broken(name):
        if name == "biden":
            raise ScenarioError("data/scenarios/biden.yaml", "unknown key colour")
        return load(name)

    monkeypatch.setattr(entries, "load_scenario", broken)
    page = portal_page(tmp_path)
    assert "data/scenarios/biden.yaml: unknown key colour" in re.sub(r"<[^>]+>", "", page)
    assert page.count("<article") == len(scenario_names()) - 1


def test_choices_compare_with_the_status_quo_and_share_equal_rows(tmp_path):
    for name in ("undecided", "one-year", "biden"):
        report_in(tmp_path, name)
    frame = choices(entries_of(tmp_path)[0]).set_index(["label", "course", "measure"])
    even = frame.loc["Japan, FY2021–25|Biden 80%"]
    assert even["value"].round(6).to_dict() == {
        ("sign now", "mean"): 5.0,
        ("sign now", "cvar95"): 20.0,
        ("wait", "mean"): 4.0,
        ("wait", "cvar95"): 40.0,
    }
    assert set(even["scenarios"]) == {"one-year undecided"}
    page = portal_page(tmp_path)
    assert "On average, waiting costs less in 2 of 2 choices" in page
    assert "When it goes badly, waiting costs more in 2 of 2 choices" in page


# ----------------------------------------------------------------------------------------------------------- commands


def test_the_command_names_the_page_it_made(checkout):
    run = checkout.hns("portal")
    assert (run.returncode, run.stdout, run.stderr) == (0, f"reports{os.sep}index.html\n", "")
    assert (checkout.reports / "index.html").is_file()


@pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="the copied environment is POSIX")
def test_reports_end_with_the_pages_of_all_which_are_made_again_only_when_something_changed(checkout):
    first = checkout.hns("reports", "--formats", "pdf")
    assert first.stdout.splitlines()[-2:] == ["reports/explorer.html", "reports/index.html"]
    again = checkout.hns("reports", "--formats", "pdf").stdout.splitlines()
    assert len(again) == len(scenario_names())
    assert all(line.startswith("up to date: ") for line in again)
    (checkout.reports / "index.html").write_text("spoilt", encoding="utf-8")
    assert checkout.hns("reports", "--formats", "pdf").stdout.splitlines()[-1] == "reports/index.html"
    assert checkout.make("portal").stdout == "reports/index.html\n"


def test_pages_are_out_of_date_whichever_report_has_changed(tmp_path):
    """Also in a folder outside the project, where every manifest has the same name."""
    places = [report_in(tmp_path, name) for name in ("biden", "trump")]
    for page in PAGES:
        (tmp_path / page).write_text("made", encoding="utf-8")
    for place in places:
        note_pages(tmp_path)
        assert pages_up_to_date(tmp_path)
        manifest = json.loads((place / "manifest.json").read_text())
        (place / "manifest.json").write_text(json.dumps({**manifest, "paper": "letter"}))
        assert not pages_up_to_date(tmp_path), place.name


def test_the_reports_are_served_on_this_machine_only(tmp_path):
    write_portal(tmp_path)
    command = [sys.executable, "-u", "-m", "analysis.command", "serve", "--port", "0", "--reports", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as serving:
        try:
            address = serving.stdout.readline().split()[0]
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
            with urllib.request.urlopen(address, timeout=30) as answer:
                assert answer.read() == (tmp_path / "index.html").read_bytes()
            taken = subprocess.run(
                [*command[:5], "--port", address.rstrip("/").rpartition(":")[2], "--reports", str(tmp_path)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=60,
            )
        finally:
            serving.send_signal(signal.SIGTERM)
    assert taken.returncode == 2
    assert re.fullmatch(r"hns: PORT: \d+ cannot be used .*PORT=8001\n", taken.stderr)


# ------------------------------------------------------------------------------------------------------------ browser


@pytest.mark.browser
def test_the_portal_in_a_browser(browser, tmp_path):
    for name in ("undecided", "biden", "korea-2020"):
        report_in(tmp_path, name)
    file = write_portal(tmp_path)
    with opened(browser, file, charts=False) as tab:
        for scheme in ("light", "dark"):
            for width in (1280, PHONE):
                tab.show(scheme, width)
                assert tab.faults() == [], (scheme, width)
                assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.asked == [file.as_uri()]
        assert tab.said == []
        tab.show()
        tab.page.click("#tab-scenarios tbody a >> nth=0")
        assert tab.page.evaluate("location.hash") == "#scenario-undecided"
        tab.page.click("article >> nth=0 >> text=Briefing")
        assert tab.page.url.endswith("/undecided/hns-briefing-undecided.html")
