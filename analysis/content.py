"""What an input says, apart from how it is written: a comment, a line end or the order of keys changes no content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data import descriptor
from analysis.paths import listed_scenarios
from analysis.reads import Read
from analysis.scenario_files import raw_scenario
from analysis.vintage import load_evidence


def notebook_content(path: Path) -> str:
    """Hash of what a notebook's cells say; outputs and the marks of an editor do not count."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return _digest(
        [[c["cell_type"], c["id"], "".join(c["source"]), c.get("metadata", {}).get("tags", [])] for c in cells]
    )


def read_contents(reads: Iterable[Read]) -> dict[str, str]:
    """Hash of each thing read (as `reads.noted` lists them), as it stands in data/ now, and of the descriptor.

    The keys are the reads in words: `scenario biden`, `table 2020-10-08 payments`, `row 2020-10-08 payments J029`.
    What is gone has no entry. Raises HnsError where something cannot be read any more.
    """
    days: dict[str, Mapping[str, pd.DataFrame]] = {}
    found = {"descriptor": _digest(descriptor())}
    for read in reads:
        key, (kind, *what) = " ".join(read), read
        if kind == "scenario" and what[0] in listed_scenarios():
            found[key] = _digest(raw_scenario(what[0]))
        elif kind == "scenarios":
            found[key] = _digest(listed_scenarios())
        elif kind in {"table", "row"}:
            day, table, *row = what
            if day not in days:
                days[day] = load_evidence(date.fromisoformat(day)).frames
            frame = days[day].get(table)
            if frame is not None and all(name in frame.index for name in row):
                found[key] = _frame_digest(frame.loc[row] if row else frame)
    return found


def _frame_digest(frame: pd.DataFrame) -> str:
    hashed = pd.util.hash_pandas_object(frame, index=False)
    return _digest([*frame.columns, *hashed.to_numpy().tolist()])


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
