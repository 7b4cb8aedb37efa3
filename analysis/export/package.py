"""Office files with the same bytes every time: one date for all members of the ZIP archive, never the clock's."""

from __future__ import annotations

import io
import zipfile

FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP archive knows


def same_bytes(content: bytes) -> bytes:
    """A ZIP archive packed anew, in the same order, without the time at which it was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            member = zipfile.ZipInfo(name, FIRST_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0  # the same on every system
            made.writestr(member, given.read(name))
    return out.getvalue()
