"""What a figure counts: the words that must agree before two figures may meet.

Japan's budget line, Korea's Special Measures Agreement, the wider envelopes and the U.S. accounts overlap
without being the same. Each figure of this project carries these tags; the enums are the only spelling.
"""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """Which costs are inside the figure."""

    HNS_BUDGET = "hns_budget"  # Japan's host-nation support line: labour, utilities, training, equipment, FIP
    SMA_ONLY = "sma_only"  # what the Special Measures Agreement itself covers
    STATIONING_RELATED = "stationing_related"  # HNS + rent, base-area measures, relocation, compensation
    SACO = "saco"  # Special Action Committee on Okinawa projects
    REALIGNMENT = "realignment"  # realignment of U.S. forces, Guam and carrier wing moves included
    MINISTRY_ENVELOPE = "ministry_envelope"  # stationing-related + SACO + realignment
    ALL_MINISTRIES = "all_ministries"  # + other ministries' base grants and imputed rent
    BROAD_DIRECT = "broad_direct"  # GAO "direct" cash and in-kind support; Korean white paper "direct"
    INDIRECT = "indirect"  # forgone rent, waived taxes and fees: never added to direct support
    DIRECT_AND_INDIRECT = "direct_and_indirect"  # published totals that already mix the two
    US_OBLIGATIONS = "us_obligations"  # what the United States itself spends on its presence


class Basis(StrEnum):
    """At which stage of its life the amount was recorded."""

    ANNOUNCED = "announced"  # a multi-year total or average announced with an agreement
    AGREED = "agreed"  # a yearly amount fixed by an agreement (Korea's SMA totals)
    BUDGET_REQUEST = "budget_request"
    DRAFT_BUDGET = "draft_budget"
    INITIAL_BUDGET = "initial_budget"  # expenditure basis
    SUPPLEMENTARY_BUDGET = "supplementary_budget"
    CONTRACT = "contract"  # contract basis of the same budget
    OUTTURN = "outturn"
    ESTIMATE = "estimate"  # a published estimate by a government or a study
    UNSTATED = "unstated"  # the source does not say


class YearType(StrEnum):
    """Whose year: Japan's runs April to March, Korea's is the calendar year, the U.S. one October to September."""

    FY = "FY"
    CY = "CY"
    USFY = "USFY"


class Currency(StrEnum):
    """Currencies of the tables; amounts of money are always in billions of them."""

    JPY = "JPY"
    KRW = "KRW"
    USD = "USD"
    EUR = "EUR"


class BillCategory(StrEnum):
    """Parts of a yearly bill that a scenario may move apart; `rest` and `agreed_total` where no split was published."""

    LABOUR = "labour"  # base workers: pay, allowances and welfare together
    LABOUR_SMA = "labour_sma"  # the part of it inside the Special Measures Agreement (Japan)
    LABOUR_WELFARE = "labour_welfare"  # the part outside it (Japan)
    UTILITIES = "utilities"
    TRAINING = "training"  # moving drills away from bases
    EQUIPMENT = "equipment"  # training equipment, Japan from FY2022
    FIP = "fip"  # Facilities Improvement Program
    CONSTRUCTION = "construction"  # South Korea
    LOGISTICS = "logistics"  # South Korea
    REST = "rest"  # what published parts leave of the total
    AGREED_TOTAL = "agreed_total"  # a total fixed by an agreement, not built from parts


class Confidence(StrEnum):
    """How well a row is supported."""

    A = "A"  # government document
    B = "B"  # two independent secondary sources
    C = "C"  # one source, or worked out from sourced numbers
