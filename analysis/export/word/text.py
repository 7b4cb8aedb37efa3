"""Markdown to Word paragraphs, from the same syntax tree as page and PDF, so that all say the same."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from analysis.errors import BuildError
from analysis.export.markdown import Node, Walker, cites, key_of, plain_text
from analysis.export.text import safe_link, slug
from analysis.export.word import xml
from analysis.export.word.blocks import Blocks
from analysis.export.word.book import Book
from analysis.export.word.formula import formula
from analysis.export.word.looks import BULLETS, style_id
from analysis.export.word.xml import PLAIN, Face, element, twips


def write_blocks(markdown: str, book: Book, into: Blocks, **how: Any) -> None:
    """Write Markdown as paragraphs, lists and tables.

    how: key (of its footnotes), top and deepest (levels headings are kept between), place (named in messages),
    style (of paragraphs), cite (style of source numbers), bold. Raises BuildError for Markdown without print form.
    """
    _Text(markdown, book, into, **how).blocks()


def write_line(markdown: str, book: Book, into: Blocks, line: Any, **how: Any) -> None:
    """Write Markdown into one paragraph that stands in `into`; see write_blocks."""
    _Text(markdown, book, into, **how).inline(line)


class _Text(Walker):
    """Writes Markdown into a place of the document; style: of its paragraphs; cite: of source numbers in them."""

    def __init__(
        self,
        markdown: str,
        book: Book,
        into: Blocks,
        *,
        key: str | None = None,
        top: int = 2,
        deepest: int = 6,
        place: str = "text",
        style: str = "Normal",
        cite: str | None = "Source Mark",
        bold: bool = False,
    ) -> None:
        super().__init__(markdown, key or key_of(markdown), top, place, deepest)
        self.book, self.into, self.style, self.cite = book, into, style, cite
        self.face = Face(bold=bold)
        self.line: Any = None
        self.depth, self.item = 0, ("", "")  # how deep in lists; style and properties of the item's next paragraph

    def blocks(self) -> None:
        self.many(self.nodes)

    def inline(self, line: Any) -> None:
        self.line = line
        for number, node in enumerate(self.nodes):
            if number:
                self.put(xml.run(" ", self.face))
            self.many(node["children"] if node["type"] in ("paragraph", "heading") else [node])

    def many(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self.write(node)

    def inside(self, node: Node) -> None:
        self.many(node.get("children", ()))

    def put(self, *made: Any) -> None:
        if self.line is None:
            self.line = self.into.paragraph(self.style)
        self.line.extend(made)

    @contextmanager
    def faced(self, **changes: Any) -> Iterator[None]:
        before, self.face = self.face, replace(self.face, **changes)
        yield
        self.face = before

    @contextmanager
    def within(self, line: Any) -> Iterator[None]:
        before, self.line = self.line, line
        yield
        self.line = before

    # Inside a paragraph

    def on_text(self, node: Node) -> None:
        self.put(xml.run(node["raw"], self.face))

    on_inline_html = on_text

    def on_blank_line(self, node: Node) -> None:
        """Nothing: space between paragraphs is a matter of style."""

    def on_linebreak(self, node: Node) -> None:
        self.put(xml.line_break())

    def on_softbreak(self, node: Node) -> None:
        self.put(xml.run(" ", self.face))

    def on_emphasis(self, node: Node) -> None:
        with self.faced(italic=True):
            self.inside(node)

    def on_strong(self, node: Node) -> None:
        with self.faced(bold=True):
            self.inside(node)

    def on_strikethrough(self, node: Node) -> None:
        with self.faced(strike=True):
            self.inside(node)

    def on_codespan(self, node: Node) -> None:
        self.put(xml.run(html.unescape(node["raw"]), replace(self.face, style="InlineCode")))

    def on_inline_math(self, node: Node) -> None:
        self.put(formula(node["raw"], block=False, place=self.place))

    def on_image(self, node: Node) -> None:
        self.inside(node)  # pictures come only from exhibits; the words remain

    def on_link(self, node: Node) -> None:
        url = safe_link(html.unescape(node["attrs"]["url"]))
        if url is None:
            self.inside(node)
        elif url.startswith("#"):
            self._refer(url, node)
        else:
            from docx.opc.constants import RELATIONSHIP_TYPE as RELATION

            made = xml.web_link(self.into.part.relate_to(url, RELATION.HYPERLINK, is_external=True))
            self.put(made)
            with self.within(made), self.faced(style="Hyperlink"):
                self.inside(node)

    def _refer(self, url: str, node: Node) -> None:
        anchor, words = url[1:], plain_text(node.get("children", ()))
        code = self.book.marks.code(anchor)
        if cites(url, words):
            words = f"[{words.strip('[]')}]"
            face = replace(self.face, style=self.cite and style_id(self.cite))
            made = xml.run(words, face)
            self.put(made if code is None else _linked(code, made))
        elif code is None:
            self.inside(node)
            if not words:
                self.put(xml.run(anchor, self.face))
        elif not words:
            shown = self.book.marks.names[anchor]
            number = shown.startswith(("Figure ", "Table "))
            made = xml.field(f"REF {code} \\h \\* MERGEFORMAT", shown, self.face) if number else None
            self.put(*(made or [_linked(code, xml.run(shown, self.face))]))
        else:
            made = xml.link(code)
            self.put(made)
            with self.within(made):
                self.inside(node)

    def on_footnote_ref(self, node: Node) -> None:
        index = node["attrs"]["index"]
        mark = Face(style="FootnoteReference")
        numbers = self.book.note_numbers
        if (self.key, index) in numbers:
            number = numbers[self.key, index]
            self.put(*xml.field(f"NOTEREF note_{number} \\f \\h", number, mark))
            return
        if (children := self.notes.get(index)) is None:
            raise BuildError(self.place, f"footnote {node['raw']!r} has no text", "a line `[^name]: text`")
        number = numbers[self.key, index] = len(numbers) + 1
        made = element(f'<w:r>{mark.code}<w:footnoteReference w:id="{number}"/></w:r>')
        self.put(*self.book.marks.bookmark(f"note_{number}", [made]))
        self._note(number, children, mark)

    def _note(self, number: int, children: list[Node], mark: Face) -> None:
        made = element(f'<w:footnote w:id="{number}"/>')
        self.book.notes.element.append(made)
        before = self.into, self.line, self.style, self.cite, self.face
        self.into, self.line = Blocks(made, self.book.notes, self.into.room), None
        self.style, self.cite, self.face = "footnote text", None, PLAIN
        self.put(element(f"<w:r>{mark.code}<w:footnoteRef/></w:r>"), xml.run(" "))
        for position, child in enumerate(child for child in children if child["type"] != "blank_line"):
            self.inside(child) if position == 0 and child["type"] == "paragraph" else self.write(child)
        self.into, self.line, self.style, self.cite, self.face = before

    # Paragraphs and what is made of them

    def on_paragraph(self, node: Node) -> None:
        style, more = self.style, ""
        if self.depth:
            style, more = self.item
            self.item = ("List Continue", _indent(11.0 * self.depth, 0))
        self.line = self.into.paragraph(style, more=more)
        self.inside(node)
        self.line = None

    on_block_text = on_paragraph

    def on_block_html(self, node: Node) -> None:
        self.on_paragraph({"type": "paragraph", "children": [{"type": "text", "raw": node["raw"].strip()}]})

    def on_heading(self, node: Node) -> None:
        style = "Column Heading" if self.deepest == 2 else f"heading {min(3, self.level(node) - 1)}"
        self.line = self.into.paragraph(style)
        self.inside(node)
        words = list(self.line)[1:]
        self.line.extend(self.book.marks.around(slug(plain_text(node["children"])), words))
        self.line = None

    def on_block_quote(self, node: Node) -> None:
        before, self.style = self.style, "Quote"
        self.inside(node)
        self.style = before

    def on_block_code(self, node: Node) -> None:
        line = self.into.paragraph("Code")
        for number, text in enumerate(node["raw"].rstrip().split("\n")):
            line.extend([*([xml.line_break()] if number else []), xml.run(text)])

    def on_block_math(self, node: Node) -> None:
        self.into.paragraph(self.style).append(formula(node["raw"], block=True, place=self.place))

    def on_thematic_break(self, node: Node) -> None:
        self.into.paragraph("Rule")

    def on_list(self, node: Node) -> None:
        ordered = bool(node["attrs"].get("ordered"))
        number = self.book.numbering(int(node["attrs"].get("start") or 1)) if ordered else BULLETS
        before = self.item
        self.depth += 1
        style, step = ("List Number", 16.0) if ordered else ("List Bullet", 11.0)
        level = min(self.depth - 1, 2)
        code = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        for child in node["children"]:
            self.item = (style, code + _indent(step * (level + 1), step))
            self.inside(child)
        self.depth -= 1
        self.item = before

    def on_table(self, node: Node) -> None:
        head = next(c["children"] for c in node["children"] if c["type"] == "table_head")
        rows = [row["children"] for c in node["children"] if c["type"] == "table_body" for row in c["children"]]
        share = min(150.0, self.into.room / len(head))
        cells = self.into.table([share] * len(head), len(rows) + 1, "Briefing Table", head=True)
        for line, row in zip(cells, [head, *rows], strict=True):
            for cell, content, top in zip(line, row, head, strict=True):
                side = '<w:jc w:val="right"/>' if top["attrs"].get("align") == "right" else ""
                with self.within(cell.paragraph("Table Text 8.5", more=side)):
                    self.inside(content)
        self.into.paragraph("Gap")  # tables have no space of their own


def _indent(left: float, hanging: float) -> str:
    return f'<w:ind w:left="{twips(left)}" w:hanging="{twips(hanging)}"/>'


def _linked(code: str, made: Any) -> Any:
    link = xml.link(code)
    link.append(made)
    return link
