"""Hostile text in every place an author can put it, in one real report: shown as text or refused, in all formats."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pypdf
import pytest
import yaml
from conftest import Checkout
from page_tools import opened

from analysis.characters import fault, looks_like_formula
from analysis.data import descriptor
from analysis.errors import BuildError, DataError
from analysis.execution import execute
from analysis.export.markdown_html import to_html
from analysis.export.markdown_typst import to_typst
from analysis.export.text import safe_link, visible
from analysis.export.typesetter import compiler
from analysis.export.values import csv_text
from analysis.paths import NOTEBOOKS, ROOT
from analysis.progress import Progress

SECRET = "the-planted-file-was-read"
#: Each ends with a word of its own, by which it is found again; quotes are left out, for print curls them.
INERT = [
    "<script>window.pwned=1;alert(1)</script> mark1",
    "</style></script><img src=x onerror=alert(2)> mark2",
    "[a](javascript:alert(3)) ![b](http://example.org/b.png) mark3",
    "<svg onload=alert(4)><a href=file:///etc/passwd>x</a> mark4",
    "#read(sys.inputs) #include #import $x$ mark5",
    "@label <label> */ // \\ \\u{41} #panic() mark6",
    "``` ~~~ `raw` ]]> --> mark7",
    "{{ 7*7 }} {% raw %} {scenario} ${HOME} mark8",
    "e\u0301 =1+1 |cmd mark9",
    "&lt;b&gt; &#60; %3Cscript%3E [^1] mark10",
]
FORMATS = "html pdf docx xlsx svg png"
TITLE = f"Signed {INERT[0]} {INERT[1]} {INERT[7]}"
MARKDOWN = f"""Text <script>window.pwned=1</script> {INERT[7]}.

<iframe src="file:///etc/passwd"></iframe>

