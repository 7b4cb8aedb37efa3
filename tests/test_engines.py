"""A notebook gives the same whether it runs in a kernel, in this process or in one forked from it."""

from __future__ import annotations

import json
import operator
import os
import subprocess
import sys
import time
from functools import partial

import nbformat
import pandas as pd
import pytest
from conftest import write_notebook

from analysis.beforehand import JOBS, ask_with, taken, worked_out
from analysis.execution import execute
from analysis.fork import from_parent, standby
from analysis.frozen import scores_known_today
from analysis.manifest import code_reached
from analysis.paths import NOTEBOOKS, ROOT
from analysis.progress import Progress
from analysis.reads import with_reads
from analysis.report import build

#: One scenario for each notebook: two hosts, old and new, so that the warm process has seen other data before.
PAIRS = {
    "briefing": "renewal-2027",
    "method": "korea-2020",
    "comparison": "undecided",
    "scenarios": "trump",
    "explore": "korea-2026",
}
EVERYTHING = [
    "print('one'); print('two')\nimport sys; print('three', file=sys.stderr)",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>shown</b>'), metadata={'isolated': True})\n'result'",
    "import pandas as pd\npd.DataFrame({'a': [1.5, None]})",
    "'not shown';",
    "_ = 3\nfor n in range(2):\n    display(n)",
    "%time 1 + 1",
    "import numpy as np\ndisplay({'text/plain': 'p', 'application/json': {'a': 1}}, raw=True)\nnp.float64(0.1)",
]


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def outputs(notebook):
    """Everything the cells show, without papermill's timings."""
    return [(c.get("execution_count"), c.get("outputs")) for c in notebook.cells]


@pytest.mark.build
@pytest.mark.parametrize(
    ("name", "engine"), [*((name, "kernel") for name in PAIRS), ("briefing", "fork"), ("method", "fork")]
)
def test_a_kernel_makes_the_same_report_byte_for_byte(name, engine, report_of, tmp_path):
    """Manifest included, which lists everything that was read; and so does a forked process."""
    scenario = PAIRS[name]
    build(scenario, name, reports=tmp_path, engine=engine)
    warm, kernel = report_of(scenario, name), tmp_path / scenario
    one, two = contents(warm), contents(kernel)
    record = f"hns-{name}-{scenario}.ipynb"
    assert one.keys() == two.keys()
    assert {file for file in one if one[file] != two[file]} <= {record}
    assert outputs(nbformat.read(warm / record, 4)) == outputs(nbformat.read(kernel / record, 4))


def test_every_kind_of_output_is_the_same(tmp_path):
    path = write_notebook(tmp_path / "briefing.ipynb", *EVERYTHING)
    given = path, {"scenario": "biden"}, {}, Progress("t")
    found = {engine: outputs(execute(*given, tmp_path / engine, engine)) for engine in ("kernel", "here")}
    with standby(lambda: None) as call:
        found["fork"] = outputs(execute(*given, tmp_path / "fork", run=call))
    timed = [n for n, (_, shown) in enumerate(found["kernel"]) if "Wall time" in json.dumps(shown)]
    assert len(timed) == 1, "the line with the measured time differs by nature"
    for engine, shown in found.items():
        assert "Wall time" in json.dumps(shown[timed[0]]), engine
        del shown[timed[0]]
    assert found["here"] == found["kernel"]
    assert found["fork"] == found["kernel"]
    kinds = {output["output_type"] for _, shown in found["here"] for output in shown or ()}
    assert kinds == {"stream", "display_data", "execute_result"}


LITTER = """
import builtins, os, random, sys, warnings
import numpy as np
leaked = 1
os.environ["LEAKED"] = "1"
os.chdir("/")
sys.path.insert(0, "/leaked")
warnings.simplefilter("error")
random.seed(1); np.random.seed(1)
sys.modules["__main__"].leaked = 1
"""
LOOK = """
import os, sys, warnings
results({"name": "leaked" in globals(), "variable": "LEAKED" in os.environ, "path": "/leaked" in sys.path,
         "strict": any(f[0] == "error" for f in warnings.filters), "folder": os.getcwd(), "zone": os.environ["TZ"]})
"""


def test_a_run_leaves_nothing_behind_for_the_next(notebook, tmp_path):
    before = os.getcwd(), dict(os.environ), os.sys.path[:], os.sys.modules["__main__"]
    notebook(LITTER)
    build("biden", formats=["pdf"], reports=tmp_path / "one")
    assert (os.getcwd(), dict(os.environ), os.sys.path, os.sys.modules["__main__"]) == before
    notebook(LOOK)
    build("biden", formats=["pdf"], reports=tmp_path / "two")
    seen = json.loads((tmp_path / "two" / "biden" / "results.json").read_text())
    assert {k: seen[k] for k in ("name", "variable", "path", "strict")} == dict.fromkeys(
        ("name", "variable", "path", "strict"), False
    )
    assert seen["folder"] == str(tmp_path / "notebooks")
    assert seen["zone"] == "UTC"


def test_a_process_that_gets_ready_loads_what_the_notebook_imports():
    code = (
        "import sys; from analysis.execution import get_ready; from analysis.paths import NOTEBOOKS; "
        "get_ready(NOTEBOOKS / 'briefing.ipynb'); print('analysis.briefing.page_one' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout == "True\n"


def odds_and_price():
    return from_parent("odds"), from_parent("price")


def test_work_may_ask_for_what_was_found_meanwhile():
    with standby(lambda: None, lambda: {"odds": 0.8}) as call:
        assert call(odds_and_price) == (0.8, None)
    assert from_parent("odds") is None, "nobody waits for this process"


def test_results_beforehand_are_those_of_the_notebook_with_all_that_was_read():
    found = worked_out(code_reached(NOTEBOOKS / "briefing.ipynb"))
    assert found.keys() == set(JOBS), "every job serves the briefing"
    result, reads = found["analysis.frozen", "scores_known_today"]
    ask_with(found.get)
    try:
        given, noted = with_reads(partial(taken, scores_known_today))
    finally:
        ask_with(from_parent)
    assert given is result
    assert noted == reads
    own, noted = with_reads(partial(taken, scores_known_today))
    pd.testing.assert_frame_equal(own, result)
    assert noted == reads
    assert worked_out([]) == {}, "a notebook that does not reach the model"


def test_work_of_a_forked_process_comes_back_fails_or_ends(capfd):
    done = []
    with standby(lambda: None) as call:
        assert call(os.getpid) != os.getpid()
    with standby(lambda: 1 / 0, lambda: done.append(1)) as call, pytest.raises(ZeroDivisionError):
        call(partial(operator.truediv, 1, 0))
    assert done == [1]
    with standby(lambda: None) as call, pytest.raises(ChildProcessError):
        call(partial(os._exit, 3))
    began = time.monotonic()
    with pytest.raises(KeyError), standby(lambda: None, lambda: {}["x"]) as call:
        call(partial(time.sleep, 60))  # what goes wrong here ends the work there
    assert time.monotonic() - began < 30
    assert capfd.readouterr().err == ""
