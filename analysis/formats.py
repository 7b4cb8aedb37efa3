"""Numbers as a reader sees them; every figure of a report passes through here (Babel, English)."""

from __future__ import annotations

import math
from datetime import date

from babel.numbers import format_decimal, get_currency_symbol

LOCALE = "en_US"
MINUS = "\u2212"


def plain(value: float, decimals: int = 0) -> str:
    """1234.5 as `1,234` or, with decimals, `1,234.5`; a true minus sign; never -0."""
    rounded = round(float(value), decimals) + 0.0
    if not math.isfinite(rounded):
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(rounded, format=pattern, locale=LOCALE, decimal_quantization=False).replace("-", MINUS)


def money(value_bn: float, currency: str, decimals: int = 0) -> str:
    """Billions with their sign: `¥199.3 bn`, `−$1.9 bn`."""
    sign = MINUS if round(value_bn, decimals) < 0 else ""
    return f"{sign}{symbol(currency)}{plain(abs(value_bn), decimals)}\u00a0bn"


def symbol(currency: str) -> str:
    """¥, ₩, $ or €."""
    return get_currency_symbol(currency, locale=LOCALE)


def money_range(low_bn: float, high_bn: float, currency: str, decimals: int = 0) -> str:
    """`¥1,002–1,048 bn`; a range that crosses zero uses `to`."""
    joint = "–" if low_bn >= 0 else " to "
    return f"{symbol(currency)}{plain(low_bn, decimals)}{joint}{plain(high_bn, decimals)}\u00a0bn"


def percent(value: float, decimals: int = 0) -> str:
    """A share in percent: `37.6%`."""
    return f"{plain(value, decimals)}%"


def change(value_pct: float, decimals: int = 1) -> str:
    """A signed change in percent: `+1.5%`, `−4.1%`, `0.0%`."""
    rounded = round(float(value_pct), decimals)
    return ("+" if rounded > 0 else "") + percent(rounded, decimals)


def multiple(value: float, decimals: int = 1) -> str:
    """A ratio: `4.2 times`."""
    return f"{plain(value, decimals)} times"


def per_person(value_bn: float, heads: float, currency: str) -> str:
    """Money per person: thousands of dollars (`$35,200`) or millions of yen and won (`¥3.7 m`)."""
    each = value_bn * 1e9 / heads
    if currency == "USD":
        return f"${plain(round(each, -2))}"
    return f"{symbol(currency)}{plain(each / 1e6, 2)}\u00a0m"


def year(number: int, year_type: str) -> str:
    """`FY2021` for a fiscal year, `2021` for a calendar year."""
    return f"{'FY' if year_type in ('FY', 'USFY') else ''}{number}"


def years(first: int, last: int, year_type: str) -> str:
    """`FY2021–25`, `2019`, `1996–2004`."""
    if first == last:
        return year(first, year_type)
    short = str(last)[2:] if first // 100 == last // 100 else str(last)
    return f"{year(first, year_type)}–{short}"


_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBERS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`one round`, `nine rounds`, `21 rounds`."""
    return f"{number_word(number)} {noun if number == 1 else plural or noun + 's'}"


def number_word(number: int) -> str:
    """`one`, `nine`, `21`."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else plain(number)


def day(when: date) -> str:
    """`8 October 2020`."""
    return f"{when.day} {when:%B %Y}"


def event_date(first: str, last: object = None) -> str:
    """A date as precise as it is known: `2019`, `Nov 2019`, `19 Nov 2019`, `18–19 Nov 2019`."""
    start = str(first)
    if len(start) == 4:
        return start
    if len(start) == 7:
        return f"{date.fromisoformat(start + '-01'):%b %Y}"
    day_one = date.fromisoformat(start)
    if not isinstance(last, str):
        return f"{day_one.day} {day_one:%b %Y}"
    end = date.fromisoformat(last)
    if (end.year, end.month) == (day_one.year, day_one.month):
        return f"{day_one.day}–{end.day} {day_one:%b %Y}"
    return f"{day_one.day} {day_one:%b} – {end.day} {end:%b %Y}"
