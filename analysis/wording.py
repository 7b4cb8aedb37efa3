"""Words that depend on numbers: likelihoods, directions, ties, lists. Sentences themselves stand in briefing/."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

#: Upper bounds of the seven probability terms of U.S. Intelligence Community Directive 203.
_LIKELIHOOD = (
    (0.05, "almost certainly not"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "about as likely as not"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.00, "almost certain"),
)

_STATES = {
    "biden": "Biden",
    "trump": "Trump",
    "democrat": "the Democrat",
    "successor_asks_little": "a successor who asks little",
    "successor_asks_more": "a successor who asks more",
}


_BRIEFLY = {
    "democrat": "Democrat",
    "successor_asks_little": "asks little",
    "successor_asks_more": "asks more",
}


def state_briefly(state: str) -> str:
    """The name of a state where there is little room, as on the branch of a tree."""
    return _BRIEFLY.get(state, state_name(state))


def state_name(state: str) -> str:
    """`Biden` for biden; a state without a name of its own as it is written."""
    return _STATES.get(state, state.replace("_", " "))


def likelihood(p: float) -> str:
    """The ICD 203 term for a probability; certainty and impossibility are said as such.

    The directive's ranges share their bounds (20% ends one and begins the next); a shared bound takes the milder term.

    Raises ValueError outside [0, 1].
    """
    if not 0 <= p <= 1:
        raise ValueError(f"not a probability: {p}")
    if p in (0.0, 1.0):
        return "certain" if p else "excluded"
    return next(word for bound, word in _LIKELIHOOD if p < bound or (p == bound and p > 0.5))


def direction(change: float, tie: float, up: str, same: str, down: str) -> str:
    """One of three words: a change within `tie` counts as no change."""
    if abs(change) <= tie:
        return same
    return up if change > 0 else down


def listed(items: Sequence[str], word: Literal["and", "or"] = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def capital(sentence: str) -> str:
    """The sentence with a capital first letter; the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def about(value: float, step: float) -> float:
    """The value rounded to a multiple of `step`, for "about 200"."""
    return step * round(value / step)
