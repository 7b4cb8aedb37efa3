"""The styles of the Word document: names, faces, sizes and colours, the same as in the printed briefing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from analysis import theme
from analysis.export.word.xml import twips
from analysis.fonts import JAPANESE, SANS, SERIF

INK, GREY, RULE = theme.INK, theme.GREY, theme.RULE
BLUE, RED, OCHRE = theme.COLOURS["japan"], theme.TEXT_COLOURS["trump"], theme.TEXT_COLOURS["korea"]
TABLE_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
#: Styles that Word has itself, under the names it knows them by.
OF_WORD = {
    "Normal", "Title", "heading 1", "heading 2", "heading 3", "List Bullet", "List Number", "List Continue", "Quote",
    "caption", "header", "footer", "footnote text", "footnote reference", "Hyperlink",
}  # fmt: skip
BULLETS = 1  # number of the list of bullets in the file's numbering

#: What an office without our faces sets instead: (alternative, class, whether East Asian).
SUBSTITUTES = {SANS: ("Calibri", "swiss"), SERIF: ("Cambria", "roman"), JAPANESE: ("Yu Gothic", "swiss")}


@dataclass(frozen=True)
class Look:
    """One style. Sizes, spaces and indents in points; line: multiple of the type's own line."""

    name: str
    based: str | None = "Normal"
    kind: str = "paragraph"
    font: str | None = None
    size: float | None = None
    colour: str | None = None
    bold: bool | None = None
    italic: bool | None = None
    caps: bool = False
    track: float = 0
    raised: bool = False
    underline: bool = False
    before: float | None = None
    after: float | None = None
    line: float | None = None
    left: float | None = None
    hanging: float = 0
    keep: bool = False
    level: int | None = None
    extra: str = ""  # further paragraph properties: borders, tabs, numbering

    @property
    def id(self) -> str:
        """Name of the style inside the file."""
        return style_id(self.name)

    @property
    def code(self) -> str:
        """The style as WordprocessingML."""
        default = ' w:default="1"' if self.name == "Normal" else "" if self.name in OF_WORD else ' w:customStyle="1"'
        based = f'<w:basedOn w:val="{style_id(self.based)}"/>' if self.based and self.name != self.based else ""
        following = '<w:next w:val="Normal"/>' if self.level is not None or self.name == "Title" else ""
        paragraph = self._paragraph() if self.kind == "paragraph" else ""
        return (
            f'<w:style w:type="{self.kind}"{default} w:styleId="{self.id}"><w:name w:val="{self.name}"/>{based}'
            f'{following}<w:uiPriority w:val="1"/><w:qFormat/>{paragraph}<w:rPr>{self._text()}</w:rPr></w:style>'
        )

    def _paragraph(self) -> str:
        space = {"before": self.before, "after": self.after}
        marks = "".join(f' w:{side}="{twips(points)}"' for side, points in space.items() if points is not None)
        marks += f' w:line="{round(self.line * 240)}" w:lineRule="auto"' if self.line else ""
        out = "<w:keepNext/>" if self.keep else ""
        out += "<w:keepLines/>" if self.keep else ""
        out += self.extra
        out += f"<w:spacing{marks}/>" if marks else ""
        if self.left is not None:
            out += f'<w:ind w:left="{twips(self.left)}" w:hanging="{twips(self.hanging)}"/>'
        out += f'<w:outlineLvl w:val="{self.level}"/>' if self.level is not None else ""
        return f"<w:pPr>{out}</w:pPr>"

    def _text(self) -> str:
        out = ""
        if self.font:
            out += f'<w:rFonts w:ascii="{self.font}" w:hAnsi="{self.font}" w:eastAsia="{JAPANESE}" w:cs="{self.font}"/>'
        for tag, on in (("b", self.bold), ("i", self.italic)):
            out += "" if on is None else f'<w:{tag} w:val="{int(on)}"/>'
        out += "<w:caps/>" if self.caps else ""
        out += f'<w:color w:val="{self.colour.lstrip("#")}"/>' if self.colour else ""
        out += f'<w:spacing w:val="{twips(self.track)}"/>' if self.track else ""
        out += f'<w:sz w:val="{round(self.size * 2)}"/><w:szCs w:val="{round(self.size * 2)}"/>' if self.size else ""
        out += '<w:u w:val="single"/>' if self.underline else ""
        return out + ('<w:vertAlign w:val="superscript"/>' if self.raised else "")


