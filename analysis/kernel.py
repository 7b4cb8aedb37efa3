"""The notebook's kernel: this interpreter and this checkout, and nothing of the user's own settings."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from analysis.paths import ROOT

# A socket's path may have about 104 characters (macOS) and jupyter_client adds "/kernel-ipc-1".
LONGEST_SOCKET_FOLDER = 85
_TEMPORARY = "hns-kernel-"


@contextmanager
def run_kernel(scratch: Path, environment: Mapping[str, str]) -> Iterator[type[AsyncKernelManager]]:
    """Kernel manager for one run, whose kernel is gone afterwards, also when the run was interrupted.

    Sockets and profile lie in `scratch` where its path is short enough; `environment` is added to the kernel's own.
    """
    with _sockets(scratch) as folder:
        started: list[AsyncKernelManager] = []
        try:
            yield _manager_class(folder, environment, started)
        finally:
            for manager in started:
                _end(manager)


def _manager_class(
    folder: Path, environment: Mapping[str, str], started: list[AsyncKernelManager]
) -> type[AsyncKernelManager]:
    """No installed kernelspec is needed, and a start-up file in the user's IPython profile is not read."""

    class RunKernelManager(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(
                argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *_startup(environment)],
                display_name="Python 3",
                language="python",
                interrupt_mode="signal",
                env=_escaped(_surroundings(folder) | dict(environment)),
            )

        async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
            started.append(self)
            with _interrupts_held():  # Ctrl-C in the middle would leave a kernel that nobody knows of
                await super()._async_launch_kernel(kernel_cmd, **kw)

        @default("transport")
        def _kind_of_sockets(self) -> str:
            return transport(folder)

        @default("connection_file")
        def _beside_the_sockets(self) -> str:
            return str(folder / "kernel.json")

    return RunKernelManager


def _end(manager: AsyncKernelManager) -> None:
    """Kill a kernel left by an interrupt and wait for it: one that is still starting would make its folder anew."""
    process = getattr(manager.provisioner, "process", None)
    if process is not None:
        process.kill()
        process.wait()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C and SIGTERM take effect only at the end of the block."""
    if threading.current_thread() is not threading.main_thread():  # signals meet the main thread alone
        yield
        return
    held: list[int] = []
    before = {kind: signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM)}
    for kind in before:
        signal.signal(kind, lambda number, _: held.append(number))
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
        for number in held:
            signal.raise_signal(number)


@contextmanager
def _sockets(scratch: Path) -> Iterator[Path]:
    """A folder whose path is short enough for sockets: `scratch` itself, or a short-lived one for temporary files."""
    if os.name != "posix" or transport(scratch) == "ipc":
        yield scratch
        return
    for left in Path(tempfile.gettempdir()).glob(f"{_TEMPORARY}*-*"):
        if not _alive(left.name.removeprefix(_TEMPORARY).split("-")[0]):  # its build was killed
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_TEMPORARY}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError):
        pass
    return True


def transport(folder: Path) -> str:
    """`ipc` (files only this user can open) where the system has it, otherwise `tcp`."""
    has_sockets = os.name == "posix" and len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER
    return "ipc" if has_sockets else "tcp"


def _startup(environment: Mapping[str, str]) -> list[str]:
    quiet = ["--HistoryManager.enabled=False", "--InteractiveShell.colors=nocolor"]
    if seed := environment.get("HNS_GLOBAL_SEED"):
        quiet.append(f"--IPKernelApp.exec_lines=import random, numpy; random.seed({seed}); numpy.random.seed({seed})")
    return quiet


def _surroundings(folder: Path) -> dict[str, str]:
    """A fixed world for the kernel: same modules, same hashes, same time zone on every machine."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": path,
        "PYTHONUTF8": "1",
        "TZ": "UTC",
    }


def _escaped(environment: Mapping[str, str]) -> dict[str, str]:
    """jupyter_client fills `${NAME}` in these values; a folder's name is not to be read that way."""
    return {name: value.replace("$", "$$") for name, value in environment.items()}
