"""Text made safe: for HTML, for Typst, for Markdown. Everything that comes from data passes through here."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from urllib.parse import urlsplit

from analysis.characters import numbered, unseen

_WEB = re.compile(r"https?://[^\s<>\"']+\Z", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
LONGEST_LINK = 2000  # characters; Excel takes no longer one
_ANCHOR = re.compile(r"#[A-Za-z][A-Za-z0-9_-]*\Z")
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&^:@])")


def visible(text: object) -> str:
    """Text as one safe string: NFC, characters that nobody sees replaced by their number in brackets."""
    return numbered(unicodedata.normalize("NFC", str(text)))


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
    """The address if it is http(s) at a plain host, or a local `#anchor`; None for anything else."""
    url = url.strip()
    if unseen(url) or len(url) > LONGEST_LINK:
        return None
    if _ANCHOR.match(url):
        return url
    return url if _WEB.match(url) and _has_plain_host(url) else None


def _has_plain_host(url: str) -> bool:
    """Whether the host is a name in ASCII, without a user before it: what a reader takes for the host is the host."""
    try:
        parts = urlsplit(url)
        return bool(_HOST.fullmatch(parts.netloc)) and parts.port != 0
    except ValueError:
        return False


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
