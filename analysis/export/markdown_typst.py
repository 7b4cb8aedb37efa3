"""Markdown as Typst code: text as string literals, footnotes where they are called, links to safe addresses only."""

from __future__ import annotations

import html
from collections.abc import Iterable

from analysis.errors import BuildError
from analysis.export.formula import to_typst_math
from analysis.export.markdown import (
    Node,
    Walker,
    cites,
    key_of,
    plain_text,
)
from analysis.export.text import safe_link, slug, typst_text


class _Typst(Walker):
    """Syntax tree to Typst code (an expression; text as string literals)."""

    def many(self, nodes: Iterable[Node]) -> str:
        parts = [part for part in (self.write(node) for node in nodes) if part]
        return " + ".join(parts) if parts else '""'

    def inside(self, node: Node) -> str:
        return self.many(node.get("children", ()))

    def on_text(self, node: Node) -> str:
        return typst_text(node["raw"])

    def on_inline_html(self, node: Node) -> str:
        return typst_text(node["raw"])

    def on_block_html(self, node: Node) -> str:
        return f"par({typst_text(node['raw'].strip())})"

    def on_blank_line(self, node: Node) -> str:
        return ""

    def on_linebreak(self, node: Node) -> str:
        return "linebreak()"

    def on_softbreak(self, node: Node) -> str:
        return '" "'

    def on_emphasis(self, node: Node) -> str:
        return f"emph({self.inside(node)})"

    def on_strong(self, node: Node) -> str:
        return f"strong({self.inside(node)})"

    def on_strikethrough(self, node: Node) -> str:
        return f"strike({self.inside(node)})"

    def on_codespan(self, node: Node) -> str:
        return f"raw({typst_text(html.unescape(node['raw']))})"

    def on_inline_math(self, node: Node) -> str:
        return to_typst_math(node["raw"], block=False, place=self.place)

    def on_block_math(self, node: Node) -> str:
        return to_typst_math(node["raw"], block=True, place=self.place)

    def on_block_code(self, node: Node) -> str:
        lines = [typst_text(line) for line in node["raw"].rstrip().split("\n")]
        return f'raw(({", ".join(lines)},).join("\\n"), block: true)'

    def on_link(self, node: Node) -> str:
        url = safe_link(html.unescape(node["attrs"]["url"]))
        body = self.inside(node)
        if url is None:
            return body
        if url.startswith("#"):
            words = self.reference(node)
            if cites(url, words):
                return f"hns-cite({typst_text(url[1:])}, {typst_text(words.strip('[]'))})"
            return f"hns-ref({typst_text(url[1:])}, {f'[#({body})]' if words else 'none'})"
        return f"link({typst_text(url)}, [#({body})])"

    def on_image(self, node: Node) -> str:
        return self.inside(node)

    def on_heading(self, node: Node) -> str:
        name = slug(plain_text(node["children"]))
        return f"hns-heading({self.level(node) - 1}, {typst_text(name)}, [#({self.inside(node)})])"

    def on_paragraph(self, node: Node) -> str:
        return f"par([#({self.inside(node)})])"

    on_block_text = inside

    def on_block_quote(self, node: Node) -> str:
        return f"quote(block: true, {self.inside(node)})"

    def on_thematic_break(self, node: Node) -> str:
        return "hns-rule()"

    def on_list(self, node: Node) -> str:
        kind = "enum" if node["attrs"].get("ordered") else "list"
        start = node["attrs"].get("start")
        first = f"start: {int(start)}, " if kind == "enum" and start not in (None, 1) else ""
        tight = "true" if node.get("tight", True) else "false"
        items = ", ".join(f"[#({self.inside(item)})]" for item in node["children"])
        return f"{kind}(tight: {tight}, {first}{items})"

    def on_table(self, node: Node) -> str:
        head = next(c["children"] for c in node["children"] if c["type"] == "table_head")
        rows = [row["children"] for c in node["children"] if c["type"] == "table_body" for row in c["children"]]
        sides = ", ".join("right" if c["attrs"].get("align") == "right" else "left" for c in head)

        def cells(row: list[Node]) -> str:
            return ", ".join(f"[#({self.inside(cell)})]" for cell in row)

        body = "".join(f", {cells(row)}" for row in rows)
        return f"hns-plain-table(({sides},), ({cells(head)},){body})"

    def on_footnote_ref(self, node: Node) -> str:
        number = node["attrs"]["index"]
        mark = f"fn-{self.key}-{number}"
        if number in self.seen:
            return f"footnote(label({typst_text(mark)}))"
        self.seen.add(number)
        children = self.notes.get(number)
        if children is None:
            raise BuildError(self.place, f"footnote {node['raw']!r} has no text", "a line `[^name]: text`")
        body = " + parbreak() + ".join(
            self.inside(child) if child["type"] == "paragraph" else self.write(child)
            for child in children
            if child["type"] != "blank_line"
        )
        return f"[#footnote([#({body})])#label({typst_text(mark)})]"


def to_typst(markdown: str, *, key: str | None = None, top: int = 2, deepest: int = 6, place: str = "text") -> str:
    """Markdown blocks as Typst markup lines (`#(...)` each), for the template's functions `hns-*`.

    Markdown level 2 becomes Typst level 1, since the document title stands above all headings.
    Raises BuildError for unknown TeX and for footnotes without text.
    """
    walker = _Typst(markdown, key or key_of(markdown), top, place, deepest)
    return "".join(f"#({walker.write(node)})\n" for node in walker.nodes)


def inline_typst(markdown: str, place: str = "text") -> str:
    """One paragraph of Markdown as a Typst expression (content)."""
    walker = _Typst(markdown, key_of(markdown), 2, place)
    parts = [walker.inside(node) if node["type"] == "paragraph" else walker.write(node) for node in walker.nodes]
    return "[#(" + (' + " " + '.join(parts) or '""') + ")]"
