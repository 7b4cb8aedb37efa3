"""Finished texts that take long to make, kept on disk under names that say all they are made from."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from analysis.paths import ROOT

MOST = 2000  # texts kept in one folder; beyond that the older half goes


def folders() -> list[Path]:
    """Where texts may be kept, best first: the project's build folder, then the user's cache."""
    user = os.environ.get("XDG_CACHE_HOME")
    found = [ROOT / "build"]
    if user or os.environ.get("HOME") or os.environ.get("LOCALAPPDATA"):
        base = user or os.environ.get("LOCALAPPDATA") or os.path.join(os.environ.get("HOME", ""), ".cache")
        found.append(Path(base) / "hns-analysis")
    return found


def kept(name: str, make: Callable[[], str]) -> str:
    """The text of this name, from disk or made now; where nothing can be written it is made anew every time.

    name: `folder/file`; it must change with everything the text depends on, for a kept text is never looked at again.
    """
    places = [folder / name for folder in folders()]
    for place in places:
        if (text := _read(place)) is not None:
            return text
    text = make()
    any(_keep(place, text) for place in places)  # the first folder that takes it
    return text


def _read(file: Path) -> str | None:
    """The text, if it is whole: its first line is the digest of the rest."""
    try:
        digest, _, text = file.read_bytes().decode("utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if hashlib.sha256(text.encode()).hexdigest() == digest else None


def _keep(file: Path, text: str) -> bool:
    """Write the text in one step; False where that is not allowed."""
    content = text.encode()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        os.replace(temporary, file)
        _trim(file.parent)
    except OSError:
        return False
    return True


def _trim(folder: Path) -> None:
    files = list(folder.iterdir())
    if len(files) > MOST:
        for file in sorted(files, key=lambda one: one.stat().st_mtime)[: len(files) // 2]:
            file.unlink(missing_ok=True)
