"""Exhibits made of words: the cover, the band of key figures, boxes, columns, prose and the list of sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import analysis.export
from analysis.errors import BuildError
from analysis.export.form import NEW_PAGE, Exhibit, arguments, identifier, needed
from analysis.export.grid import anchor_of
from analysis.export.markdown import key_of, strip
from analysis.export.markdown_html import inline_html, to_html
from analysis.export.markdown_typst import inline_typst, to_typst
from analysis.export.running import running_typst
from analysis.export.text import html_text, literal, typst_text, visible

Tone = Literal["note", "hindsight"]
_CITATION = re.compile(r"\s*\[[A-Z]?\d+\]\(#source-[\w-]+\)")


@dataclass(frozen=True)
class KeyFigure:
    """One number of the band on page one: value, its range, what it is; confidence "C" is marked."""

    value: str
    label: str
    range: str | None = None
    confidence: str | None = None


def key_figures(figures: Iterable[KeyFigure], *, id: str = "key-figures") -> Exhibit:
    """The band of headline numbers; confidence "C" adds the words "single source". Raises BuildError when empty."""
    id = identifier(id, "")
    figures = list(figures)
    if not figures:
        raise BuildError(id, "no key figures", "one to four KeyFigure")
    html, code, plain, parts = [], [], [], []
    for item in figures:
        value, label = needed(item.value, "value", id), needed(item.label, "label", id)
        mark = " (confidence C: one source)" if item.confidence == "C" else ""
        spread = (
            f'<span class="hns-range"><span class="hns-hide">range </span>{html_text(item.range)}</span>'
            if item.range
            else ""
        )
        html.append(
            f'<div class="hns-key"><dt class="hns-key-label">{inline_html(literal(label + mark))}</dt>'
            f'<dd><span class="hns-value">{html_text(value)}</span> {spread}</dd></div>'
        )
        code.append(
            f"(value: {typst_text(value)}, range: {typst_text(item.range) if item.range else 'none'}, "
            f"label: {inline_typst(literal(label + mark))})"
        )
        parts.append({"value": value, "range": item.range, "label": label + mark})
        plain.append(
            f"{visible(value)} ({visible(item.range)}): {visible(label)}"
            if item.range
            else f"{visible(value)}: {visible(label)}"
        )
    return Exhibit(
        id=id,
        kind="key_figures",
        html=f'<dl class="hns hns-keys" id="{id}">{"".join(html)}</dl>',
        typst=f"#hns-keys(({', '.join(code)},))\n",
        plain="\n".join(plain),
        parts={"figures": parts},
    )


def cover(
    title: str,
    *,
    kicker: str,
    lead: str,
    running_left: str,
    running_right: str,
    foot: str,
    author: str,
    keywords: Sequence[str],
    date: str | Date,
    language: str = "en",
) -> Exhibit:
    """The head of page one, and what the document says about itself.

    title: the answer in one sentence (the only h1); kicker: the small line above; lead: Markdown; running_left,
    running_right and foot: lines in the margins of the PDF; date: the data date (ISO), which also dates the PDF;
    language: BCP 47, such as "en" or "ja". Raises BuildError for an empty title, a wrong date or language.
    """
    title = needed(title, "title", "cover")
    try:
        when = date if isinstance(date, Date) else Date.fromisoformat(date)
    except ValueError:
        raise BuildError("cover", f"date {visible(date)!r} is not a date", "YYYY-MM-DD") from None
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", language):
        raise BuildError("cover", f"language {visible(language)!r} is unknown", "a tag such as en, ja, ko")
    document = {
        "title": visible(title),
        "language": language,
        "author": visible(author),
        "keywords": [visible(word) for word in keywords],
        "date": Date(when.year, when.month, when.day).isoformat(),
        "running_left": visible(running_left),
        "running_right": visible(running_right),
        "foot": visible(foot),
        "description": _description(lead),
    }
    html = (
        f'<style>{_style()}</style><div class="hns hns-cover"><p class="hns-kicker">{html_text(kicker)}</p>'
        f'<h1 id="top">{inline_html(literal(title))}</h1><div class="hns-lead">{to_html(lead)}</div></div>'
    )
    typst = "#hns-cover(" + arguments(
        kicker=typst_text(kicker), title=inline_typst(literal(title)), lead=f"[{to_typst(lead, place='cover')}]"
    )
    return Exhibit(
        id="cover",
        kind="cover",
        html=html,
        typst=typst + ")\n",
        plain=f"{document['title']}\n{strip(lead)}",
        document=document,
        parts={"title": title, "kicker": kicker, "lead": lead},
    )


def _description(lead: str) -> str:
    """The first whole sentences of the lead, at most 300 characters, without the numbers of sources."""
    words = strip(_CITATION.sub("", lead))
    whole = re.match(r".{0,299}[.!?](?=\s|$)", words)
    return whole[0] if whole else words[:300]


@cache
def _style() -> str:
    """The exhibits' style sheet, which the cover brings along for JupyterLab; the page has its own copy."""
    return (files(analysis.export) / "templates" / "hns" / "exhibit.css").read_text(encoding="utf-8")


