"""What a reader is never told: the claims this project holds to be dishonest, looked for in every report."""

from __future__ import annotations

import json
import re

import pytest

from analysis.export.markdown import strip
from analysis.scenario_files import scenario_names

#: What must not stand anywhere, and why.
NEVER = {
    r"(model|we) predict\w*": "the model does not predict a settlement",
    r"formal (demand|ask|request)": "8 bn dollars was reported, never a formal demand",
    r"Japan (pays|bears|covers) (about )?7[45](\.5)?( percent|%)": "74.5 percent is of 2002, discontinued",
    r"(probability|odds) (is|are|was|were) measured": "a win probability is a judgement",
    r"(proves?|shows?|confirms?) (its|the model's|our) (skill|calibration)": "four of four shows no calibration",
    r"Guam (offsets|pays for|cancels)": "Guam does not offset the ask",
    r"direct and indirect support (together|in all|add)": "indirect support is never added to direct",
    r"waiting (protects|insures|is safe)": "waiting is a bet, not an insurance",
    r"blind (test|forecast)": "whoever wrote the scenarios knew the outcomes",
}
FORECAST = re.compile(r"^cost\.|^outlook\.\d+\.(mean|status_quo|low|high)$|^build_up\.")


def words(folder, notebook="briefing") -> str:
    """Everything a report says, as plain words."""
    book = json.loads(next(folder.glob(f"hns-{notebook}-*.ipynb")).read_text(encoding="utf-8"))
    said = []
    for cell in book["cells"]:
        if cell["cell_type"] == "markdown":
            said.append(strip("".join(cell["source"])))
        for output in cell.get("outputs", ()):
            text = output.get("data", {}).get("text/html", "")
            said.append(re.sub(r"<[^>]+>", " ", "".join(text)))
    return re.sub(r"\s+", " ", " ".join(said))


@pytest.mark.build
@pytest.mark.parametrize("scenario", scenario_names())
def test_no_report_makes_a_claim_it_cannot_stand_by(scenario, report_of):
    text = words(report_of(scenario))
    assert len(text) > 5000
    for pattern, why in NEVER.items():
        found = re.search(pattern, text, re.IGNORECASE)
        assert not found, f"{text[max(0, found.start() - 60) : found.end() + 40]!r}: {why}"


def test_the_search_can_fail():
    for claim in ("The model predicts +3%.", "a formal demand of $8 bn", "Japan pays 74.5% of the cost"):
        assert any(re.search(pattern, claim, re.IGNORECASE) for pattern in NEVER)


@pytest.mark.build
@pytest.mark.parametrize("scenario", scenario_names())
def test_no_forecast_is_more_exact_than_a_billion(scenario, report_of):
    figures = json.loads((report_of(scenario) / "results.json").read_text(encoding="utf-8"))["figures"]
    checked = [name for name in figures if FORECAST.match(name)]
    assert checked
    for name in checked:
        assert not re.search(r"\d\.\d", figures[name]["text"]), f"{name}: {figures[name]['text']}"


@pytest.mark.build
@pytest.mark.parametrize("scenario", scenario_names())
def test_a_comparison_names_its_denominator(scenario, report_of):
    text = words(report_of(scenario))
    for found in re.finditer(r"(Japan|South Korea) pays (more|less)", text):
        after = text[found.end() : found.end() + 12]
        assert after.lstrip().startswith("by "), text[found.start() - 40 : found.end() + 60]
