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
from analysis.export.formula import formulas, refuse_other_tex, to_mathml, to_typst_math
from analysis.export.text import curl, html_text, safe_link, slug, typst_text

Node = dict[str, Any]

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

    def level(self, node: Node) -> int:
        """Level of a heading, within the bounds of this text."""
        return min(self.deepest, max(self.top, node["attrs"]["level"]))

    def write(self, node: Node) -> Any:
        """What the writer makes of one node; BuildError for one it has no form for."""
        method = getattr(self, "on_" + node["type"], None)
        if method is None:
            raise BuildError(self.place, f"Markdown of kind {node['type']!r} has no print form", "simpler Markdown")
        return method(node)


class _Html(Walker):
    """Syntax tree to HTML."""

    def many(self, nodes: Iterable[Node]) -> str:
        return "".join(self.write(node) for node in nodes)

    def inside(self, node: Node) -> str:
        return self.many(node.get("children", ()))

    def on_text(self, node: Node) -> str:
        return html_text(node["raw"])

    def on_inline_html(self, node: Node) -> str:
        return html_text(node["raw"])

    def on_block_html(self, node: Node) -> str:
        return f"<p>{html_text(node['raw'].strip())}</p>\n"

    def on_blank_line(self, node: Node) -> str:
        return ""

    def on_linebreak(self, node: Node) -> str:
        return "<br>"

    def on_softbreak(self, node: Node) -> str:
        return " "

    def on_emphasis(self, node: Node) -> str:
        return f"<em>{self.inside(node)}</em>"

    def on_strong(self, node: Node) -> str:
        return f"<strong>{self.inside(node)}</strong>"

    def on_strikethrough(self, node: Node) -> str:
        return f"<del>{self.inside(node)}</del>"

    def on_codespan(self, node: Node) -> str:
        return f"<code>{html_text(html.unescape(node['raw']))}</code>"

    def on_inline_math(self, node: Node) -> str:
        return to_mathml(node["raw"], block=False, place=self.place)

    def on_block_math(self, node: Node) -> str:
        formula = to_mathml(node["raw"], block=True, place=self.place)
        return f'<div class="hns-scroll hns-formula" tabindex="0" role="region" aria-label="Formula">{formula}</div>\n'

    def on_block_code(self, node: Node) -> str:
        return f'<pre tabindex="0"><code>{html_text(node["raw"].rstrip())}</code></pre>\n'

    def on_link(self, node: Node) -> str:
        url = safe_link(html.unescape(node["attrs"]["url"]))
        body = self.inside(node)
        if url is None:
            return body
        if url.startswith("#"):
            if cites(url, words := plain_text(node.get("children", ()))):
                number = html_text(words.strip("[]"))
                return f'<span class="hns-cite"><a class="hns-ref" href="{html_text(url)}">[{number}]</a></span>'
            return f'<a class="hns-ref" href="{html_text(url)}">{body}</a>'
        return f'<a href="{html_text(url)}" rel="noopener noreferrer">{body}</a>'

    def on_image(self, node: Node) -> str:
        return self.inside(node)  # pictures come only from exhibits; the words remain

    def on_heading(self, node: Node) -> str:
        level = self.level(node)
        name = slug(plain_text(node["children"]))
        return f'<h{level} id="{name}">{self.inside(node)}</h{level}>\n'

    def on_paragraph(self, node: Node) -> str:
        return f"<p>{self.inside(node)}</p>\n"

    on_block_text = inside

    def on_block_quote(self, node: Node) -> str:
        return f"<blockquote>{self.inside(node)}</blockquote>\n"

    def on_thematic_break(self, node: Node) -> str:
        return "<hr>\n"

    def on_list(self, node: Node) -> str:
        ordered = node["attrs"].get("ordered")
        start = node["attrs"].get("start")
        first = f' start="{int(start)}"' if ordered and start not in (None, 1) else ""
        tag = "ol" if ordered else "ul"
        return f"<{tag}{first}>{self.inside(node)}</{tag}>\n"

    def on_list_item(self, node: Node) -> str:
        return f"<li>{self.inside(node)}</li>"

    def on_table(self, node: Node) -> str:
        return (
            '<div class="hns-scroll" tabindex="0" role="region" aria-label="Table"><table>'
            f"{self.inside(node)}</table></div>\n"
        )

    def on_table_head(self, node: Node) -> str:
        return f"<thead><tr>{self.inside(node)}</tr></thead>"

    def on_table_body(self, node: Node) -> str:
        return f"<tbody>{self.inside(node)}</tbody>"

    def on_table_row(self, node: Node) -> str:
        return f"<tr>{self.inside(node)}</tr>"

    def on_table_cell(self, node: Node) -> str:
        tag = 'th scope="col"' if node["attrs"].get("head") else "td"
        side = ' class="num"' if node["attrs"].get("align") == "right" else ""
        return f"<{tag}{side}>{self.inside(node)}</{tag[:2]}>"

    def on_footnote_ref(self, node: Node) -> str:
        number = node["attrs"]["index"]
        key = f"{self.key}-{number}"
        again = "" if number not in self.seen else f"-{len(self.seen)}b"
        self.seen.add(number)
        return (
            f'<sup class="hns-fn"><a id="fnref-{key}{again}" href="#fn-{key}" '
            f'role="doc-noteref" aria-label="Note {number}">{number}</a></sup>'
        )

    def footnotes(self) -> str:
        if not self.notes:
            return ""
        items = []
        for number, children in sorted(self.notes.items()):
            key = f"{self.key}-{number}"
            body = self.many(children).strip()
            back = f' <a class="hns-back" href="#fnref-{key}" aria-label="Back to the text">↩</a>'
            body = f"{body[:-4]}{back}</p>" if body.endswith("</p>") else body + back
            items.append(f'<li id="fn-{key}">{body}</li>')
        return f'{FOOTNOTES_START}<ol class="hns-footnotes">{"".join(items)}</ol>{FOOTNOTES_END}'


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
            words = plain_text(node.get("children", ()))
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


