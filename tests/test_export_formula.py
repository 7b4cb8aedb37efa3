"""Formulas come out as MathML and as Typst, with their TeX as alternative text; unknown TeX is refused."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from analysis.errors import BuildError
from analysis.export.formula import to_mathml, to_typst_math
from analysis.export.markdown import strip
from analysis.export.markdown_html import inline_html, to_html
from analysis.export.markdown_typst import to_typst
from analysis.export.notebook import Document
from analysis.export.pdf import compile_typst

PRICE = r"u^* = \frac{1}{n} \left[ b\,u_b + (n-b)\left( p\,u_1 + (1-p)\,u_2 \right) + f \right]"
PATH = r"s_t = \sum_{k} \max\left( \text{floor}_k, \min( c_k (1+g_k)^t, \text{cap}_k ) \right) \ge \sqrt{\bar{x}}"


def test_every_part_reaches_mathml():
    tree = ElementTree.fromstring(to_mathml(PRICE, block=True))
    assert tree.get("alttext") == PRICE
    assert tree.get("display") == "block"
    assert [e.text for e in tree.iter("mi")] == list("unbubnbpupuf")
    [fraction] = tree.iter("mfrac")
    assert "".join(fraction.itertext()) == "1n"
    tree = ElementTree.fromstring(to_mathml(PATH, block=True))
    assert [e.text for e in tree.iter("mtext")] == ["floor", "cap"]
    assert next(tree.iter("munder"))[0].text == "∑"
    assert len(list(tree.iter("msqrt"))) == len(list(tree.iter("mover"))) == 1


def test_a_sum_in_a_line_keeps_its_limits_beside_it():
    assert "msubsup" in to_mathml(r"\sum_{t}^{n} s_t", block=False)
    assert "munderover" in to_mathml(r"\sum_{t}^{n} s_t", block=True)


def test_both_formulas_are_set_by_the_compiler_with_alternative_text():
    code = '#import "briefing.typ": *\n#show: briefing.with(title: "t", description: "d")\n' + to_typst(
        f"Price $`u^*`$ and $8 bn.\n\n$$\n{PRICE}\n$$\n\n$$ {PATH} $$\n"
    )
    assert code.count("math.equation(alt:") == 3
    assert compile_typst(code, {}, Document(title="t")).startswith(b"%PDF")


def test_formulas_stand_in_text_and_blocks_and_money_stays_money():
    page = to_html("Price $`u^*`$ below $8 bn and $1.9 bn.\n\n$$ x = 1 $$\n")
    assert page.count("<math") == 2
    assert "$8" in page
    assert 'role="region" aria-label="Formula"' in page
    assert strip("at $`u^*`$ now") == "at u^* now"
    assert "<msub>" in inline_html("$`u_b`$")


@pytest.mark.parametrize(
    ("tex", "problem"),
    [
        (r"\input{x}", r"\\input is not known"),
        (r"\frac{1}", "it ends too early|{ is missing"),
        ("{x", "} is missing"),
        ("x^1^2", "two \\^ in a row"),
        ("#panic()", "'#' is not known"),
        ('"a"', "is not known"),
        ("x & y", "is not known"),
        (r"\left< x \right>", "take"),
        (r"\text{a{b}}", "braces"),
        ("  ", "it is empty"),
    ],
)
def test_other_tex_is_refused_in_one_line(tex, problem):
    for write in (to_mathml, to_typst_math):
        with pytest.raises(BuildError, match=problem) as caught:
            write(tex, block=True, place="cell 4")
        assert str(caught.value).startswith("cell 4: TeX formula near")
        assert "\n" not in str(caught.value)


def test_text_in_a_formula_is_inert():
    assert '"a \\"#x' in to_typst_math(r'\text{a "#x}', block=False)
    assert "&lt;b&gt;" in to_mathml(r"\text{<b>}", block=False)


def test_word_gets_formulas_it_can_edit():
    from docx.oxml.ns import qn

    from analysis.export.word.formula import formula

    made = formula(PRICE, block=True)
    assert made.tag == qn("m:oMathPara")
    assert "".join(t.text for t in made.iter(qn("m:t"))).replace("\u2009", "") == "u∗=1nbub+(n−b)pu1+(1−p)u2+f"
    fences = [(d.find(".//" + qn("m:begChr")), d.find(".//" + qn("m:endChr"))) for d in made.iter(qn("m:d"))]
    assert [(a.get(qn("m:val")), b.get(qn("m:val"))) for a, b in fences] == [("[", "]"), ("(", ")")]
    assert formula(PATH, block=False).tag == qn("m:oMath")
    with pytest.raises(BuildError, match="not known"):
        formula(r"\input{x}", block=False)
