"""Inputs shared by the tests of the model: the October 2020 case, typed in once."""

from __future__ import annotations

import pandas as pd

from analysis.costs import CategoryDriver
from analysis.distributions import Pert
from analysis.settlement import SettlementModel, reference_class
from analysis.simulation import FullAsk, KoreaTerms, StrategyInputs

DRIFT = {"JP": 1.0, "KR": 2.0}

#: First-year changes of the rounds, percent, with the ask as a multiple of the prior payment where one was reported.
ROUNDS = pd.DataFrame(
    [
        ("KR", 2005, -8.9, None),
        ("JP", 2006, -2.2, None),
        ("KR", 2007, 6.6, None),
        ("JP", 2008, -4.1, None),
        ("KR", 2009, 2.5, None),
        ("JP", 2011, -1.2, None),
        ("KR", 2014, 5.8, 1.15),
        ("JP", 2016, 1.1, None),
        ("KR", 2019, 8.2, 1.5),
        ("JP", 2021, 1.2, None),
        ("KR", 2021, 13.9, 5.7),
        ("JP", 2022, 1.9, None),
        ("KR", 2026, 8.3, None),
    ],
    columns=["host", "first_year", "change_pct", "ask_multiple"],
)
BEFORE_2021 = ROUNDS[ROUNDS["first_year"] < 2021]

YEARS = tuple(range(2021, 2026))
TRUMP_ASK = Pert(1.3, 2.5, 4.2)
YEN = tuple(Pert(*r) for r in ((98, 105, 112), (95, 105, 116), (93, 105, 119), (91, 105, 122), (89, 105, 125)))


def drivers(scale: float = 1.0) -> dict[str, CategoryDriver]:
    """The four categories of FY2020, JPY bn, with their October 2020 ranges; all amounts times `scale`."""
    return {
        "labour": CategoryDriver(
            154.7 * scale,
            growth=Pert(-0.005, 0.005, 0.02),
            volume=Pert(22_625, 23_178, 23_700),
            base_volume=23_178,
        ),
        "utilities": CategoryDriver(22.3 * scale, growth=Pert(-0.05, 0.01, 0.08), ceiling=24.9 * scale),
        "fip": CategoryDriver(21.3 * scale, level=Pert(20.6 * scale, 22 * scale, 33 * scale), floor=20.6 * scale),
        "training": CategoryDriver(1.0 * scale, growth=Pert.certain(0)),
    }


def settlement(tail_weight: float = 0.10, **changed) -> SettlementModel:
    """The October 2020 settlement model on L1."""
    given = {
        "level": "L1",
        "reference": reference_class(BEFORE_2021, "JP", DRIFT).distribution,
        "kappa": Pert(0, 5, 10),
        "ask_now": TRUMP_ASK,
        "ask_after": {"biden": Pert(1, 1.1, 1.5), "trump": TRUMP_ASK},
        "tail_weight": {"biden": 0.0, "trump": tail_weight},
        "tail_size": Pert(20, 50, 320),
    }
    return SettlementModel(**{**given, **changed})


def october_2020(**changed) -> StrategyInputs:
    """All inputs of the October 2020 case; keyword arguments replace fields."""
    given = {
        "years": YEARS,
        "base_year": 2020,
        "drivers": drivers(),
        "states": ("biden", "trump"),
        "p": 0.80,
        "bridge_years": 1,
        "bridge_uplift": Pert(-1, 0, 2),
        "fee": Pert(0, 0.5, 2),
        "settlement": settlement(),
        "korea_terms": KoreaTerms(13.9, 4.3),
        "full_ask": FullAsk(8.0, YEN),
        "seed": 20201008,
    }
    return StrategyInputs(**{**given, **changed})
