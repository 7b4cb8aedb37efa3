"""What a person types: refusals in one line at once, rebuilding only what changed, and nothing typed is executed."""

from __future__ import annotations

import json
import os
import shutil

import pypdf
import pytest

from analysis.scenario_files import load_scenario, scenario_names

needs_make = pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="the copied environment is POSIX")


def base_row() -> str:
    """Id of the data row the baseline's total stands on."""
    return load_scenario("baseline").base_year.total.row


def drop_row(checkout):
    path = checkout.root / "data" / "payments.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(base_row() + ",")), encoding="utf-8")


def break_line(checkout):
    path = checkout.root / "data" / "payments.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].rsplit(",", 3)[0]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def say_impossible(checkout):
    checkout.edit("data/scenarios/undecided.yaml", "event:", "event:\n  states: {biden: 1.3, trump: -0.3}\n  #")


REFUSALS = {
    "unknown scenario": (lambda c: None, ["bidn"], ["bidn", "did you mean 'biden'", "baseline"]),
    "unknown notebook": (lambda c: None, ["biden", "--notebook", "brief"], ["NOTEBOOK", "'brief'", "briefing"]),
    "unknown paper": (lambda c: None, ["biden", "--paper", "a5"], ["PAPER", "'a5'", "a4, letter"]),
    "unknown format": (lambda c: None, ["biden", "--formats", "html,doc"], ["FORMATS", "'doc'", "html, pdf"]),
    "unknown option": (lambda c: None, ["biden", "--colour"], ["--colour"]),
    "unknown key": (
        lambda c: c.edit("data/scenarios/biden.yaml", "event:", "colour: red\nevent:"),
        ["biden"],
        ["data/scenarios/biden.yaml", "unknown key colour", "horizon"],
    ),
    "probability of 1.3": (
        lambda c: c.edit("data/scenarios/biden.yaml", "biden: 1.0", "biden: 1.3"),
        ["biden"],
        ["data/scenarios/biden.yaml", "event.states.biden is 1.3", "less than or equal to 1"],
    ),
    "missing row": (drop_row, ["biden"], ["data/scenarios/biden.yaml", base_row(), "not found"]),
    "broken line": (break_line, ["biden"], ["data/payments.csv, line 5", "cells where the header has"]),
    "missing table": (
        lambda c: (c.root / "data" / "fx.csv").unlink(),
        ["biden"],
        ["data/fx.csv", "missing"],
    ),
}


