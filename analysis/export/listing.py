"""The figures and tables of an executed notebook with their numbers, as readers of every output find them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.errors import BuildError
from analysis.export.form import FILES_MIME, PARTS_MIME
from analysis.export.markdown import strip
from analysis.export.notebook import Piece, joined
from analysis.export.text import literal

_CITED = re.compile(r"\[([A-Z]?\d+)\]\(#source-[a-z0-9-]+\)")  # a source number, which is set in brackets


@dataclass(frozen=True)
class Listed:
    """One figure or table: its number ("Figure 3"), its parts, and for a figure its drawing (SVG)."""

    number: str
    parts: Mapping[str, Any]
    svg: str | None = None

    @property
    def id(self) -> str:
        """Name of the exhibit, such as `fig-price`."""
        return str(self.parts["id"])

    @property
    def words(self) -> dict[str, str]:
        """Number, title, subtitle (measure, place, period, unit) and source line as plain text."""
        return {
            "number": self.number,
            "title": strip(literal(self.parts["title"])),
            "subtitle": strip(literal(self.parts["subtitle"])),
            "source": strip(_CITED.sub(r"\\[\1\\]", self.parts["source"])),
        }


def parts_of(piece: Piece) -> Mapping[str, Any]:
    """The parts an exhibit is made of. Raises BuildError for one that states none."""
    if (parts := piece.bundle.get(PARTS_MIME)) is None:
        raise BuildError(piece.place, "the exhibit does not state its parts", "an exhibit of analysis/exhibit.py")
    return parts


def listed(found: Iterable[Piece]) -> list[Listed]:
    """All figures and tables in order of appearance, numbered each in their own row.

    Raises BuildError for an exhibit that does not state its parts or an id used twice.
    """
    counts: Counter[str] = Counter()
    out: dict[str, Listed] = {}
    for piece in found:
        if piece.markdown is not None:
            continue
        files = piece.bundle.get(FILES_MIME, {})
        for parts in _exhibits(parts_of(piece)):
            if parts["id"] in out:
                raise BuildError(piece.place, f"{parts['id']} appears twice", "one exhibit for each id")
            kind = str(parts["kind"]).capitalize()
            counts[kind] += 1
            drawing = files.get(f"{parts['id']}.svg")
            out[parts["id"]] = Listed(f"{kind} {counts[kind]}", parts, None if drawing is None else joined(drawing))
    return list(out.values())


def _exhibits(parts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if parts["kind"] in ("figure", "table"):
        yield parts
    elif parts["kind"] == "pair":
        yield from parts["figures"]
