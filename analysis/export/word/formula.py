"""Formulas as Word's own mathematics (OMML), from the same syntax tree as page and PDF."""

from __future__ import annotations

from typing import Any

from analysis.export.formula import Node, read
from analysis.export.text import html_text

_NAMESPACE = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
_SPACES = {0.17: "\u2009", 0.28: "\u2005", 1.0: "\u2003"}
_ACCENTS = {"bar": "\u0305", "hat": "\u0302"}


def formula(tex: str, *, block: bool, place: str = "formula") -> Any:
    """The formula as an element for a paragraph of Word. Raises BuildError for TeX that is not known."""
    from docx.oxml import parse_xml

    body = f"<m:oMath>{_omml(read(tex, place))}</m:oMath>"
    if block:
        body = f"<m:oMathPara>{body}</m:oMathPara>"
    head, _, rest = body.partition(">")
    return parse_xml(f"{head} {_NAMESPACE}>{rest}")


def _omml(node: Node) -> str:
    kind, value = node
    if kind == "row":
        return "".join(_omml(inner) for inner in value)
    if kind == "frac":
        return f"<m:f><m:num>{_omml(value[0])}</m:num><m:den>{_omml(value[1])}</m:den></m:f>"
    if kind == "sqrt":
        return f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{_omml(value)}</m:e></m:rad>'
    if kind == "accent":
        mark = _ACCENTS[value[0]]
        return f'<m:acc><m:accPr><m:chr m:val="{mark}"/></m:accPr><m:e>{_omml(value[1])}</m:e></m:acc>'
    if kind == "fence":
        left, inside, right = value
        ends = f'<m:begChr m:val="{left}"/><m:endChr m:val="{right}"/>'
        return f"<m:d><m:dPr>{ends}</m:dPr><m:e>{_omml(inside)}</m:e></m:d>"
    if kind == "scripts":
        return _scripts(*value)
    if kind == "space":
        return _run(_SPACES[value])
    return _run(str(value), upright=kind in ("text", "function"))


def _scripts(base: Node, below: Node | None, above: Node | None) -> str:
    low = "" if below is None else f"<m:sub>{_omml(below)}</m:sub>"
    high = "" if above is None else f"<m:sup>{_omml(above)}</m:sup>"
    tag = "sSubSup" if low and high else "sSub" if low else "sSup"
    return f"<m:{tag}><m:e>{_omml(base)}</m:e>{low}{high}</m:{tag}>"


def _run(text: str, upright: bool = False) -> str:
    style = '<m:rPr><m:sty m:val="p"/></m:rPr>' if upright else ""
    return f'<m:r>{style}<m:t xml:space="preserve">{html_text(text)}</m:t></m:r>'
