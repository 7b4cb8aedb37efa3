"""Limits of the method, and claims this project does not make."""

from __future__ import annotations

from analysis import formats
from analysis.briefing.answer import readings_of
from analysis.briefing.view import View
from analysis.case import Case
from analysis.exhibit import Exhibit, prose


def weaknesses(case: Case, view: View) -> Exhibit:
    """List: where the method is weak."""
    n = view.results.reference.n
    return prose(
        "\n".join(
            [
                f"- **Few rounds, and not independent.** {formats.number_word(n).capitalize()} rounds in two countries, with the same U.S. team at "
                "several tables and each deal a precedent for the next. Asks leak in hard rounds only, so the rounds with a known ask are "
                "no fair sample.",
                "- **The drift is assumed.** An uplift is a change less a yearly drift set by hand; another drift moves every uplift. The "
                "assumptions log shows by how much.",
                "- **The moment is chosen.** Parties pick the time because of leverage. Treating the course as free to choose overstates what "
                "waiting itself causes.",
                "- **Much lies outside.** Tariffs, arms purchases and goals for defence spending, where much of a deal may be struck, have no "
                "place in the model; nor have damage to the alliance, furloughs of base workers, and parliaments.",
                "- **The tail is judgement.** Its weight and size rest on no observation. It is shown as a range and never drawn from data.",
                "- **Drivers are drawn independently.** Wages, prices and building costs move together in fact. The band is therefore widened "
                "to what past budget outlooks have missed by, which is a rule of thumb.",
                "- **One uplift for all categories.** How a rise would be divided is not known, so every category rises alike.",
            ]
        )
    )


def claims_not_made(case: Case) -> Exhibit:
    """List: what must not be read into the figures."""
    items = [
        "- That the model **predicts the settlement**. It states at which price which course costs less.",
        *_ask(case),
        *_share(case),
        f"- That a **win probability is a measurement**. It is a judgement{_readings(case)}.",
        "- That a past scenario is **blind**. Its rows are those of its day; its ranges were written by people who knew what followed.",
        "- That bands which held **show calibration**. The cases are too few.",
        "- That one host **pays more than another**, without a denominator. The order changes with it.",
        "- That the move of Marines to Guam **offsets the ask**. It is spent capital and cannot be credited twice.",
        "- That **direct and indirect support** can be added, or an **announced total** compared with a budget or an outturn.",
        f"- **Precision** beyond {formats.money(1, case.currency)}: decimals in this annex serve to check the arithmetic.",
    ]
    return prose("\n".join(items))


def _ask(case: Case) -> list[str]:
    if case.scenario.ask is None:
        return ["- That an ask **exists**. None is on record for this round; its range is assumed."]
    row = case.evidence.row(case.scenario.ask, "asks")
    if row["currency"] != "USD":
        return []
    amount = case.quote_row(
        "ask", case.scenario.ask, formats.money(float(row["amount"]), "USD", 1).replace(".0", ""), field="amount"
    )
    denied = ", and denied by the host's government" if "denied" in str(row["note"]) else ""
    return [f"- That {amount} a year **was a formal demand**. It was {row['status']}{denied}{case.cite(row.name)}."]


def _readings(case: Case) -> str:
    """How far apart the readings of the probability lie; empty below two."""
    first = next(iter(case.scenario.event.states))
    rows = readings_of(case, first)
    if len(rows) < 2:
        return ""
    gap = 100 * float(rows["probability"].max() - rows["probability"].min())
    points = case.ledger.quote("readings.gap", gap, "percentage points", formats.plain(gap), rows=rows.index)
    return f"; the readings it rests on lie {points} points apart{case.cite(*rows.index)}"


def _share(case: Case) -> list[str]:
    shares = case.table("shares")
    if case.scenario.host != "JP" or "J407" not in shares.index:
        return []
    row = shares.loc["J407"]
    share = case.quote_row("share.2002", "J407", formats.percent(float(row["value"]), 1), unit="percent")
    return [
        f"- That Japan **pays {share} of the cost today**. That figure is for {int(row['first_year'])}, on a definition that has been "
        f"discontinued{case.cite('J407')}."
    ]
