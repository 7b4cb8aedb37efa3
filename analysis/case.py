"""One scenario with the evidence of its day and the ledger of what is quoted from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis import formats
from analysis.ledger import Ledger, Quote
from analysis.scenario import Scenario
from analysis.scenario_files import load_scenario
from analysis.vintage import Evidence, load_evidence


@dataclass(frozen=True)
class Case:
    """What every section of a briefing works from."""

    scenario: Scenario
    evidence: Evidence
    ledger: Ledger

    def table(self, name: str) -> pd.DataFrame:
        """One table as seen on the scenario's as-of date."""
        return self.evidence.table(name)

    @cached_property
    def host(self) -> pd.Series:
        """The scenario's host: name, name_local, currency, adjective, year_type."""
        return self.table("hosts").loc[self.scenario.host]

    @property
    def currency(self) -> str:
        """The host's currency."""
        return str(self.scenario.money.currency)

    @property
    def horizon(self) -> str:
        """The years under discussion in words, such as `FY2021–25`."""
        years = self.scenario.horizon.all_years
        return formats.years(years[0], years[-1], self.scenario.horizon.year_type)

    def name(self, host: str) -> str:
        """Display name of a host."""
        return str(self.table("hosts").loc[host, "name"])

    def quote_row(self, name: str, row: str, text: str, field: str = "value", unit: str = "") -> Quote:
        """Quote the number that stands in one data row."""
        found = self.evidence.row(row)
        unit = unit or f"{found.get('currency', '')} {found.get('unit', '')}".strip()
        return self.ledger.quote(name, float(found[field]), unit, text, rows=[row])

    def cite(self, *rows: str) -> str:
        """Citation marks for the sources of these rows."""
        return self.ledger.cite(*rows)


def load_case(name: str, overrides: tuple[str, ...] = ()) -> Case:
    """Read a scenario and everything that was public on its as-of date."""
    scenario = load_scenario(name, overrides)
    evidence = load_evidence(scenario.as_of)
    return Case(scenario, evidence, Ledger(evidence))
