"""The ledger of a briefing: every number a sentence or exhibit quotes, with its rows, formula and sources.

Prose never holds a typed number. It asks the ledger, which remembers where the number came from; at the end
the ledger becomes results.json and the numbered list of sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.errors import BuildError
from analysis.vintage import Evidence


@dataclass(frozen=True)
class Quote:
    """One number as quoted: its value and unit, the words the reader sees, and where it comes from."""

    name: str
    value: float
    unit: str
    text: str
    rows: tuple[str, ...] = ()
    formula: str = ""
    assumptions: tuple[str, ...] = ()
    confidence: str = ""

    def __str__(self) -> str:
        return self.text

    def __format__(self, spec: str) -> str:
        return format(self.text, spec)


@dataclass
class Ledger:
    """Quotes and citations in the order of their first use."""

    evidence: Evidence
    prefix: str = ""
    quotes: dict[str, Quote] = field(default_factory=dict)
    cited: list[str] = field(default_factory=list)

    def quote(
        self,
        name: str,
        value: float,
        unit: str,
        text: str,
        *,
        rows: Iterable[str] = (),
        formula: str = "",
        assumptions: Iterable[str] = (),
    ) -> Quote:
        """Enter a number and return it ready for a sentence.

        `rows` are ids of data rows, `assumptions` dotted paths into the scenario; at least one of them is needed.
        Raises BuildError when the number has neither, or when the same name is entered with another value.
        """
        rows, assumptions = tuple(dict.fromkeys(rows)), tuple(assumptions)
        if not rows and not assumptions:
            raise BuildError(f"figure {name}", "it names neither a data row nor an assumption")
        quote = Quote(name, float(value), unit, text, rows, formula, assumptions, self.confidence(rows))
        if (known := self.quotes.get(name)) and known != quote:
            raise BuildError(f"figure {name}", f"quoted twice with different values, {known.text} and {text}")
        self.quotes[name] = quote
        return quote

    def confidence(self, rows: Iterable[str]) -> str:
        """The weakest confidence letter among the rows; empty when there are none."""
        return max((str(self.evidence.row(r)["confidence"]) for r in rows), default="")

    def cite(self, *rows: str) -> str:
        """Citation marks for the sources of the rows, numbered by first use: `[2](#source-2)`."""
        numbers = sorted({self._number(str(self.evidence.row(row)["source"])) for row in rows})
        return "\u2009".join(f"[\\[{self.prefix}{n}\\]](#{self.anchor(n)})" for n in numbers)

    def source_line(self, *rows: str, note: str = "") -> str:
        """The `Source:` line under an exhibit: numbered sources of all its rows, shortest form."""
        numbers = sorted({self._number(str(self.evidence.row(row)["source"])) for row in rows})
        shown = ", ".join(self._run(run) for run in _runs(numbers))
        word = "Source" if len(numbers) == 1 else "Sources"
        return f"{word}: {shown}." + (f" {note}" if note else "")

    def _run(self, run: list[int]) -> str:
        ends = run if len(run) < 3 else [run[0], run[-1]]
        return ("–" if len(run) > 2 else ", ").join(f"[{self.prefix}{n}](#{self.anchor(n)})" for n in ends)

    def anchor(self, number: int) -> str:
        """Link target of a source in the list."""
        return f"source-{self.prefix.lower()}{number}"

    def _number(self, source: str) -> int:
        if source not in self.cited:
            self.cited.append(source)
        return self.cited.index(source) + 1

    def sources(self) -> pd.DataFrame:
        """Cited sources in order: number, producer, title, url, published."""
        frame = self.evidence.table("sources").loc[self.cited].reset_index(drop=True)
        frame.insert(0, "number", range(1, len(frame) + 1))
        return frame

    def results(self) -> dict[str, Any]:
        """All quotes as plain data, by name: the content of results.json."""
        return {
            quote.name: {
                "value": quote.value,
                "unit": quote.unit,
                "text": quote.text,
                "rows": list(quote.rows),
                "formula": quote.formula,
                "assumptions": list(quote.assumptions),
                "confidence": quote.confidence,
                "sources": sorted({str(self.evidence.row(r)["source"]) for r in quote.rows}),
            }
            for quote in self.quotes.values()
        }


def _runs(numbers: list[int]) -> list[list[int]]:
    """Sorted numbers cut into runs without a hole: [2, 3, 4, 9] becomes [[2, 3, 4], [9]]."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
