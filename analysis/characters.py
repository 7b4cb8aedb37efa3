"""What text may not hold, wherever it comes from: characters nobody sees, and what a spreadsheet would work out."""

from __future__ import annotations

import re

LONGEST_WORD = 100  # characters; a longer one leaves the page
LONGEST_TEXT = 10_000  # characters; Excel leaves a cell of more than 32,767 empty without a word
_HIGHEST_TOWER = 3  # marks on one letter; Vietnamese needs two

_CONTROL = "\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\u3164"
    "\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U0010ffff"
)
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"

_UNSEEN = re.compile(f"[{_CONTROL}{_TURNING}{_INVISIBLE}]")
_TOWER = re.compile(f"({_MARKS}{{{_HIGHEST_TOWER}}}){_MARKS}+")
# Japanese, Chinese and Korean may break anywhere, an address is never printed in full.
_WORD = re.compile(rf"[^\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]{{{LONGEST_WORD + 1},}}")
# A sign before a plain amount is no formula, as long as nothing behind it calls, compares or leads to another sheet.
_FORMULA = re.compile(r"[=@＝＠\t\r\n]|[-+＋－](?!\s?[¥₩€$]?[0-9][^(|!=@]*\Z)", re.DOTALL)


def numbered(text: str) -> str:
    """The text with each character that cannot be seen as its number in brackets, and with no tower of marks."""
    text = _UNSEEN.sub(lambda m: f"[U+{ord(m[0]):04X}]", text)
    return _TOWER.sub(lambda m: f"{m[1]}[{len(m[0]) - _HIGHEST_TOWER} more marks]", text)


def unseen(text: str) -> re.Match[str] | None:
    """The first character that nobody sees or that turns the direction of others, or None."""
    return None if text.isascii() and text.isprintable() else _UNSEEN.search(text)


def name_of(character: str) -> str:
    """What kind of unseen character this is, with its number."""
    kind = "a control character"
    if re.match(f"[{_TURNING}]", character):
        kind = "a character that turns the direction of text"
    elif re.match(f"[{_INVISIBLE}]", character):
        kind = "an invisible character"
    return f"{kind}, U+{ord(character):04X}"


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet that opens this text as a cell would work something out: `=cmd()`, `+A1`, `@SUM(A1)`."""
    return _FORMULA.match(text) is not None


def fault(text: str) -> str | None:
    """Why this text may not stand in a table or a scenario, in words; None when it may."""
    if len(text) > LONGEST_TEXT:
        return f"a text of more than {LONGEST_TEXT:,} characters"
    if found := unseen(text):
        return name_of(found[0])
    if found := _TOWER.search(text):
        return f"{len(found[0])} marks on one letter"
    if looks_like_formula(text):
        return f"text that begins like a spreadsheet formula, {text[:20]!a}"
    if any("://" not in found[0] for found in _WORD.finditer(text)):
        return f"a word of more than {LONGEST_WORD} characters"
    return None
