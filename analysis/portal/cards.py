"""The cards of the portal: one a scenario, with its answer, its numbers and links to its files."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from analysis import formats
from analysis.briefing.view import state_name
from analysis.export.html import TEMPLATES
from analysis.portal.entries import SIGNING, WAITING, Entry, Group
from analysis.wording import capital

NOTICES = {
    "missing": "Not made yet, or not to the end:",
    "outdated": "Older than its inputs; to make it anew:",
    "current": "",
}
FILE_WORDS = {"html": "Briefing", "pdf": "PDF", "docx": "Word", "xlsx": "Excel", "json": "Figures (JSON)"}


def cards_html(group: Group) -> str:
    """The cards of a group as HTML; everything in it is escaped by the template."""
    from jinja2 import Environment, FileSystemLoader

    templates = Environment(
        loader=FileSystemLoader(TEMPLATES / "hns"), autoescape=True, trim_blocks=False, keep_trailing_newline=True
    )
    return templates.get_template("cards.html.j2").render(cards=[_card(entry) for entry in group.entries])


def _card(entry: Entry) -> dict[str, object]:
    scenario, report = entry.scenario, entry.report
    first = next(iter(scenario.event.states))
    costs = [("Signing now", SIGNING), ("Waiting", WAITING)]
    followed = "cost.{course}.{state}".format_map({"course": "", "state": "", **report.decision})
    if report.decision and followed not in (SIGNING, WAITING):
        costs.insert(0, (str(report.decision.get("name", "Course followed")), followed))
    return {
        "name": scenario.id,
        "place": f"{entry.host}, {entry.years}",
        "as_of": formats.day(scenario.as_of),
        "years": entry.years,
        "title": scenario.title,
        "question": scenario.question,
        "notice": NOTICES[report.state],
        "command": "" if report.state == "current" else f"make report SCENARIO={scenario.id}",
        "answer": report.results.get("title"),
        "reservation": report.text("reservation_uplift_pct"),
        "break_even": report.text("break_even_probability"),
        "first_state": state_name(first),
        "odds": entry.first_odds,
        "costs": [
            {"name": name, "mean": report.text(f"{key}.mean"), "worst": report.text(f"{key}.cvar95")}
            for name, key in costs
        ],
        "files": [_link(path) for path in sorted(report.files, key=_reading_order) if _words(path)],
        "tables": [
            {"address": quote(path), "words": Path(path).name} for path in report.files if path.endswith(".csv")
        ],
    }


def _words(path: str) -> str | None:
    """What a link to a file of a report says; None for a file that needs none."""
    file = Path(path)
    kind = FILE_WORDS.get(file.suffix.lstrip("."))
    if kind is None or file.name.endswith("manifest.json") or "data" in file.parts:
        return None
    _, _, rest = file.stem.partition("hns-")
    notebook = rest.partition("-")[0]
    return kind if notebook in ("", "briefing") else f"{capital(notebook)}: {kind}"


def _link(path: str) -> dict[str, str]:
    return {"address": quote(path), "words": _words(path) or ""}


def _reading_order(path: str) -> tuple[bool, int, str]:
    kinds = list(FILE_WORDS)
    kind = Path(path).suffix.lstrip(".")
    return ":" in (_words(path) or ""), kinds.index(kind) if kind in kinds else len(kinds), path
