"""Amounts of money that know what they count, and refuse to be mixed with others.

All amounts are billions (bn) of their currency. Two of them add, subtract or divide only when scope, basis,
year type and currency agree; every crossing of a border (currency, year type, sum of scopes) has a named
function that says what it does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analysis.definitions import Basis, Currency, Scope, YearType
from analysis.errors import DefinitionError

_INDIRECT = {Scope.INDIRECT, Scope.DIRECT_AND_INDIRECT}


@dataclass(frozen=True)
class Amount:
    """A sum of money: value in bn of `currency`, covering `first_year` to `last_year`."""

    value: float
    currency: Currency
    scope: Scope
    basis: Basis
    year_type: YearType
    first_year: int
    last_year: int
    rows: tuple[str, ...] = ()
    average: bool = False  # a yearly average over the span, not its sum

    @property
    def years(self) -> int:
        """Number of years the value stands for: one for an average."""
        return 1 if self.average else self.last_year - self.first_year + 1

    @property
    def label(self) -> str:
        """Short description for messages: what, on which basis, for which year."""
        span = f"{self.first_year}" if self.first_year == self.last_year else f"{self.first_year}-{self.last_year}"
        return f"{self.scope} ({self.basis}, {self.year_type}{span}, {self.currency})"

    def __add__(self, other: Amount) -> Amount:
        """Sum of two amounts of the same definition: other categories, or adjoining years."""
        require_same(self, other, "add")
        first, last = min(self.first_year, other.first_year), max(self.last_year, other.last_year)
        return replace(
            self, value=self.value + other.value, first_year=first, last_year=last, rows=self.rows + other.rows
        )

    def __sub__(self, other: Amount) -> Amount:
        """Difference of two amounts of the same definition and years."""
        require_same(self, other, "subtract")
        return replace(self, value=self.value - other.value, rows=self.rows + other.rows)

    def per_year(self) -> Amount:
        """The yearly average of a multi-year sum."""
        return replace(self, value=self.value / self.years, average=True)


def amount(row: pd.Series) -> Amount:
    """The amount a row of payments.csv states."""
    return Amount(
        value=float(row["value"]),
        currency=Currency(row["currency"]),
        scope=Scope(row["scope"]),
        basis=Basis(row["basis"]),
        year_type=YearType(row["year_type"]),
        first_year=int(row["first_year"]),
        last_year=int(row["last_year"]),
        rows=(str(row["id"]),),
    )


def require_same(one: Amount, other: Amount, verb: str) -> None:
    """Raise DefinitionError, with a sentence that explains, when the two do not count the same thing."""
    place = f"cannot {verb} {one.label} and {other.label}"
    if one.scope != other.scope:
        if (one.scope in _INDIRECT) != (other.scope in _INDIRECT):
            raise DefinitionError(
                place, "indirect support (forgone rent, waived taxes) is never added to direct support"
            )
        raise DefinitionError(place, "the scopes differ; the same yen may stand in both")
    if one.basis != other.basis:
        raise DefinitionError(
            place, "an announced total, a budget and an outturn are different stages of the same money"
        )
    if one.year_type != other.year_type:
        raise DefinitionError(place, "the years run from different months; convert one of them explicitly first")
    if one.currency != other.currency:
        raise DefinitionError(place, "the currencies differ; convert one of them at a stated rate first")


def change_pct(old: Amount, new: Amount) -> float:
    """Percent change from old to new, both of the same definition and per year."""
    require_same(old, new, "compare")
    if old.years != new.years:
        raise DefinitionError(
            f"cannot compare {old.label} and {new.label}", "one covers more years; take yearly averages first"
        )
    return 100 * (new.value / old.value - 1)


def in_dollars(money: Amount, rate: float) -> Amount:
    """The amount in U.S. dollars at `rate` units of local currency per dollar."""
    if money.currency == Currency.USD:
        return money
    return replace(money, value=money.value / rate, currency=Currency.USD)


def in_local(money: Amount, rate: float, currency: Currency) -> Amount:
    """A dollar amount in local currency at `rate` units per dollar."""
    if money.currency != Currency.USD:
        raise DefinitionError(f"cannot convert {money.label}", f"not a dollar amount; {currency} wanted")
    return replace(money, value=money.value * rate, currency=currency)


def as_calendar_year(this: Amount, following: Amount) -> Amount:
    """Calendar year from two Japanese fiscal years: three months of the earlier, nine of the later.

    `this` must be FY t-1 and `following` FY t (April t to March t+1); the result is calendar year t, assuming
    that money is spent evenly over the year.
    """
    require_same(this, following, "combine")
    if this.year_type != YearType.FY or following.first_year != this.first_year + 1 or this.years != 1:
        raise DefinitionError(f"cannot combine {this.label} and {following.label}", "two adjoining fiscal years needed")
    return replace(
        following,
        value=0.25 * this.value + 0.75 * following.value,
        year_type=YearType.CY,
        rows=this.rows + following.rows,
    )


def envelope(parts: list[Amount], scope: Scope) -> Amount:
    """Sum of disjoint direct scopes into a wider one, for instance stationing-related + SACO + realignment.

    Raises DefinitionError when a part is indirect support, repeats a scope, or differs in basis or year.
    """
    scopes = [p.scope for p in parts]
    if len(set(scopes)) != len(scopes):
        raise DefinitionError(f"cannot build {scope}", f"a scope stands twice among {', '.join(scopes)}")
    if _INDIRECT & set(scopes):
        raise DefinitionError(f"cannot build {scope}", "indirect support is never added to direct support")
    total = replace(parts[0], scope=scope)
    for part in parts[1:]:
        total = total + replace(part, scope=scope)
    return total
