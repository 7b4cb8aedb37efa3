"""Small pieces of WordprocessingML: elements, runs of text, fields, bookmarks and links.

Lengths are points unless a name says otherwise. Importing this module needs no extra package; using it does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from analysis.export.text import visible

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def twips(points: float) -> int:
    """Points in twentieths, the unit of most lengths in Word."""
    return round(points * 20)


def flat(text: object) -> str:
    """Text of any origin as one line that an XML file may hold; odd characters are shown by number."""
    return re.sub(r"[ \t\n]+", " ", visible(text))


def attribute(text: object) -> str:
    """Text as a quoted XML attribute."""
    return quoteattr(flat(text))


def element(code: str) -> Any:
    """One WordprocessingML element from its code, which may use the prefixes `w` and `r`."""
    from docx.oxml import parse_xml

    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {NAMES}", code.strip(), count=1))


def refill(target: Any, code: str) -> None:
    """Put the children of an element given as code in place of those of `target`."""
    target[:] = list(element(code))


@dataclass(frozen=True)
class Face:
    """How a run of text is set, beyond the style of its paragraph."""

    style: str | None = None
    bold: bool = False
    italic: bool = False
    strike: bool = False

    @property
    def code(self) -> str:
        """The run's properties as WordprocessingML; empty when there are none."""
        marks = f'<w:rStyle w:val="{self.style}"/>' if self.style else ""
        marks += "<w:b/>" * self.bold + "<w:i/>" * self.italic + "<w:strike/>" * self.strike
        return f"<w:rPr>{marks}</w:rPr>" if marks else ""


PLAIN = Face()


def run(text: object, face: Face = PLAIN) -> Any:
    """A run of text."""
    made = element(f'<w:r>{face.code}<w:t xml:space="preserve"/></w:r>')
    made[-1].text = flat(text)
    return made


def line_break() -> Any:
    """A new line within a paragraph."""
    return element("<w:r><w:br/></w:r>")


def tab() -> Any:
    """A step to the next tab stop."""
    return element("<w:r><w:tab/></w:r>")


def field(instruction: str, shown: object, face: Face = PLAIN) -> list[Any]:
    """A field that Word can work out anew (`SEQ Figure`, `PAGE`), with the text it shows until then."""
    ends = {
        kind: element(f'<w:r>{face.code}<w:fldChar w:fldCharType="{kind}"/></w:r>')
        for kind in ("begin", "separate", "end")
    }
    code = element(f'<w:r>{face.code}<w:instrText xml:space="preserve"/></w:r>')
    code[-1].text = f" {instruction} "
    return [ends["begin"], code, ends["separate"], run(shown, face), ends["end"]]


def link(anchor: str) -> Any:
    """An empty link to a bookmark of the document; its runs are appended to it."""
    return element(f'<w:hyperlink w:anchor="{anchor}" w:history="1"/>')


def web_link(relation: str) -> Any:
    """An empty link to an address, which stands in the file's relations under this id."""
    return element(f'<w:hyperlink r:id="{relation}" w:history="1"/>')