@pytest.mark.parametrize(("spoil", "arguments", "told"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusals_take_one_line_and_no_kernel(checkout, spoil, arguments, told):
    spoil(checkout)
    checkout.watch_kernels()
    run = checkout.hns("report", "--kernel", *arguments)
    assert run.returncode == 2
    assert run.stdout == ""
    [line] = run.stderr.splitlines()
    assert line.startswith("hns: ")
    assert all(word in line for word in told), line
    assert not checkout.kernel_started
    assert list(checkout.reports.iterdir()) == []


def test_the_kernel_watch_works(checkout):
    checkout.watch_kernels()
    assert checkout.hns("report", "--kernel", "biden").returncode == 2
    assert checkout.kernel_started


def test_version_and_scenarios(checkout):
    assert checkout.hns("--version").stdout.startswith("hns, version ")
    listed = [line.split()[0] for line in checkout.hns("scenarios").stdout.splitlines()]
    assert listed == scenario_names()


def test_check_counts_what_is_in_order_and_names_what_is_not(checkout):
    good = checkout.hns("check")
    assert (good.returncode, good.stderr) == (0, "")
    assert f"{len(scenario_names())} scenarios are in order" in good.stdout
    checkout.edit("data/scenarios/biden.yaml", "biden: 1.0", "biden: 1.3")
    bad = checkout.hns("check")
    assert bad.returncode == 2
    assert "event.states.biden is 1.3" in bad.stderr
    assert bad.stderr.splitlines()[-1] == "hns: check: 1 problem"


def test_reports_go_on_after_a_failure_and_count_it(checkout):
    checkout.edit("data/scenarios/biden.yaml", "biden: 1.0", "biden: 1.3")
    run = checkout.hns("reports", "--formats", "pdf")
    assert run.returncode == 2
    assert f"hns: reports: 1 of {len(scenario_names())} could not be made" in run.stderr
    made = {p.name for p in checkout.reports.iterdir() if not p.name.startswith(".")}
    assert made == set(scenario_names()) - {"biden"} | {"index.html", "explorer.html"}


# -------------------------------------------------------------------------------------------------------------- make


@needs_make
def test_make_builds_once(checkout):
    first = checkout.make("report", FORMATS="pdf")
    assert first.stdout == "reports/biden/hns-briefing-biden.pdf\n"
    pdf = checkout.reports / "biden" / "hns-briefing-biden.pdf"
    made = pdf.stat().st_mtime_ns
    second = checkout.make("report", FORMATS="pdf")
    assert second.stdout == "up to date: reports/biden/hns-briefing-biden.pdf\n"
    assert pdf.stat().st_mtime_ns == made
    pdf.unlink()
    assert checkout.make("report", FORMATS="pdf").stdout == first.stdout
    assert checkout.make("report", FORMATS="pdf", ARGS="--anew").stdout == first.stdout


@needs_make
def test_another_paper_is_another_report(checkout):
    assert checkout.make("report", FORMATS="pdf", PAPER="letter").returncode == 0
    manifest = json.loads((checkout.reports / "biden" / "manifest.json").read_text())
    assert manifest["rebuild"] == "make report SCENARIO=biden FORMATS='pdf' PAPER=letter"
    pdf = checkout.reports / "biden" / "hns-briefing-biden.pdf"
    assert [round(side) for side in pypdf.PdfReader(pdf).pages[0].mediabox[2:]] == [612, 792]
    assert checkout.make("report", FORMATS="pdf", PAPER="letter").stdout.startswith("up to date: ")
    assert not checkout.make("report", FORMATS="pdf").stdout.startswith("up to date: ")


@needs_make
def test_nothing_is_run_from_the_name_of_the_reports_folder(checkout):
    mark = checkout.root / "executed"
    checkout.make("report", FORMATS="pdf", REPORTS="a';touch${IFS}executed;'b")
    assert not mark.exists()


CODE = ["$(touch {})", "`touch {}`", "; touch {}", "$(shell touch {})", "$$(touch {})", "biden) $(shell touch {}"]
ODD = ["bidn", "", "--help", "../x", "biden trump", "biden\nx", "%", "a'b\"c"]


@needs_make
@pytest.mark.parametrize(
    ("name", "texts"), [("SCENARIO", CODE + ODD), ("NOTEBOOK", CODE), ("FORMATS", CODE), ("PAPER", CODE)]
)
def test_make_passes_on_what_was_typed_and_runs_nothing_of_it(checkout, name, texts):
    mark = checkout.root / "executed"
    for text in texts:
        typed = text.replace("{}", mark.name)
        for run in (checkout.make("report", f"{name}={typed}"), checkout.make("report", **{name: typed})):
            said, *of_make = run.stderr.splitlines()
            assert run.returncode != 0
            assert said.startswith(f"hns: {name}: there is no ")
            assert all(line.startswith("make: ***") for line in of_make)
    assert not mark.exists()
    assert list(checkout.reports.iterdir()) == []


@needs_make
def test_reports_may_stand_in_a_folder_with_a_space(checkout, tmp_path):
    folder = tmp_path / "my reports 日本"
    run = checkout.make("report", FORMATS="pdf", REPORTS=str(folder))
    assert run.returncode == 0, run.stderr
    assert (folder / "biden" / "hns-briefing-biden.pdf").is_file()


@needs_make
def test_help_lists_the_targets(checkout):
    shown = checkout.make().stdout
    for target in (
        "report",
        "reports",
        "explorer",
        "portal",
        "serve",
        "lab",
        "test",
        "lint",
        "check",
        "clean",
        "distclean",
    ):
        assert f"  make {target} " in shown
