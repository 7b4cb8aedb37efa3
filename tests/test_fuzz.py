"""Random input at the four ways in ends in success or in a refusal of one line; fuzz/ tries more of it."""

from __future__ import annotations

import csv
import io
import os
from functools import cache

import fuzz_targets
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.data import DATA, table_names
from analysis.paths import SCENARIOS
from analysis.scenario import Scenario
from analysis.scenario_files import load_scenario

#: HNS_FUZZ=50 tries fifty times as many inputs.
TIMES = int(os.environ.get("HNS_FUZZ", "1"))
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def tries(number: int):
    """Settings of a test: how many inputs, the same ones in every run unless more are asked for."""
    phases = [Phase.explicit, Phase.generate, Phase.shrink]
    return settings(
        max_examples=number * TIMES, deadline=None, suppress_health_check=QUIET, derandomize=TIMES == 1, phases=phases,
        database=None,
    )  # fmt: skip


ODD_TEXT = [
    "", "~", "null", "yes", "0x1F", "0o17", "1e999", ".nan", "-.inf", "1:30", "<<", "=", "- a", "{a: 1}", "[1, 2",
    "&a x", "*a", "!!python/name:os.system", "'", '"', "%", "@", "`", "#", "\t", "\0", "\ufeff", "\u202e", "\u2028",
    "2020-02-31", "../x", "a" * 120, "9" * 30, "-0.0", "1e308", "日本", "<script>", "\U000e0041", "T1", "J029", "JP",
]  # fmt: skip
odd_values = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.sampled_from(ODD_TEXT),
    st.text(max_size=12), st.dates(), st.lists(st.floats(allow_nan=False), max_size=4), st.just({}),
    st.just({"row": "J029"}),
    st.lists(st.floats(-1e12, 1e12), min_size=3, max_size=3).map(lambda given: {"range": sorted(given)}),
)  # fmt: skip


@cache
def known() -> dict[str, dict]:
    """Real scenarios, each written out whole."""
    names = ("undecided", "korea-2026", "korea-2020", "renewal-2027")
    return {name: load_scenario(name).model_dump(mode="json", by_alias=True, exclude={"extends"}) for name in names}


def paths(node, before=()):
    """Every place in a nested mapping."""
    for key, value in node.items():
        yield (*before, key)
        if isinstance(value, dict):
            yield from paths(value, (*before, key))


def planted(node: dict, path: tuple, value) -> dict:
    head, *rest = path
    return {**node, head: planted(node[head], tuple(rest), value) if rest else value}


@st.composite
def mutants(draw):
    """A real scenario, written out whole, with one or two values exchanged for anything."""
    raw = draw(st.sampled_from(list(known().values()))) | {"id": "x"}
    for _ in range(draw(st.integers(1, 2))):
        raw = planted(raw, draw(st.sampled_from(list(paths(raw)))), draw(odd_values))
    return raw


def numbers(node: dict, before=()):
    """Every number and every range of a scenario: path and value."""
    for key, value in node.items():
        if isinstance(value, dict):
            yield from numbers(value, (*before, key))
        elif (isinstance(value, int | float) and not isinstance(value, bool)) or (key == "range" and value):
            yield (*before, key), value


@st.composite
def neighbours(draw):
    """A real scenario with one to three numbers or ranges exchanged for others that might be accepted."""
    raw = draw(st.sampled_from(list(known().values()))) | {"id": "x"}
    for _ in range(draw(st.integers(1, 3))):
        path, now = draw(st.sampled_from(list(numbers(raw))))
        size = now[2] if isinstance(now, list) else now
        around = [size, -size, 2 * size, 0.99 * size, 1.01 * size, size + 1, size - 1]
        near = st.sampled_from([*around, 0, 1, -1, 0.5, 1e-9, 1e-300, 1e8, -1e8, 400, -30])
        new = sorted(draw(st.lists(near, min_size=3, max_size=3))) if isinstance(now, list) else draw(near)
        raw = planted(raw, path, new)
    return raw


