"""Reading what somebody else wrote: a plain file of a bounded size, inside the folder it is named in."""

from __future__ import annotations

import stat
from pathlib import Path

from analysis.errors import HnsError


def content(path: Path, place: str, most: int, error: type[HnsError]) -> bytes:
    """The bytes of a file; no more than `most` of them are ever read.

    Raises `error` at `place` for a link that leads out of the folder, for a folder, pipe or device, and for a larger
    file; FileNotFoundError when there is none.
    """
    try:
        known = path.stat()
        inside = path.resolve().is_relative_to(path.parent.resolve())
        if not inside:
            raise error(place, "a link that leads out of its folder", "a plain file")
        if not stat.S_ISREG(known.st_mode):
            raise error(place, "not a plain file", "a plain file")
        if known.st_size > most:
            raise error(place, f"larger than {most:,} bytes")
        with path.open("rb") as file:
            found = file.read(most + 1)
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise error(place, f"cannot be read ({problem.strerror})", "a plain file") from None
    if len(found) > most:  # some systems state no size for what they make up on the way
        raise error(place, f"larger than {most:,} bytes")
    return found