def style_id(name: str) -> str:
    """Id of the style with this name: the name in one word, each part with a capital."""
    return "".join(word[0].upper() + word[1:] for word in name.split())


def _edge(side: str, colour: str, points: float, space: int) -> str:
    size, hue = round(points * 8), colour.lstrip("#")
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{hue}"/></w:pBdr>'


def _stops(**points: float) -> str:
    stops = "".join(f'<w:tab w:val="{side}" w:pos="{twips(at)}"/>' for side, at in points.items())
    return f"<w:tabs>{stops}</w:tabs>"


def looks(room: float) -> list[Look]:
    """All styles for a text `room` points wide."""
    sans = partial(Look, font=SANS)
    letter = partial(Look, kind="character", based=None)
    margin = sans("header", size=8.5, colour=GREY, after=0, line=1, extra=_stops(right=room))
    bullets = f'<w:numPr><w:numId w:val="{BULLETS}"/></w:numPr>'
    small = partial(sans, size=7.5, colour=GREY, before=0, line=1)
    return [
        Look("Normal", font=SERIF, size=10.5, colour=INK, before=0, after=7, line=1.15, extra="<w:widowControl/>"),
        sans("Title", size=24, bold=True, before=0, after=12, line=0.95, keep=True),
        sans("Kicker", size=9.5, bold=True, colour=RED, caps=True, track=0.9, before=0, after=12, line=1, keep=True),
        Look("Lead", size=11, after=12, line=1.18),
        sans("heading 1", size=15, bold=True, before=20, after=7, line=1, keep=True, level=0),
        sans("heading 2", size=11.5, bold=True, before=13, after=5, line=1, keep=True, level=1),
        sans("heading 3", size=10.5, bold=True, before=11, after=4, line=1, keep=True, level=2),
        Look("Column Heading", based="heading 1", size=11, before=4, after=4, level=0),
        Look("List Bullet", after=4, left=11, hanging=11, line=1.12, extra=bullets),
        Look("List Number", after=4, left=16, hanging=16, line=1.12),
        Look("List Continue", after=4, left=11, line=1.12),
        Look("Quote", italic=True, before=8, after=8, left=12, extra=_edge("left", RULE, 1.25, 8)),
        Look("Code", font="Courier New", size=9, after=7, line=1),
        Look("Rule", size=4, before=6, after=10, line=1, extra=_edge("bottom", RULE, 0.5, 1)),
        Look("Gap", size=2, before=0, after=6, line=1),
        sans("caption", size=11, bold=True, before=14, after=1, line=1, keep=True),
        small("Exhibit Subtitle", size=8.5, after=5, keep=True),
        Look("Picture", before=0, after=2, line=1, keep=True),
        small("Source Line", before=3, after=12),
        small("Exhibit Note", colour=INK, before=3, after=0),
        Look("Last Note", based="Exhibit Note", after=12),
        sans(
            "Key Value", size=21, bold=True, before=0, after=1, line=0.95, keep=True, extra=_edge("top", BLUE, 1.5, 3)
        ),
        sans("Key Label", size=9, before=0, after=0, line=1),
        *(sans(f"Table Text {size:g}", size=size, before=2.4, after=2.4, line=0.98) for size in TABLE_SIZES),
        sans("Box Title", size=10.5, bold=True, before=4, after=4, line=1, keep=True),
        sans("Source Entry", size=8, after=3.5, line=1, left=22, hanging=22, extra=_stops(left=22)),
        margin,
        sans("footer", size=8.5, colour=GREY, after=0, line=1, extra=_stops(right=room)),
        sans("footnote text", size=8, before=0, after=2, line=1),
        letter("footnote reference", raised=True),
        letter("Hyperlink", colour=BLUE, underline=True),
        letter("Cross Reference"),
        letter("Source Mark", font=SANS, size=8, colour=GREY),
        letter("Caption Number", font=SANS, size=7.5, colour=BLUE, caps=True, track=0.5),
        letter("Key Range", font=SANS, size=9, bold=False, colour=GREY),
        letter("Box Word", font=SANS, size=7.5, colour=BLUE, caps=True, track=0.6),
        letter("Hindsight Word", font=SANS, size=7.5, colour=OCHRE, caps=True, track=0.6),
        letter("Inline Code", font="Courier New", size=9),
    ]


