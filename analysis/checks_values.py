"""Checks of the numbers themselves: size, printed wording, definitions, derivations, rounds, shares, sums."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from analysis import recompute
from analysis.definitions import Scope
from analysis.errors import DefinitionError
from analysis.finding import FAILURE, NOTED, Finding, Tables, finding_at, first_day
from analysis.money import amount, change_pct
from analysis.reconciliation import records
from analysis.reconciliation_record import NO, YES
from analysis.vintage import public_on

_NEIGHBOURS = {  # table -> (what makes a series, year field, value field, years a neighbour may be away)
    "payments": (["host", "year_type", "scope", "category", "basis", "currency"], "first_year", "value", 5),
    "economy": (["area", "indicator", "year_type", "currency"], "year", "value", 5),
    "fx": (["currency", "period_type", "kind"], "year", "rate", 5),
    "troops": (["host", "service", "component"], "date", "count", 2),
}


_LOW, _HIGH = 0.2, 5.0


_FEW = 5_000  # smaller head-counts jump for good reasons: rotations, small services


def magnitude(tables: Tables) -> Iterator[Finding]:
    """A value outside 0.2 to 5 times all its neighbours: 100 million read as a billion, a digit lost or doubled."""
    for table, (key, year, field, reach) in _NEIGHBOURS.items():
        rows = tables[table]
        rows = rows[rows["role"] == "series"]
        if table == "payments":
            rows = rows[rows["first_year"] == rows["last_year"]]
        if "unit" in rows:
            rows = rows[rows["unit"] != "pct"]  # growth rates change sign and size without error
        when = rows[year].str[:4].astype(float) if table == "troops" else rows[year].astype(float)
        if table == "troops":  # war and its end moved the early counts more than any slip could
            rows, when = rows[when >= 1957], when[when >= 1957]
        smallest = _FEW if table == "troops" else 0.0
        plain = pd.DataFrame({"when": when, "value": rows[field].astype(float), "given": rows[year]})
        for _, series in plain.groupby([rows[k].fillna("") for k in key], sort=False):
            for row, near in _outliers(series.sort_values("given"), reach, smallest):
                confirmed = _confirmed(tables, table, row)
                level, more = (NOTED, f"; confirmed by row {confirmed}") if confirmed else (FAILURE, "")
                problem = f"{series.loc[row, 'value']:,g} beside {near:,g} in the same series: a wrong unit?{more}"
                yield finding_at(tables, table, row, level, "size", problem, field)


def _outliers(series: pd.DataFrame, reach: float, smallest: float) -> list[tuple[str, float]]:
    """Rows outside the bounds against all neighbours within reach, and one neighbour's value.

    A row with a neighbour on one side only is named when that neighbour is not itself the odd one.
    """
    value, when, index = series["value"].tolist(), series["when"].tolist(), series.index.tolist()
    near = {
        i: [j for j in (i - 1, i + 1) if 0 <= j < len(value) and abs(when[j] - when[i]) <= reach]
        for i in range(len(value))
    }

    def odd(i: int) -> bool:
        if value[i] < smallest and any(value[j] < smallest for j in near[i]):
            return False
        return bool(near[i]) and all(not _LOW * value[j] <= value[i] <= _HIGH * value[j] for j in near[i])

    inner = {i for i in near if len(near[i]) == 2 and odd(i)}
    ends = {i for i in near if len(near[i]) == 1 and odd(i) and not inner & set(near[i])}
    return [(index[i], value[near[i][0]]) for i in sorted(inner | ends)]


def _confirmed(tables: Tables, table: str, row: str) -> str | None:
    """Another reading of the same payment, whatever its basis, within two percent."""
    if table != "payments":
        return None
    frame = tables[table]
    this, key = frame.loc[row], ["host", "first_year", "last_year", "scope", "category", "currency"]
    same = frame[(frame[key] == this[key]).all(axis=1) & (frame.index != row) & (frame["role"] != "rejected")]
    close = same[(same["value"] / this["value"] - 1).abs() <= 0.02]
    return str(close.index[0]) if len(close) else None


def as_published(tables: Tables) -> Iterator[Finding]:
    """The value against the amount as the source prints it, read independently."""
    for table in ("payments", "us_costs", "guam", "economy"):
        frame = tables[table]
        for row, printed, value, unit, currency in _printed(frame):
            stated = recompute.stated_amount(printed)
            if stated is None:
                continue
            if stated.unit != unit or abs(stated.value - value) > recompute.half_step(value) * 1.0001:
                problem = f"{value:g} {unit}, but the source prints {printed!r}: {stated.value:g} {stated.unit}"
                yield finding_at(tables, table, row, FAILURE, "as published", problem, "value")
            elif stated.currency and stated.currency != currency:
                problem = f"currency {currency}, but the source prints {printed!r}"
                yield finding_at(tables, table, row, FAILURE, "as published", problem, "currency")


def _printed(frame: pd.DataFrame) -> Iterator[tuple[str, str, float, str, str]]:
    known = frame["as_published"].notna()
    if "derivation" in frame:
        known &= frame["derivation"].isna()
    columns = ["as_published", "value", "unit", "currency"]
    for row, printed, value, unit, currency in frame.loc[known, columns].itertuples(name=None):
        yield row, printed, float(value), unit, currency


_JAPAN_ONLY = {
    *(Scope.HNS_BUDGET, Scope.STATIONING_RELATED, Scope.SACO, Scope.REALIGNMENT),
    *(Scope.MINISTRY_ENVELOPE, Scope.ALL_MINISTRIES),
}


def definitions(tables: Tables) -> Iterator[Finding]:
    """Scope, unit, currency and year type must go together."""
    hosts = tables["hosts"]

    def bad(row: str, problem: str, field: str, table: str = "payments") -> Finding:
        return finding_at(tables, table, row, FAILURE, "definitions", problem, field)

    columns = ["host", "scope", "currency", "year_type"]
    for row, host, scope, currency, year_type in tables["payments"][columns].itertuples(name=None):
        if host not in hosts.index:
            continue
        own, own_years = hosts.loc[host, "currency"], hosts.loc[host, "year_type"]
        if currency not in {own, "USD"}:
            yield bad(row, f"{currency} is neither {own}, the currency of {host}, nor USD", "currency")
        if scope in _JAPAN_ONLY and host != "JP":
            yield bad(row, f"{scope} is a line of Japan's budget, the host is {host}", "scope")
        if scope in _JAPAN_ONLY and (currency, year_type) != ("JPY", "FY"):
            yield bad(row, f"{scope} is counted in yen by fiscal year, not in {currency} by {year_type}", "year_type")
        if currency != "USD" and pd.notna(own_years) and year_type != own_years:
            yield bad(row, f"{host} counts its money by {own_years}, not {year_type}", "year_type")
    for table, money_units in (("economy", {"bn"}), ("guam", {"bn"}), ("us_costs", {"bn", "usd_per_person"})):
        for row, unit, currency in tables[table][["unit", "currency"]].itertuples(name=None):
            if (unit in money_units) != pd.notna(currency):
                problem = f"unit {unit} with " + (f"currency {currency}" if pd.notna(currency) else "no currency")
                yield bad(row, problem, "currency", table)
    for row, unit, value, currency in tables["asks"][["amount_unit", "amount", "currency"]].itertuples(name=None):
        if (unit == "text") != pd.isna(value):
            yield bad(row, f"amount_unit {unit} with {'no' if pd.isna(value) else 'an'} amount", "amount", "asks")
        if unit == "bn" and pd.isna(currency):
            yield bad(row, "an amount of money without a currency", "currency", "asks")


def _numbers(tables: Tables) -> dict[str, float]:
    """The one number of each row, by id."""
    found: dict[str, float] = {}
    for frame in tables.values():
        for field in ("value", "rate", "count", "amount"):
            if field in frame and frame.index.name == "id":
                found.update({row: float(v) for row, v in frame[field].dropna().items()})
                break
    return found


def derivations(tables: Tables) -> Iterator[Finding]:
    """A worked-out row: its inputs exist, it was not public before them, and the formula gives its value."""
    numbers = _numbers(tables)
    published = {
        row: text
        for name, frame in tables.items()
        if "published" in frame and name != "sources"
        for row, text in frame["published"].items()
    }
    for table, frame in tables.items():
        if "derivation" not in frame:
            continue
        for row, formula in frame["derivation"].dropna().items():
            inputs = recompute.rows_in(formula)
            if missing := [i for i in inputs if i not in numbers]:
                problem = f"{formula!r} names {missing[0]}, which is no row with a number"
                yield finding_at(tables, table, row, FAILURE, "derived", problem, "derivation")
                continue
            try:
                value = recompute.evaluate(formula, numbers)
            except ValueError as error:
                yield finding_at(tables, table, row, FAILURE, "derived", str(error), "derivation")
                continue
            if frame.loc[row, "unit"] == "pct" and not formula.startswith("100 *"):
                value *= 100
            stated = float(frame.loc[row, "value"])
            if abs(value - stated) > recompute.half_step(stated) * 1.0001:
                yield finding_at(
                    tables, table, row, FAILURE, "derived", f"{stated:g}, but {formula} = {value:.6g}", "value"
                )
            late = max(inputs, key=lambda i: public_on(published[i]), default=None)
            if late and public_on(frame.loc[row, "published"]) < public_on(published[late]):
                problem = f"published {frame.loc[row, 'published']}, before its input {late} ({published[late]})"
                yield finding_at(tables, table, row, FAILURE, "derived", problem, "published")


def rounds(tables: Tables) -> Iterator[Finding]:
    """Renewals: payments, change, offer and length of talks again from the rows they rest on."""
    payments, asks = tables["payments"], tables["asks"]
    for row, one in tables["rounds"].iterrows():

        def bad(problem: str, field: str, row: str = row) -> Finding:
            return finding_at(tables, "rounds", row, FAILURE, "rounds", problem, field)

        refs = [one[f] for f in ("prior_row", "new_row")]
        if not all(ref in payments.index for ref in refs):
            continue  # the descriptor's own check names a missing row
        prior, new = (payments.loc[ref] for ref in refs)
        for field, source in (("prior_payment", prior), ("new_payment", new)):
            if abs(float(one[field]) - float(source["value"])) > 1e-9:
                yield bad(f"{one[field]:g}, but row {source['id']} says {source['value']:g}", field)
        try:
            change = change_pct(amount(prior), amount(new))
        except DefinitionError as error:
            yield bad(error.sentence, "new_row")
            continue
        if abs(change - float(one["change_pct"])) > 0.05 + 1e-9:
            yield bad(f"{one['change_pct']:g}, but {new['id']} / {prior['id']} - 1 is {change:.1f}%", "change_pct")
        if pd.notna(one["offer_row"]) and one["offer_row"] in asks.index:
            offer = _offer_pct(asks.loc[one["offer_row"]], float(one["prior_payment"]), one["currency"])
            if offer is not None and abs(offer - float(one["offer_pct"])) > 0.05 + 1e-9:
                yield bad(f"{one['offer_pct']:g}, but row {one['offer_row']} makes {offer:.1f}%", "offer_pct")
        if pd.notna(one["talks_opened"]) and pd.notna(one["figure_reached"]) and len(one["figure_reached"]) == 10:
            days = (first_day(one["figure_reached"]) - first_day(one["talks_opened"])).days
            if pd.isna(one["talks_months"]) or abs(days / 30.4375 - float(one["talks_months"])) > 0.1:
                yield bad(f"{one['talks_months']}, but the dates make {days / 30.4375:.1f}", "talks_months")


def _offer_pct(offer: pd.Series, prior: float, currency: str) -> float | None:
    """An offer as percent above the prior payment; None where another currency would be needed."""
    if offer["amount_unit"] == "pct":
        return float(offer["amount"])
    if offer["amount_unit"] == "bn" and offer["currency"] == currency:
        return 100 * (float(offer["amount"]) / prior - 1)
    return None


_PRINTED_SHARE = re.compile(r"([0-9][0-9.,]*) bn (yen|dollars|won)")


def shares(tables: Tables) -> Iterator[Finding]:
    """Shares whose numerator and denominator are both printed."""
    for row, one in tables["shares"].iterrows():
        top, bottom = (_PRINTED_SHARE.search(one[f]) for f in ("numerator", "denominator"))
        if top and bottom and top[2] == bottom[2]:
            share = 100 * float(top[1].replace(",", "")) / float(bottom[1].replace(",", ""))
            if abs(share - float(one["value"])) > 0.06:
                problem = f"{one['value']:g}, but {top[1]} / {bottom[1]} is {share:.1f}%"
                yield finding_at(tables, "shares", row, FAILURE, "shares", problem, "value")


def reconciled(tables: Tables) -> Iterator[Finding]:
    """Sums and closures: a difference without a note is a failure, one with a note is shown."""
    holders = [name for name in ("payments", "agreement_terms", "rounds", "asks", "us_costs", "shares", "troops")]
    for record in records(tables):
        if record.closes == YES or not record.rows:
            continue
        table = next((t for t in holders if record.rows[0] in tables[t].index), "")
        level = FAILURE if record.closes == NO and not record.note else NOTED
        problem = f"{record.name}: {record.what}"
        if record.closes == NO:
            problem += f" gives {record.found:,.6g}, not {record.expected:,.6g} {record.unit}"
            problem += f" (tolerance {record.tolerance:g}; rows {', '.join(record.rows)})"
        problem += f". {record.note}" if record.note else ""
        yield (
            finding_at(tables, table, record.rows[0], level, "reconciliation", problem)
            if table
            else Finding(level, "reconciliation", "", problem)
        )
