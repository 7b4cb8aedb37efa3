"""Running text of the printed page, and its references to exhibits by number, such as `[@](#fig-price)`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.errors import BuildError
from analysis.export.markdown_typst import to_typst
from analysis.export.notebook import Piece, joined

_WHOLE_LINE = ("#(hns-heading(", "#(hns-plain-table(", "#(hns-rule(")
_BY_NUMBER = re.compile(r'hns-ref\("((?:fig|tab)-[^"]*)", none\)')
_EXHIBIT = re.compile(r'\bid: "((?:fig|tab)-[^"]*)"')


def running_typst(markdown: str, *, key: str, place: str = "text") -> str:
    """Markdown as Typst code for the page itself, not for a box or a column: text keeps to a readable line length.

    Raises BuildError for TeX formulas and for footnotes without text.
    """
    lines = to_typst(markdown, key=key, place=place).splitlines(keepends=True)
    return "".join(line if line.startswith(_WHOLE_LINE) else f"#hns-flow{line[1:]}" for line in lines)


def typst_code(piece: Piece) -> str:
    """The piece as Typst code: Markdown written anew, exhibits as they are; nothing for what only a page shows."""
    if piece.markdown is not None:
        return running_typst(piece.markdown, key=piece.key, place=piece.place)
    return joined(piece.bundle.get("text/vnd.typst", ""))


def check_exhibit_links(found: Iterable[Piece]) -> None:
    """Raise BuildError when a text asks for the number of a figure or table that the document does not have."""
    code = [(piece.place, typst_code(piece)) for piece in found]
    known = {name for _, text in code for name in _EXHIBIT.findall(text)}
    for place, text in code:
        for name in _BY_NUMBER.findall(text):
            if name not in known:
                raise BuildError(place, f"a reference leads to {name!r}, which is not in the document")
