"""The page of a benchmark: what was timed on what, the table, the targets, and how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.machine import LEFT_OUT
from bench.summary import FLOOR, TARGETS, Spread, by_key, judged, peak, ratios, spread, step_medians, totals, verdict

PICTURE = "benchmark.png"
NOT_READ = "–"


def page(found: Mapping[str, Any]) -> str:
    """The whole page as Markdown, every figure of it from the readings."""
    parts = [
        "# How long a report takes",
        _introduction(found),
        *_picture(found),
        "## Targets",
        _targets(found),
        "## Times, memory, bytes",
        _times(found),
        _files(found),
        "## How it was measured",
        _method(found),
        "## On what",
        _machine(found),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _introduction(found: Mapping[str, Any]) -> str:
    shared = found["shared"]
    same = f"In this run all of them computed the same {shared:,} figures, compared one by one. " if shared else ""
    return (
        f"`make report SCENARIO={found['scenario']}` gives a page and a PDF. The plain route to the same two files is "
        "`papermill`, `jupyter nbconvert --to html` and `jupyter nbconvert --to webpdf` (Chromium), on the same "
        f"notebook with the same scenario. {same}`make bench` takes all of this anew and writes this page."
    )


def _picture(found: Mapping[str, Any]) -> list[str]:
    routes = by_key(found)
    words = "; ".join(
        f"{routes[key]['title']}: {spread(totals(routes[key])).middle:.1f} seconds"
        for key in ("plain-pip", "plain-own", "make-first", "make-unchanged")
        if key in routes
    )
    return [f"![Median times. {words}.]({PICTURE})"] if words else []


def _targets(found: Mapping[str, Any]) -> str:
    rows = []
    for target in TARGETS:
        reached = judged(found, target)
        unit = "" if target.under else " s"
        got = _spread(reached, 2, unit) if reached else NOT_READ
        work = judged(found, target, "cpu")
        beside = f"{work.middle:.2f}{unit}" if work else NOT_READ
        rows.append([target.words, f"at most {target.limit:g}{unit}", got, beside, verdict(target, reached)])
    return _table(["what", "target", "reached: median (spread)", "the same in processor time", "met?"], rows)


def _times(found: Mapping[str, Any]) -> str:
    rows = []
    for route in found["routes"]:
        if not route["rounds"]:
            rows.append([route["title"], route["absent"] or "not run", *[NOT_READ] * 4])
            continue
        steps, cpu, used = step_medians(route), totals(route, "cpu"), peak(route)
        told = ", ".join(f"{step} {seconds:.1f}" for step, seconds in steps.items()) if 1 < len(steps) < 5 else NOT_READ
        ratio = ratios(found, route["key"], FLOOR)
        rows.append([
            route["title"],
            _spread(spread(totals(route)), 2),
            told,
            f"{spread(cpu).middle:.1f}" if cpu else NOT_READ,
            f"{used:,.0f}" if used else NOT_READ,
            f"{spread(ratio).middle:.2f}" if ratio else NOT_READ,
        ])  # fmt: skip
    heads = ["route", "seconds: median (spread)", "its steps", "processor seconds", "memory, MiB", "times the floor"]
    return _table(heads, rows)


def _files(found: Mapping[str, Any]) -> str:
    rows = []
    for route in found["routes"]:
        sizes: dict[str, int] = {}
        for step in route["rounds"][-1] if route["rounds"] and len(route["rounds"][-1]) < 5 else ():
            sizes |= step["files"]
        if sizes := {kind: size for kind, size in sizes.items() if kind in ("html", "pdf") and len(sizes) > 1}:
            rows.append(
                [route["title"], *(f"{sizes[kind]:,}" if kind in sizes else NOT_READ for kind in ("html", "pdf"))]
            )
    return _table(["bytes left", "HTML", "PDF"], rows) if rows else ""


def _method(found: Mapping[str, Any]) -> str:
    runs, loads = found["runs"], found["loads"]
    first = found["routes"][0]["rounds"]
    ends = spread([0.0] * max(len(first), 1)).ends
    few = (
        "One run tells nothing about spread. "
        if runs < 2
        else "Few runs: read the spread as a hint. "
        if runs < 5
        else ""
    )
    warm = "one round before them to warm up, which does not count" if found["warm_up"] else "no round to warm up"
    return (
        f"{runs} {'round' if runs == 1 else 'rounds'}, in each every route once, in turn; {warm}. A ratio is taken "
        f"within its round; the spread is the {ends} of the rounds. {few}Seconds are those of the clock on the wall, "
        "so other work on the machine lengthens them: the load average before the rounds was "
        f"{', '.join(f'{load:.2f}' for load in loads)}. Processor seconds (user and system, all processes together) "
        "are less disturbed by it. Memory is that of the largest single process, not of all together.\n\n"
        "The floor is what no route can do without: an interpreter that imports pandas, Altair, papermill and "
        "nbconvert and starts one kernel, and then the notebook's own computing (the durations papermill wrote "
        "beside the code cells, in the plain route of the same round). A changed number is another seed, which moves "
        "all simulated figures. Every route runs the project's own sections, which keep finished drawings in `build/`, "
        "and the project's PDF keeps the heights of its pieces there: each finds what the round before left and makes "
        "anew what a changed number has changed. `make reports` also writes the page of all scenarios and the "
        "explorer; the single reports do not. The page of the plain route asks the web for require.js and MathJax, "
        "so its PDF depends on the network of the machine.\n\n"
        "The environment as pip makes it has the locked versions and, beyond them, what uv leaves out here: "
        f"{' and '.join(LEFT_OUT)}. All commands run in a copy of the project with byte code kept, TZ=UTC, an own HOME "
        "and no variable of make, Python or Jupyter from outside. Nothing in the tests asserts a time."
    )


def _machine(found: Mapping[str, Any]) -> str:
    on = found["machine"]
    state = " with changes not committed" if on["changed_since"] else ""
    rows = [
        ["date", on["when"]],
        ["commit", f"{on['commit'] or 'unknown'}{state}"],
        ["machine", f"{on['cores']} cores, {on['memory_gib']:g} GiB, {on['processor']}"],
        ["system", on["system"]],
        ["load average before", ", ".join(f"{load:.2f}" for load in on["load_before"])],
        ["Python", on["python"]],
        ["Chromium", on["chromium"] or "not here"],
        ["packages", _versions(on["versions"]["own"])],
    ]
    more = on["versions"].get("pip", {})
    if alone := {name: version for name, version in more.items() if on["versions"]["own"].get(name) != version}:
        rows.append(["as pip makes it, in addition", _versions(alone)])
    return _table(["", ""], rows)


def _versions(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items()))


def _spread(found: Spread, decimals: int, unit: str = "") -> str:
    low, middle, high = (f"{value:.{decimals}f}" for value in (found.low, found.middle, found.high))
    return f"{middle}{unit} ({low}–{high})" if found.runs > 1 else f"{middle}{unit} (one run)"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines)
