"""Text made safe: for HTML, for Typst, for Markdown. Everything that comes from data passes through here."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata

_WEB = re.compile(r"https?://[^\s<>\"']+\Z", re.IGNORECASE)
_ANCHOR = re.compile(r"#[A-Za-z][A-Za-z0-9_-]*\Z")
# Characters that change the order or the visibility of other characters, or that no XML file may hold: shown by
# number, never obeyed.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufffe\uffff]"
)
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&^:@])")


def visible(text: object) -> str:
    """Text as one safe string: NFC, control and direction characters replaced by their number in brackets."""
    return _UNSEEN.sub(lambda m: f"[U+{ord(m[0]):04X}]", unicodedata.normalize("NFC", str(text)))


def literal(text: object) -> str:
    """Escape text that came from data so that Markdown takes it literally."""
    return _MARKUP.sub(r"\\\1", " ".join(visible(text).split()))


def html_text(text: object) -> str:
    """Text made safe for HTML content and for quoted attributes."""
    return html.escape(visible(text), quote=True)


def typst_text(text: object) -> str:
    """Text as a Typst string literal, quotes included: nothing in it is ever read as Typst code."""
    flat = re.sub(r"\s+", lambda m: "\u00a0" if "\u00a0" in m[0] else " ", visible(text))
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def safe_link(url: str) -> str | None:
    """The address if it is http(s) or a local `#anchor`; None for anything else."""
    url = url.strip()
    if _UNSEEN.search(url):
        return None
    return url if _WEB.match(url) or _ANCHOR.match(url) else None


def slug(text: str) -> str:
    """Heading text as an anchor: lower-case ASCII letters, digits and hyphens, starting with a letter."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
    if not name:
        name = hashlib.sha256(text.encode()).hexdigest()[:8]
    return name if name[0].isalpha() else f"s-{name}"


def curl(text: str) -> str:
    """Typewriter quotes as typographic ones (English rules); a number stays on the line of its unit."""
    text = re.sub(r"(?<=\d) (?=(?:%|bn\b|tn\b|mn\b))", "\u00a0", text)
    text = re.sub(r"(?<=\w)'(?=\w)|(?<=\w)'", "’", text)
    text = re.sub(r"(?<![\w.,;:!?%)\]”’])\"(?!\s)", "“", text).replace('"', "”")
    return re.sub(r"'(?=\w)", "‘", text)
