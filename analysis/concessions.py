"""What became of asks: how far of the way each settlement went, from the prior payment and from the last offer."""

from __future__ import annotations

import pandas as pd

from analysis.comparison import local_rate
from analysis.errors import DataError
from analysis.settlement import concession_shares
from analysis.vintage import Evidence


def concessions(evidence: Evidence) -> pd.DataFrame:
    """Rounds with a quantified ask: what was asked, offered and settled, and how far of the way that was.

    Amounts in bn of the host's currency; a dollar ask is converted at the market average of the year it was made.
    offer and last_ask are NaN where none became public; then lambda_1 is NaN too. rows: all data rows used.
    """
    found = []
    for round_id, row in evidence.table("rounds").iterrows():
        if pd.isna(row["ask_multiple"]):
            continue
        prior, settled = float(row["prior_payment"]), float(row["new_payment"])
        multiple = float(row["ask_multiple"])
        offer = float("nan") if pd.isna(row["offer_pct"]) else prior * (1 + float(row["offer_pct"]) / 100)
        last_ask, ask_rows = _last_ask(evidence, str(round_id), row)
        known = not pd.isna(offer) and last_ask is not None
        lambda_0, lambda_1 = concession_shares(
            prior, prior * multiple, settled, offer if known else None, last_ask if known else None
        )
        found.append(
            {
                "id": round_id,
                "host": row["host"],
                "first_year": int(row["first_year"]),
                "multiple": multiple,
                "prior": prior,
                "offer": offer,
                "last_ask": float("nan") if last_ask is None else last_ask,
                "settled": settled,
                "change_pct": float(row["change_pct"]),
                "lambda_0": lambda_0,
                "lambda_1": float("nan") if lambda_1 is None else lambda_1,
                "rows": [str(round_id), *ask_rows, *([str(row["offer_row"])] if pd.notna(row["offer_row"]) else [])],
            }
        )
    columns = [
        *["id", "host", "first_year", "multiple", "prior", "offer", "last_ask", "settled", "change_pct"],
        *["lambda_0", "lambda_1", "rows"],
    ]
    return pd.DataFrame(found, columns=columns)


def _last_ask(evidence: Evidence, round_id: str, row: pd.Series) -> tuple[float | None, list[str]]:
    """The last ask of a round in local currency (the floor, where several were named on one day), and its rows."""
    asks = evidence.table("asks")
    asks = asks[asks["round"].eq(round_id) & asks["side"].eq("us") & asks["kind"].eq("ask")]
    asks = asks[asks["amount_unit"].isin(["bn", "multiple"]) & ~asks["status"].eq("rejected_misprint")]
    if asks.empty:
        return None, []
    made = asks["made"].fillna("").astype(str)
    last = asks[made == made.max()]
    amounts = []
    for ask_id, ask in last.iterrows():
        rows = [str(ask_id)]
        if ask["amount_unit"] == "multiple":
            amounts.append((float(row["prior_payment"]) * float(ask["amount"]), rows))
        elif ask["currency"] != "USD":
            amounts.append((float(ask["amount"]), rows))
        else:
            try:
                rate = local_rate(evidence.table("fx"), str(row["currency"]), int(str(ask["made"])[:4]))
            except DataError:
                continue  # the average of that year was not public yet
            amounts.append((float(ask["amount"]) * float(rate["rate"]), [*rows, str(rate.name)]))
    return min(amounts, default=(None, []))