[script](javascript:alert(5)) [data](data:text/html,<script>alert(6)</script>) [file](file:///etc/passwd)
[user](https://www.gao.gov@example.org/) <javascript:alert(7)> ![picture](https://example.org/x.png)

#read("../secret.txt") #include "../secret.txt" and `#read("../secret.txt")`

```typst
#read("../secret.txt")
```
"""


def free_text(field: dict) -> bool:
    """Whether an author may write what he likes into a field."""
    limits = field.get("constraints", {})
    return field["type"] == "string" and not {"enum", "pattern", "unique"} & set(limits) and field["name"] not in FIXED


#: Text that the model or a check reads, beside keys.
FIXED = {
    *(
        "id",
        "source",
        "url",
        "derivation",
        "round",
        "currency",
        "months",
        "service",
        "states",
        "outcome",
        "event",
        "host",
    ),
    *(
        "line_scope",
        "line_basis",
        "agreement",
        "prior_row",
        "new_row",
        "ask_row",
        "offer_row",
        "applies_to",
        "definition",
    ),
}


def poison_tables(folder: Path) -> None:
    """Add a hostile text to every cell of every free-text field."""
    for resource in descriptor()["resources"]:
        path = folder / resource["path"]
        frame = pd.read_csv(path, dtype="string", keep_default_na=False)
        keys = {name for key in resource["schema"].get("foreignKeys", []) for name in key["fields"]}
        for field in resource["schema"]["fields"]:
            name = field["name"]
            if free_text(field) and name not in keys:
                longer = [f"{cell} {INERT[row % len(INERT)]}" if cell else "" for row, cell in enumerate(frame[name])]
                frame[name] = [cell if fault(new) else new for cell, new in zip(frame[name], longer, strict=True)]
        frame.to_csv(path, index=False, lineterminator="\n")


def poison_scenario(folder: Path) -> None:
    """A scenario of its own that says hostile things wherever it may say anything."""
    base = yaml.safe_load((folder / "baseline.yaml").read_text(encoding="utf-8"))
    count = iter(range(10_000))

    def walk(node):
        if isinstance(node, dict):
            spoken = {"reason", "name"} & node.keys()
            return {k: f"{v} {INERT[next(count) % 10]}" if k in spoken else walk(v) for k, v in node.items()}
        return node

    own = walk(base) | {"id": "hostile", "title": TITLE, "question": f"What? {INERT[2]}", "author": INERT[3]}
    own["strategy"]["kind"] = "bridge"
    (folder / "hostile.yaml").write_text(yaml.safe_dump(own, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Checkout:
    """A copy of the project with hostile tables, scenario and notebook text, and everything made from it."""
    root = tmp_path_factory.mktemp("hostile") / "checkout"
    for folder in ("analysis", "data", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "pyproject.toml", root)
    poison_tables(root / "data")
    poison_scenario(root / "data" / "scenarios")
    book = nbformat.read(root / "notebooks" / "briefing.ipynb", as_version=4)
    book.cells.append(nbformat.v4.new_markdown_cell(MARKDOWN, id="hostile-text"))
    nbformat.write(book, root / "notebooks" / "briefing.ipynb")
    temporary = root.parent / "temporary"  # Typst works in a folder in here, so this file lies beside its root
    temporary.mkdir()
    (temporary / "secret.txt").write_text(SECRET)
    made = Checkout(root)
    for arguments in (["report", "hostile", "--formats", FORMATS], ["explorer"], ["portal"]):
        run = made.hns(*arguments, TMPDIR=str(temporary))
        assert run.returncode == 0, run.stderr
    return made


@pytest.fixture(scope="module")
def folder(place) -> Path:
    return place.reports / "hostile"


def flat(text: str) -> str:
    return " ".join(text.split())


# The report, format by format


def test_every_format_was_made_and_nothing_else(place, folder):
    assert {p.name for p in place.reports.iterdir()} == {"hostile", "explorer.html", "index.html", ".locks"}
    stem = "hns-briefing-hostile"
    wanted = {f"{stem}.{kind}" for kind in ("html", "pdf", "docx", "ipynb")} | {"data.xlsx", "manifest.json"}
    assert {p.name for p in folder.iterdir()} == wanted | {"results.json", "data", "charts"}
    assert all(re.fullmatch(r"[a-z0-9-]+\.(csv|svg|png)", p.name) for p in folder.glob("*/*"))
    for path in folder.rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes(), path.name


@pytest.mark.browser
@pytest.mark.parametrize("name", ["hostile/hns-briefing-hostile.html", "index.html", "explorer.html"])
def test_no_page_runs_or_asks_for_anything(browser, place, name):
    file = place.reports / name
    with opened(browser, file, charts=name.startswith("hostile")) as tab:
        dialogs = []
        tab.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        assert tab.page.evaluate("window.pwned") is None
        assert tab.asked == [file.as_uri()]
        assert tab.said == []
        strange = "script[src], iframe, object, embed, base, form[action], img, svg foreignObject, svg image, [onerror]"
        assert tab.page.locator(strange).count() == 0
        links = tab.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        schemes = {link.split(":")[0] for link in links if re.match(r"[a-z]+:", link)}
        assert schemes <= {"https", "http", "data"}
        assert all(link.startswith("data:text/csv;") for link in links if link.startswith("data:"))
        shown = flat(tab.page.evaluate("document.body.textContent"))
        assert "<script>window.pwned=1;alert(1)</script> mark1" in shown
        assert dialogs == []


def test_the_pdf_shows_the_code_and_does_not_run_it(folder):
    reader = pypdf.PdfReader(folder / "hns-briefing-hostile.pdf")
    text = flat(" ".join(page.extract_text() for page in reader.pages)).replace("\u00a0", " ")
    for words in ("<script>window.pwned=1", "{{ 7*7 }}", "#read(", "#include"):
        assert words in text, words
    assert SECRET not in text
    targets = [note.get_object().get("/A", {}).get("/URI", "") for p in reader.pages for note in p.get("/Annots", [])]
    assert all(re.match(r"https?://|\Z", str(target)) for target in targets)
    assert not any(key in str(reader.trailer["/Root"]) for key in ("/JavaScript", "/OpenAction", "/Launch"))


def package(path: Path) -> dict[str, ElementTree.Element]:
    """Parts of an Office file; each must be XML."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        return {name: ElementTree.fromstring(archive.read(name)) for name in names}


@pytest.mark.parametrize("name", ["hns-briefing-hostile.docx", "data.xlsx"])
def test_office_files_hold_no_formula_no_code_and_no_link_but_to_the_web(folder, name):
    parts = package(folder / name)
    assert not [part for part in parts if re.search("vba|macro|activeX|externalLink|embeddings|attachedTemplate", part)]
    words = ""
    for part, tree in parts.items():
        for element in tree.iter():
            tag = element.tag.rpartition("}")[2]
            assert not (tag == "f" and "spreadsheetml" in element.tag), part
            if tag == "instrText":
                assert re.fullmatch(r" (SEQ|REF|NOTEREF|PAGE|NUMPAGES)( [\w\\*]+)* ?", element.text), element.text
            if tag == "Relationship" and element.get("TargetMode") == "External":
                assert element.get("Type").endswith("/hyperlink")
                assert re.match("https?://", element.get("Target"))
            words += element.text or ""
    assert "<script>window.pwned=1;alert(1)</script> mark1" in flat(words)


def test_no_cell_of_a_csv_file_is_worked_out_and_numbers_stay_numbers(folder):
    files = sorted(folder.glob("data/*.csv"))
    assert len(files) > 20
    for path in files:
        rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
        assert not [cell for row in rows for cell in row if looks_like_formula(cell)], path.name
    changes = pd.read_csv(folder / "data" / "fig-tornado.csv").select_dtypes("number")
    assert (changes < 0).to_numpy().any()


def test_drawings_hold_nothing_that_runs_or_leads_elsewhere(folder):
    files = sorted(folder.glob("charts/*.svg"))
    assert files
    allowed = {
        "svg",
        "g",
        "path",
        "text",
        "rect",
        "line",
        "clipPath",
        "defs",
        "linearGradient",
        "stop",
        "tspan",
        "title",
    }
    for path in files:
        for element in ElementTree.fromstring(path.read_text(encoding="utf-8")).iter():
            assert element.tag.rpartition("}")[2] in allowed, (path.name, element.tag)
            for name, value in element.attrib.items():
                assert not re.search("href|^on|src", name.lower()), (path.name, name)
                assert not re.search(r"url\((?!#)|javascript:", value), (path.name, value)


def test_the_numbers_are_those_of_the_same_scenario_without_hostile_text(folder, report_of):
    def values(path):
        figures = json.loads((path / "results.json").read_text(encoding="utf-8"))["figures"]
        return {name: figure["value"] for name, figure in figures.items()}

    assert values(folder) == values(report_of("undecided"))


# Refused where it stands


REFUSED = {
    "=cmd|'/C calc'!A0": "begins like a spreadsheet formula",
    "+A1": "begins like a spreadsheet formula",
    "-1+cmd|' /C calc'!A0": "begins like a spreadsheet formula",
    "@SUM(A1)": "begins like a spreadsheet formula",
    "＝1+1": "begins like a spreadsheet formula",
    "a\u202eb": "turns the direction of text, U+202E",
    "a\u061cb": "turns the direction of text, U+061C",
    "a\u200bb": "an invisible character, U+200B",
    "a\U000e0041b": "an invisible character, U+E0041",
    "a\u3164b": "an invisible character, U+3164",
    "a\0b": "a control character, U+0000",
    "a\x1b[2Jb": "a control character, U+001B",
    "o" + "\u0301" * 40: "40 marks on one letter",
    "x" * 101: "a word of more than 100 characters",
    "x " * 50_000: "a text of more than 10,000 characters",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:12]))
