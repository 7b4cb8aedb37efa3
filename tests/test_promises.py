"""The table of promises: every test it names exists, and it can be read as a table."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from analysis.paths import ROOT

PAGE = ROOT / "docs" / "promises.md"
ROW = re.compile(r"^\| (?P<promise>.+?) \| (?P<tests>.+?) \|$")
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def rows() -> list[tuple[str, str]]:
    """Promise and tests of each row, heads and rules left out."""
    found = [ROW.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert all(found)
    return [(row["promise"], row["tests"]) for row in found if row["promise"] not in ("promise", "---")]


@cache
def collected_from(file: Path) -> frozenset[str]:
    """Names of the tests that pytest would collect from a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("promise", "tests"), rows(), ids=lambda text: text[:60] if text[:1] != "`" else "")
def test_what_is_promised_is_shown_by_tests_that_exist(promise, tests):
    assert promise.endswith("."), "a promise is a sentence"
    assert NAMED.sub("", tests).replace(", ", "").strip() == "", "nothing but tests, with commas between"
    named = NAMED.findall(tests)
    assert named
    assert len(set(named)) == len(named)
    for file, name in named:
        path = ROOT / "tests" / file
        assert path.is_file(), file
        assert name in collected_from(path), f"{file} has no test {name}"


def test_no_promise_is_made_twice():
    promises = [promise for promise, _ in rows()]
    assert len(promises) > 40
    assert len(set(promises)) == len(promises)


def test_a_test_that_is_gone_would_be_missed():
    assert "test_that_never_was" not in collected_from(Path(__file__))
    assert "test_no_promise_is_made_twice" in collected_from(Path(__file__))
