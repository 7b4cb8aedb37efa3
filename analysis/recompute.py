"""Figures worked out again: the amount a source prints, and the formula behind a derived row.

Both are independent of the number in the row, so a slip of the finger or of a unit (100 million yen read as a
billion) shows at once.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Mapping
from typing import NamedTuple

_NUMBER = r"(-?[0-9][0-9,]*(?:\.[0-9]+)?)"
_HEDGE = re.compile(r"^(about|around|approximately|nearly|over|more than|up to) ", re.IGNORECASE)
_MONEY_WORDS = {"yen": "JPY", "won": "KRW", "dollars": "USD", "u.s. dollars": "USD", "": None}
_SIGNS = {"$": "USD", "US$": "USD", "USD": "USD", "KRW": "KRW", "EUR": "EUR"}
_IN_BN = {
    "oku": 0.1,  # 100 million, the Japanese unit of budgets
    "eok": 0.1,  # the same unit in Korean
    "million": 1e-3,
    "m": 1e-3,
    "billion": 1.0,
    "bn": 1.0,
    "b": 1.0,
    "trillion": 1e3,
    "tn": 1e3,
}
_WORDED = re.compile(rf"{_NUMBER} (oku|eok|million|billion|trillion|tn)(?: (yen|won|dollars|u\.s\. dollars))?", re.I)
_SIGNED = re.compile(rf"(US\$|\$|USD|KRW|EUR) ?{_NUMBER} ?(million|billion|trillion|bn|tn|m|b)", re.I)
_HUNDRED_MILLIONS = re.compile(rf"{_NUMBER} \((USD|KRW) 100 million\)")
_WHOLE_UNITS = re.compile(rf"(USD) {_NUMBER}")
_PERCENT = re.compile(rf"{_NUMBER} ?(?:%|percent)(?: of GDP)?")


class Stated(NamedTuple):
    """What a printed amount says: value in bn of the currency (None: not printed), or percent (unit pct)."""

    value: float
    unit: str
    currency: str | None


def stated_amount(text: str) -> Stated | None:
    """Read a printed amount such as `1,993 oku yen`, `USD 150 million`, `9,200 (KRW 100 million)` or `5.4%`.

    Returns None where the wording is not of a known form; nothing is guessed.
    """
    text = _HEDGE.sub("", text.strip())
    if found := _WORDED.fullmatch(text):
        number, unit, money = found.groups()
        return Stated(_plain(number) * _IN_BN[unit.lower()], "bn", _MONEY_WORDS[(money or "").lower()])
    if found := _SIGNED.fullmatch(text):
        sign, number, unit = found.groups()
        return Stated(_plain(number) * _IN_BN[unit.lower()], "bn", _SIGNS[sign])
    if found := _HUNDRED_MILLIONS.fullmatch(text):
        return Stated(_plain(found[1]) * 0.1, "bn", found[2])
    if found := _WHOLE_UNITS.fullmatch(text):
        return Stated(_plain(found[2]) * 1e-9, "bn", found[1])
    if found := _PERCENT.fullmatch(text):
        return Stated(_plain(found[1]), "pct", None)
    return None


def _plain(number: str) -> float:
    return float(number.replace(",", ""))


def half_step(value: float) -> float:
    """Half a unit in the last decimal the value is written with: 199.3 -> 0.05. Integers give 0.5."""
    text = repr(float(value))
    decimals = len(text.partition(".")[2]) if "e" not in text else 9
    return 0.5 if text.endswith(".0") else 0.5 * 10.0**-decimals


_ROW = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*")
_LONGEST = 300  # characters of a formula
_OKU = re.compile(rf"{_NUMBER} oku yen")
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def rows_in(formula: str) -> list[str]:
    """Ids of the rows a formula names, in order: `J030 / 1.09` -> [`J030`]."""
    return list(dict.fromkeys(_ROW.findall(_OKU.sub("0", formula))))


def evaluate(formula: str, values: Mapping[str, float]) -> float:
    """The value of a formula over row ids, numbers and + - * / ( ), such as `J012 / (1 - 0.022)`.

    A printed amount (`400 oku yen`) counts in bn. Raises KeyError for an unknown row, ValueError for anything else.
    """
    if len(formula) > _LONGEST:
        raise ValueError(f"a formula of {len(formula):,} characters, at most {_LONGEST}")
    text = _OKU.sub(lambda m: repr(_plain(m[1]) * _IN_BN["oku"]), formula)
    text = _ROW.sub(lambda m: f"({values[m[0]]!r})", text)
    try:
        return _value(ast.parse(text, mode="eval").body)
    except (SyntaxError, ArithmeticError, RecursionError, MemoryError) as error:
        raise ValueError(f"{formula!r} cannot be worked out: {error}") from None


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    raise ValueError("only numbers, rows and + - * / ( ) are allowed")