def written(raw: dict) -> bytes:
    return yaml.safe_dump(raw, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")


@tries(150)
@given(mutants())
def test_a_scenario_with_odd_values(raw):
    fuzz_targets.scenario(written(raw))


@tries(40)
@given(neighbours())
def test_a_decision_on_a_scenario_with_possible_values(raw):
    accepted = fuzz_targets.scenario(written(raw))
    if isinstance(accepted, Scenario):
        fuzz_targets.decision(accepted)


@st.composite
def spoilt(draw, content: bytes):
    """Bytes with pieces taken out, doubled, put in or overwritten."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.integers(0, 40))
        odd = st.sampled_from([t.encode("utf-8", "surrogatepass") for t in ODD_TEXT])
        new = draw(st.one_of(st.binary(max_size=8), odd, st.just(content[start:end] * 2)))
        content = content[:start] + new + content[end:]
    return content


@tries(150)
@given(spoilt((SCENARIOS / "undecided.yaml").read_bytes().replace(b"id: undecided", b"id: x")))
def test_the_bytes_of_a_scenario(content):
    fuzz_targets.scenario(content)


@tries(60)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_scenario(content):
    fuzz_targets.scenario(content)


@tries(150)
@given(st.sampled_from([".".join(map(str, p)) for p in paths(known()["undecided"])]), odd_values, st.text(max_size=6))
def test_an_override(path, value, more):
    fuzz_targets.override(f"{path}={value}")
    fuzz_targets.override(f"{path}{more}={value}")
    fuzz_targets.override(f"{more}{path}")


SMALL = [name for name in table_names() if (DATA / f"{name}.csv").stat().st_size < 40_000]


@st.composite
def spoilt_tables(draw):
    name = draw(st.sampled_from(SMALL))
    return name, draw(spoilt((DATA / f"{name}.csv").read_bytes()))


@tries(60)
@given(spoilt_tables())
def test_the_bytes_of_a_table(changed):
    fuzz_targets.table(*changed)


@st.composite
def with_odd_cells(draw):
    """A table with one to three cells exchanged for odd ones, or for cells of another row or column."""
    name = draw(st.sampled_from(table_names()))
    rows = list(csv.reader((DATA / f"{name}.csv").open(encoding="utf-8", newline="")))
    for _ in range(draw(st.integers(1, 3))):
        row, column = draw(st.integers(1, len(rows) - 1)), draw(st.integers(0, len(rows[0]) - 1))
        other = rows[draw(st.integers(1, len(rows) - 1))]
        rows[row][column] = draw(st.one_of(st.sampled_from(ODD_TEXT), st.sampled_from(other), st.just(other[column])))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return name, out.getvalue().encode("utf-8", "surrogatepass")


@tries(20)
@given(with_odd_cells())
def test_a_scenario_on_a_table_with_odd_cells(changed):
    fuzz_targets.evidence(*changed, [load_scenario("undecided")])


MARKS = [
    "*", "**", "_", "~~", "`", "```\n", "[", "](", ")", "[^1]", "[^1]: ", "![", "<", ">", "&", "&lt;", "\\", "\n",
    "\n\n", "    ", "- ", "1. ", "> ", "# ", "|", "|a|b|\n|-|-:|\n", "---\n", "$", "$`", "`$", "$$", "\\frac{a}{b}",
    "\\sqrt{", "}", "{", "^", "\\text{a b}", "x", "word ", "'", '"', "#read(\"../x\")", "#sys", "@ref", "<label>",
    "//", "/*", "= ", "https://a.b/c", "javascript:", "<b>", "</b>", "<!--", "<script>", "{{", "%}", "¥8 bn", "日本",
    "한국", "\t", "\r", "\u202e", "0", "-", "[@](#fig-a)", "[3](#source-3)", "\\left(", "\\right)",
]  # fmt: skip
texts = st.lists(st.sampled_from(MARKS), max_size=25).map("".join)


@tries(150)
@given(texts | st.text(max_size=60))
def test_markdown_for_page_and_print(text):
    fuzz_targets.markdown(text)


@tries(12)
@given(st.lists(texts, min_size=10, max_size=20))
def test_markdown_typeset_and_in_word(several):
    fuzz_targets.printed(several)
    for text in several[:3]:
        fuzz_targets.in_word([text])


@pytest.mark.parametrize("name", known())
def test_the_unchanged_scenarios_are_accepted(name):
    """Else every input above might be refused for one and the same reason."""
    accepted = fuzz_targets.scenario(written(known()[name] | {"id": "x"}))
    assert isinstance(accepted, Scenario)
    assert "bn" in fuzz_targets.decision(accepted)
