"""The live board of the explorer: answer, key figures and charts in one widget that follows new numbers."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from analysis.explore import charts
from analysis.explore.captions import captions, key_figures
from analysis.explore.model import Explored
from analysis.explore.words import Currency, Words
from analysis.export.bundle import vega_bundle
from analysis.export.drawing import specification


def _script() -> str:
    """The chart runtime and the board's own script as one module: nothing is loaded from an address."""
    runtime = gzip.decompress(base64.b64decode(vega_bundle())).decode("utf-8")
    return f"{runtime}\n{Path(__file__).with_name('board.js').read_text(encoding='utf-8')}"


class Board(anywidget.AnyWidget):
    """Answer, key figures and charts; call `show` with every new answer."""

    _esm = _script()
    specs = traitlets.Dict().tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def show(self, found: Explored, own: Explored, currency: Currency, *, anew: bool = False) -> None:
        """Show an answer beside that of the scenario as it stands; anew: with charts of its own names and units."""
        words = Words(found, currency)
        place = (own.decision.p, own.prices.now)
        tables = charts.all_tables(words, place)
        with self.hold_sync():
            if anew:
                self.specs = specifications(words, tables)
            self.tables = {name: numbered(given) for name, given in tables.items()}
            self.words = {
                "answer": words.answer(),
                "reasons": words.reasons(),
                "ask": words.ask(),
                "figures": key_figures(words, Words(own, currency)),
                "charts": {name: vars(said) for name, said in captions(words).items()},
            }


def specifications(words: Words, tables: Any) -> dict[str, Any]:
    """Vega-Lite specifications of the charts, drawn by the project's theme, by name."""
    drawn = charts.all_charts(words)
    return {
        name: specification(charts.with_tables(chart, tables[name]), charts.WIDTHS[name], f"fig-{name}")
        for name, chart in drawn.items()
    }


def numbered(tables: charts.Tables) -> dict[str, list[dict[str, Any]]]:
    """Rows by the names a finished specification gives its tables: numbered in their order."""
    return {f"table_{number}": charts.records(frame) for number, frame in enumerate(tables.values(), 1)}
