"""What of an executed notebook is printed: its Markdown and its exhibits, in order; never its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import BuildError

HIDDEN_TAGS = frozenset({"remove-cell", "remove_cell", "hide-cell"})
SILENT_TYPES = ("application/vnd.hns.results+json", "application/papermill.record+json")


@dataclass(frozen=True)
class Piece:
    """One printed piece: Markdown (markdown set) or an exhibit (bundle set); place names it in messages."""

    place: str
    key: str
    markdown: str | None = None
    bundle: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """What the document says about itself; from the cover where there is one."""

    title: str
    language: str = "en"
    author: str = ""
    keywords: tuple[str, ...] = ()
    date: str | None = None
    running_left: str = ""
    running_right: str = ""
    foot: str = ""
    description: str = ""
    has_cover: bool = False


def joined(value: Any) -> str:
    """Notebook text, which may be stored as a list of lines."""
    return "".join(value) if isinstance(value, list) else str(value)


def _from_output(output: Mapping[str, Any], place: str, key: str) -> Piece | None:
    kind = output.get("output_type")
    if kind == "error":
        raise BuildError(place, f"the cell stopped: {output.get('ename')}: {output.get('evalue')}", "a finished run")
    if kind == "stream":
        if output.get("name") == "stderr" or not joined(output.get("text", "")).strip():
            return None
        raise BuildError(place, "the cell prints text", "an exhibit such as prose(...)")
    data = output.get("data", {})
    if "text/vnd.typst" in data and "text/html" in data:
        return Piece(place, key, bundle=data)
    if any(name in data for name in SILENT_TYPES):
        return None
    if "text/markdown" in data:
        return Piece(place, key, markdown=joined(data["text/markdown"]))
    raise BuildError(place, f"an output of type {', '.join(sorted(data)) or kind} has no print form", "an exhibit")


def pieces(notebook: Mapping[str, Any]) -> Iterator[Piece]:
    """The printed pieces of a notebook in order.

    Raises BuildError for a cell that failed, prints, or shows something without a print form.
    """
    for number, cell in enumerate(notebook["cells"], 1):
        tags = set(cell.get("metadata", {}).get("tags", ()))
        if tags & HIDDEN_TAGS:
            continue
        place = f"cell {number}"
        if cell["cell_type"] == "markdown":
            if text := joined(cell["source"]).strip():
                yield Piece(place, f"c{number}", markdown=text)
        elif cell["cell_type"] == "code":
            for position, output in enumerate(cell.get("outputs", ()), 1):
                piece = _from_output(output, place, f"c{number}o{position}")
                if piece is not None:
                    yield piece


def document(notebook: Mapping[str, Any], found: list[Piece], name: str) -> Document:
    """The document's own data: from the cover, else from the notebook's metadata and file name.

    Raises BuildError when there are two covers.
    """
    covers = [piece.bundle for piece in found if "application/vnd.hns.document+json" in piece.bundle]
    if len(covers) > 1:
        raise BuildError("cover", "the notebook has more than one", "one cover")
    if covers:
        said = covers[0]["application/vnd.hns.document+json"]
        return Document(**{**said, "keywords": tuple(said["keywords"])}, has_cover=True)
    title = notebook.get("metadata", {}).get("title") or name.replace("-", " ").replace("_", " ") or "Briefing"
    return Document(title=str(title))
