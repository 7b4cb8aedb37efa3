"""How a round of talks settles, as a rise in percent over the status-quo path, on three levels of knowledge.

L0  nothing has leaked: the past rounds alone.
L1  an ask is known: u = u_ref + kappa ln(m), m = ask / prior payment. The logarithm is the finding of past
    rounds: the larger the ask, the smaller the share of it that was met.
L2  the host's last offer O and the last ask A are known: S = O + lambda_1 (A - O).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.distributions import Pert, StudentT, reference_distribution
from analysis.errors import DataError, ScenarioError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ReferenceClass:
    """The outside view: predictive distribution of an uplift, and the rounds it rests on."""

    distribution: StudentT
    rounds: pd.DataFrame  # host, first_year, change_pct, gap_years, uplift_pct
    host: str

    @property
    def n(self) -> int:
        """Number of rounds of all hosts."""
        return len(self.rounds)

    @property
    def n_own(self) -> int:
        """Number of rounds of this host."""
        return int((self.rounds["host"] == self.host).sum())


@dataclass(frozen=True)
class KappaFit:
    """Least-squares line change = intercept + slope ln(ask multiple) through past rounds, in percentage points."""

    slope: float
    intercept: float
    slope_se: float
    n: int

    @property
    def per_doubling(self) -> float:
        """Points of uplift per doubling of the ask."""
        return self.slope * math.log(2)


def with_uplift(rounds: pd.DataFrame, drift_pct: Mapping[str, float]) -> pd.DataFrame:
    """The rounds with `uplift_pct` = first-year change less the drift the payment would have had anyway.

    rounds: columns host, first_year, change_pct (percent against the prior payment); optional gap_years (years
    between the prior payment and the first year, 1 if absent). drift_pct: yearly status-quo growth by host.
    Raises DataError when a column or the drift of a host is missing.
    """
    if lacking := [c for c in ("host", "first_year", "change_pct") if c not in rounds]:
        raise DataError("rounds", f"the column {', '.join(lacking)} is missing")
    if unknown := sorted(set(rounds["host"]) - set(drift_pct)):
        raise DataError("rounds", f"no drift is given for {', '.join(unknown)}", "drift_pct for every host")
    gap = rounds["gap_years"].fillna(1) if "gap_years" in rounds else pd.Series(1.0, index=rounds.index)
    drift = rounds["host"].map(drift_pct).astype(float)
    return rounds.assign(gap_years=gap, uplift_pct=rounds["change_pct"] - drift * gap)


def reference_class(
    rounds: pd.DataFrame,
    host: str,
    drift_pct: Mapping[str, float],
    as_of: date | None = None,
    prior_mean_pct: float = 1.0,
    prior_sd_pct: float = 6.0,
    prior_rounds: float = 2.0,
    pooled_rounds: float = 4.0,
) -> ReferenceClass:
    """The reference class of one host as it could be seen on `as_of`.

    With `as_of`, rounds whose `published` date (a day, or text that pandas reads as one) is later are left out; a
    frame without that column is taken as filtered already. Shrinkage: `distributions.reference_distribution`.
    """
    if as_of is not None and "published" in rounds:
        rounds = rounds[pd.to_datetime(rounds["published"]) <= pd.Timestamp(as_of)]
    seen = with_uplift(rounds, drift_pct)
    distribution = reference_distribution(
        seen.loc[seen["host"] == host, "uplift_pct"],
        seen["uplift_pct"],
        prior_mean_pct,
        prior_sd_pct,
        prior_rounds,
        pooled_rounds,
    )
    return ReferenceClass(distribution, seen.reset_index(drop=True), host)


def ask_uplift(reference: ArrayLike, kappa: ArrayLike, multiple: ArrayLike) -> Floats:
    """L1: reference + kappa ln(multiple), percent. Raises ScenarioError when a multiple is not above zero."""
    multiple = np.asarray(multiple, dtype=float)
    if np.any(multiple <= 0):
        raise ScenarioError("ask multiple", "is not above zero", "ask divided by the prior payment")
    return np.asarray(reference, dtype=float) + np.asarray(kappa, dtype=float) * np.log(multiple)


def offer_settlement(offer: ArrayLike, ask: ArrayLike, lambda_1: ArrayLike) -> Floats:
    """L2: offer + lambda_1 (ask - offer), in the money unit of the two."""
    offer = np.asarray(offer, dtype=float)
    return offer + np.asarray(lambda_1, dtype=float) * (np.asarray(ask, dtype=float) - offer)


def uplift_of(amount: ArrayLike, path_amount: ArrayLike) -> Floats:
    """Percent by which an amount exceeds the status-quo path of the same year."""
    return 100 * (np.asarray(amount, dtype=float) / np.asarray(path_amount, dtype=float) - 1)


def with_tail(inside: Floats, leaves_frame: NDArray[np.bool_], outside: Floats) -> Floats:
    """The uplift inside the existing frame, or outside it where the talks leave it."""
    return np.where(leaves_frame, outside, inside)


def ratcheted(after: ArrayLike, bridge: ArrayLike, ratchet: ArrayLike, rule: str) -> Floats:
    """Uplift of the deal after the event, given the uplift paid in the bridge years; all in percent.

    `none`   the later talks start afresh.
    `floor`  max(after, ratchet x bridge): the later deal cannot fall below that share of the bridge's uplift.
             With a bridge near the old price this is a floor near the status quo, and cuts off every fall that
             the reference class holds: a strong assumption.
    `carry`  after + ratchet x max(bridge, 0): that share of a rise persists, the rest of the talks is as open as
             before.
    """
    after, bridge, ratchet = (np.asarray(x, dtype=float) for x in (after, bridge, ratchet))
    if rule == "none":
        return after
    if rule == "floor":
        return np.maximum(after, ratchet * bridge)
    if rule == "carry":
        return after + ratchet * np.maximum(bridge, 0)
    raise ScenarioError("ratchet_rule", f"is {rule!r}", "none, floor, carry")


def fit_kappa(multiples: ArrayLike, changes_pct: ArrayLike) -> KappaFit:
    """Least-squares kappa from rounds whose ask is known; a check on the assumed range, not an estimate to lean on.

    multiples: ask / prior payment. changes_pct: first-year change. Raises DataError below three rounds.
    """
    x, y = np.log(np.asarray(multiples, dtype=float)), np.asarray(changes_pct, dtype=float)
    if x.size < 3 or x.size != y.size:
        raise DataError("rounds", f"{min(x.size, y.size)} rounds with a known ask", "three or more")
    centred = x - x.mean()
    spread = float(centred @ centred)
    if spread == 0:
        raise DataError("rounds", "all asks are the same multiple, so they say nothing about kappa")
    slope = float(centred @ y) / spread
    intercept = float(y.mean() - slope * x.mean())
    residual = y - intercept - slope * x
    return KappaFit(slope, intercept, math.sqrt(float(residual @ residual) / (x.size - 2) / spread), int(x.size))


def concession_shares(
    prior: float, ask: float, settled: float, offer: float | None = None, last_ask: float | None = None
):
    """(lambda_0, lambda_1): share of the way from the prior payment to the ask, and from last offer to last ask.

    lambda_1 is None without an offer; the last ask is the ask where none is given apart. All amounts in one unit.
    """
    lambda_0 = (settled - prior) / (ask - prior)
    end = ask if last_ask is None else last_ask
    return lambda_0, None if offer is None else (settled - offer) / (end - offer)


def rubinstein_theta(patience_host: float, patience_us: float) -> float:
    """Share of the room between status quo and ceiling that goes to the U.S.: (1 - d_H) / (1 - d_H d_U).

    Discount factors per round of talks in [0, 1), the U.S. moving first (Rubinstein 1982).
    """
    for value in (patience_host, patience_us):
        if not 0 <= value < 1:
            raise ScenarioError("patience", f"is {value}", "0 or more, below 1")
    return (1 - patience_host) / (1 - patience_host * patience_us)


def nash_settlement(status_quo: float, ceiling: float, theta: float) -> float:
    """Nash bargaining with transferable money: status quo + theta (ceiling - status quo) (Nash 1950)."""
    return status_quo + theta * (ceiling - status_quo)


@dataclass(frozen=True)
class SettlementModel:
    """Everything needed to draw settlements. Percent unless said otherwise.

    level: L0, L1 or L2 for the price now; the deal after the event is L0 on L0 and L1 otherwise (no offer to the
    later administration can be known yet). reference: the outside view. ask_now, ask_after: effective ask as a
    multiple of the prior payment, now and by state. tail_weight: probability by state that talks leave the
    existing frame; never applied to the price now, which is seen and can be refused. offer, last_ask: yearly
    amounts for L2. now_override, after_override: ranges that replace the model; the tail then applies only with
    tail_beside_override.
    """

    level: str
    reference: StudentT
    kappa: Pert
    ask_now: Pert
    ask_after: Mapping[str, Pert]
    tail_weight: Mapping[str, float]
    tail_size: Pert
    offer: float | None = None
    last_ask: float | None = None
    lambda_1: Pert | None = None
    now_override: Pert | None = None
    after_override: Mapping[str, Pert] | None = None
    tail_beside_override: bool = False

    def __post_init__(self) -> None:
        if self.level not in ("L0", "L1", "L2"):
            raise ScenarioError("settlement.level", f"is {self.level!r}", "L0, L1, L2")
        if self.level == "L2" and self.now_override is None and None in (self.offer, self.last_ask, self.lambda_1):
            raise ScenarioError("settlement", "L2 needs offer, last_ask and lambda_1")
        for state, weight in self.tail_weight.items():
            if not 0 <= weight <= 1:
                raise ScenarioError(f"settlement.tail.weight.{state}", f"is {weight}", "0 to 1")

    @property
    def has_tail(self) -> bool:
        """Whether the deal after the event can leave the frame, beside the price inside it."""
        return self.after_override is None or self.tail_beside_override
