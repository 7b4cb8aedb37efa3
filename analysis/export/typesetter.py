"""The Typst compiler in a closed room: a fresh folder, the project's fonts, no network, no system fonts, no clock."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis import fonts
from analysis.errors import BuildError
from analysis.export.kept import kept

TEMPLATES = Path(__file__).parent / "templates" / "typst"
MAIN = "main.typ"


@contextmanager
def compiler(code: str, files: Mapping[str, str]) -> Iterator[Any]:
    """A compiler of the code, with the templates and the files (name -> text) beside it.

    Raises BuildError with the compiler's first complaint, for instance a character that no font has.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="hns-pdf-") as name:
        root = Path(name).resolve()
        (root / MAIN).write_text(code, encoding="utf-8", newline="\n")
        for template in TEMPLATES.glob("*.typ"):
            (root / template.name).write_bytes(template.read_bytes())
        for file, text in files.items():
            (root / file).write_text(text, encoding="utf-8", newline="\n")
        (root / "packages").mkdir()  # an empty package folder: nothing is fetched
        try:
            yield typst.Compiler(
                str(root / MAIN),
                root=str(root),
                font_paths=[str(folder) for folder in fonts.folders()],
                ignore_system_fonts=True,
                package_path=str(root / "packages"),
                package_cache_path=str(root / "packages"),
            )
        except RuntimeError as error:  # TypstError is one; a query raises it plain
            raise BuildError("PDF", _complaint(error)) from None


def heights(head: str, parts: Sequence[str], files: Mapping[str, str]) -> list[float]:
    """Heights in points: of the text area of a page first, then of each part (Typst code) set on its own.

    Measuring takes as long as setting, so the heights are kept on disk under a digest of all they depend on.
    """
    # A second reference to a footnote would not find the first one, which stands on no page here.
    code = (
        head
        + '#let footnote(..) = super("1")\n#hns-page-height()\n'
        + "".join(f"#hns-height([{part}])\n" for part in parts)
    )
    drawings = {name: text for name, text in files.items() if name.endswith(".svg")}
    templates = {path.name: path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.typ"))}
    made_from = json.dumps([code, drawings, templates, version("typst"), fonts.files()])
    name = f"heights/{hashlib.sha256(made_from.encode()).hexdigest()}.json"
    return json.loads(kept(name, lambda: _measured(code, drawings)))


def _measured(code: str, drawings: Mapping[str, str]) -> str:
    """The heights as JSON, a list of numbers."""
    with compiler(code, drawings) as press:
        return press.query("<hns-height>", field="value")


def _complaint(error: Exception) -> str:
    message = getattr(error, "message", None) or str(error)
    hints = " ".join(getattr(error, "hints", None) or ())
    return " ".join(f"{message} {hints}".split())[:400]
