"""Notebook to one self-contained HTML page: no address is asked for anything, no code of the notebook is shown."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from nbconvert.exporters import TemplateExporter
from traitlets import List, default

from analysis.errors import BuildError
from analysis.export.bundle import vega_bundle
from analysis.export.markdown import FOOTNOTES_END, FOOTNOTES_START
from analysis.export.markdown_html import to_html
from analysis.export.notebook import Document, Piece, document, joined, pieces
from analysis.export.running import check_exhibit_links
from analysis.export.text import html_text

TEMPLATES = Path(__file__).parent / "templates"

_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_HEADING = re.compile(r'<h([2-6]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
_ID = re.compile(r'\sid="([^"]+)"')
_NUMBERED = re.compile(
    r'(<figure class="hns [^"]*" id="([^"]+)">.*?<span class="hns-no" data-kind="(\w+)">)(</span>)', re.S
)
_REF = re.compile(r'<a class="hns-ref" href="#([^"]+)">(.*?)</a>', re.DOTALL)
_NOTES = re.compile(
    re.escape(f'{FOOTNOTES_START}<ol class="hns-footnotes">') + "(.*?)" + re.escape(f"</ol>{FOOTNOTES_END}"), re.DOTALL
)
_NOTE_REF = re.compile(r'(href="#fn-([^"]+)" role="doc-noteref" aria-label="Note )\d+(">)\d+(</a>)')
_SPEC = re.compile(r'<script type="application/json" class="hns-spec">.*?</script>', re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")


def fragments(found: list[Piece]) -> list[str]:
    """Each piece as HTML: Markdown rendered, exhibits as they are."""
    return [
        to_html(piece.markdown, key=piece.key, place=piece.place) if piece.markdown is not None else _shown(piece)
        for piece in found
    ]


def _shown(piece: Piece) -> str:
    """An exhibit's HTML; the cover brings a style sheet for JupyterLab, which the page has in its head."""
    html = joined(piece.bundle["text/html"])
    return _STYLE.sub("", html, count=1) if "application/vnd.hns.document+json" in piece.bundle else html


def _unique_headings(body: str) -> str:
    """Headings with the same words get ids with a number."""
    seen: Counter[str] = Counter()

    def renamed(match: re.Match[str]) -> str:
        seen[match[2]] += 1
        name = match[2] if seen[match[2]] == 1 else f"{match[2]}-{seen[match[2]]}"
        return f'<h{match[1]} id="{name}">{match[3]}</h{match[1]}>'

    return _HEADING.sub(renamed, body)