def new_page() -> Exhibit:
    """What follows begins on a new page of the PDF (and of the page when printed)."""
    return Exhibit(
        id="new-page",
        kind="break",
        html='<hr class="hns-page">',
        typst=NEW_PAGE,
        plain="",
        parts={},
    )


def callout(title: str, markdown: str, tone: Tone = "note") -> Exhibit:
    """A box that stands out from the text; "hindsight" marks what was not known on the scenario's date.

    The tone is told by a word, a line style and a colour, never by colour alone. Raises BuildError for another tone.
    """
    if tone not in ("note", "hindsight"):
        raise BuildError("callout", f"tone {visible(tone)!r} is unknown", "note, hindsight")
    title = needed(title, "title", "callout")
    word = {"note": "Note", "hindsight": "Hindsight"}[tone]
    name = f"box-{key_of(title + markdown)}"
    html = (
        f'<section class="hns hns-box{" hns-hindsight" if tone == "hindsight" else ""}" aria-labelledby="{name}">'
        f'<p class="hns-box-title" id="{name}"><span class="hns-box-word">{word}</span> '
        f"{inline_html(literal(title))}</p>"
        f"{to_html(markdown, top=3)}</section>"
    )
    typst = "#hns-box(" + arguments(
        tone=typst_text(tone),
        word=typst_text(word),
        title=inline_typst(literal(title)),
        body=f"[{to_typst(markdown, top=3, place='callout')}]",
    )
    return Exhibit(
        id=name,
        kind="callout",
        html=html,
        typst=typst + ")\n",
        plain=f"{word}: {title}\n{strip(markdown)}",
        parts={"tone": tone, "word": word, "title": title, "body": markdown},
    )


def prose(markdown: str) -> Exhibit:
    """Paragraphs, lists and headings worked out from values; text from data goes through `literal` first."""
    key = key_of(markdown)
    return Exhibit(
        id=f"text-{key}",
        kind="prose",
        html=f'<div class="hns hns-prose">{to_html(markdown, key=key)}</div>',
        typst=running_typst(markdown, key=key),
        plain=strip(markdown),
        parts={"body": markdown},
    )


def columns(left: str, right: str) -> Exhibit:
    """Two columns of Markdown text beside each other, such as "What would change our mind" and "Read these as".

    Their headings, however written, have the level of a section.
    """
    key = key_of(left + "\n" + right)
    html = [to_html(text, key=key + side, deepest=2) for text, side in ((left, "l"), (right, "r"))]
    code = [to_typst(text, key=key + side, deepest=2) for text, side in ((left, "l"), (right, "r"))]
    return Exhibit(
        id=f"columns-{key}",
        kind="columns",
        html=f'<div class="hns hns-columns"><div>{html[0]}</div><div>{html[1]}</div></div>',
        typst=f"#hns-columns([{code[0]}], [{code[1]}])\n",
        plain=f"{strip(left)}\n{strip(right)}",
        parts={"columns": [left, right]},
    )


def sources(entries: Sequence[tuple[str, str]], *, id: str = "source-list") -> Exhibit:
    """The numbered list of sources: (anchor, Markdown) pairs; `[3](#source-3)` elsewhere leads to its entry.

    An entry bears the end of its anchor (`source-3` is 3, `source-h2` is H2), else its position.
    Raises BuildError for a repeated or unusable anchor.
    """
    id = identifier(id, "")
    seen: set[str] = set()
    html, code, plain, parts = [], [], [], []
    for position, (name, markdown) in enumerate(entries, 1):
        name = anchor_of(name, id)
        if name in seen:
            raise BuildError(id, f"the anchor {name!r} is used twice", "one anchor an entry")
        seen.add(name)
        tail = re.search(r"-([A-Za-z]?)(\d+)$", name)
        number = tail[1].upper() + tail[2] if tail else str(position)
        html.append(
            f'<li id="{name}" style="list-style-type:\'{number}\\00a0\\00a0\'">{inline_html(markdown, id)}</li>'
        )
        code.append(f"({typst_text(name)}, {typst_text(number)}, {inline_typst(markdown, id)})")
        plain.append(f"{number}. {strip(markdown)}")
        parts.append({"anchor": name, "number": number, "text": markdown})
    return Exhibit(
        id=id,
        kind="sources",
        html=f'<ol class="hns hns-sources" id="{id}">{"".join(html)}</ol>',
        typst=f"#hns-sources(({''.join(line + ', ' for line in code)}))\n",
        plain="\n".join(plain),
        parts={"entries": parts},
    )


def results(mapping: Mapping[str, Any]) -> Exhibit:
    """Headline numbers for machines: shows nothing, the pipeline takes it out of the notebook.

    Raises BuildError for a value that is not finite or cannot be written as JSON.
    """
    try:
        payload = json.loads(json.dumps(dict(mapping), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise BuildError("results", f"a value cannot be stored: {error}", "text, finite numbers, lists") from None
    return Exhibit(id="results", kind="results", html="", typst="", plain="", payload=payload)
