"""The portal: reports/index.html, all scenarios side by side, made from what each finished report says of itself."""

from __future__ import annotations

from pathlib import Path

from analysis.exhibit import Exhibit, callout, literal, prose
from analysis.explorer_page.page import FILE as EXPLORER
from analysis.export.html import TEMPLATES, still_page
from analysis.export.notebook import Document, Piece
from analysis.paths import reports_folder
from analysis.portal.cards import cards_html
from analysis.portal.entries import differences, entries_of, grouped
from analysis.portal.exhibits import comparison, head, overview, title
from analysis.workplace import write_whole

_TO_EXPLORER = (
    f'<div class="hns hns-box"><p class="hns-box-title"><a href="{EXPLORER}">Explore the choice yourself</a></p>'
    "<p>Move the odds, the prices and the bill of any scenario, and see when to sign and when to wait.</p></div>"
)


def write_portal(reports: Path | None = None) -> Path:
    """Write index.html into the folder of the reports and return its path; the same reports give the same bytes."""
    folder = reports or reports_folder()
    path = folder / "index.html"
    write_whole(path, portal_page(folder))
    return path


def portal_page(reports: Path) -> str:
    """The portal of a folder of reports as one HTML page; links in it are relative to that folder.

    A scenario that cannot be read is named with its error and keeps no other from being shown.
    """
    entries, refused = entries_of(reports)
    groups = grouped(entries)
    ordered = [entry for group in groups for entry in group.entries]
    parts: list[Exhibit | str] = [head(ordered)]
    if (reports / EXPLORER).is_file():
        parts.append(_TO_EXPLORER)
    if figures := comparison(ordered):
        parts.append(figures)
    parts.append(overview(groups))
    for group in groups:
        parts += [prose(f"## {literal(group.title)}\n\n{differences(group)}"), cards_html(group)]
    if refused:
        parts.append(callout("Scenarios that could not be read", "\n".join(f"- {literal(one)}" for one in refused)))
    said = Document(
        title=title(entries),
        running_left="Host-nation support",
        running_right="all scenarios",
        foot="Every figure is traced in the source list of its briefing",
        description="Host-nation-support briefings: at which price to sign, at which to wait, scenario by scenario.",
        has_cover=True,
    )
    pieces = [
        Piece(f"part {n}", f"p{n}", bundle={"text/html": part} if isinstance(part, str) else part._repr_mimebundle_())
        for n, part in enumerate(parts, 1)
    ]
    return still_page(pieces, said, (TEMPLATES / "hns" / "portal.css").read_text(encoding="utf-8"))
