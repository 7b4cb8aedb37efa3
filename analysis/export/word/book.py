"""The Word document while it is being written: its parts, its bookmarks and what is counted through it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from analysis.export.word.marks import Marks
from analysis.export.word.xml import element, flat


@dataclass
class Book:
    """One document: python-docx's object for it, its part for footnotes, its bookmarks and its counts."""

    made: Any
    notes: Any
    marks: Marks
    note_numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    pictures: int = 0

    def numbering(self, start: int) -> int:
        """Number of a new numbered list that begins at `start`."""
        lists = self.made.part.numbering_part.element
        number = len(lists.num_lst) + 1
        lists.append(
            element(
                f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
                f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
            )
        )
        return number

    def picture(self, content: bytes, wide: float, high: float, name: str, alt: str) -> Any:
        """A run with a picture (PNG), `wide` by `high` points, and its description."""
        from docx.shared import Pt

        self.pictures += 1
        inline = self.made.part.new_pic_inline(io.BytesIO(content), Pt(wide), Pt(high))
        for place in (inline.docPr, inline.graphic.graphicData.pic.nvPicPr.cNvPr):
            place.set("id", str(self.pictures))
            place.set("name", name)
            place.set("descr", flat(alt))
        for side in "TBLR":  # unsaid, some programs leave an eighth of an inch
            inline.set(f"dist{side}", "0")
        made = element("<w:r><w:drawing/></w:r>")
        made[0].append(inline)
        return made
