"""Every refusal of a scenario, through the command's own way of changing a value: one sentence that says what to do."""

from __future__ import annotations

import pytest

from analysis.credits import CreditLine, credit_ladder
from analysis.definitions import Basis, Currency, Scope, YearType
from analysis.errors import DefinitionError, HnsError, ScenarioError
from analysis.money import Amount, change_pct
from analysis.readiness import ready
from analysis.scenario_files import load_scenario

ORDER = "rising order"
REFUSED = {
    "probabilities that do not sum to 1": (["event.states.biden=0.7"], "must sum to 1, not 0.9"),
    "a probability above 1": (["event.states={biden: 1.2, trump: -0.2}"], "event.states.biden is 1.2"),
    "a negative amount": (["base_year.categories.fip=-21.3"], "base_year.categories.fip.value is -21.3"),
    "a range out of order": (["settlement.kappa=[5, 0, 10]"], ORDER),
    "a range of two": (["settlement.kappa=[5, 10]"], "settlement.kappa.range"),
    "an unknown category": (["base_year.categories.parking=1"], "labour"),
    "an unknown scope": (["scope=everything"], "hns_budget"),
    "an unknown basis": (["basis=guess"], "initial_budget"),
    "an unknown currency": (["money.currency=GBP"], "JPY"),
    "millions instead of billions": (["money.unit=m"], "money.unit is 'm'"),
    "categories that miss the total": (["base_year.categories.fip=25"], "differ from the total of 199.3 by +3.67"),
    "a bill in oku": (
        ["base_year.total=1993", "base_year.categories={fip: 1993}", "drivers={fip: {growth: 0}}"],
        "oku",
    ),
    "a missing year of exchange rates": (["horizon.years=6"], "lacks [2026]"),
    "a rate the wrong way round": (["fx.values.2021=[0.009, 0.0095, 0.01]"], "local currency per dollar"),
    "a bridge longer than the horizon": (["strategy.bridge_years=6"], "longer than the horizon"),
    "a row published later": (["base_year.total={row: J030}"], "after the as-of date"),
    "a cap above the payroll": (["drivers.labour.volume=[22625, 23178, 26000]"], "at most 25260"),
    "a share above 1": (["drivers.utilities.share=[0.5, 0.61, 1.2]", "drivers.utilities.base_share=0.61"], "0 and 1"),
    "utilities above the ceiling": (["drivers.utilities.ceiling=20"], "stands above it"),
    "a value that is not a number": (
        ["outlook_error_pct=.nan"],
        "'.nan'; allowed: a number with a decimal point",
    ),
    "an infinite value": (["settlement.prior_sd_pct=.inf"], "settlement.prior_sd_pct is '.inf'"),
    "an empty value": (["outlook_error_pct="], "outlook_error_pct is empty"),
    "a decimal comma": (["outlook_error_pct='5,5'"], "'5,5'; allowed: a number with a decimal point"),
    "a credit weight above 1": (["credits.rents.central=1.5"], "credits.rents.central is 1.5"),
    "the same money credited twice": (["credits.rents.row=J029"], "is credited already"),
    "a part credited beside its whole": (["credits.rents.row=J066"], "is credited already"),
    "the full ask without an ask": (["ask=null", "strategy.kind=full_ask"], "no ask is given"),
    "real prices without inflation": (["money.price_basis=real"], "inflation is needed"),
    "words for a range": (["settlement.kappa=high"], "'high'; allowed: [lowest, most likely, highest]"),
    "an unknown key": (["event.colour=red"], "unknown key event.colour"),
    "a base year inside the horizon": (["base_year.year=2021"], "not before horizon.first_year"),
    "talks that end before they open": (["talks.opened=2021-01-01"], "lies after figure_needed_by"),
    "a tail heavier than 30 percent": (["settlement.tail.weight.trump=0.5"], "less than or equal to 0.3"),
    "an uplift beyond 400 percent": (["settlement.tail.size_pct=[20, 50, 500]"], "between -30 and 400"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_in_one_line(what):
    changes, says = REFUSED[what]
    with pytest.raises(HnsError) as caught:
        ready("undecided", tuple(changes))
    assert says in caught.value.sentence
    assert "\n" not in caught.value.sentence
    assert len(caught.value.sentence) < 420


def test_an_ask_in_a_third_currency_is_refused():
    with pytest.raises(ScenarioError, match="is in KRW, for which no rate is given; allowed: USD or JPY"):
        ready("undecided", ("ask=M106",))


def test_no_soldiers_no_briefing(checkout):
    row = load_scenario("undecided").troops
    path = next(p for p in (checkout.root / "data").glob("*.csv") if f"\n{row}," in p.read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith(f"{row},"))
    path.write_text(text.replace(line, line.replace(",54000,", ",0,")), encoding="utf-8")
    refused = checkout.hns("decide", "undecided")
    assert refused.returncode == 2
    assert row in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_amounts_of_other_definitions_do_not_mix():
    budget = Amount(199.3, Currency.JPY, Scope.HNS_BUDGET, Basis.INITIAL_BUDGET, YearType.FY, 2020, 2020)
    for changed in (
        Amount(199.3, Currency.JPY, Scope.STATIONING_RELATED, Basis.INITIAL_BUDGET, YearType.FY, 2020, 2020),
        Amount(199.3, Currency.JPY, Scope.HNS_BUDGET, Basis.ANNOUNCED, YearType.FY, 2020, 2020),
        Amount(199.3, Currency.JPY, Scope.HNS_BUDGET, Basis.INITIAL_BUDGET, YearType.CY, 2020, 2020),
    ):
        with pytest.raises(DefinitionError):
            change_pct(budget, changed)


def test_a_category_that_stands_twice_is_refused(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text("schema: 1\nid: twice\nbase_year:\n  categories:\n    fip: 1\n    fip: 2\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="the key 'fip' stands twice"):
        load_scenario("twice", folder=tmp_path)


def test_a_ladder_refuses_the_same_item_twice():
    lines = [
        CreditLine("saco", 10, 0, 0.5, 1, pays_for=("drills",)),
        CreditLine("hns", 200, 1, 1, 1, pays_for=("drills",)),
    ]
    with pytest.raises(ScenarioError, match="drills is credited already in saco"):
        credit_ladder(lines, 840)
