"""The four ways in which somebody else's text comes into the project, each as a function to be fed with anything.

Each returns what was accepted, or the sentence of the refusal; anything else that happens is a bug.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from analysis.characters import unseen
from analysis.data import DATA, faults_of_text, read_table
from analysis.decision import decided
from analysis.errors import HnsError
from analysis.export.markdown_html import to_html
from analysis.export.markdown_typst import to_typst
from analysis.export.notebook import Document, Piece
from analysis.export.typesetter import compiler
from analysis.export.word.exporter import written
from analysis.paths import SCENARIOS
from analysis.readiness import fitting_evidence
from analysis.scenario import Scenario
from analysis.scenario_files import load_scenario
from analysis.verdict import verdict, verdict_text
from analysis.vintage import load_evidence

LONGEST_SENTENCE = 1800
_SYNTAX = ("expected", "unclosed", "unknown variable", "not found", "access denied", "panicked", "invalid")


def outcome(attempt: Callable[[], object]) -> object:
    """What an attempt gives, or the sentence of its refusal, which must be one line that a terminal can print."""
    try:
        return attempt()
    except HnsError as error:
        sentence = error.sentence
        assert len(sentence) < LONGEST_SENTENCE
        assert "\n" not in sentence
        assert unseen(sentence) is None, sentence
        return sentence


@cache
def _workroom() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="hns-fuzz-"))
    shutil.copytree(DATA, folder / "data", ignore=shutil.ignore_patterns("scenarios"))
    shutil.copytree(SCENARIOS, folder / "scenarios")
    return folder


def scenario(content: bytes) -> Scenario | str:
    """A file of a scenario called x."""
    folder = _workroom() / "scenarios"
    (folder / "x.yaml").write_bytes(content)
    return outcome(lambda: load_scenario("x", folder=folder))


def override(text: str, name: str = "undecided") -> Scenario | str:
    """One --set."""
    return outcome(lambda: load_scenario(name, (text,)))


@cache
def _evidence(day):
    return load_evidence(day)


def decision(assumed: Scenario) -> str:
    """What `hns decide` prints of an accepted scenario, as text and as JSON, with few draws."""

    def attempt() -> str:
        quick = assumed.model_copy(update={"draws": 1000})
        evidence = fitting_evidence(quick, known=_evidence(quick.as_of))
        results = decided(quick, evidence)
        found = verdict(results, evidence)
        json.dumps(found, allow_nan=False)
        return verdict_text(results, found)

    return outcome(attempt)


def table(name: str, content: bytes) -> object:
    """The bytes of one table, as far as reading and the check of its text."""
    folder = _workroom() / "data"
    path = folder / f"{name}.csv"
    before = path.read_bytes()
    try:
        path.write_bytes(content)
        return outcome(lambda: (read_table(name, folder), list(faults_of_text(name, folder)))[0])
    finally:
        path.write_bytes(before)


def evidence(name: str, content: bytes, scenarios: Sequence[Scenario]) -> list[object]:
    """One changed table under whole scenarios: all that happens before a kernel starts."""
    folder = _workroom() / "data"
    path = folder / f"{name}.csv"
    before = path.read_bytes()
    try:
        path.write_bytes(content)
        return [outcome(lambda one=one: fitting_evidence(one, folder)) for one in scenarios]
    finally:
        path.write_bytes(before)


def markdown(text: str) -> tuple[str, str]:
    """Markdown as page and as Typst code; both accept it or both refuse it."""
    page, code = outcome(lambda: to_html(text, place="cell 1")), outcome(lambda: to_typst(text, place="cell 1"))
    assert "<script" not in page
    return page, code


def printed(texts: Sequence[str]) -> str:
    """Markdown texts typeset on one page for real: "" or why not, which is never the code they became."""
    codes = []
    for number, text in enumerate(texts):
        try:
            codes.append(to_typst(text, key=f"c{number}", place="cell"))
        except HnsError:
            continue
    head = '#import "briefing.typ": *\n#show: briefing.with(title: "t", description: "d")\n'
    try:
        with compiler(head + "\n".join(codes), {}) as press:
            press.compile(format="pdf")
    except HnsError as error:
        said = error.sentence
    else:
        return ""
    assert not any(word in said for word in _SYNTAX), (said, texts)
    return said


def in_word(texts: Sequence[str]) -> str:
    """Markdown texts as one Word document, every part of which must be XML."""

    def attempt() -> str:
        pieces = [Piece(f"cell {n}", f"c{n}", markdown=text) for n, text in enumerate(texts)]
        with zipfile.ZipFile(io.BytesIO(written(pieces, Document(title="T", date="2020-10-08")))) as archive:
            for part in archive.namelist():
                if part.endswith((".xml", ".rels")):
                    ElementTree.fromstring(archive.read(part))
        return ""

    return str(outcome(attempt))