def _line(side: str, colour: str, points: float, kind: str = "single") -> str:
    return f'<w:{side} w:val="{kind}" w:sz="{round(points * 8)}" w:space="0" w:color="{colour.lstrip("#")}"/>'


def _table_style(name: str, borders: str, margins: dict[str, float], more: str = "", shade: str = "") -> str:
    cell = "".join(f'<w:{side} w:w="{twips(points)}" w:type="dxa"/>' for side, points in margins.items())
    fill = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{shade}"/></w:tcPr>' if shade else ""
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/><w:qFormat/>'
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{cell}</w:tblCellMar></w:tblPr>{fill}{more}"
        "</w:style>"
    )


def _table_styles() -> str:
    none = dict.fromkeys(("top", "left", "bottom", "right"), 0.0)
    head = (
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>'
        f'{_line("bottom", INK, 0.5)}</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    )
    lines = _line("top", INK, 1) + _line("bottom", INK, 1) + _line("insideH", RULE, 0.5)
    box = {"top": 4.0, "left": 11.0, "bottom": 4.0, "right": 11.0}
    dashed = "".join(_line(side, OCHRE, 1, "dashed") for side in none)
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        + _table_style("Briefing Table", lines, none | {"left": 4.0, "right": 4.0}, head)
        + _table_style("Briefing Layout", "", none)
        + _table_style("Briefing Columns", _line("top", RULE, 0.5), none | {"top": 6.0})
        + _table_style("Briefing Box", _line("left", BLUE, 2.25), box, shade="F2F5F8")
        + _table_style("Briefing Hindsight", dashed, box, shade="FBF6EC")
    )


def styles_xml(language: str, room: float) -> str:
    """All styles as one `w:styles` element; language: BCP 47 with a region, for the spelling check."""
    return (
        "<w:styles><w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:lang w:val="{language}" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1" '
        'w:defQFormat="0" w:count="376"/>'
        + "".join(look.code for look in looks(room))
        + _table_styles()
        + "</w:styles>"
    )


def fonts_xml() -> str:
    """The fonts the styles name, each with the one an office has instead."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:family w:val="{family}"/><w:pitch w:val="variable"/>'
        "</w:font>"
        for name, (other, family) in SUBSTITUTES.items()
    )
    return f"<w:fonts>{fonts}</w:fonts>"


def numbering_xml() -> str:
    """List definitions: bullets at three depths (number 1), and decimals (definition 1) that each list restarts."""
    bullets = "".join(_level(depth, "bullet", "•", 11.0) for depth in range(3))
    decimals = "".join(_level(depth, "decimal", f"%{depth + 1}.", 16.0) for depth in range(3))
    return (
        f'<w:numbering><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>{bullets}'
        f'</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>{decimals}'
        f'</w:abstractNum><w:num w:numId="{BULLETS}"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def _level(depth: int, kind: str, text: str, step: float) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{twips(step * (depth + 1))}" w:hanging="{twips(step)}"/>'
        "</w:pPr></w:lvl>"
    )
