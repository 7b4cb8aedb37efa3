"""Markdown as HTML: text escaped, footnotes at the end, links to safe addresses only."""

from __future__ import annotations

import html
from collections.abc import Iterable

from analysis.export.formula import to_mathml
from analysis.export.markdown import (
    FOOTNOTES_END,
    FOOTNOTES_START,
    Node,
    Walker,
    cites,
    key_of,
    plain_text,
)
from analysis.export.text import html_text, safe_link, slug


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
            if cites(url, words := self.reference(node)):
                number = html_text(words.strip("[]"))
                return f'<span class="hns-cite"><a class="hns-ref" href="{html_text(url)}">[{number}]</a></span>'
            return f'<a class="hns-ref" href="{html_text(url)}">{body if words else ""}</a>'
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


def to_html(markdown: str, *, key: str | None = None, top: int = 2, deepest: int = 6, place: str = "text") -> str:
    """Markdown blocks as HTML.

    key prefixes footnote ids (default: from the text); headings are kept between the levels top
    and deepest (2 keeps one h1).
    Footnotes follow as `<ol class="hns-footnotes">`. Raises BuildError for unknown TeX.
    """
    walker = _Html(markdown, key or key_of(markdown), top, place, deepest)
    return walker.many(walker.nodes) + walker.footnotes()


def inline_html(markdown: str, place: str = "text") -> str:
    """One paragraph of Markdown as HTML without the paragraph tags."""
    walker = _Html(markdown, key_of(markdown), 2, place)
    return " ".join(
        walker.inside(node) if node["type"] == "paragraph" else walker.write(node).strip() for node in walker.nodes
    )
