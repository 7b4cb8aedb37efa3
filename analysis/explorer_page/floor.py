"""Mean of a later price that cannot fall below a floor: what a ratchet leaves of a closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.settlement import SettlementModel

Floats = NDArray[np.float64]

REACH, STEP = 60.0, 0.25  # percentage points around the mean price; beyond, the price or the floor alone counts
_GRID = 60


def excess_table(model: SettlementModel, state: str) -> list[float]:
    """E[max(U - E[U], z)] for z = -REACH, -REACH + STEP, ..., REACH; percentage points.

    U is the price after the event inside the frame, so E[max(U, floor)] = E[U] + excess(floor - E[U]). Straight lines
    between the entries are right to 0.001 points.
    """
    offsets = np.arange(-REACH, REACH + STEP / 2, STEP)
    if model.after_override is not None:
        ranks = (np.arange(_GRID**2) + 0.5) / _GRID**2
        price = model.after_override[state].ppf(ranks)
        return _rounded(np.maximum(price[:, None] - price.mean(), offsets).mean(axis=0))
    shift = _shifts(model, state)[:, None]
    over = replace(model.reference, location=0.0).excess(offsets - shift)
    return _rounded((offsets + over).mean(axis=0))


def _shifts(model: SettlementModel, state: str) -> Floats:
    """What ask and kappa add to past rounds, about its mean; one value on level L0."""
    if model.level == "L0":
        return np.zeros(1)
    ranks = (np.arange(_GRID) + 0.5) / _GRID
    added = np.outer(model.kappa.ppf(ranks), np.log(model.ask_after[state].ppf(ranks))).ravel()
    return added - added.mean()


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 5) for value in values]
