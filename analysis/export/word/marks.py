"""What can be linked to inside the document: exhibits, headings, table rows and sources, each under a bookmark."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analysis.export.listing import listed, parts_of
from analysis.export.markdown import parse, plain_text
from analysis.export.notebook import Piece
from analysis.export.text import slug
from analysis.export.word.xml import element

LONGEST = 40  # characters Word allows in the name of a bookmark


class Marks:
    """The bookmarks of one document. names: anchor -> the words a reference without words of its own shows."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(names)
        self.codes = _codes(self.names)
        self.placed: list[str] = []

    def code(self, anchor: str) -> str | None:
        """Name of the bookmark an anchor leads to; None when nothing in the document bears it."""
        return self.codes.get(anchor)

    def around(self, anchor: str | None, runs: list[Any]) -> list[Any]:
        """The runs with the anchor's bookmark about them; a second thing of the same name gets none."""
        code = self.codes.get(anchor or "")
        return runs if code is None or code in self.placed else self.bookmark(code, runs)

    def bookmark(self, code: str, runs: list[Any]) -> list[Any]:
        """The runs with a bookmark of this name about them."""
        self.placed.append(code)
        number = len(self.placed)
        start = element(f'<w:bookmarkStart w:id="{number}" w:name="{code}"/>')
        return [start, *runs, element(f'<w:bookmarkEnd w:id="{number}"/>')]


def _codes(anchors: Iterable[str]) -> dict[str, str]:
    """Names Word allows, letters, digits and underscores, each different from the others."""
    out: dict[str, str] = {}
    for anchor in anchors:
        code = re.sub(r"\W", "_", anchor, flags=re.ASCII)
        if len(code) > LONGEST or code in out.values():
            code = f"{code[: LONGEST - 9]}_{hashlib.sha256(anchor.encode()).hexdigest()[:8]}"
        out[anchor] = code
    return out


def targets(found: list[Piece]) -> dict[str, str]:
    """Every anchor of the document with the words a bare reference to it shows: "Figure 2", a heading's words."""
    out: dict[str, str] = {}
    for piece in found:
        for text in [piece.markdown] if piece.markdown is not None else _texts(parts_of(piece)):
            for words in _headings(text):
                out.setdefault(slug(words), words)
    for one in listed(found):
        out[one.id] = one.number
        out |= {anchor: anchor for anchor in one.parts.get("anchors", ()) if anchor}
    for piece in found:
        if piece.markdown is None:
            out |= {entry["anchor"]: entry["number"] for entry in parts_of(piece).get("entries", ())}
    return out


def _texts(parts: Mapping[str, Any]) -> list[str]:
    if parts["kind"] == "columns":
        return list(parts["columns"])
    return [parts["body"]] if "body" in parts else []


def _headings(markdown: str) -> Iterator[str]:
    for node in parse(markdown):
        if node["type"] == "heading":
            yield plain_text(node["children"])
