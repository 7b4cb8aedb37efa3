"""Where two texts read differently, word by word: `[-old-]` is gone, `{+new+}` has come, the rest stands in both."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_CITATION = re.compile(r"[\s\u2009]*\[\\\[[A-Z]?\d+\\\]\]\(#source-[\w-]+\)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^a-z])")
_ALIKE = 0.4  # below this share of common words two sentences are shown whole, one under the other


def plain_sentences(markdown: str) -> list[str]:
    """The sentences of a paragraph without marks of emphasis and numbers of sources."""
    text = _CITATION.sub("", markdown).replace("**", "").replace("\u00a0", " ")
    return [sentence for sentence in _SENTENCE.split(" ".join(text.split(" "))) if sentence]


def changed_sentences(before: str, after: str) -> list[tuple[str, str]]:
    """Pairs of passages that differ, in order; a passage that only came or went stands beside an empty text."""
    old, new = plain_sentences(before), plain_sentences(after)
    found = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if j - i == m - k:
            found += zip(old[i:j], new[k:m], strict=True)
        else:
            found.append((" ".join(old[i:j]), " ".join(new[k:m])))
    return found


def marked(before: str, after: str) -> list[str]:
    """One line with the words marked that differ, or two (`- old`, `+ new`) where little is common."""
    old, new = before.split(" "), after.split(" ")
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not before or not after or matcher.ratio() < _ALIKE:
        return [f"{mark} {text}" for mark, text in (("-", before), ("+", after)) if text]
    words = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            words += old[i:j]
            continue
        gone, come = " ".join(old[i:j]), " ".join(new[k:m])
        words.append((f"[-{gone}-]" if gone else "") + (f"{{+{come}+}}" if come else ""))
    return [" ".join(words)]
