"""The years ahead: the scenario against the status quo, in local currency and dollars, per person and per year."""

from __future__ import annotations

import pandas as pd

from analysis import charts, formats
from analysis.briefing.asks import latest_payment
from analysis.briefing.bill import changes
from analysis.briefing.view import View, cost, followed, model_rows, price_now
from analysis.case import Case
from analysis.comparison import payment_line
from analysis.exhibit import Column, Exhibit, figure, literal, prose, side_by_side, table
from analysis.history import yearly_totals
from analysis.simulation import (
    EITHER,
    STATUS_QUO,
)


def text(case: Case, view: View) -> Exhibit:
    """Paragraph: the path and the price."""
    return prose(_path(case, view))


def _path(case: Case, view: View) -> str:
    base = cost(case, view, STATUS_QUO)
    first = view.by_year.iloc[0]
    reason = case.scenario.outlook_error_pct.reason
    mark, note = ("[^band]", f"\n\n[^band]: {literal(reason)}") if reason else ("", "")
    low, high = (float(view.results.costs.loc[(STATUS_QUO, EITHER), c]) for c in ("p10", "p90"))
    return (
        f"If the present terms simply continue, {case.host['name']} pays {base} over {case.horizon} "
        f"(80% band {formats.money_range(low, high, case.currency)}), about "
        f"{formats.money(float(first['status_quo']), case.currency)} in the first year. The band is as wide as past "
        f"five-year budget outlooks have been wrong, {case.scenario.outlook_error_pct.value:g}% on average{mark}. "
        f"{_foreseen(case, view)}{note}"
    )


def _foreseen(case: Case, view: View) -> str:
    """Where the price foreseen comes from, by what is known."""
    given, quoted = case.scenario.settlement, price_now(case, view)
    rounds = f"{formats.counted(len(view.results.reference.rounds), 'past renewal')} in two countries"
    over = f"{quoted} over that path for a {_adjective(case.scenario.horizon.years)} deal signed now"
    if case.scenario.strategy.five_year_uplift_pct is not None:
        return f"The price on the table is {over}."
    if given.level == "L2":
        return (
            f"With both an offer and an ask on record, the price is looked for between them, nearer to the offer as in earlier "
            f"rounds: {over}. That is a reading of leaked figures, not a term of any draft."
        )
    if given.level == "L0":
        return f"No ask being on record, {rounds} alone suggest {over}. That is an outside view, not an offer{_offers(case)}."
    ask = "the reported ask" if case.scenario.ask is not None else "an assumed ask (no figure has been reported)"
    return (
        f"{formats.counted(len(view.results.reference.rounds), 'past renewal').capitalize()} in two countries and {ask} together "
        f"suggest {over}. That is an outside view, not an offer{_offers(case)}."
    )


def _offers(case: Case) -> str:
    asks = case.table("asks")
    open_round = ~asks["round"].isin(case.table("rounds").index)
    made = asks[(asks["host"] == case.scenario.host) & asks["side"].eq("host") & asks["kind"].eq("offer") & open_round]
    return "" if len(made) else ": none has been reported"


def _adjective(years: int) -> str:
    return formats.counted(years, "year").removesuffix("s").replace(" ", "-")


def paths_and_bill(case: Case, view: View) -> Exhibit:
    """Two figures side by side: payments year by year, and what moves the bill."""
    return side_by_side(paths(case, view, "half"), changes(case, view))


def paths(case: Case, view: View, width: str = "full") -> Exhibit:
    """Figure: budgets of the past years, the status quo and the scenario to the end of the horizon."""
    line = payment_line(case.table("hosts"), case.scenario.host)
    paid = yearly_totals(case.table("payments"), case.scenario.host, *line)
    paid = paid[paid["year"].between(case.scenario.base_year.year - 5, case.scenario.base_year.year)]
    missing = int(paid["value"].isna().sum())
    paid = charts.unbroken(paid, "value")
    start = {"year": case.scenario.base_year.year, "value": float(latest_payment(case)["value"])}
    frame = view.by_year
    same = view.results.course == (STATUS_QUO, EITHER)
    lines = [
        paid[["year", "value", "stretch"]].assign(course="paid"),
        pd.concat([pd.DataFrame([start]), frame[["year", "status_quo"]].set_axis(["year", "value"], axis=1)]).assign(
            course="status_quo"
        ),
    ]
    if not same:
        lines.append(
            pd.concat([pd.DataFrame([start]), frame[["year", "mean"]].set_axis(["year", "value"], axis=1)]).assign(
                course="scenario"
            )
        )
    drawn = pd.concat(lines, ignore_index=True).astype({"value": float}).fillna({"stretch": 0})
    bands = frame[["year", "low", "high"]].assign(course="status_quo" if same else "scenario")
    last = frame.iloc[-1]
    names = _names(last, same)
    change = 100 * (float(last["mean"]) / float(start["value"]) - 1)
    end = formats.year(int(last["year"]), case.scenario.horizon.year_type)
    title = (
        f"{followed(case, view)}: {formats.money(float(last['mean']), case.currency)} in {end}, "
        f"{formats.change(change, 0)} on {formats.year(case.scenario.base_year.year, case.scenario.horizon.year_type)}"
    )
    return figure(
        charts.outlook_paths(drawn, bands, names, f"bn {case.currency}", _prefix(case)),
        pd.concat([drawn.assign(kind="line"), bands.assign(kind="80% band")]),
        id="fig-outlook",
        title=title,
        subtitle=f"{case.host['line_name']}, bn {case.currency}; solid: {str(case.scenario.basis).replace('_', ' ')}, dashed: forecast mean; "
        "band: 80% of outcomes"
        + (f"; {formats.counted(missing, 'year')} without a published total left open" if missing else ""),
        source=case.ledger.source_line(*paid["id"], note="Forecast: this project's model; assumptions at the end."),
        alt=f"Line chart. The status quo path reaches {formats.money(float(last['status_quo']), case.currency)} in {end}, "
        f"the scenario {formats.money(float(last['mean']), case.currency)}.",
        width=width,
    )


