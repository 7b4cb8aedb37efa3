"""Scenario files and `--set` as an attacker would write them: read as plain values, or refused in one short line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import pytest

from analysis.errors import HnsError, ScenarioError
from analysis.paths import ROOT, SCENARIOS
from analysis.readiness import ready
from analysis.scenario_files import MAX_BYTES, load_scenario

MEMORY = 1500 << 20  # bytes of address space a refusal may take, the libraries it imports included
SECONDS = 20  # of processor time
HEAD = "schema: 1\nid: x\nextends: baseline\n"
BODY = (SCENARIOS / "biden.yaml").read_text(encoding="utf-8").replace("id: biden", "id: x")


def said(**values: str) -> str:
    """A good scenario with some keys written otherwise."""
    keys = re.split(r"^(?=\w)", BODY, flags=re.MULTILINE)
    kept = [text for text in keys if text.split(":")[0] not in values]
    return "".join([*kept, *(f"{key}: {value}\n" for key, value in values.items())])


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
ALIAS, TAG, DEEP = "anchors (&name) and aliases", "tags (!name) are not allowed", "more than 20 levels inside"
LONG = "a text of more than 10,000 characters"
NUMBER, WORD, UTF8 = "a number with a decimal point", "a word of more than 100 characters", "not UTF-8 text"

FILES = {
    "aliases that grow": (BOMB, ALIAS),
    "one anchor": (said(title="&a Talks go well"), ALIAS),
    "a merge key": (said(money="{<<: {currency: USD}}"), "unknown key money.<<"),
    "deep lists": (HEAD + "title: " + "[" * 95_000 + "]" * 95_000, DEEP),
    "deep mappings": (HEAD + "title: " + "{a: " * 40_000, DEEP),
    "deep dashes": (HEAD + "title:\n" + "- " * 90_000, DEEP),
    "deep questions": ("? " * 90_000, DEEP),
    "deep lines": (HEAD + "title:\n" + "".join(" " * i + "a:\n" for i in range(400)), DEEP),
    "a long scalar": (said(title="a" * 190_000), LONG),
    "a long word": (said(title="a" * 101), WORD),
    "a long text": (said(title="a " * 1500), "at most 2000 characters"),
    "a long tag": ("a: !" + "x" * 190_000, TAG),
    "many keys": (HEAD + "".join(f"k{i}: 1\n" for i in range(15_000)), "unknown key k0 (and 14999 more)"),
    "10**100000": (said(seed="1" + "0" * 100_000), LONG),
    "10**60": (said(seed="1" + "0" * 60), "seed is '1000"),
    "1e999": (said(money="{discount_rate: 1.0e+999}"), "money.discount_rate is inf"),
    ".inf": (said(settlement="{prior_sd_pct: .inf}"), NUMBER),
    ".nan": (said(settlement="{tail: {weight: {biden: .nan, trump: 0}}}"), NUMBER),
    "minutes and seconds": (said(seed="1:30:20"), "seed is '1:30:20'"),
    "a day that does not exist": (said(as_of="2020-02-31"), "as_of is '2020-02-31'"),
    "an hour that does not exist": (said(date="2020-10-08T25:61:61Z"), "date is '2020-10-08T25"),
    "a zone that does not exist": (said(date="2020-10-08 10:00:00 +99:99"), "date is '2020-10-08 10"),
    "python/object/apply": (said(title='!!python/object/apply:os.system ["true"]'), TAG),
    "python/name": (said(title="!!python/name:os.system"), TAG),
    "binary": (said(title='!!binary "aGVsbG8="'), TAG),
    "set": (said(title="!!set {a, b}"), TAG),
    "an empty number by tag": (said(seed='!!int ""'), TAG),
    "maybe by tag": (said(seed="!!bool maybe"), TAG),
    "a list by tag": (said(title="!!map [a]"), TAG),
    "a key twice": (BODY + "title: Another\n", "the key 'title' stands twice"),
    "a key twice, once in quotes": (BODY + '"title": Another\n', "the key 'title' stands twice"),
    "a list as key": (BODY + "? [a, b]\n: 1\n", "keys must be plain words"),
    "two documents": (BODY + "---\nid: y\n", "another document"),
    "no document": ("", "not a list of `key: value` pairs"),
    "UTF-16": (BODY.encode("utf-16"), UTF8),
    "UTF-32": (BODY.encode("utf-32"), UTF8),
    "half a surrogate": (BODY.encode() + b"\xed\xa0\x80", UTF8),
    "half a surrogate, escaped": (said(title='"\\ud800 abc"'), "a control character, U+D800"),
    "a zero byte": (said(title="a\0bc"), "a control character, U+0000"),
    "a zero byte, escaped": (said(title='"a\\0bc"'), "a control character, U+0000"),
    "a terminal's command": (said(title='"\\e[2J abc"'), "a control character, U+001B"),
    "a character beyond Unicode": (said(title='"\\UFFFFFFFF"'), "not readable as YAML"),
    "text turned round": (said(title="\u202eabc"), "turns the direction of text, U+202E"),
    "text turned round in a comment": (BODY + "# \u202e\n", "turns the direction of text, U+202E"),
    "another line separator": (BODY.replace("\n", "\u2028"), "an invisible character, U+2028"),
    "a formula of a spreadsheet": (said(title="=cmd|'/C calc'!A0"), "begins like a spreadsheet formula"),
    "the same, full width": (said(title="＝1+1"), "begins like a spreadsheet formula"),
    "a parent outside": (said(extends="../baseline"), "extends is '../baseline'"),
    "a parent that is a list": (said(extends="[baseline]"), "extends is"),
    "a parent that make would not see": (BODY.replace("extends:", '"extends":'), "`extends: name` on a line"),
    "a parent inside a text": (said(question='"What\nextends: trump\nthen?"'), "`extends: name` on a line"),
    "itself as parent": (said(extends="x"), "goes in a circle"),
    "a state that is code": (said(event="{states: {'<script>': 0.5, trump: 0.5}}"), "event.states.<script>"),
    "a year beyond all": (said(base_year="{year: -99999999999999}"), "base_year.year is -99999999999999"),
    "a giant amount": (said(settlement="{offer: 100000000000.0}"), "is beyond 1e+09"),
}  # fmt: skip

LOAD = (
    "import sys; from pathlib import Path\n"
    "if sys.platform != 'win32':\n"
    "    import resource\n"
    f"    resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
    f"    resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))\n"
    "from analysis.errors import HnsError\nfrom analysis.scenario_files import load_scenario\n"
    "for name in sys.argv[2:]:\n"
    "    try: load_scenario('x', folder=Path(sys.argv[1], name))\n"
    "    except HnsError as error: print(ascii(error.sentence))\n"
    "    else: print('accepted')\n"
)


@pytest.fixture(scope="module")
def sentences(tmp_path_factory) -> dict[str, str]:
    """What is said of every file, all read by one process with little memory and time."""
    folder = tmp_path_factory.mktemp("scenarios")
    for number, (text, _) in enumerate(FILES.values()):
        place = folder / str(number)
        place.mkdir()
        for parent in ("baseline", "undecided", "trump"):
            (place / f"{parent}.yaml").write_bytes((SCENARIOS / f"{parent}.yaml").read_bytes())
        (place / "x.yaml").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    numbers = map(str, range(len(FILES)))
    run = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder), *numbers], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert run.stderr == ""
    return dict(zip(FILES, run.stdout.splitlines(), strict=True))


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_one_short_line(name, sentences):
    sentence = sentences[name]
    assert sentence.startswith(("'data/scenarios/x.yaml", '"data/scenarios/x.yaml'))
    assert FILES[name][1] in sentence.replace("\\'", "'")
    assert len(sentence) < 700
    assert "\\n" not in sentence


@pytest.fixture
def folder(tmp_path):
    for name in ("baseline", "biden", "undecided"):
        (tmp_path / f"{name}.yaml").write_bytes((SCENARIOS / f"{name}.yaml").read_bytes())
    return tmp_path


HARMLESS = {
    "a byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "Windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "line ends of old": lambda text: text.replace("\n", "\r").encode(),
    "a directive": lambda text: b"%YAML 1.1\n---\n" + text.encode(),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_differences_change_nothing(name, folder):
    path = folder / "biden.yaml"
    before = load_scenario("biden", folder=folder)
    path.write_bytes(HARMLESS[name](path.read_text(encoding="utf-8")))
    assert load_scenario("biden", folder=folder) == before


@pytest.mark.parametrize(("written", "read"), [("0777", 777), ("12", 12), ('"0015"', 15)])
def test_a_number_is_what_it_looks_like(written, read, folder):
    (folder / "x.yaml").write_text(said(seed=written), encoding="utf-8")
    assert load_scenario("x", folder=folder).seed == read


@pytest.mark.parametrize("title", ["2020-01-01", "on the way", "No: not now", "0x10 ships", "~ 5 bn", "<<: {}"])
def test_a_text_stays_the_text_it_is(title, folder):
    (folder / "x.yaml").write_text(said(title=f"'{title}'" if ": " in title else title), encoding="utf-8")
    assert load_scenario("x", folder=folder).title == title


def test_a_giant_file_is_refused_without_being_read(folder):
    with (folder / "x.yaml").open("wb") as file:
        file.truncate(100 << 30)  # takes no room on the disk
    with pytest.raises(ScenarioError, match=f"larger than {MAX_BYTES:,} bytes"):
        load_scenario("x", folder=folder)


@pytest.mark.skipif(os.name == "nt", reason="pipes and links of POSIX")
@pytest.mark.parametrize(
    "target", ["/etc/passwd", "/dev/zero", "/proc/self/environ", "pipe", "folder", "nowhere", "x.yaml"]
)
def test_what_is_no_plain_file_of_the_folder_is_neither_read_nor_waited_for(target, folder):
    if target == "pipe":
        os.mkfifo(folder / "x.yaml")
    elif target == "folder":
        (folder / "x.yaml").mkdir()
    else:
        (folder / "x.yaml").symlink_to(target)
    with pytest.raises(ScenarioError) as caught:
        load_scenario("x", folder=folder)
    assert caught.value.place == "data/scenarios/x.yaml"
    assert "root" not in caught.value.sentence
    assert load_scenario("biden", folder=folder).id == "biden"


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_to_a_neighbour_is_followed_and_then_judged(folder):
    (folder / "x.yaml").symlink_to("biden.yaml")
    with pytest.raises(ScenarioError, match="id is 'biden'; allowed: the file's own name, 'x'"):
        load_scenario("x", folder=folder)


OVERRIDES = {
    "no value": ("title", "is not key.path=value"),
    "no key": ("=1", "is not key.path=value"),
    "an empty key": ("a..b=1", "is not key.path=value"),
    "a thousand keys": ("a." * 1000 + "b=1", "is not key.path=value"),
    "10 kB": ("title=" + "ab " * 4000, "is too long; allowed: 10,000 characters"),
    "a digit that is none": ("fx.values.²=1", "fx.values.²"),
    "a long number as key": ("1" * 5000 + "=1", "is not key.path=value"),
    "a giant number": ("seed=" + "9" * 5000, WORD),
    "deep lists": ("title=" + "[" * 9000, DEEP),
    "a tag": ("title=!!python/object/apply:os.system [id]", TAG),
    "an alias": ("title=*x", ALIAS),
    "a character beyond Unicode": ('title="\\UFFFFFFFF"', "not readable as YAML"),
    "half a surrogate": ("title=\udcff abc", "a control character, U+DCFF"),
    "two documents": ("title=a\n---\nb", "another document"),
    "another id": ("id=../x", "id is '../x'"),
    "a row that counts nobody": ("troops=J029", "the row counts nobody"),
    "a row outside": ("troops=../../etc/passwd", "troops is '../../etc/passwd'"),
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_a_hostile_override_is_refused_in_one_short_line(name):
    override, told = OVERRIDES[name]
    with pytest.raises(HnsError) as caught:
        ready("undecided", (override,))
    assert told in caught.value.sentence
    assert "\n" not in caught.value.sentence
    assert len(caught.value.sentence) < 700


def test_the_longest_list_takes_bounded_time(folder):
    (folder / "x.yaml").write_text(said(references=f"[{', '.join(['J029'] * 25_000)}]"), encoding="utf-8")
    began = time.process_time()
    assert len(load_scenario("x", folder=folder).references) == 25_000
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("name", ["con", "nul", "aux", "com1", "lpt9", "sweeps"])
def test_a_name_whose_folder_could_not_stand_is_refused(name, folder):
    (folder / f"{name}.yaml").write_text(BODY.replace("id: x", f"id: {name}"), encoding="utf-8")
    why = "is the folder of the sweeps" if name == "sweeps" else "is the name of a device on Windows"
    with pytest.raises(ScenarioError, match=f"id: {name} {why}"):
        load_scenario(name, folder=folder)
