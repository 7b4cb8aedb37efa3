"""Where the benchmark runs: a copy of the project, two Python environments, and one set of variables for all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from analysis.paths import ROOT
from bench.measure import BenchError

BENCH = ROOT / "build" / "bench"
OWN = Path(sys.prefix)
COPIED = ("analysis", "bench", "data", "notebooks")
# From the caller's environment only these: no setting of make, Python or Jupyter reaches what is measured.
KEPT = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "HTTPS_PROXY", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def variables(home: Path, project: Path, **more: str) -> dict[str, str]:
    """Environment of every measured command; byte code is kept, as it is for anyone who installs the project."""
    given = {name: os.environ[name] for name in KEPT if name in os.environ}
    return given | {"HOME": str(home), "PYTHONPATH": str(project), "TZ": "UTC"} | more


def copied_project(folder: Path) -> Path:
    """A copy of the project to measure in, so that the checkout is not touched; it shares the checkout's .venv."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(OWN, target_is_directory=True)
    return folder


def pip_environment(folder: Path = BENCH / "pip-environment") -> Path:
    """A second environment as pip makes it: the locked versions, and all that they ask for.

    uv leaves out two packages that the project does not need (pyproject.toml); pip knows nothing of that.
    Made once and kept. Raises BenchError when it cannot be made.
    """
    done = folder / "complete"
    pins = _pins()
    if done.is_file() and done.read_text(encoding="utf-8") == pins:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    _run("the environment of pip", sys.executable, "-m", "venv", str(folder))
    (folder / "pins.txt").write_text(pins, encoding="utf-8")
    (folder / "wanted.txt").write_text("\n".join(_wanted()) + "\n", encoding="utf-8")
    install = ("-m", "pip", "install", "--quiet", "-c", str(folder / "pins.txt"), "-r", str(folder / "wanted.txt"))
    _run("the environment of pip", str(python(folder)), *install)
    done.write_text(pins, encoding="utf-8")
    return folder


def python(environment: Path) -> Path:
    """The interpreter of an environment."""
    return environment / "bin" / "python"


def tool(environment: Path, name: str) -> str:
    """Path of a console command of an environment; BenchError where it is missing."""
    path = environment / "bin" / name
    if not path.is_file():
        raise BenchError(f"the command {name}", "is not in this environment", "`make bench` sets it up")
    return str(path)


def browsers(environment: Path, folder: Path) -> Path:
    """A folder in which this environment's playwright finds the Chromium of the system as its own.

    nbconvert has no setting for the browser's path. Raises BenchError where there is no Chromium.
    """
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise BenchError("the plain route", "its PDF needs Chromium", "apt-get install chromium")
    listed = next(environment.glob("lib/python*/site-packages/playwright/driver/package/browsers.json"), None)
    if listed is None:
        raise BenchError("the plain route", "its PDF needs playwright", "`make bench` sets it up")
    known = json.loads(listed.read_text(encoding="utf-8"))["browsers"]
    [revision] = [one["revision"] for one in known if one["name"] == "chromium-headless-shell"]
    own = folder / f"chromium_headless_shell-{revision}"
    program = own / "chrome-headless-shell-linux64" / "chrome-headless-shell"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.unlink(missing_ok=True)
    program.symlink_to(chromium)
    (own / "INSTALLATION_COMPLETE").touch()
    return folder


def _pins() -> str:
    uv = shutil.which("uv", path=f"{OWN / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        raise BenchError("the environment of pip", "uv is needed to read uv.lock", "`make bench` sets it up")
    groups = ("--no-default-groups", "--group", "lab", "--group", "test")
    plain = ("--no-hashes", "--no-emit-project", "--no-annotate", "--no-header")
    return _run("the environment of pip", uv, "export", "--quiet", "--frozen", *groups, *plain)


def _wanted() -> list[str]:
    """What the project asks for to run and to write notebooks, and the driver that nbconvert prints with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [*project["project"]["dependencies"], *project["dependency-groups"]["lab"], "playwright"]


def _run(place: str, *command: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if run.returncode:
        raise BenchError(place, " ".join(run.stderr.split())[-300:])
    return run.stdout
