r"""A small part of TeX as MathML and as Typst: what the formulas of a method annex need, and nothing else.

Letters, numbers, Greek, sub- and superscripts, `\frac`, `\sqrt`, `\text`, `\bar`, `\hat`, sums, functions such as
`\max`, and `\left( \right)`. Whatever is not known here is refused rather than guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from analysis.errors import BuildError
from analysis.export.text import html_text, typst_text

Node = tuple[str, Any]
DEEPEST = 20  # levels of braces, roots and fractions

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "theta": "θ", "kappa": "κ", "lambda": "λ",
    "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "omega": "ω",
    "Delta": "Δ", "Phi": "Φ", "Sigma": "Σ",
}  # fmt: skip
_OPERATORS = {
    "cdot": "⋅", "times": "×", "le": "≤", "ge": "≥", "approx": "≈", "sim": "∼", "pm": "±", "in": "∈", "ldots": "…",
    "to": "→", "ne": "≠", "sum": "∑",
}  # fmt: skip
_FUNCTIONS = ("ln", "log", "exp", "max", "min", "E")
_SPACES = {",": 0.17, ";": 0.28, "quad": 1.0}
_ACCENTS = {"bar": ("overline", "¯"), "hat": ("hat", "^")}
_PLAIN = {"-": "−", "*": "∗", **{sign: sign for sign in "+=<>()[],;:|/!"}}
_TOKEN = re.compile(r"\\([A-Za-z]+|[,;{}%])|(\d+(?:\.\d+)?)|([A-Za-z])|([\^_{}])|(\s+)|(.)")
_FENCES = {"(": "paren.l", ")": "paren.r", "[": "bracket.l", "]": "bracket.r", "|": "bar.v"}
_BLOCK = r"^ {0,3}\$\$(?P<tex>[^$]+?)\$\$[ \t]*(?:\n|$)"
_INLINE = r"\$`(?P<inline_tex>[^`\n]+)`\$"
_KNOWN = re.compile(f"{_BLOCK}|{_INLINE}", re.MULTILINE)
_OTHER = re.compile(r"\$\$|(?<!\\)\$[^$\n]*\\[A-Za-z]+[^$\n]*\$|\\begin\{")


@dataclass
class _Reader:
    """Recursive descent over the tokens of one formula."""

    tex: str
    place: str
    depth: int = 0

    def __post_init__(self) -> None:
        self.tokens = [m for m in _TOKEN.finditer(self.tex) if not m[5]]
        self.at = 0

    def refuse(self, what: str) -> BuildError:
        return BuildError(self.place, f"TeX formula near {self.tex[:30]!r}: {what}", "the TeX of export/formula.py")

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> re.Match[str]:
        if self.at >= len(self.tokens):
            raise self.refuse("it ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def row(self, end: str = "") -> Node:
        found: list[Node] = []
        while self.peek() != end:
            if not self.peek():
                raise self.refuse(f"{end} is missing")
            found.append(self.scripted())
        return ("row", found)

    def scripted(self) -> Node:
        base, scripts = self.base(), {}
        while self.peek() in ("^", "_"):
            mark = self.take()[0]
            if mark in scripts:
                raise self.refuse(f"two {mark} in a row")
            scripts[mark] = self.base()
        return ("scripts", (base, scripts.get("_"), scripts.get("^"))) if scripts else base

    def group(self) -> Node:
        if self.take()[0] != "{":
            raise self.refuse("{ is missing")
        inside = self.row("}")
        self.take()
        return inside

    def base(self) -> Node:
        if self.depth > DEEPEST:
            raise self.refuse(f"more than {DEEPEST} levels inside each other")
        self.depth += 1
        found = self.one()
        self.depth -= 1
        return found

    def one(self) -> Node:
        if self.peek() == "{":
            return self.group()
        token = self.take()
        command, number, letter, mark, _, sign = token.groups()
        if command:
            return self.command(command)
        if number:
            return ("number", number)
        if letter:
            return ("letter", letter)
        if mark or sign not in _PLAIN:
            raise self.refuse(f"{token[0]!r} is not known")
        return ("sign", _PLAIN[sign])

    def command(self, name: str) -> Node:
        if name in _GREEK:
            return ("letter", _GREEK[name])
        if name in _OPERATORS:
            return ("sign", _OPERATORS[name])
        if name in _FUNCTIONS:
            return ("function", name)
        if name in _SPACES:
            return ("space", _SPACES[name])
        if name in "{}%":
            return ("sign", name)
        if name in _ACCENTS:
            return ("accent", (name, self.group()))
        if name == "frac":
            return ("frac", (self.group(), self.group()))
        if name == "sqrt":
            return ("sqrt", self.group())
        if name == "text":
            return ("text", self.words())
        if name == "left":
            return self.fenced()
        raise self.refuse(f"\\{name} is not known")

    def words(self) -> str:
        """What stands in the braces of `\\text`, with its spaces."""
        start = self.take()
        while self.take()[0] != "}":
            if self.peek() == "{":
                raise self.refuse("braces inside \\text")
        return self.tex[start.end() : self.tokens[self.at - 1].start()]

    def fenced(self) -> Node:
        left = self.take()[0]
        inside = self.row("\\right")
        self.take()
        right = self.take()[0]
        if left not in _FENCES or right not in _FENCES:
            raise self.refuse("\\left and \\right take ( ) [ ] |")
        return ("fence", (left, inside, right))


def read(tex: str, place: str = "formula") -> Node:
    """The syntax tree of a formula. Raises BuildError for TeX that is not known here."""
    reader = _Reader(tex.strip(), place)
    tree = reader.row()
    if not tree[1]:
        raise reader.refuse("it is empty")
    return tree


def to_mathml(tex: str, *, block: bool, place: str = "formula") -> str:
    """The formula as a MathML element; its TeX is the alternative text. Raises BuildError for unknown TeX."""
    display = "block" if block else "inline"
    body = _mathml(read(tex, place), block)
    return f'<math display="{display}" alttext="{html_text(" ".join(tex.split()))}">{body}</math>'


def _mathml(node: Node, block: bool) -> str:
    kind, value = node

    def part(inner: Node) -> str:
        return _mathml(inner, block)

    if kind == "row":
        return f"<mrow>{_mathml_row(value, block)}</mrow>"
    if kind == "frac":
        return f"<mfrac>{part(value[0])}{part(value[1])}</mfrac>"
    if kind == "sqrt":
        return f"<msqrt>{part(value)}</msqrt>"
    if kind == "accent":
        return f'<mover accent="true">{part(value[1])}<mo>{_ACCENTS[value[0]][1]}</mo></mover>'
    if kind == "fence":
        return f"<mrow><mo>{value[0]}</mo>{part(value[1])}<mo>{value[2]}</mo></mrow>"
    if kind == "scripts":
        return _mathml_scripts(value, block)
    if kind == "space":
        return f'<mspace width="{value}em"/>'
    if kind == "function":
        return f'<mi mathvariant="normal">{value}</mi>'
    tag = {"letter": "mi", "number": "mn", "text": "mtext", "sign": "mo"}[kind]
    stretch = ' stretchy="false"' if kind == "sign" and value in _FENCES else ""
    return f"<{tag}{stretch}>{html_text(value)}</{tag}>"


def _mathml_row(nodes: list[Node], block: bool) -> str:
    """Parts in a row, with a thin space between the name of a function and letters beside it."""
    out, before = [], None
    for node in nodes:
        letters = {"letter", "number", "scripts"}
        kinds = {node[0], before and before[0]}
        if "function" in kinds and kinds & letters:
            out.append('<mspace width="0.17em"/>')
        out.append(_mathml(node, block))
        before = node
    return "".join(out)


def _mathml_scripts(value: tuple[Node, Node | None, Node | None], block: bool) -> str:
    base, below, above = value
    over = block and base in (("sign", "∑"), ("function", "max"), ("function", "min"))
    names = {(1, 1): ("msubsup", "munderover"), (1, 0): ("msub", "munder"), (0, 1): ("msup", "mover")}
    tag = names[(int(below is not None), int(above is not None))][over]
    return f"<{tag}>{''.join(_mathml(part, block) for part in (base, below, above) if part is not None)}</{tag}>"


def to_typst_math(tex: str, *, block: bool, place: str = "formula") -> str:
    """The formula as a Typst expression with its TeX as alternative text. Raises BuildError for unknown TeX."""
    edge = " " if block else ""
    body = _typst(read(tex, place))
    return f"{{ set math.equation(alt: {typst_text(' '.join(tex.split()))}); ${edge}{body}{edge}$ }}"


def _typst(node: Node) -> str:
    kind, value = node
    if kind == "row":
        return " ".join(_typst(inner) for inner in value) or '""'
    if kind == "frac":
        return f"frac({_typst(value[0])}, {_typst(value[1])})"
    if kind == "sqrt":
        return f"sqrt({_typst(value)})"
    if kind == "accent":
        return f"{_ACCENTS[value[0]][0]}({_typst(value[1])})"
    if kind == "fence":
        return f"lr({_FENCES[value[0]]} {_typst(value[1])} {_FENCES[value[2]]})"
    if kind == "scripts":
        base, below, above = value
        parts = [f"{key}: {_typst(part)}" for key, part in (("b", below), ("t", above)) if part is not None]
        return f"attach({', '.join([_typst(base), *parts])})"
    if kind == "space":
        return f"#h({value}em)"
    if kind == "text":
        return typst_text(value)
    if kind == "function":
        limits = "true" if value in ("max", "min") else "false"
        return f"op({typst_text(value)}, limits: #{limits})"
    # A backslash keeps a sign from being read as Typst's own notation.
    return f"\\{value}" if kind == "sign" and value.isascii() else value


def formulas(markdown: Any) -> None:
    """Plugin of mistune: formulas become nodes `block_math` and `inline_math`, with their TeX in `raw`."""

    def block(parser: Any, match: re.Match[str], state: Any) -> int:
        state.append_token({"type": "block_math", "raw": match["tex"]})
        return match.end()

    def inline(parser: Any, match: re.Match[str], state: Any) -> int:
        state.append_token({"type": "inline_math", "raw": match["inline_tex"]})
        return match.end()

    markdown.block.register("block_math", _BLOCK, block, before="list")
    markdown.inline.register("inline_math", _INLINE, inline, before="codespan")


def refuse_other_tex(markdown: str, place: str) -> None:
    """Raise BuildError for a formula that is written neither as $`x`$ nor between `$$` in a paragraph of its own."""
    if found := _OTHER.search(_KNOWN.sub("", markdown)):
        raise BuildError(place, f"TeX formula near {found[0][:30]!r}", "$`x`$, or $$ x $$ in a paragraph of its own")
