"""Text that comes from data stays text, in HTML and in Typst; both formats say the same."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import BuildError
from analysis.export.markdown import parse, plain_text, strip
from analysis.export.markdown_html import inline_html, to_html
from analysis.export.markdown_typst import inline_typst, to_typst
from analysis.export.text import curl, html_text, literal, safe_link, slug, typst_text, visible

HOSTILE = [
    "<script>alert(1)</script>",
    '#read("/etc/passwd")',
    "$x$ and $8 bn",
    "@ref <label> *bold* _it_ `code`",
    "back\\slash \\u{41}",
    "[a](javascript:alert(1))",
    '"] #panic() ["',
    "</script><img src=x onerror=alert(1)>",
    "a &lt;b&gt; &amp;",
    "~~x~~ [^1] ![i](http://a.b/c.png)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_literal_text_survives_markdown_unchanged(text):
    assert strip(literal(text)) == curl(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_in_html(text):
    out = inline_html(literal(text))
    assert not re.search(r"<(?!/?(em|strong)>)", out)
    assert html.unescape(out) == curl(text)


@given(st.text())
def test_a_typst_literal_is_one_string(text):
    code = typst_text(text)
    assert code[0] == code[-1] == '"'
    inside = re.sub(r"\\[\\\"]", "", code[1:-1])
    assert '"' not in inside
    assert "\\" not in inside
    assert "\n" not in code


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp")), max_size=40))
def test_literal_is_the_identity_of_rendering(text):
    assert html.unescape(inline_html(literal(text))) == curl(" ".join(visible(text).split()))


def test_direction_and_control_characters_are_shown_by_number():
    assert visible("a\u202eb\u0000") == "a[U+202E]b[U+0000]"
    assert "\u202e" not in html_text("x\u202e") + typst_text("x\u202e")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.gao.gov/x?a=1&b=2", True),
        ("#source-3", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//example.org", False),
        ("https://a.b/\u202e", False),
        ("#3 x", False),
    ],
)
def test_links_lead_to_the_web_or_into_the_document(url, kept):
    assert (safe_link(url) is not None) is kept


def test_a_refused_link_leaves_its_words():
    assert to_html("[words](javascript:alert(1))") == "<p>words</p>\n"
    assert "javascript" not in to_typst("[words](javascript:alert(1))")


def test_raw_html_is_shown():
    assert "&lt;b&gt;x&lt;/b&gt;" in to_html("<b>x</b>")
    assert '"<div>x</div>"' in to_typst("<div>x</div>")


@pytest.mark.parametrize("formula", ["a $$x^2$$ b", r"a $\frac{1}{2}$ b", r"\begin{equation}"])
def test_formulas_are_refused_in_one_line(formula):
    with pytest.raises(BuildError, match=r"^cell 4: TeX formula near .*; allowed: ") as caught:
        to_typst(formula, place="cell 4")
    assert "\n" not in str(caught.value)


def test_dollars_are_not_formulas():
    assert strip("from $1.9 bn to $8 bn") == "from $1.9\u00a0bn to $8\u00a0bn"


def test_footnotes_in_both_formats():
    text = "A[^n] and again[^n].\n\n[^n]: See *this*."
    page = to_html(text, key="c1")
    assert page.count('href="#fn-c1-1"') == 2
    assert len(set(re.findall(r'id="([^"]+)"', page))) == page.count(' id="')
    code = to_typst(text, key="c1")
    assert code.count("#footnote([") == 1
    assert 'footnote(label("fn-c1-1"))' in code


def test_headings_keep_one_h1_and_have_anchors():
    assert '<h2 id="the-outlook">The outlook</h2>' in to_html("# The outlook")
    assert 'hns-heading(1, "the-outlook"' in to_typst("# The outlook")
    assert slug("日本") != slug("한국")
    assert re.fullmatch(r"[a-z][a-z0-9-]*", slug("2021 日本"))


def test_source_numbers_stand_in_brackets_once():
    for words in ("3", r"\[3\]"):
        assert inline_html(f"x [{words}](#source-3)").count("[3]") == 1
        assert 'hns-cite("source-3", "3")' in inline_typst(f"x [{words}](#source-3)")


def test_typographic_quotes_and_units():
    assert curl('Japan\'s "direct" support of 5 bn') == "Japan’s “direct” support of 5\u00a0bn"


def test_plain_words_of_all_blocks():
    nodes = parse("- a *b*\n- `c`\n\n| h |\n|---|\n| d |\n")
    assert plain_text(nodes) == "a bchd"