def test_a_cell_that_no_program_should_be_handed_is_refused(text, tmp_path):
    from analysis.data import DATA, check_tables

    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    path = copy / "sources.csv"
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    rows[3][rows[0].index("title")] = text
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        check_tables(copy)
    assert caught.value.place == "data/sources.csv, line 4, field title"
    assert REFUSED[text] in caught.value.problem


@pytest.mark.parametrize(
    "text", ["-0.13%", "+21%. Also growth", "-4.1", "日本" * 300, "Việt Nam", "¥8 bn", "a=b", "- 5"]
)
def test_ordinary_text_is_not_refused(text):
    assert fault(text) is None


def test_a_label_a_notebook_makes_up_gets_an_apostrophe_in_csv():
    frame = pd.DataFrame({"=x": ["=1", "+1.5%", "plain"], "n": [-1.5, 2, None], "w": ["@a", None, "-3"]})
    assert csv_text(frame) == "'=x,n,w\n'=1,-1.5,'@a\n+1.5%,2.0,\nplain,,-3\n"


# The parts alone


def test_typst_reads_nothing_outside_its_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "secret.txt").write_text(SECRET)
    for code in (
        '#read("../secret.txt")',
        '#read("/../secret.txt")',
        f'#read("{tmp_path}/secret.txt")',
        '#include "../secret.txt"',
        '#import "@preview/cetz:0.3.0": *',
        '#image("https://example.org/x.png")',
    ):
        with pytest.raises(BuildError, match=r"^PDF: ") as caught, compiler(code, {}) as press:
            press.compile(format="pdf")
        assert SECRET not in caught.value.sentence


