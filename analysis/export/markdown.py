"""Markdown to HTML and to Typst, from one syntax tree, so that both formats say the same.

Parsed by mistune. Text never becomes code: in HTML it is escaped, in Typst it travels as string literals.
Raw HTML is shown as the characters it is made of; links lead only to http(s) addresses and to `#anchors`.
Formulas stand between `$$` in a paragraph of their own, or in a line as $`x`$, since a plain $ is money; of TeX, only
what `export.formula` knows is taken.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from analysis.errors import BuildError
from analysis.export.formula import formulas, refuse_other_tex
from analysis.export.text import curl

Node = dict[str, Any]

# `[@](#fig-price)`, like `[](#fig-price)`, shows the number of the exhibit: "Figure 3".
NUMBER = "@"

# Comments around the footnotes of one text; text itself can never contain them, since it is escaped.
FOOTNOTES_START, FOOTNOTES_END = "<!--notes-->", "<!--/notes-->"


@lru_cache(maxsize=1)
def _parser() -> Callable[[str], list[Node]]:
    import mistune

    return mistune.create_markdown(renderer=None, plugins=["table", "footnotes", "strikethrough", formulas])


def parse(markdown: str, place: str = "text") -> list[Node]:
    """Markdown as mistune's syntax tree.

    Raises BuildError for a TeX formula written in another way than $`x`$ or between `$$` in its own paragraph (dollar
    amounts such as "$8 bn and $1.9 bn" are fine).
    """
    refuse_other_tex(markdown, place)
    return _parsed(markdown)


@lru_cache(maxsize=8192)  # page and PDF write the same cells; writers read the tree and leave it as it is
def _parsed(markdown: str) -> list[Node]:
    nodes = _parser()(markdown)
    _typeset(nodes, " ")
    return nodes


def _typeset(nodes: Iterable[Node], before: str) -> str:
    """Set quotes and spaces in place; a quote's direction depends on the last character of the text before it."""
    for node in nodes:
        if node["type"] == "text":
            raw = html.unescape(node["raw"])
            node["raw"] = curl(before + raw)[1:]
            before = raw[-1:] or before
        elif node["type"] in ("paragraph", "block_text", "heading", "table_cell", "linebreak", "softbreak"):
            _typeset(node.get("children", ()), " ")
            before = " "
        else:
            before = "x" if node["type"] in ("codespan", "inline_math") else _typeset(node.get("children", ()), before)
    return before


def plain_text(nodes: Iterable[Node]) -> str:
    """The words of a syntax tree without any markup."""
    words = []
    for node in nodes:
        kind = node["type"]
        if kind in ("text", "codespan", "inline_html", "inline_math", "block_math"):
            words.append(node["raw"])
        elif kind in ("linebreak", "softbreak"):
            words.append(" ")
        words.append(plain_text(node.get("children", ())))
    return "".join(words)


@lru_cache(maxsize=8192)
def strip(markdown: str) -> str:
    """Markdown as plain words."""
    return re.sub(r"[ \t\n]+", " ", plain_text(parse(markdown))).strip(" ")


def cites(url: str, words: str) -> bool:
    """Whether a link is a bare source number, which is set in brackets so that no figure swallows it."""
    return url.startswith("#source-") and bool(re.fullmatch(r"\[?[A-Z]?\d+\]?", words))


class Walker:
    """What all writers share: footnotes found before the text is written, unique keys, heading levels."""

    def __init__(self, markdown: str, key: str, top: int, place: str, deepest: int = 6) -> None:
        self.place, self.top, self.key, self.deepest = place, top, key, deepest
        nodes = parse(markdown, place)
        self.notes = {
            item["attrs"]["index"]: item["children"]
            for node in nodes
            if node["type"] == "footnotes"
            for item in node["children"]
        }
        self.nodes = [node for node in nodes if node["type"] not in ("footnotes", "blank_line")]
        self.seen: set[int] = set()

    def reference(self, node: Node) -> str:
        """The words of a link inside the document; empty where the number of the exhibit is to stand."""
        words = plain_text(node.get("children", ()))
        return "" if words == NUMBER else words

    def level(self, node: Node) -> int:
        """Level of a heading, within the bounds of this text."""
        return min(self.deepest, max(self.top, node["attrs"]["level"]))

    def write(self, node: Node) -> Any:
        """What the writer makes of one node; BuildError for one it has no form for."""
        method = getattr(self, "on_" + node["type"], None)
        if method is None:
            raise BuildError(self.place, f"Markdown of kind {node['type']!r} has no print form", "simpler Markdown")
        return method(node)


def key_of(markdown: str) -> str:
    """A short key from the text itself, for ids that stay the same from run to run."""
    return hashlib.sha256(markdown.encode()).hexdigest()[:8]
