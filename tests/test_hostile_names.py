"""Hostile names: typed at the command, given to make, and borne by files in the folders of scenarios and tables."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from analysis.command import main
from analysis.data import DATA, check_tables, read_table
from analysis.errors import BuildError, DataError, HnsError
from analysis.provenance import trace
from analysis.recompute import evaluate
from analysis.scenario_files import load_scenario, require_known
from analysis.vintage import load_evidence

needs_make = pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="the copied environment is POSIX")
posix = pytest.mark.skipif(os.name == "nt", reason="names and files of POSIX")

NAMES = {
    "the folder above": "../biden",
    "an absolute path": "/etc/passwd",
    "a path that comes back": "x/../biden",
    "the file itself": "biden.yaml",
    "two names": "biden trump",
    "quotes": "bi\"d'en",
    "a command": "$(touch executed)",
    "a command in backticks": "`touch executed`",
    "a line end": "biden\n",
    "two lines": "biden\nhns: all is well",
    "10 kB": "biden" * 2000,
    "Cyrillic e": "bid\u0435n",
    "full width": "\uff42iden",
    "a combining mark": "bide\u0301n",
    "turned round": "\u202enedib",
    "an invisible character": "bi\u200bden",
    "bytes that are no text": "biden\udcff",
    "a terminal's command": "\x1b[2Jbiden",
    "capitals": "BIDEN",
    "a device": "nul",
    "braces": "{{ 7*7 }}",
    "a pattern": "*",
    "nothing": "",
}

COMMANDS = {
    "decide": lambda name: ["decide", "--", name],
    "report": lambda name: ["report", "--", name],
    "diff": lambda name: ["diff", "undecided", "--", name],
    "diff from": lambda name: ["diff", "--set", "seed=1", "--", name],
    "trace": lambda name: ["trace", "ask_multiple", f"--scenario={name}"],
    "notebook": lambda name: ["report", "biden", f"--notebook={name}"],
    "paper": lambda name: ["report", "biden", f"--paper={name}"],
    "explain": lambda name: ["explain", "--", name],
    "as of": lambda name: ["diff", "undecided", f"--as-of={name}"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_hostile_name_is_refused_in_one_line_and_nothing_is_made(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPORTS", str(tmp_path / "reports"))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    for what, name in NAMES.items():
        if not name and command in ("trace", "explain", "as of"):
            continue  # the same as not given
        with pytest.raises(SystemExit) as left:
            main(COMMANDS[command](name))
        said = capsys.readouterr()
        assert (left.value.code, said.out) == (2, ""), what
        [line] = said.err.split("\n")[:-1]
        assert line.startswith("hns: "), what
        assert len(line) < 1800, what
        assert line.isprintable(), what
    assert list(tmp_path.iterdir()) == []


def test_a_lookalike_is_told_from_the_name_it_imitates():
    with pytest.raises(HnsError, match=r"there is no scenario 'bid\\u0435n' \(did you mean 'biden'\?\)"):
        require_known("bid\u0435n")


@needs_make
def test_make_takes_a_hostile_name_for_a_name(checkout):
    checkout.watch_kernels()
    for what, name in NAMES.items():
        if "\udcff" in name or not name or name == "biden\n":
            continue  # no text, the default, and the name itself: make drops space around a word
        run = checkout.make("report", SCENARIO=name)
        said, *of_make = run.stderr.splitlines()
        assert said.startswith("hns: SCENARIO: there is no scenario "), what
        assert all(line.startswith("make: ***") for line in of_make), what
    assert not (checkout.root / "executed").exists()
    assert not checkout.kernel_started
    assert list(checkout.reports.iterdir()) == []


ODD = ("$(touch executed)", "`touch executed`", "a b", "a'b\"c", "-rf")
FILES = [*ODD, "\x1b[2J", "b\u0456den", "two\nlines", "a=b", "%"]


@posix
@needs_make
def test_files_with_hostile_names_stop_nothing_else_and_are_named(checkout):
    folder = checkout.root / "data" / "scenarios"
    for name in FILES:
        (folder / f"{name}.yaml").write_bytes((folder / "biden.yaml").read_bytes())
    (folder / "secret.yaml").symlink_to("/etc/passwd")
    (folder / "endless.yaml").symlink_to("/dev/zero")
    (folder / "folder.yaml").mkdir()
    built = checkout.hns("report", "biden", "--formats", "pdf")
    assert (built.returncode, built.stderr) == (0, "")
    checked = checkout.hns("check")
    assert checked.returncode == 2
    refused = checked.stderr.split("\n")[:-1]
    assert len(refused) == len(FILES) + 3 + 1  # and the count
    assert refused[-1] == f"hns: check: {len(FILES) + 3} problems"
    assert all(line.isprintable() and "root:" not in line for line in refused)
    portal = checkout.hns("portal")
    assert (portal.returncode, portal.stderr) == (0, "")
    page = (checkout.reports / "index.html").read_text(encoding="utf-8")
    assert "a link that leads out of its folder" in page
    assert "root:" not in page
    assert not (checkout.root / "executed").exists()
    assert {p.name for p in checkout.reports.iterdir()} == {"biden", "index.html", ".locks"}


@posix
def test_a_link_beside_a_report_is_not_followed_by_trace(tmp_path):
    (tmp_path / "results.json").write_text(json.dumps({"figures": {"secret": {}}}))
    for name in ("..", "../..", str(tmp_path)):
        with pytest.raises(HnsError, match="there is no scenario"):
            trace("secret", name, tmp_path / "reports")


# Folders of tables


@pytest.fixture
def tables(tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy, ignore=shutil.ignore_patterns("scenarios"))
    return copy


@posix
@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "pipe", "folder", "giant"])
@pytest.mark.parametrize("file", ["fx.csv", "datapackage.json"])
def test_a_table_that_is_no_plain_file_of_the_folder_is_refused(target, file, tables):
    path = tables / file
    path.unlink()
    if target == "pipe":
        os.mkfifo(path)
    elif target == "folder":
        path.mkdir()
    elif target == "giant":
        with path.open("wb") as opened:
            opened.truncate(100 << 30)
    else:
        path.symlink_to(target)
    with pytest.raises(DataError) as caught:
        check_tables(tables)
    assert caught.value.place == f"data/{file}"
    assert "root:" not in caught.value.sentence


DESCRIPTORS = {
    "a path outside": lambda d: d["resources"][0].update(path="/etc/passwd"),
    "an address": lambda d: d["resources"][0].update(path="https://example.org/x.csv", schema="https://example.org/s"),
    "a pattern without end": lambda d: [
        f.setdefault("constraints", {}).update(pattern="(a|a?)+$") for f in d["resources"][1]["schema"]["fields"]
    ],
    "no tables": lambda d: d.pop("resources"),
    "something else": lambda d: d.update(resources={"a": 1}),
}


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_a_descriptor_that_comes_with_tables_decides_nothing(name, tables):
    path = tables / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    DESCRIPTORS[name](package)
    path.write_text(json.dumps(package), encoding="utf-8")
    check_tables(tables)
    assert read_table("hosts", tables).equals(read_table("hosts"))


@pytest.mark.parametrize("text", ["[" * 100_000, "1" + "0" * 10_000, "[1]", "nul\0l", '{"a": 1' * 1000])
def test_a_descriptor_that_is_no_object_is_refused_in_one_line(text, tables):
    (tables / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"^data/datapackage\.json: not ") as caught:
        check_tables(tables)
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize(
    ("cell", "told"),
    [("9" * 30, "not a plain number"), ("1" * 400, "not a plain number"), ("1e5", "not a plain number")],
)
def test_a_number_no_machine_holds_is_refused(cell, told, tables):
    path = tables / "fx.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    rate = lines[0].split(",").index("rate")
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:rate], cell, *cells[rate + 1 :]])
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError, match=rf"^data/fx\.csv, line 2, field rate: .*{told}"):
        load_evidence(load_scenario("biden").as_of, tables)


@pytest.mark.parametrize(
    "formula", ["(" * 250 + "1", "-" * 290 + "1 +", "1 + " * 5000 + "1", "1 / 0", "2 ** 9", "1\0", "[1]"]
)
def test_a_hostile_derivation_is_refused_in_one_line(formula):
    with pytest.raises(ValueError, match=r"cannot be worked out|are allowed|at most 300") as caught:
        evaluate(formula, {})
    assert len(str(caught.value)) < 900


def test_a_refusal_is_one_short_printable_line_whatever_it_quotes():
    sentence = BuildError("a\nb", "\x1b[2J\u202e" + "x" * 1_000_000, "y\r\n" * 9000).sentence
    assert sentence.isprintable()
    assert sentence.startswith("a b: [U+001B][2J[U+202E]xxx")
    assert len(sentence) < 1800


@posix
def test_a_pipe_among_the_tables_is_not_waited_for(tables):
    os.mkfifo(tables / "stray.csv")
    check_tables(tables)


@pytest.mark.parametrize(
    "text", ["", "[" * 100_000, "[]", '{"strategies": 1, "reservation_uplift_pct": 1}', "1" * 5000]
)
def test_expected_results_that_are_none_are_named_with_their_file(text, tmp_path, monkeypatch):
    from analysis.explorer_page import page

    (tmp_path / "biden.expected.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(page, "expected_path", lambda name: tmp_path / f"{name}.expected.json")
    monkeypatch.setattr(page, "scenario_names", lambda: ["biden"])
    with pytest.raises(HnsError, match=r"^data/scenarios/biden\.expected\.json: not .*; allowed: what `make expect`"):
        page.write_explorer(tmp_path)
    assert not (tmp_path / "explorer.html").exists()
