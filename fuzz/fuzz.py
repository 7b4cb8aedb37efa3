"""Coverage-guided fuzzing of the four ways in which somebody else's text comes into the project; see README.md here."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["analysis", "mistune"]):
    import fuzz_targets

    from analysis import scenario_files
    from analysis.data import DATA, table_names
    from analysis.paths import SCENARIOS

LONGEST = 8000  # bytes of an input
_read, _kept = scenario_files._read, cache(scenario_files._read)
# The scenarios that are not under attack are read once.
scenario_files._read = lambda name, folder: (_read if name == "x" else _kept)(name, folder)

TABLES = [name for name in table_names() if (DATA / f"{name}.csv").stat().st_size < LONGEST]
BATCH = 50  # Markdown texts that are typeset and put into Word together
_waiting: list[str] = []


def fuzz_scenario(content: bytes) -> None:
    """The bytes of a scenario file."""
    fuzz_targets.scenario(content)


def fuzz_override(content: bytes) -> None:
    """One --set."""
    fuzz_targets.override(atheris.FuzzedDataProvider(content).ConsumeUnicode(len(content)))


def fuzz_table(content: bytes) -> None:
    """A small table; the first byte picks which one."""
    if content:
        fuzz_targets.table(TABLES[content[0] % len(TABLES)], content[1:])


def fuzz_markdown(content: bytes) -> None:
    """Markdown for page and print at once, and in batches through Typst and into Word."""
    text = content.decode("utf-8", "replace")
    page, code = fuzz_targets.markdown(text)
    if page != code:  # else both refused it
        _waiting.append(text)
    if len(_waiting) >= BATCH:
        fuzz_targets.printed(_waiting)
        fuzz_targets.in_word(_waiting[:5])
        _waiting.clear()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "scenario": fuzz_scenario,
    "override": fuzz_override,
    "table": fuzz_table,
    "markdown": fuzz_markdown,
}


def seeds(name: str) -> list[bytes]:
    """Real inputs to begin with."""
    if name == "scenario":
        files = sorted(SCENARIOS.glob("*.yaml"))
        return [path.read_bytes().replace(f"id: {path.stem}".encode(), b"id: x") for path in files]
    if name == "table":
        return [bytes([n]) + (DATA / f"{table}.csv").read_bytes() for n, table in enumerate(TABLES)]
    if name == "override":
        return [b"event.states.biden=0.65", b"strategy.fee_pct=[0, 1, 2]", b"ask=null", b"troops={row: J312}"]
    return [path.read_bytes()[:1500] for path in (ROOT / "README.md", DATA / "CHANGELOG.md")] + [
        b"a **b** `c` [d](https://e.f/) [^1]\n\n[^1]: g\n\n| h | i |\n|---|--:|\n| j | k |\n\n$$\n\\frac{l}{m}\n$$\n"
    ]


def main() -> None:
    """Run the target named first; everything behind it goes to libFuzzer."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"which target? one of {', '.join(TARGETS)}")
    name = sys.argv.pop(1)
    corpus = Path(tempfile.mkdtemp(prefix=f"hns-fuzz-{name}-"))
    for number, content in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(content)
    options = [
        "-timeout=20",
        "-rss_limit_mb=2048",
        f"-max_len={LONGEST}",
        "-print_final_stats=1",
        f"-artifact_prefix={corpus}/",
    ]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:], str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
