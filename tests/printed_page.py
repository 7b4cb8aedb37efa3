"""What stands where on the pages of a PDF, as poppler's pdftotext sees it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_XHTML = "{http://www.w3.org/1999/xhtml}"
HEADER, FOOTER = 48.0, 50.0  # points at the head and the foot of a page that hold the running lines


@dataclass(frozen=True)
class Line:
    """One line of type: its words and its box in points from the upper left corner of the page."""

    words: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """One page: its size and its lines in reading order, running lines apart."""

    width: float
    height: float
    lines: tuple[Line, ...]

    @property
    def body(self) -> list[Line]:
        return [line for line in self.lines if line.top > HEADER and line.bottom < self.height - FOOTER]

    @property
    def running(self) -> str:
        return " ".join(line.words for line in self.lines if line not in self.body)

    @property
    def text(self) -> str:
        return " ".join(line.words for line in self.body)


def tool(name: str, *arguments: object) -> str:
    """Output of one of poppler's tools; AssertionError says what to install where it is missing."""
    assert shutil.which(name), f"the tests of the printed page need {name}: apt-get install poppler-utils"
    return subprocess.run([name, *map(str, arguments)], capture_output=True, check=True, text=True).stdout


def pages(pdf: Path) -> list[Page]:
    """All pages of a PDF."""
    tree = ElementTree.fromstring(re.sub(r"[\x00-\x08\x0b-\x1f]", "", tool("pdftotext", "-bbox-layout", pdf, "-")))
    return [
        Page(float(page.get("width")), float(page.get("height")), tuple(map(_line, page.iter(_XHTML + "line"))))
        for page in tree.iter(_XHTML + "page")
    ]


def _line(line: ElementTree.Element) -> Line:
    words = " ".join(word.text or "" for word in line.iter(_XHTML + "word"))
    return Line(words, *(float(line.get(side)) for side in ("xMin", "yMin", "xMax", "yMax")))


def letters(text: str) -> str:
    """Only the letters, so that spaces, hyphens, source numbers and note marks do not matter."""
    return re.sub(r"[\W\d_]+", "", text).lower()
