"""How many U.S. personnel are stationed: three quarters of a century, and the services today."""

from __future__ import annotations

import pandas as pd

from analysis import charts, formats
from analysis.case import Case
from analysis.exhibit import Column, Exhibit, figure, prose, table
from analysis.history import september_counts, services_at
from analysis.wording import direction

SERVICES = {
    "army": "Army",
    "navy": "Navy",
    "marine_corps": "Marine Corps",
    "air_force": "Air Force",
    "space_force": "Space Force",
    "coast_guard": "Coast Guard",
    "total": "Total",
}
HOSTS = ("JP", "KR")


def _counts(case: Case) -> pd.DataFrame:
    frames = []
    for host in HOSTS:
        counts = september_counts(case.table("troops"), host).assign(host=case.name(host))
        known = counts["definition"].ffill()
        counts["stretch"] = case.name(host) + "-" + (known != known.shift()).cumsum().astype(str)
        frames.append(counts)
    return pd.concat(frames, ignore_index=True)


def history(case: Case) -> Exhibit:
    """Figure: September counts of both hosts, the line broken where the method changes."""
    counts = _counts(case)
    known = counts.dropna(subset=["count"])
    known = known.assign(count=known["count"].astype(float))
    counts = counts.assign(count=counts["count"].astype("Float64"))
    top = float(known["count"].max())
    marked = case.table("troop_breaks")
    marked = marked[marked["host"].eq("JP") & marked["short"].notna()]
    breaks = pd.DataFrame(
        {
            "year": marked["first_date"].str[:4].astype(int),
            "text": marked["short"],
            "level": [top * (0.74 + 0.1 * i) for i in range(len(marked))],
        }
    )
    names, latest = [], {}
    for host in HOSTS:
        rows = known[known["host"] == case.name(host)]
        latest[host] = rows.iloc[-1]
        # the words stand clear of the lines: above the larger force, below the smaller one
        year, off = (1962, 0.05) if host == "JP" else (1986, -0.07)
        level = float(rows.set_index("year").loc[year, "count"]) + off * top
        names.append({"year": year, "count": level, "host": case.name(host), "text": case.name(host)})
    names = pd.DataFrame(names)
    return figure(
        charts.troop_lines(counts, breaks, names),
        counts[["host", "year", "count", "definition", "id", "confidence"]],
        id="fig-troops",
        title=_message(case, latest),
        subtitle=(
            f"U.S. active-duty personnel each September, {int(known['year'].min())}–{int(known['year'].max())} "
            "(June before 1957); the line breaks where the method of counting changes"
        ),
        source=case.ledger.source_line(*known["id"], *marked["id"]),
        alt="Two lines. "
        + " ".join(
            f"{case.name(h)} stands at {formats.plain(latest[h]['count'])} in {int(latest[h]['year'])}." for h in HOSTS
        ),
    )


def _message(case: Case, latest: dict[str, pd.Series]) -> str:
    ratio = float(latest["JP"]["count"]) / float(latest["KR"]["count"])
    return (
        f"{case.name('JP')} hosts {formats.multiple(ratio, 1)} as many U.S. personnel as {case.name('KR')}, "
        "and the count depends on the method"
    )


def latest_september(case: Case) -> str:
    """The newest September for which both hosts have a total, as YYYY-MM."""
    shared = set.intersection(
        *(set(september_counts(case.table("troops"), h).dropna(subset=["count"])["year"]) for h in HOSTS)
    )
    return f"{max(shared)}-09"


def services(case: Case) -> Exhibit:
    """Table: active-duty personnel by service at the latest September known."""
    date = latest_september(case)
    frames = [
        services_at(case.table("troops"), host, date).rename(columns={"count": host, "id": f"{host}_id"})
        for host in HOSTS
    ]
    frame = frames[0].merge(frames[1], on="service", how="outer")
    frame["order"] = frame["service"].map({key: i for i, key in enumerate(SERVICES)})
    frame = frame.dropna(subset=["order"]).sort_values("order", ignore_index=True)
    frame["name"] = frame["service"].map(SERVICES)
    rows = [*frame["JP_id"].dropna(), *frame["KR_id"].dropna()]
    number = lambda v: formats.plain(v)  # noqa: E731 - one use, as a column formatter
    return table(
        frame[["name", *HOSTS]],
        [Column("name", "Service"), *(Column(h, case.name(h), "right", number) for h in HOSTS)],
        id="tab-services",
        title="The Navy and the Marines carry Japan, the Army and the Air Force Korea",
        subtitle=f"Active-duty personnel permanently assigned, September {date[:4]}",
        source=case.ledger.source_line(*rows),
        notes=["The count leaves out units on rotation and U.S. and local civilians."],
        strong_rows=lambda row: row["name"] == "Total",
    )


def text(case: Case) -> Exhibit:
    """Paragraph: the headline strength beside the official count, and why they differ."""
    headline = case.evidence.row(case.scenario.troops)
    said = case.quote_row("headline_troops", headline["id"], formats.plain(headline["count"]), "count", "persons")
    date = latest_september(case)
    rows = services_at(case.table("troops"), case.scenario.host, date)
    total = rows[rows["service"] == "total"].iloc[0]
    counted = case.quote_row("counted_troops", total["id"], formats.plain(total["count"]), "count", "persons")
    gap = 100 * (float(total["count"]) / float(headline["count"]) - 1)
    size = direction(gap, 0.5, "above", "level with", "below")
    return prose(
        f"The figure that officials and the press use for {case.host['name']} is about {said}{case.cite(headline['id'])}. "
        f"The quarterly U.S. count of people permanently assigned gave {counted} in September {date[:4]}"
        f"{case.cite(total['id'])}, {size} the headline"
        + (f" by {formats.percent(abs(gap), 1)}" if abs(gap) > 0.5 else "")
        + ". Per-person figures in this briefing always say which of the two they use."
    )
