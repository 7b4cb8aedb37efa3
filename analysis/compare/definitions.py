"""Shares of the cost each country is said to pay, with the definition in words: they move more than the model does."""

from __future__ import annotations

import textwrap

import pandas as pd

from analysis import charts_compare, formats
from analysis.briefing.view import View, model_rows
from analysis.case import Case
from analysis.exhibit import Exhibit, figure, prose
from analysis.ledger import Quote
from analysis.simulation import EITHER, FIVE_YEAR

HOSTS = ("JP", "KR")
_NO_SHARE_OF_COST = "Not a burden share"  # how the tables mark percentages of something else
_ONE_PROJECT = "Camp Humphreys"


def burden_shares(case: Case) -> pd.DataFrame:
    """Published shares of cost of both hosts, highest first: id, host, definition, period, share, project, confidence."""
    rows = case.table("shares")
    rows = rows[rows["host"].isin(HOSTS) & rows["role"].eq("series") & rows["unit"].eq("pct")]
    rows = rows[~rows["note"].fillna("").str.contains(_NO_SHARE_OF_COST)]
    frame = pd.DataFrame(
        {
            "id": rows["id"],
            "host": rows["host"],
            "definition": rows["definition"],
            "period": [
                formats.years(int(a), int(b), "CY")
                for a, b in rows[["first_year", "last_year"]].itertuples(index=False)
            ],
            "share": rows["value"].astype(float),
            "project": rows["definition"].str.startswith(_ONE_PROJECT),
            "confidence": rows["confidence"],
        }
    )
    return frame.reset_index(drop=True).sort_values(["share", "id"], ascending=[False, True], ignore_index=True)


def dots(case: Case) -> Exhibit:
    """Figure: every published share, sorted, with its definition in words."""
    found = burden_shares(case)
    frame = pd.DataFrame(
        {
            "label": [_label(case, row) for row in found.itertuples()],
            "share": found["share"],
            "host": found["host"],
            "text": [
                f"{formats.percent(r.share, 0 if r.share == round(r.share) else 1)} · {r.confidence}"
                for r in found.itertuples()
            ],
        }
    )
    low, high = span(case)
    korea = _span(case, "KR")
    return figure(
        charts_compare.shares_by_definition(frame),
        found[["id", "host", "definition", "period", "share", "confidence"]],
        id="fig-shares",
        title=f"Japan pays {low} or {high} of the cost, South Korea {_either(*korea)}: it depends on what is counted",
        subtitle="Shares as published, percent of the cost named in the row; letter: confidence; circle: Japan, square: South Korea; "
        "Camp Humphreys: share of one building project",
        source=case.ledger.source_line(*found["id"]),
        alt="Shares: "
        + "; ".join(f"{case.name(r.host)}, {r.definition}, {r.period}: {r.share:g}%" for r in found.itertuples())
        + ".",
    )


def _label(case: Case, row) -> str:
    return "|".join(textwrap.wrap(f"{case.name(row.host)}, {row.period} · {row.definition}", 62))


def _span(case: Case, host: str) -> tuple[Quote, Quote]:
    """Lowest and highest published share of the whole presence's cost, quoted."""
    found = burden_shares(case)
    own = found[found["host"].eq(host) & ~found["project"]]
    ends = []
    for name, row in (("lowest", own.iloc[-1]), ("highest", own.iloc[0])):
        share = float(row["share"])
        ends.append(
            case.ledger.quote(
                f"compare.share.{host.lower()}.{name}", share, "percent", formats.percent(share), rows=[row["id"]]
            )
        )
    return ends[0], ends[1]


def _either(low: Quote, high: Quote) -> str:
    return str(low) if low.value == high.value else f"{low} or {high}"


def span(case: Case) -> tuple[Quote, Quote]:
    """Lowest and highest published share of Japan, quoted."""
    return _span(case, "JP")


def text(case: Case, view: View) -> Exhibit:
    """Paragraph: the factor between definitions beside the factor between the model's good and bad outcomes."""
    low, high = span(case)
    factor = high.value / low.value
    apart = case.ledger.quote(
        "compare.share.factor",
        factor,
        "times",
        formats.plain(factor, 1),
        rows=[*low.rows, *high.rows],
        formula="highest / lowest published share of Japan",
    )
    costs = view.results.costs.loc[(FIVE_YEAR, EITHER)]
    band = float(costs["p90"]) / float(costs["p10"])
    spread = case.ledger.quote(
        "compare.model.factor",
        band,
        "times",
        formats.plain(band, 2),
        rows=model_rows(case, view),
        assumptions=["drivers", "settlement"],
        formula="90% point / 10% point of the simulated cost of a five-year deal",
    )
    more = "more than the model does" if factor > band else "less than the model does"
    said = (
        f"**Definitions move the answer {more}.** The published shares of Japan differ by a factor of {apart}; the simulated cost of "
        f"a full-length deal for {case.host['name']}, from a good outcome to a bad one, by {spread}."
    )
    projects = burden_shares(case)
    projects = projects[projects["project"]]
    if len(projects) > 1:
        said += (
            f" Even one building project has no single share: South Korea's part of {_ONE_PROJECT} is given as "
            f"{formats.percent(float(projects['share'].min()))} or {formats.percent(float(projects['share'].max()))}, depending on whose money "
            f"the payments under the agreement are held to be{case.cite(*projects['id'])}."
        )
    return prose(said)
