"""The order in which pieces are set: gaps are filled, and nothing goes astray."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.export.makeup import Block, arranged
from analysis.export.pdf import _block

PAGE, APART = 700.0, 17.0
HEAD = Block("text", 15, opens=True, leads=True)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("#hns-figure(id: 'a')", "figure"),
        ("#hns-pair((id: 'a'), (id: 'b'))", "figure"),
        ("#hns-table(size: 9pt)", "table"),
        ("#hns-table(size: 6.5pt)", "turned table"),
        ("#hns-sources((('source-1', '1', [x]),))", "list"),
        ("#hns-flow(par([x]))", "text"),
        ("#hns-box(tone: 'note')", "fixed"),
    ],
)
def test_the_kind_of_a_piece_is_that_of_its_template_function(code, kind):
    assert _block(code, 200).kind == kind


def test_what_fits_stays_in_its_order():
    blocks = [HEAD, Block("text", 100), Block("figure", 200), Block("table", 100), Block("text", 50)]
    assert arranged(blocks, PAGE, APART) == [0, 1, 2, 3, 4]


def test_a_table_and_the_next_section_fill_the_gap_before_a_figure():
    blocks = [
        HEAD, Block("text", 420), Block("figure", 250), Block("figure", 200), Block("table", 80),
        HEAD, Block("text", 60), Block("figure", 200),
    ]  # fmt: skip
    assert arranged(blocks, PAGE, APART) == [0, 1, 4, 5, 6, 2, 3, 7]


def test_a_small_gap_is_left():
    blocks = [Block("text", 620), Block("figure", 250), Block("table", 40)]
    assert arranged(blocks, PAGE, APART) == [0, 1, 2]


def test_a_figure_under_its_heading_stays_there():
    blocks = [Block("text", 450), HEAD, Block("figure", 250), Block("text", 60)]
    assert arranged(blocks, PAGE, APART) == [0, 1, 2, 3]


def test_nothing_passes_a_box_or_a_page_break():
    for wall in (Block("fixed", 100), Block("break", 0)):
        blocks = [Block("text", 500), Block("figure", 250), wall, Block("table", 50), Block("text", 50)]
        assert arranged(blocks, PAGE, APART) == [0, 1, 2, 3, 4]


def test_a_list_of_sources_flows_over_pages_and_nothing_passes_it():
    blocks = [Block("text", 500), Block("list", 900), Block("figure", 250), Block("table", 50)]
    assert arranged(blocks, PAGE, APART) == [0, 1, 2, 3], "the list ends on its third page, where the figure fits"
    assert arranged([Block("text", 500), Block("figure", 250), Block("list", 90), Block("table", 50)], PAGE, APART) == [
        0, 1, 2, 3,
    ]  # fmt: skip


def test_only_one_section_moves_up():
    section = [HEAD, Block("text", 60)]
    blocks = [Block("text", 300), Block("figure", 420), *section, *section]
    assert arranged(blocks, PAGE, APART) == [0, 2, 3, 1, 4, 5]


kinds = st.sampled_from(["text", "figure", "table", "long table", "turned table", "list", "fixed", "break"])
some_block = st.builds(Block, kinds, st.floats(5, 1500), st.booleans(), st.booleans())


@given(st.lists(some_block, max_size=40))
def test_every_piece_is_set_once_and_each_kind_keeps_its_order(blocks):
    order = arranged(blocks, PAGE, APART)
    assert sorted(order) == list(range(len(blocks)))
    for family in (("figure",), ("table", "long table"), ("text",), ("list", "fixed", "break", "turned table")):
        of_kind = [position for position in order if blocks[position].kind in family]
        assert of_kind == sorted(of_kind), family
    for position, block in enumerate(blocks[:-1]):
        if block.kind == "text" and block.leads and blocks[position + 1].kind != "text":
            assert order[order.index(position) + 1] == position + 1, "a heading has its exhibit below it"