def _prefix(case: Case) -> str:
    return "FY" if case.scenario.horizon.year_type == "FY" else ""


def _names(last: pd.Series, same: bool) -> pd.DataFrame:
    rows = [{"year": last["year"], "value": last["status_quo"], "text": "status quo", "course": "status_quo"}]
    if not same:
        rows.append({"year": last["year"], "value": last["mean"], "text": "scenario", "course": "scenario"})
        apart = 0.055 * float(last["high"] - last["low"])
        if abs(rows[0]["value"] - rows[1]["value"]) < 2 * apart:
            lower, upper = sorted(rows, key=lambda r: r["value"])
            middle = (lower["value"] + upper["value"]) / 2
            lower["value"], upper["value"] = middle - apart, middle + apart
    return pd.DataFrame(rows)


def year_table(case: Case, view: View) -> Exhibit:
    """Table: the scenario by year in local currency and dollars, against the status quo, and per person."""
    frame = view.by_year.copy()
    heads = case.evidence.row(case.scenario.troops)
    frame["label"] = [formats.year(int(y), case.scenario.horizon.year_type) for y in frame["year"]]
    frame["difference"] = frame["mean"] - frame["status_quo"]
    frame["band"] = [formats.money_range(a, b, case.currency) for a, b in zip(frame["low"], frame["high"], strict=True)]
    frame["per_person"] = frame["dollars"] * 1e6 / float(heads["count"])
    for row in frame.itertuples():
        for column, what in (("mean", "mean"), ("status_quo", "status-quo mean"), ("low", "10%"), ("high", "90%")):
            case.ledger.quote(
                f"outlook.{row.year}.{column}",
                getattr(row, column),
                f"{case.currency} bn",
                formats.money(getattr(row, column), case.currency),
                rows=model_rows(case, view),
                assumptions=["drivers", "settlement", "strategy", "event.states"],
                formula=f"{what} of the simulated payments of the year",
            )
        case.ledger.quote(
            f"outlook.{row.year}.dollars",
            row.dollars,
            "USD bn",
            formats.money(row.dollars, "USD", 2),
            rows=model_rows(case, view),
            assumptions=[f"fx.values.{row.year}"],
            formula="mean payment of the year / central exchange rate",
        )
        case.ledger.quote(
            f"outlook.{row.year}.per_person",
            row.per_person,
            "USD thousand a person",
            f"${formats.plain(row.per_person, 1)} k",
            rows=[*model_rows(case, view), heads["id"]],
            assumptions=[f"fx.values.{row.year}"],
            formula="dollars of the year / head-count",
        )
    total = {
        "label": "Sum",
        **{c: frame[c].sum() for c in ("status_quo", "mean", "difference", "dollars")},
        "band": formats.money_range(*view.results.costs.loc[view.results.course, ["p10", "p90"]], case.currency),
    }
    shown = pd.concat([frame, pd.DataFrame([total])], ignore_index=True)
    number = formats.plain
    course = followed(case, view)
    return table(
        shown[["label", "status_quo", "mean", "difference", "band", "rate", "dollars", "per_person"]],
        [
            Column("label", "Year"),
            Column("status_quo", f"Status quo, bn {case.currency}", "right", number),
            Column("mean", f"{course}, bn {case.currency}", "right", number),
            Column("difference", "Difference", "right", lambda v: ("+" if round(v) > 0 else "") + number(v)),
            Column("band", "80% of outcomes", "right", str),
            Column("rate", f"{case.currency} per $", "right", lambda v: f"{v:g}"),
            Column("dollars", "$ bn", "right", lambda v: number(v, 2)),
            Column("per_person", "$ k a person", "right", lambda v: number(v, 1)),
        ],
        id="tab-outlook",
        title=f"{course}, year by year",
        subtitle=f"{case.host['line_name']}, nominal; dollars at the assumed central rate; per person at "
        f"{formats.plain(heads['count'])} (headline strength)",
        source=case.ledger.source_line(heads["id"], note="Forecast: this project's model."),
        strong_rows=lambda row: row["label"] == "Sum",
    )