def key_of(markdown: str) -> str:
    """A short key from the text itself, for ids that stay the same from run to run."""
    return hashlib.sha256(markdown.encode()).hexdigest()[:8]


def to_html(markdown: str, *, key: str | None = None, top: int = 2, deepest: int = 6, place: str = "text") -> str:
    """Markdown blocks as HTML.

    key prefixes footnote ids (default: from the text); headings are kept between the levels top
    and deepest (2 keeps one h1).
    Footnotes follow as `<ol class="hns-footnotes">`. Raises BuildError for unknown TeX.
    """
    walker = _Html(markdown, key or key_of(markdown), top, place, deepest)
    return walker.many(walker.nodes) + walker.footnotes()


def to_typst(markdown: str, *, key: str | None = None, top: int = 2, deepest: int = 6, place: str = "text") -> str:
    """Markdown blocks as Typst markup lines (`#(...)` each), for the template's functions `hns-*`.

    Markdown level 2 becomes Typst level 1, since the document title stands above all headings.
    Raises BuildError for unknown TeX and for footnotes without text.
    """
    walker = _Typst(markdown, key or key_of(markdown), top, place, deepest)
    return "".join(f"#({walker.write(node)})\n" for node in walker.nodes)


def inline_html(markdown: str, place: str = "text") -> str:
    """One paragraph of Markdown as HTML without the paragraph tags."""
    walker = _Html(markdown, key_of(markdown), 2, place)
    return " ".join(
        walker.inside(node) if node["type"] == "paragraph" else walker.write(node).strip() for node in walker.nodes
    )


def inline_typst(markdown: str, place: str = "text") -> str:
    """One paragraph of Markdown as a Typst expression (content)."""
    walker = _Typst(markdown, key_of(markdown), 2, place)
    parts = [walker.inside(node) if node["type"] == "paragraph" else walker.write(node) for node in walker.nodes]
    return "[#(" + (' + " " + '.join(parts) or '""') + ")]"
