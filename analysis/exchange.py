"""Two folders change places, so that a reader finds the old one or the new one and never a mixture."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths are taken as they are
_SWAP = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
#: Beginning of the name under which the old folder waits where the system cannot do it in one step.
WAITING = "before-"


def exchange(new: Path, old: Path) -> None:
    """Put folder `new` in the place of `old`; where there was one, it stands in the place of `new` afterwards.

    One step on Linux and macOS. Elsewhere, and on file systems that cannot swap, two: `recovered` undoes the first
    one when the second never came.
    """
    if not old.exists():
        os.rename(new, old)
    elif not _swapped(new, old):
        waiting = new.with_name(WAITING + old.name)
        os.rename(old, waiting)
        os.rename(new, old)
        os.rename(waiting, new)


def recovered(workplace: Path, reports: Path) -> None:
    """Put back what waits in a work folder that was left behind between the two steps."""
    for waiting in workplace.glob(WAITING + "*"):
        place = reports / waiting.name.removeprefix(WAITING)
        if not place.exists():
            os.rename(waiting, place)


def _swapped(one: Path, other: Path) -> bool:
    """Python has no call for this; both systems have one, which takes paths as bytes."""
    paths = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return system.renamex_np(*paths, _SWAP) == 0
        return system.renameat2(_HERE, paths[0], _HERE, paths[1], _SWAP) == 0
    except (OSError, AttributeError, TypeError):  # Windows; an old C library
        return False
