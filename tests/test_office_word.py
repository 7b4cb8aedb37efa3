"""The Word document as its reader meets it: opened again with python-docx, and looked at part by part."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from xml.etree import ElementTree

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from nbconvert.exporters import get_exporter

from analysis import exhibit as ex
from analysis.errors import BuildError
from analysis.export.notebook import Document, Piece
from analysis.export.word.exporter import BriefingWordExporter, written

FIELDS = r"(SEQ (Figure|Table) \\\* ARABIC|REF \w+ \\h \\\* MERGEFORMAT|NOTEREF note_\d+ \\f \\h|PAGE|NUMPAGES)"


@pytest.fixture(scope="module")
def content(exhibits_run) -> bytes:
    return BriefingWordExporter().from_notebook_node(exhibits_run, {"metadata": {"name": "exhibits"}})[0]


@pytest.fixture(scope="module")
def opened(content):
    return docx.Document(io.BytesIO(content))


def of(*made, said=None):
    """A document of these exhibits, opened."""
    found = [Piece(f"cell {n}", f"c{n}", bundle=one._repr_mimebundle_()) for n, one in enumerate(made, 1)]
    return docx.Document(io.BytesIO(written(found, said or Document(title="T", date="2020-10-08"))))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def paragraphs(opened):
    """All paragraphs in reading order, those in tables too."""
    return [docx.text.paragraph.Paragraph(p, opened._body) for p in opened.element.body.iter(qn("w:p"))]


def text_of(node) -> str:
    return "".join(t.text or "" for t in node.iter(qn("w:t")))


def styled(opened, name):
    return [p for p in paragraphs(opened) if p.style.name == name]


def test_the_exporter_is_known_to_nbconvert():
    assert get_exporter("hns-docx") is BriefingWordExporter


def test_the_document_says_what_it_is(opened):
    said = opened.core_properties
    assert said.title == "Sign below +1.5 %; above it, wait"
    assert (said.author, said.keywords, said.language) == ("Author", "one, two", "en")
    assert said.created.isoformat() == said.modified.isoformat() == "2020-10-08T12:00:00+00:00"
    assert said.comments == ""


def test_the_date_can_be_given(exhibits_run, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made, _ = BriefingWordExporter().from_notebook_node(exhibits_run, {})
    assert docx.Document(io.BytesIO(made)).core_properties.created.isoformat() == "2023-11-14T22:13:20+00:00"


def test_pages_are_a4_with_running_lines_and_numbers(opened):
    [section] = opened.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.header.paragraphs[0].text == "Sample briefing\tScenario: sample"
    footer = section.footer.paragraphs[0]
    assert footer.text.startswith("Foot\t")
    assert [c.text.strip() for c in footer._p.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_page_one_is_in_the_order_of_the_printed_one(opened):
    seen = list(dict.fromkeys(p.style.name for p in paragraphs(opened)))
    order = ["Kicker", "Title", "Lead", "Key Value", "Key Label", "Caption", "Picture", "Source Line", "Column Heading"]
    assert [name for name in seen if name in order] == order
    assert len(styled(opened, "Title")) == 1
    assert [p.text for p in styled(opened, "Key Value")] == ["¥1,025 bn 1,002–1,048", "$1.9 bn"]
    assert [p.text for p in styled(opened, "List Bullet")] == ["one", "two"]


def test_headings_have_levels_without_a_jump(opened):
    names = [p.style.name for p in paragraphs(opened)]
    levels = [int(n[-1]) if n[-1].isdigit() else 1 for n in names if n.startswith("Heading ") or n == "Column Heading"]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [p.text for p in styled(opened, "Heading 1")] == ["The situation", "The situation", "Sources"]
    begins = styled(opened, "Heading 1")[0]
    assert begins.paragraph_format.page_break_before


def test_captions_are_numbered_by_word_itself_and_stay_with_what_they_head(opened):
    captions = styled(opened, "Caption")
    shown = [p.text.split("\n")[0] for p in captions]
    assert shown == ["Figure 1", "Figure 2", "Figure 3", "Table 1"]
    for caption in captions:
        assert caption.style.paragraph_format.keep_with_next
        [code] = caption._p.iter(qn("w:instrText"))
        assert re.fullmatch(r" SEQ (Figure|Table) \\\* ARABIC ", code.text)


def test_each_picture_is_described_and_sharp(opened):
    described = list(opened.element.body.iter(qn("wp:docPr")))
    assert [d.get("descr") for d in described] == ["Three bars."] * 3
    assert [d.get("id") for d in described] == ["1", "2", "3"]
    for inline in opened.element.body.iter(qn("wp:inline")):
        blob = opened.part.related_parts[inline.graphic.graphicData.pic.blipFill.blip.embed].blob
        assert blob.startswith(b"\x89PNG")
        assert int.from_bytes(blob[16:20]) / (inline.extent.cx / 914400) >= 250  # dots per inch
        assert inline.get("distL") == "0"


def test_tables_are_native_and_break_well(opened):
    long = next(t for t in opened.tables if t.style.name == "Briefing Table" and len(t.columns) == 15)
    first, *rest = long._tbl.tr_lst
    assert first.trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in long._tbl.tr_lst)
    assert [cell.text for cell in long.rows[0].cells] == ["n", *(f"c{n}" for n in range(14))]
    assert len(rest) == 90
    assert {cell.text for cell in long.rows[1].cells} == {"0", "–"}  # every seventh row is a gap, shown as one
    assert all(cell.paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT for cell in long.rows[2].cells)
    section = opened.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in opened.tables:
        assert sum(int(c.get(qn("w:w"))) for c in table._tbl.tblGrid) * 635 <= room + 15 * 635
    assert rest[-1].tc_lst[0].p_lst[0].pPr.find(qn("w:keepNext")) is not None  # the notes stay with the table


def test_links_lead_somewhere(opened):
    body = opened.element.body
    marks = [b.get(qn("w:name")) for b in body.iter(qn("w:bookmarkStart"))]
    assert len(set(marks)) == len(marks)
    assert all(re.fullmatch(r"[A-Za-z_]\w{0,39}", name, re.ASCII) for name in marks)
    numbers = [b.get(qn("w:id")) for b in body.iter(qn("w:bookmarkStart"))]
    assert numbers == [b.get(qn("w:id")) for b in body.iter(qn("w:bookmarkEnd"))]
    links = list(body.iter(qn("w:hyperlink")))
    inside = {link.get(qn("w:anchor")) for link in links} - {None}
    assert inside == {"source_1", "sources"}
    codes = [code.text.split() for code in body.iter(qn("w:instrText"))]
    assert {words[1] for words in codes if words[0] in ("REF", "NOTEREF")} == {"fig_full", "note_1"}
    assert inside | {"fig_full", "note_1"} <= set(marks)
    outside = [opened.part.rels[link.get(qn("r:id"))].target_ref for link in links if link.get(qn("r:id"))]
    assert outside == ["https://example.org/"]


def test_references_are_worded_as_in_the_page(opened):
    [sentence] = [p for p in paragraphs(opened) if p.text.startswith("Text with a note")]
    assert "and Figure 3. See the sources." in sentence.text
    sources = [p.text for p in styled(opened, "Source Line")]
    assert sources[0] == "Source: [1], gone"
    assert [p.text.split("\t")[0] for p in styled(opened, "Source Entry")] == ["1", "H2"]


def test_notes_are_real_footnotes(opened, content):
    root = ElementTree.fromstring(parts(content)["word/footnotes.xml"])
    notes = [" ".join(text_of(note).split()) for note in root if int(note.get(qn("w:id"))) > 0]
    assert notes == ["A note.", "Another note.", "In a box."]
    marks = [r.get(qn("w:id")) for r in opened.element.body.iter(qn("w:footnoteReference"))]
    assert marks == ["1", "2", "3"]  # the second mention of a note refers to the first


def test_space_is_made_by_styles_not_by_empty_paragraphs(opened):
    def empty(node):
        return node.tag == qn("w:p") and not text_of(node).strip() and node.find(f".//{qn('w:drawing')}") is None

    for place in [opened.element.body, *opened.element.body.iter(qn("w:tc"))]:
        children = [c for c in place if c.tag in (qn("w:p"), qn("w:tbl"))]
        assert not any(empty(a) and empty(b) for a, b in pairwise(children))
        assert not any(a.tag == b.tag == qn("w:tbl") for a, b in pairwise(children))  # Word would join them
        assert children[-1].tag == qn("w:p")


def test_boxes_and_quotes_have_styles_of_their_own(opened):
    boxes = {t.style.name: " ".join(p.text for p in t.cell(0, 0).paragraphs) for t in opened.tables}
    assert boxes["Briefing Hindsight"].startswith("Hindsight")
    assert boxes["Briefing Box"].startswith("Note")
    assert [p.text for p in styled(opened, "Quote")] == ["quoted"]


def test_every_style_in_use_is_defined(opened, content):
    known = {s.get(qn("w:styleId")) for s in opened.styles.element.iter(qn("w:style"))}
    for name, code in parts(content).items():
        if name.endswith(".xml") and name.startswith("word/"):
            assert (
                set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle|basedOn|next) w:val="([^"]+)"', code.decode())) <= known
            )


def test_text_from_data_stays_text(content):
    everything = parts(content)
    whole = everything["word/document.xml"].decode()
    assert "\u202e" not in whole
    assert "[U+202E]" in whole
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in whole
    for code in re.findall(r"<w:instrText[^>]*>([^<]*)<", whole):
        assert re.fullmatch(FIELDS, code.strip()), code
    for name, code in everything.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(code)
        if name.endswith(".rels"):
            assert set(re.findall(r'Target="(\w+:)', code.decode())) <= {"https:"}


HOSTILE = "=cmd()|'/C calc'!A0 \x00\x07 \ufffe \u202e ]]> & <w:p/> \x0b"


def test_characters_no_xml_may_hold_are_shown_by_number():
    frame = pd.DataFrame({"a": [HOSTILE]})
    words = {"title": HOSTILE, "subtitle": HOSTILE, "source": ex.literal(HOSTILE)}
    made = ex.table(frame, [ex.Column("a", "A")], id="tab-a", **words)
    shown = of(made, ex.callout(HOSTILE, ex.literal(HOSTILE)), said=Document(title=f"{HOSTILE}\ud800", author=HOSTILE))
    texts = [p.text for p in paragraphs(shown)]
    assert sum("=cmd()" in t for t in texts) == 7
    assert all("[U+0007]" in t and "[U+FFFE]" in t for t in texts if "=cmd()" in t)
    assert shown.core_properties.title.endswith("[U+000B][U+D800]")


def test_the_same_notebook_gives_the_same_bytes(exhibits_run, content, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert BriefingWordExporter().from_notebook_node(exhibits_run, {"metadata": {"name": "exhibits"}})[0] == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_numbered_lists_each_begin_anew():
    shown = of(ex.prose("1. a\n2. b\n   - deep\n\ntext\n\n3. c\n"))
    numbers = [p._p.pPr.numPr.numId.val for p in styled(shown, "List Number")]
    assert numbers[0] == numbers[1] != numbers[2]
    starts = shown.part.numbering_part.element.findall(f".//{qn('w:startOverride')}")
    assert [s.get(qn("w:val")) for s in starts] == ["1", "3"]
    [deep] = styled(shown, "List Bullet")
    assert deep._p.pPr.numPr.ilvl.val == 1


def test_a_notebook_without_a_cover_gets_a_title(exhibits_run):
    shown = of(ex.prose("Words."), said=Document(title="A short note"))
    assert [p.text for p in paragraphs(shown)] == ["A short note", "Words."]


def test_an_exhibit_of_an_unknown_kind_is_refused():
    bundle = {"text/html": "x", ex.TYPST_MIME: "x"}
    with pytest.raises(BuildError, match="cell 4: the exhibit does not state its parts"):
        written([Piece("cell 4", "c4", bundle=bundle)], Document(title="T"))
    with pytest.raises(BuildError, match="cell 4: an exhibit of kind 'map' has no form in Word"):
        written([Piece("cell 4", "c4", bundle={**bundle, ex.PARTS_MIME: {"kind": "map"}})], Document(title="T"))
