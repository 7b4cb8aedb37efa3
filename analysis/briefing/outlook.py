"""The years ahead: the scenario against the status quo, in local currency and dollars, per person and per year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import charts, formats
from analysis.briefing.asks import latest_payment
from analysis.case import Case
from analysis.comparison import payment_line
from analysis.decision import Results
from analysis.decision import decided as results_of
from analysis.exhibit import Column, Exhibit, figure, prose, table
from analysis.history import yearly_totals
from analysis.ledger import Quote
from analysis.simulation import BRIDGE, EITHER, FIVE_YEAR, FULL_ASK, KOREA_TERMS, MIXED, STATUS_QUO
from analysis.wording import direction, likelihood, state_name


@dataclass(frozen=True)
class View:
    """Results of the choice, and the outlook by year in one frame."""

    results: Results
    by_year: pd.DataFrame  # year, status_quo, mean, low, high, rate, dollars


def decided(case: Case) -> View:
    """Run the model of the case once."""
    results = results_of(case.scenario, case.evidence)
    base, course = results.yearly((STATUS_QUO, EITHER)), results.yearly(results.course)
    frame = pd.DataFrame(
        {
            "year": course["year"],
            "status_quo": base["mean"],
            "mean": course["mean"],
            "low": course["p10"],
            "high": course["p90"],
            "rate": [case.scenario.fx.values[int(y)].range[1] for y in course["year"]],
        }
    )
    frame["dollars"] = frame["mean"] / frame["rate"]
    return View(results, frame)


def length(years: int) -> str:
    """`one year`, `five years`."""
    return formats.counted(years, "year")


def waiting(case: Case) -> str:
    """The other course as a phrase: `one year`, or `no deal yet` where the agreement in force needs no bridge."""
    years = case.scenario.strategy.bridge_years
    return length(years) if years else "no deal yet"


def course_name(case: Case, course: str, state: str) -> str:
    """A course in a few words, such as `One year, then Biden`."""
    scenario = case.scenario
    bridge = length(scenario.strategy.bridge_years).capitalize()
    whole = formats.counted(scenario.horizon.years, "year").capitalize()
    if course == BRIDGE and not scenario.strategy.bridge_years:
        return "Wait for the winner" if state == MIXED else f"Wait, then {state_name(state)}"
    if course == BRIDGE:
        return f"{bridge}, then the winner" if state == MIXED else f"{bridge}, then {state_name(state)}"
    return {
        STATUS_QUO: "Status quo path",
        FIVE_YEAR: f"{whole} now",
        KOREA_TERMS: "Korea's latest terms",
        FULL_ASK: "The ask in full",
    }[course]


def followed(case: Case, view: View) -> str:
    """Name of the course the scenario follows, with the winner where one is certain."""
    course, state = view.results.course
    return course_name(case, course, certain_state(case) if state == MIXED and certain_state(case) else state)


def certain_state(case: Case) -> str | None:
    """The state that is assumed to come for certain, or None."""
    return next((state for state, p in case.scenario.event.states.items() if p == 1.0), None)


def cost(case: Case, view: View, course: str, state: str = EITHER, column: str = "mean") -> Quote:
    """Quote one cost over the horizon, rounded to 1 bn (tenths for dollars are never shown)."""
    value = float(view.results.costs.loc[(course, state), column])
    return case.ledger.quote(
        f"cost.{course}.{state}.{column}",
        value,
        f"{case.currency} bn over {length(case.scenario.horizon.years)}",
        formats.money(value, case.currency),
        rows=model_rows(case, view),
        assumptions=["drivers", "settlement", "strategy", "event.states"],
        formula=f"{column} of {case.scenario.draws:,} simulated costs of the course, seed {case.scenario.seed}",
    )


def model_rows(case: Case, view: View) -> list[str]:
    """Data rows every simulated cost rests on: the base year and the past rounds."""
    base = case.scenario.base_year
    rows = [q.row for q in (base.total, *base.categories.values()) if q.row]
    return [*rows, *view.results.reference.rounds["id"]]


def text(case: Case, view: View) -> Exhibit:
    """Paragraphs: the path, the price, the choice, and what the rule of choice does to it."""
    return prose("\n\n".join([_path(case, view), _choice(case, view), _tail(case, view)]))


def _path(case: Case, view: View) -> str:
    base = cost(case, view, STATUS_QUO)
    first = view.by_year.iloc[0]
    low, high = (float(view.results.costs.loc[(STATUS_QUO, EITHER), c]) for c in ("p10", "p90"))
    price = view.results.price_now
    quoted = case.ledger.quote(
        "price_now",
        price,
        "percent over the status quo",
        formats.change(price),
        rows=view.results.reference.rounds["id"],
        assumptions=["settlement.kappa", "settlement.ask_now", "settlement.drift_pct"],
        formula="mean of reference class + kappa x ln(ask multiple)",
    )
    n = len(view.results.reference.rounds)
    return (
        f"If the present terms simply continue, {case.host['name']} pays {base} over {case.horizon} "
        f"(80% band {formats.money_range(low, high, case.currency)}), about "
        f"{formats.money(float(first['status_quo']), case.currency)} in the first year. The band is as wide as past "
        f"five-year budget outlooks have been wrong, {case.scenario.outlook_error_pct:g}% on average. Past renewals "
        f"({formats.counted(n, 'round')} in two countries) and the reported ask together suggest a price of {quoted} over that path for a "
        f"{_adjective(case.scenario.horizon.years)} deal signed now. That is an outside view, not an offer{_offers(case)}."
    )


def _offers(case: Case) -> str:
    asks = case.table("asks")
    open_round = ~asks["round"].isin(case.table("rounds").index)
    made = asks[(asks["host"] == case.scenario.host) & asks["side"].eq("host") & asks["kind"].eq("offer") & open_round]
    return "" if len(made) else ": none has been reported"


def _adjective(years: int) -> str:
    return formats.counted(years, "year").removesuffix("s").replace(" ", "-")


def _choice(case: Case, view: View) -> str:
    decision = view.results.decision
    first, second = decision.states
    now, bridge = cost(case, view, FIVE_YEAR), cost(case, view, BRIDGE, MIXED)
    gap = decision.value_of_waiting
    better = cost(case, view, BRIDGE, first)
    worse = cost(case, view, BRIDGE, second)
    take = f"Taking {waiting(case)}" if case.scenario.strategy.bridge_years else "Waiting"
    compare = direction(gap, 3 * max(decision.value_error, 1), "less than", "about as much as", "more than")
    sentences = [
        f"{take} and settling the rest with the winner costs {bridge} on average, {compare} signing now ({now})."
    ]
    if certain_state(case) is None:
        sentences.append(
            f"With {state_name(first)} it comes to {better}, with {state_name(second)} to {worse}. " + _even(case, view)
        )
    else:
        only = certain_state(case)
        sentences = [
            f"{take} and settling the rest with {state_name(only)} costs "
            f"{better if only == first else worse} on average, {compare} signing now ({now})."
        ]
    return " ".join(sentences)


def _even(case: Case, view: View) -> str:
    if 0 <= view.results.decision.break_even_probability <= 1:
        return f"The two courses cost the same at {break_even(case, view)}."
    cheaper = "Waiting" if view.results.decision.value_of_waiting > 0 else "Signing now"
    return f"{cheaper} is the cheaper course on average whoever wins."


def break_even(case: Case, view: View) -> str:
    """The break-even probability in words: a value, or why there is none."""
    p = view.results.decision.break_even_probability
    first = state_name(view.results.decision.states[0])
    if pd.isna(p):
        return "any odds: the winner makes no difference"
    if not 0 <= p <= 1:
        return "no odds at all"
    quoted = case.ledger.quote(
        "break_even_probability",
        p,
        "probability",
        formats.percent(100 * p),
        rows=model_rows(case, view),
        assumptions=["settlement", "strategy"],
        formula="(C_second - C_now) / (C_second - C_first)",
    )
    return f"a {quoted} chance of {first}"


def _tail(case: Case, view: View) -> str:
    now = cost(case, view, FIVE_YEAR, EITHER, "cvar95")
    bridge = cost(case, view, BRIDGE, MIXED, "cvar95")
    weight = max(case.scenario.settlement.tail.weight.values())
    ratio = bridge.value / now.value
    if ratio > 1.03:
        return (
            f"Waiting is a bet, not an insurance. In the worst 5% of outcomes it costs {bridge} against {now} for signing "
            f"now, because a {formats.percent(100 * weight)} chance that talks leave the existing frame is kept open. "
            "That chance is a judgement without precedent."
        )
    return (
        f"In the worst 5% of outcomes waiting costs {bridge} and signing now {now}: under this scenario's odds the "
        "bad tail does not decide."
    )


def paths(case: Case, view: View) -> Exhibit:
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
    names = _names(case, view, last, same)
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
        subtitle=f"{case.host['line_name']}, bn {case.currency}; solid: initial budget, dashed: forecast mean; "
        "band: 80% of outcomes"
        + (f"; {formats.counted(missing, 'year')} without a published total left open" if missing else ""),
        source=case.ledger.source_line(*paid["id"], note="Forecast: this project's model; assumptions at the end."),
        alt=f"Line chart. The status quo path reaches {formats.money(float(last['status_quo']), case.currency)} in {end}, "
        f"the scenario {formats.money(float(last['mean']), case.currency)}.",
    )


def _prefix(case: Case) -> str:
    return "FY" if case.scenario.horizon.year_type == "FY" else ""


def _names(case: Case, view: View, last: pd.Series, same: bool) -> pd.DataFrame:
    rows = [{"year": last["year"], "value": last["status_quo"], "text": "status quo", "course": "status_quo"}]
    if not same:
        rows.append({"year": last["year"], "value": last["mean"], "text": followed(case, view), "course": "scenario"})
        apart = 0.035 * float(last["high"] - last["low"])
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


def course_table(case: Case, view: View) -> Exhibit:
    """Table: every course over the horizon: mean, range, worst cases, and the difference to the status quo."""
    for course, state in view.results.costs.index:
        for column in ("mean", "p10", "p50", "p90", "cvar95"):
            cost(case, view, course, state, column)  # every cell of the table can be traced by name
    costs = view.results.costs.reset_index()
    frame = costs.assign(name=[course_name(case, c, s) for c, s in zip(costs["course"], costs["state"], strict=True)])
    base = float(view.results.costs.loc[(STATUS_QUO, EITHER), "mean"])
    frame["over"] = 100 * (frame["mean"] / base - 1)
    frame["note"] = [likelihood_note(case, c, s) for c, s in zip(frame["course"], frame["state"], strict=True)]
    number = formats.plain
    error = frame["mc_error_mean"].max()
    tail = frame["mc_error_cvar"].max()
    return table(
        frame[["name", "mean", "over", "p10", "p50", "p90", "cvar95", "note"]],
        [
            Column("name", "Course"),
            Column("mean", "Mean", "right", number),
            Column("over", "Over status quo", "right", lambda v: formats.change(v, 0)),
            Column("p10", "10%", "right", number),
            Column("p50", "Median", "right", number),
            Column("p90", "90%", "right", number),
            Column("cvar95", "Worst 5%", "right", number),
            Column("note", "Held to be"),
        ],
        id="tab-courses",
        title="What each course costs, and how bad it can get",
        subtitle=f"Cost of {case.horizon}, bn {case.currency}, {case.scenario.draws:,} simulated outcomes; "
        f"Monte Carlo error of a mean at most {error:.1f}, of the worst 5% at most {tail:.0f}",
        source="This project's model; assumptions at the end.",
    )


def likelihood_note(case: Case, course: str, state: str) -> str | None:
    """How likely the state of a bridge is held to be, in ICD 203 words; None for courses that are chosen."""
    if course != BRIDGE or state == MIXED:
        return None
    return likelihood(case.scenario.event.states[state])
