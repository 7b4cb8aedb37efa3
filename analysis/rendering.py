"""From an executed notebook to the files of each format: page, PDF, Word, Excel, and the charts as pictures."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.errors import BuildError
from analysis.publication import Names

FORMATS = ("html", "pdf", "docx", "xlsx", "svg", "png")
DEFAULT = ("html", "pdf")
PICTURES = frozenset({"svg", "png"})
#: What a format needs beyond the project's own dependencies: module and package.
NEEDS = {"docx": ("docx", "python-docx"), "xlsx": ("xlsxwriter", "xlsxwriter")}


def check_formats(formats: Sequence[str]) -> None:
    """Refuse what cannot be rendered here. Raises BuildError for an unknown format and for a missing package."""
    if unknown := [f for f in formats if f not in FORMATS]:
        raise BuildError("FORMATS", f"there is no format {unknown[0][:80]!r}", ", ".join(FORMATS))
    if not formats:
        raise BuildError("FORMATS", "no format is named", ", ".join(FORMATS))
    for name in formats:
        module, package = NEEDS.get(name, ("", ""))
        if module and importlib.util.find_spec(module) is None:
            raise BuildError("FORMATS", f"{name} needs {package}; `pip install 'hns-analysis[office]'` brings it")


def prepare(formats: Sequence[str]) -> None:
    """Load what rendering needs (exporters, fonts, the compiler), for a moment when there is nothing else to do."""
    for name in formats:
        if name not in PICTURES:
            _exporter(name, "a4")


def rendered(
    executed: Any, names: Names, formats: Sequence[str], paper: str, attached: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Name (below the report's folder) and content of every file of the formats, in their order.

    paper: that of the PDF; attached: files that travel inside it, by name.
    Raises BuildError for something that has no form in one of them.
    """
    for name in formats:
        if name in PICTURES:
            yield from _pictures(executed, names, name)
            continue
        resources = {"metadata": {"name": names.stem}, "attachments": dict(attached)}
        content, _ = _exporter(name, paper).from_notebook_node(executed, resources)
        file = names.workbook if name == "xlsx" else f"{names.stem}.{name}"
        yield file, content if isinstance(content, bytes) else content.encode("utf-8")


def _pictures(executed: Any, names: Names, kind: str) -> Iterator[tuple[str, bytes]]:
    from analysis.export.pictures import pictures

    for file, content in pictures(_listed(executed), kind).items():
        yield f"{names.charts}/{file}", content


def _listed(executed: Any) -> list[Any]:
    from analysis.export.listing import listed
    from analysis.export.notebook import pieces

    return listed(pieces(executed))


def _exporter(name: str, paper: str) -> Any:
    if name == "html":
        from analysis.export.html import BriefingHTMLExporter as Exporter
    elif name == "pdf":
        from analysis.export.pdf import PAPERS, BriefingPDFExporter

        return BriefingPDFExporter(paper=PAPERS[paper])
    elif name == "docx":
        from analysis.export.word.exporter import BriefingWordExporter as Exporter
    else:
        from analysis.export.workbook import BriefingWorkbookExporter as Exporter
    return Exporter()


def data_index(executed: Any) -> str:
    """List of the tables behind the exhibits as CSV: file, number, title, subtitle (measure and unit), source."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["file", "number", "title", "subtitle", "source"])
    writer.writerows([f"{one.id}.csv", *one.words.values()] for one in _listed(executed))
    return out.getvalue()
