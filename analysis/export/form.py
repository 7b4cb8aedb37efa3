"""What an exhibit is: one piece of a briefing in every form an output may ask for, and the checks all kinds share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis import theme
from analysis.errors import BuildError
from analysis.export.markdown_html import inline_html
from analysis.export.text import literal, visible
from analysis.reads import noted

TYPST_MIME = "text/vnd.typst"
RESULTS_MIME = "application/vnd.hns.results+json"
READS_MIME = "application/vnd.hns.reads+json"
DOCUMENT_MIME = "application/vnd.hns.document+json"
FILES_MIME = "application/vnd.hns.files+json"
PARTS_MIME = "application/vnd.hns.parts+json"
NEW_PAGE = "#pagebreak(weak: true)\n"  # Typst code of a page break; the first one ends page one


@dataclass(frozen=True)
class Exhibit:
    """One finished piece of a briefing, in every form an output may ask for."""

    id: str
    kind: str
    html: str
    typst: str
    plain: str
    csv: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)  # name -> text: SVG and CSV the Typst code refers to
    document: Mapping[str, Any] | None = None
    payload: Mapping[str, Any] | None = None
    parts: Mapping[str, Any] | None = None  # its words, cells and values, for outputs with text objects of their own
    width: theme.Width = "full"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """What Jupyter stores and shows."""
        if self.payload is not None:
            return {RESULTS_MIME: dict(self.payload), READS_MIME: noted()}
        bundle: dict[str, Any] = {
            "text/html": self.html,
            TYPST_MIME: self.typst,
            "text/plain": self.plain,
        }
        if self.csv is not None:
            bundle["text/csv"] = self.csv
        if self.files:
            bundle[FILES_MIME] = dict(self.files)
        if self.document is not None:
            bundle[DOCUMENT_MIME] = dict(self.document)
        if self.parts is not None:
            bundle[PARTS_MIME] = {"kind": self.kind, **self.parts}
        return bundle


_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


def identifier(value: str, prefix: str) -> str:
    """The id, if it begins with the prefix and is plain. Raises BuildError."""
    if not value.startswith(prefix) or not _ID.match(value):
        raise BuildError(f"exhibit {visible(value)!r}", "not a usable id", f"`{prefix}` and a-z, 0-9, hyphens")
    return value


def needed(value: str, what: str, place: str) -> str:
    """The text on one line. Raises BuildError (at `place`, naming `what`) when it is empty."""
    if not isinstance(value, str) or not value.strip():
        raise BuildError(place, f"{what} is empty", f"a {what} in words")
    return " ".join(value.split())


def caption(kind: str, title: str, subtitle: str) -> str:
    """The caption of a figure or table as HTML; the page fills in its number."""
    return (
        f'<figcaption><span class="hns-no" data-kind="{kind}"></span>'
        f'<span class="hns-title">{inline_html(literal(title))}</span>'
        f'<span class="hns-sub">{inline_html(literal(subtitle))}</span></figcaption>'
    )


def source_html(source: str) -> str:
    """The source line as HTML; nothing for an empty one."""
    return f'<p class="hns-source">{inline_html(source)}</p>' if source.strip() else ""


def arguments(**code: str) -> str:
    """Named arguments of a Typst call from finished Typst expressions."""
    return ", ".join(f"{name.replace('_', '-')}: {value}" for name, value in code.items())
