"""What an exhibit is made of, and what it refuses."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import altair as alt
import pandas as pd
import pytest

from analysis import exhibit as ex
from analysis import theme
from analysis.errors import BuildError
from analysis.export import drawing, kept

FRAME = pd.DataFrame({"year": [2019, 2020, 2021], "bn": [197.4, None, 201.7], "who": ["日本", "한국", "U.S."]})
WORDS = {"title": "A message", "subtitle": "measure, unit", "source": "Source: [1](#source-1)", "alt": "A line."}


def chart(**size):
    return alt.Chart(FRAME).mark_bar().encode(x="year:O", y=alt.Y("bn:Q", title="bn yen")).properties(**size)


def make(id="fig-a", **changes):
    return ex.figure(chart(), FRAME, id=id, **(WORDS | changes))


def test_a_figure_carries_every_form():
    bundle = make()._repr_mimebundle_()
    assert set(bundle) == {"text/html", ex.TYPST_MIME, "text/plain", "text/csv", ex.FILES_MIME, ex.PARTS_MIME}
    assert bundle["text/csv"].splitlines()[0] == "year,bn,who"
    assert bundle["text/plain"] == "A message\nA line."
    assert set(bundle[ex.FILES_MIME]) == {"fig-a.svg", "fig-a.csv"}
    page = bundle["text/html"]
    assert '<svg role="img" aria-label="A line."' in page
    spec = json.loads(re.search(r'class="hns-spec">(.*?)</script>', page, re.DOTALL)[1])
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert spec["width"] == theme.FULL
    assert 'aria-label="no figure"' in page


def test_a_chart_is_drawn_once(monkeypatch):
    calls = []
    monkeypatch.setattr(ex, "draw", lambda spec, place, chart: calls.append(place) or drawing.draw(spec, place, chart))
    left, right = make("fig-a", width="half"), make("fig-b", width="half")
    ex.side_by_side(left, right)._repr_mimebundle_()
    left._repr_mimebundle_()
    assert calls == ["fig-a", "fig-b"]


def test_drawings_have_the_width_of_the_grid():
    for width, units in (("full", theme.FULL), ("half", theme.HALF)):
        wide, high = drawing.size_of(make(width=width).files["fig-a.svg"], "fig-a")
        assert wide == pytest.approx(units, abs=1)
        assert high == pytest.approx(theme.HEIGHT[width], abs=1)


def test_the_same_chart_gives_the_same_bytes(monkeypatch):
    monkeypatch.setattr(kept, "folders", list)  # nothing is kept: drawn twice

    def interactive():
        pick = alt.selection_point(fields=["who"])
        base = (
            chart()
            .mark_bar(clip=True)
            .encode(opacity=alt.condition(pick, alt.value(1), alt.value(0.3)))
            .add_params(pick)
        )
        layers = alt.layer(base, alt.Chart(FRAME[:1]).mark_rule().encode(y="bn:Q"))
        return ex.figure(layers, FRAME, id="fig-a", **WORDS)

    first, second = interactive(), interactive()
    assert first.html == second.html
    assert first.files == second.files
    assert not re.search(r"data-[0-9a-f]{32}", first.html)


def test_a_drawing_is_kept_until_its_data_change(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(kept, "folders", lambda: [tmp_path / "a-file" / "x", tmp_path / "kept"])
    (tmp_path / "a-file").write_text("no folder")  # the first place takes nothing, the second does
    monkeypatch.setattr(drawing, "_drawn", lambda *given, really=drawing._drawn: drawn.append(1) or really(*given))
    first, again = make(), make("fig-b")
    assert first.files["fig-a.svg"] == again.files["fig-b.svg"]
    assert len(drawn) == 1
    other = ex.figure(chart().transform_calculate(z="1"), FRAME, id="fig-a", **WORDS)
    moved = ex.figure(alt.Chart(FRAME.assign(bn=1.0)).mark_bar().encode(x="bn:Q"), FRAME, id="fig-a", **WORDS)
    assert len(drawn) == 3
    assert moved.files["fig-a.svg"] != other.files["fig-a.svg"]
    for file in (tmp_path / "kept").rglob("*.svg"):
        file.write_text(file.read_text()[:-20])  # torn files are not believed
    assert make().files["fig-a.svg"] == first.files["fig-a.svg"]
    assert len(drawn) == 4


def test_old_drawings_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "folders", lambda: [tmp_path])
    monkeypatch.setattr(kept, "MOST", 6)
    for number in range(30):
        assert kept.kept(f"texts/{number}", lambda number=number: f"text {number}") == f"text {number}"
        assert len(list((tmp_path / "texts").iterdir())) <= 6
    assert kept.kept("texts/29", lambda: "made again") == "text 29"


def test_a_chart_outside_the_schema_is_refused():
    wrong = alt.Chart(FRAME).mark_bar().encode(x=alt.X("year:O", axis={"grid": "perhaps"}))
    with pytest.raises(alt.utils.schemapi.SchemaValidationError, match="perhaps"):
        ex.figure(wrong, FRAME, id="fig-a", **WORDS)


def test_drawings_on_one_page_share_no_ids():
    clipped = alt.Chart(FRAME).mark_bar(clip=True).encode(x="year:O", y="bn:Q")
    pages = [ex.figure(clipped, FRAME, id=name, **WORDS).html for name in ("fig-a", "fig-b")]
    ids = [set(re.findall(r'\sid="([^"]+)"', page)) for page in pages]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_chart_text_uses_the_fonts_of_the_print():
    svg = make().files["fig-a.svg"]
    assert "Source Sans Pro" in svg
    assert "<text" in svg
    assert "<image" not in svg


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"alt": " "}, "alt is empty"),
        ({"title": ""}, "title is empty"),
        ({"id": "chart-1"}, "not a usable id"),
        ({"id": "fig-<x>"}, "not a usable id"),
    ],
)
def test_figures_without_words_are_refused(changes, problem):
    with pytest.raises(BuildError, match=problem):
        make(**changes)


def test_a_chart_may_not_ask_for_addresses():
    far = alt.Chart(alt.UrlData("https://example.org/a.csv")).mark_bar().encode(x="a:Q")
    with pytest.raises(BuildError, match="at an address"):
        ex.figure(far, FRAME, id="fig-a", **WORDS)


def test_a_broken_chart_is_one_line():
    broken = alt.Chart(FRAME).mark_bar().encode(x="year:O").transform_calculate(z="datum.((")
    with pytest.raises(BuildError, match=r"^fig-a: the chart cannot be drawn: ") as caught:
        ex.figure(broken, FRAME, id="fig-a", **WORDS)
    assert "\n" not in str(caught.value)


def test_a_table_shows_gaps_signs_and_links():
    frame = pd.DataFrame({"a": ["x", "y"], "v": [-1234.5, None], "n": [pd.NA, 3], "src": ["source-1", "source-2"]})
    columns = [
        ex.Column("a", "Name"),
        ex.Column("v", "bn yen", "right"),
        ex.Column("n", "Count", "right"),
        ex.Column("src", "Source", text=lambda v: f"[{v[-1]}](#{v})"),
    ]
    shown = ex.table(frame, columns, id="tab-a", title="T", subtitle="", source="", anchor="src")
    assert "−1,234.5" in shown.html
    assert shown.html.count('aria-label="no figure"') == 2
    assert shown.typst.count("hns-gap") == 2
    assert '<tr id="source-1">' in shown.html
    assert 'hns-anchor("source-1"' in shown.typst
    assert shown.csv.splitlines()[1].startswith("x,-1234.5,")


def test_a_table_names_an_unknown_column():
    with pytest.raises(BuildError, match=r"^tab-a: no column 'bm' in the data; allowed: year, bn, who$"):
        ex.table(FRAME, [ex.Column("bm", "x")], id="tab-a", title="T", subtitle="", source="")


def test_wide_tables_get_smaller_type():
    wide = pd.DataFrame([{f"y{n}": 1234567.8 for n in range(15)}])
    columns = [ex.Column(key, key, "right") for key in wide]
    small = ex.table(wide, columns, id="tab-a", title="T", subtitle="", source="")
    large = ex.table(wide, columns[:3], id="tab-b", title="T", subtitle="", source="")
    sizes = [float(re.search(r"size: ([\d.]+)pt", one.typst)[1]) for one in (small, large)]
    assert sizes[0] < sizes[1]


def test_only_half_figures_stand_side_by_side():
    with pytest.raises(BuildError, match="cannot stand side by side"):
        ex.side_by_side(make("fig-a"), make("fig-b", width="half"))
    half = make("fig-a", width="half")
    with pytest.raises(BuildError, match="stands beside itself"):
        ex.side_by_side(half, half)


def test_single_source_numbers_say_so():
    band = ex.key_figures([ex.KeyFigure("¥1,025 bn", "path", "1,002–1,048", confidence="C")])
    assert "one source" in band.html
    assert "one source" in band.typst
    with pytest.raises(BuildError, match="no key figures"):
        ex.key_figures([])


def test_hindsight_is_marked_by_a_word():
    box = ex.callout("Later", "text", tone="hindsight")
    assert "Hindsight" in box.html
    assert "Hindsight" in box.typst
    with pytest.raises(BuildError, match="tone 'loud' is unknown"):
        ex.callout("x", "y", tone="loud")


def test_the_cover_describes_the_document():
    words = {"kicker": "k", "lead": "l", "running_left": "a", "running_right": "b", "foot": "f", "author": "me"}
    made = ex.cover("T", **words, keywords=["x"], date="2020-10-08", language="ja")
    said = made._repr_mimebundle_()[ex.DOCUMENT_MIME]
    assert (said["title"], said["language"], said["date"]) == ("T", "ja", "2020-10-08")
    with pytest.raises(BuildError, match="is not a date"):
        ex.cover("T", **words, keywords=[], date="8 Oct")


def test_results_show_nothing_and_refuse_what_json_cannot_hold():
    assert ex.results({"u": 1.5})._repr_mimebundle_() == {ex.RESULTS_MIME: {"u": 1.5}}
    with pytest.raises(BuildError, match="results"):
        ex.results({"u": float("nan")})


def test_sources_have_unique_targets():
    listed = ex.sources([("source-3", "One"), ("source-h2", "Two")])
    assert 'id="source-3"' in listed.html
    assert '"H2"' in listed.typst
    with pytest.raises(BuildError, match="used twice"):
        ex.sources([("source-3", "One"), ("source-3", "Two")])


def test_text_colours_can_be_read_on_white():
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        line = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]

    for name, colour in (theme.TEXT_COLOURS | {"grey": theme.GREY}).items():
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, name
    assert set(theme.COLOURS) == set(theme.TEXT_COLOURS)


def test_the_document_describes_itself_in_whole_sentences():
    rest = {"kicker": "k", "running_left": "a", "running_right": "b", "foot": "f", "author": "me", "keywords": []}
    words = rest | {"date": "2020-10-08", "lead": "It pays ¥200 bn[1](#source-1). " + "It goes on and on. " * 30}
    said = ex.cover("T", **words).document["description"]
    assert said.startswith("It pays ¥200\u00a0bn. It goes on and on.")
    assert said.endswith("on.")
    assert len(said) <= 300


def test_neighbours_in_the_bill_differ_without_colour():
    """Parts that stand side by side in a bar are told apart on a black-and-white print."""

    def grey(name: str) -> float:
        red, green, blue = (int(theme.COLOURS[name][i : i + 2], 16) / 255 for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    for bill in (
        ["labour", "welfare", "utilities", "training", "equipment", "facilities", "other"],
        ["labour", "welfare", "utilities", "facilities", "other"],
        ["labour", "logistics", "construction", "other"],
        ["utilities", "other"],
    ):
        for one, next_one in pairwise(bill):
            assert abs(grey(one) - grey(next_one)) > 0.08, (one, next_one)
