"""An empty Word document with the project's page, styles and properties, and the file it is saved as."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from analysis.export.notebook import Document
from analysis.export.package import same_bytes
from analysis.export.pdf import timestamp
from analysis.export.word import looks
from analysis.export.word.xml import NAMES, field, flat, refill, run, tab

PAGE = (210.0, 297.0)  # A4, mm
MARGINS = {"left": 20.0, "right": 20.0, "top": 24.0, "bottom": 21.0}  # mm
ROOM = (PAGE[0] - MARGINS["left"] - MARGINS["right"]) * 72 / 25.4  # width of the text, points
# The spelling is British; a language without its region would leave the spelling check off.
_REGIONS = {"en": "en-GB", "ja": "ja-JP", "ko": "ko-KR"}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_SETTINGS = (
    '<w:settings><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    # Without this, Word opens the file in a mode for old versions.
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
)
_NO_NOTES = (
    f'<w:footnotes {NAMES}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
    "</w:footnote></w:footnotes>"
)


def blank(said: Document) -> tuple[Any, Any]:
    """A document (python-docx) with page, styles, margins and properties set, and its part for footnotes."""
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part, XmlPart
    from docx.oxml import parse_xml

    made = docx.Document()
    part = made.part
    # The library's own template brings a preview picture, old themes and style sheets along.
    kept = {RELATION.STYLES, RELATION.SETTINGS, RELATION.NUMBERING}
    for name in [n for n, relation in part.rels.items() if relation.reltype not in kept]:
        del part.rels[name]
    outer = part.package.rels
    for name in [n for n, r in outer.items() if r.reltype in (RELATION.EXTENDED_PROPERTIES, RELATION.THUMBNAIL)]:
        del outer[name]
    refill(made.styles.element, looks.styles_xml(_REGIONS.get(said.language, said.language), ROOM))
    refill(made.settings.element, _SETTINGS)
    refill(part.numbering_part.element, looks.numbering_xml())
    code = looks.fonts_xml().replace("<w:fonts>", f"<w:fonts {NAMES}>").encode()
    fonts = Part(PackURI("/word/fontTable.xml"), f"{_WORD}fontTable+xml", code, part.package)
    part.relate_to(fonts, RELATION.FONT_TABLE)
    notes = XmlPart(PackURI("/word/footnotes.xml"), f"{_WORD}footnotes+xml", parse_xml(_NO_NOTES), part.package)
    part.relate_to(notes, RELATION.FOOTNOTES)
    _set_page(made.sections[0], said)
    _describe(made.core_properties, said)
    return made, notes


def _set_page(section: Any, said: Document) -> None:
    from docx.shared import Mm

    section.page_width, section.page_height = map(Mm, PAGE)
    for side, length in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(length))
    section.header_distance, section.footer_distance = Mm(12.5), Mm(11)
    page = [*field("PAGE", 1), run(" / "), *field("NUMPAGES", 1)]
    head = [run(said.running_left), tab(), run(said.running_right)]
    for place, style, content in (
        (section.header, "Header", head),
        (section.footer, "Footer", [run(said.foot), tab(), *page]),
    ):
        place.is_linked_to_previous = False
        [line] = place.paragraphs
        line.style = style
        line._p.extend(content)


def _describe(properties: Any, said: Document) -> None:
    told = {
        "title": said.title,
        "author": said.author,
        "last_modified_by": said.author,
        "subject": said.description,
        "keywords": ", ".join(said.keywords),
        "language": said.language,
        "comments": "",
    }
    for name, text in told.items():
        setattr(properties, name, flat(text)[:255])  # the longest that the library takes
    properties.revision = 1
    stamp = timestamp(said)
    for name in ("created", "modified"):
        if stamp is None:
            for node in properties._element.xpath(f"dcterms:{name}"):
                properties._element.remove(node)
        else:
            setattr(properties, name, datetime.fromtimestamp(stamp, UTC).replace(tzinfo=None))


def saved(made: Any) -> bytes:
    """The document as a file whose bytes depend on its content alone."""
    out = io.BytesIO()
    made.save(out)
    return same_bytes(out.getvalue())
