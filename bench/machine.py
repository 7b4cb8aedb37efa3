"""On what the benchmark ran: machine, versions, state of the project."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.paths import ROOT
from bench.environment import OWN, python

PACKAGES = ("altair", "ipykernel", "jupyterlab", "nbconvert", "pandas", "papermill", "playwright", "typst")
LEFT_OUT = ("matplotlib", "rfc3987-syntax")  # what only the environment of pip has


def described(pip: Path | None) -> dict[str, Any]:
    """Date, commit, machine and versions as plain data; pip: the environment of pip, if it takes part."""
    environments = {"own": OWN} | ({"pip": pip} if pip else {})
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _said("git", "rev-parse", "--short=10", "HEAD"),
        "changed_since": bool(_said("git", "status", "--porcelain", "--untracked-files=no")),
        "system": f"{_release()}, {platform.system()} {platform.release().split('-')[0]}",
        "processor": _first("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor() or "unknown",
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "chromium": _chromium(),
        "versions": {name: _versions(place) for name, place in environments.items()},
    }


def _versions(environment: Path) -> dict[str, str]:
    """Versions of the packages that shape the timing, as that environment's own Python finds them."""
    code = (
        "import importlib.metadata as m, json, sys; found = {d.name.lower(): d.version for d in m.distributions()};"
        "print(json.dumps({n: found[n] for n in sys.argv[1:] if n in found}))"
    )
    run = subprocess.run([str(python(environment)), "-c", code, *PACKAGES, *LEFT_OUT], capture_output=True, text=True)
    return json.loads(run.stdout)


def _chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    words = re.search(r"\d+[\d.]*", _said(found, "--version")) if found else None
    return words[0] if words else ""


def _release() -> str:
    return _first("/etc/os-release", r'PRETTY_NAME="(.+)"') or platform.platform(terse=True)


def _first(file: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path(file).read_text(encoding="utf-8"))
    except OSError:
        return ""
    return found[1].strip() if found else ""


def _said(*command: str) -> str:
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return run.stdout.strip()