def _numbered(body: str) -> tuple[str, dict[str, str]]:
    """Figures and tables numbered in order; also the names references use ("Figure 2")."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        counts[match[3]] += 1
        names[match[2]] = f"{match[3]} {counts[match[3]]}"
        return f"{match[1]}{names[match[2]]}{match[4]}"

    return _NUMBERED.sub(number, body), names


def _resolved(body: str, names: dict[str, str]) -> str:
    """References inside the document: to figures by number, to headings by their words; dead ones become text."""
    known = set(_ID.findall(body))
    titles = {match[2]: _TAGS.sub("", match[3]) for match in _HEADING.finditer(body)}

    def resolve(match: re.Match[str]) -> str:
        target, words = match[1], match[2]
        words = words or names.get(target) or titles.get(target) or html_text(target)
        return f'<a class="hns-ref" href="#{target}">{words}</a>' if target in known else words

    return _REF.sub(resolve, body)


def _collected_notes(body: str) -> tuple[str, str]:
    """Footnotes of all pieces as one list with one numbering; the body with the new numbers, and the list."""
    items = "".join(_NOTES.findall(body))
    order = {key: number for number, key in enumerate(re.findall(r'<li id="fn-([^"]+)">', items), 1)}
    body = _NOTES.sub("", body)

    def renumbered(match: re.Match[str]) -> str:
        if match[2] not in order:
            raise BuildError("footnotes", f"note {match[2]!r} has no text", "a line `[^name]: text` in the same cell")
        number = order[match[2]]
        return f"{match[1]}{number}{match[3]}{number}{match[4]}"

    return _NOTE_REF.sub(renumbered, body), f"<ol>{items}</ol>" if items else ""


def _contents(body: str) -> str:
    rows = [
        f'<li><a href="#{match[2]}">{_TAGS.sub("", match[3])}</a></li>'
        for match in _HEADING.finditer(body)
        if match[1] == "2"
    ]
    return f"<ol>{''.join(rows)}</ol>"


def _permalinks(body: str) -> str:
    def heading(match: re.Match[str]) -> str:
        words = _TAGS.sub("", match[3])
        link = f'<a class="hns-link" href="#{match[2]}" aria-label="Link to “{words}”">#</a>'
        return f'<h{match[1]} id="{match[2]}">{match[3]}{link}</h{match[1]}>'

    def caption(match: re.Match[str]) -> str:
        link = f'<a class="hns-link" href="#{match[2]}" aria-label="Link to {match[3]}">#</a></span>'
        return f"{match[1]}{link}"

    body = _HEADING.sub(heading, body)
    pattern = r'(<figure class="hns [^"]*" id="([^"]+)">.*?<span class="hns-no" data-kind="\w+">([\w ]+))</span>'
    return re.sub(pattern, caption, body, flags=re.DOTALL)


def _checked(body: str) -> None:
    twice = [name for name, count in Counter(_ID.findall(body)).items() if count > 1]
    if twice:
        raise BuildError("page", f"{', '.join(sorted(twice)[:5])} appears twice", "one exhibit for each id")


def page(found: list[Piece], said: Document, *, live: bool = True, style: str = "") -> dict[str, str]:
    """All parts of the page as finished HTML, by the names the template uses.

    live: whether charts answer the pointer (which brings the runtime) or stay still drawings; style: CSS of its own.
    Raises BuildError for an id used twice or a footnote without text.
    """
    check_exhibit_links(found)
    body = "\n".join(fragments(found))
    if not live:
        body = _SPEC.sub("", body)
    if not said.has_cover:
        body = f'<h1 id="top">{html_text(said.title)}</h1>\n{body}'
    body, notes = _collected_notes(_unique_headings(body))
    body, names = _numbered(body)
    whole = _resolved(body + "\0" + notes, names)
    _checked(whole)
    body, _, notes = whole.partition("\0")
    charts = 'class="hns-spec"' in body
    texts = {
        name: (TEMPLATES / "hns" / name).read_text(encoding="utf-8") for name in ("exhibit.css", "page.css", "page.js")
    }
    return {
        "language": html_text(said.language),
        "title": html_text(" · ".join(filter(None, (said.title, said.running_left, said.running_right)))),
        "author": html_text(said.author),
        "keywords": html_text(", ".join(said.keywords)),
        "description": html_text(said.description),
        "date": html_text(said.date or ""),
        "left": html_text(said.running_left),
        "right": html_text(said.running_right),
        "foot": html_text(said.foot),
        "contents": _contents(body),
        "body": _permalinks(body),
        "notes": notes,
        "style": texts["exhibit.css"] + texts["page.css"] + style,
        "script": texts["page.js"],
        "vega": vega_bundle() if charts else "",
    }


def still_page(found: list[Piece], said: Document, style: str = "") -> str:
    """A whole page without a notebook behind it, charts as drawings. Raises BuildError as `page` does."""
    from jinja2 import Environment, FileSystemLoader

    template = Environment(loader=FileSystemLoader(TEMPLATES / "hns"), autoescape=False).get_template("index.html.j2")
    return template.render(resources={"page": page(found, said, live=False, style=style)}) + "\n"


class BriefingHTMLExporter(TemplateExporter):
    """nbconvert exporter `hns-html`: an executed notebook as one HTML file."""

    export_from_notebook = "Briefing (HTML)"
    output_mimetype = "text/html"
    default_preprocessors = List([], help="none: nbconvert checks the notebook after each idle one").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "hns"

    @default("template_file")
    def _template_file_default(self) -> str:
        return "index.html.j2"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        # Stated, because nbconvert's default is the current folder: templates lying there would be loaded.
        return [str(TEMPLATES)]

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Render a notebook that has been run; BuildError when it cannot be."""
        resources = dict(resources or {})
        found = list(pieces(nb))
        said = document(nb, found, resources.get("metadata", {}).get("name", ""))
        resources["page"] = page(found, said)
        return super().from_notebook_node(nb, resources, **kw)