@pytest.mark.parametrize(
    "url",
    [
        "https://user@example.org/", "https://gao.gov@example.org", "https://exаmple.org/", "https://[x", "https:///x",
        "https://a:b:c/", "https://a/" + "x" * 3000, "https://a.b:0/", "http://-/", "JAVASCRIPT:alert(1)", "https:/x",
    ],
)  # fmt: skip
def test_an_address_whose_host_is_not_plain_is_no_link(url):
    assert safe_link(url) is None


@pytest.mark.parametrize(
    "text", ["*a **b " * 4000, "$`" + "{" * 3000 + "`$", "$`" + "\\sqrt{" * 400 + "x" + "}" * 400 + "`$"]
)
def test_markdown_that_would_take_for_ever_or_the_whole_stack_is_refused(text):
    for form in (to_html, to_typst):
        with pytest.raises(BuildError) as caught:
            form(text, place="cell 1")
        assert len(caught.value.sentence) < 300


def test_words_in_a_formula_are_escaped_like_all_others():
    page = to_html("$`\\text{<b>\u202e</b>}`$")
    assert "\u202e" not in page
    assert "<b>" not in page


def test_a_tower_of_marks_is_cut_and_counted():
    assert visible("a" + "\u0332" * 50) == "a\u0332\u0332\u0332[47 more marks]"


def test_parameters_are_values_and_their_names_are_never_code(tmp_path):
    mark = tmp_path / "executed"
    code = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    shutil.copy2(NOTEBOOKS / "briefing.ipynb", tmp_path)
    with pytest.raises(BuildError, match="has no parameter"):
        execute(tmp_path / "briefing.ipynb", {f"scenario = {code} #": "biden"}, {}, Progress("t"), tmp_path / "run")
    book = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    book.cells = [
        nbformat.v4.new_code_cell('scenario: str = "biden"', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("import json\nprint(json.dumps(scenario))"),
    ]
    nbformat.write(book, tmp_path / "said.ipynb")
    value = f'\'"""\\\n{{{code}}}\r{code}#{{{{7*7}}}}\u2028\\N{{BULLET}}%s\U0001f600'
    executed = execute(tmp_path / "said.ipynb", {"scenario": value}, {}, Progress("t"), tmp_path / "run")
    assert json.loads(executed.cells[-1].outputs[0].text) == value
    assert not mark.exists()
