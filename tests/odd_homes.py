"""Homes that are not like the author's: fewer rights, a full disk, no network, no terminal, no name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and setpriv are Linux's")
needs_make = pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="the copied environment is POSIX")


def heeding_permissions() -> list[str]:
    """Words before a command that make even root heed the permission bits of files."""
    if os.geteuid():
        return []
    without = "-dac_override,-dac_read_search"
    return _able(["setpriv", f"--bounding-set={without}", f"--inh-caps={without}"])


def without_network() -> list[str]:
    """Words before a command that give it a network of its own with nothing in it, not even the loopback."""
    return _able(["unshare", "--net"] if not os.geteuid() else ["unshare", "--user", "--map-root-user", "--net"])


def as_somebody_unknown() -> list[str]:
    """Words before a command that make it run as a user without a name and without a home."""
    return _able(["unshare", "--user", "--map-user=12345", "--map-group=12345"])


def with_small_disk(folder: Path, kilobytes: int) -> list[str]:
    """Words before a command for which `folder` is a disk of so many kilobytes."""
    own = ["--mount"] if not os.geteuid() else ["--user", "--map-root-user", "--mount"]
    mounted = 'mount -t tmpfs -o size="$0"k none "$1" && shift && exec "$@"'
    return _able(["unshare", *own, "sh", "-c", mounted, str(kilobytes), str(folder)])


def run(command: list[str], folder: Path, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """A command in a folder, without a terminal anywhere; a variable set to None is taken away."""
    around = {name: value for name, value in (os.environ | environment).items() if value is not None}
    return subprocess.run(
        command, cwd=folder, env=around, capture_output=True, text=True, timeout=300, start_new_session=True
    )


def _able(prefix: list[str]) -> list[str]:
    """The prefix, once it has been seen to work; a machine that forbids it fails the test and says so."""
    try:
        tried = subprocess.run([*prefix, "true"], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.fail(f"this test needs {prefix[0]}: apt-get install util-linux")
    if tried.returncode:
        pytest.fail(f"this machine does not allow `{' '.join(prefix[:3])}`: {tried.stderr.strip()}")
    return prefix
