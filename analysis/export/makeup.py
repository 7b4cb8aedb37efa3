"""The make-up of the printed pages: in which order pieces are set, so that no page stays half empty.

A figure that does not fit where it stands in the text would leave a gap. It moves on to the next page, and what
follows it is set first: a table, or the opening text of the next section. Figures keep their order among themselves
and so do tables; nothing moves by more than a section, and nothing past a box, a page break or a list of sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "figure", "table", "long table", "turned table", "list", "fixed", "break"]

NARROWEST_GAP = 70.0  # points; a smaller gap at the foot of a page is left as it is
FIRST_ROWS = 96.0  # points a long table needs to begin: title, head and a few rows
FIRST_LINES = 45.0  # points a heading needs to stand with the text after it


@dataclass(frozen=True)
class Block:
    """One piece on the pages: what it is, its height in points, and how it hangs together with its neighbours."""

    kind: Kind
    height: float
    opens: bool = False  # begins with the heading of a section
    leads: bool = False  # ends with a heading, so that the next block must follow


def arranged(blocks: Sequence[Block], page: float, apart: float) -> list[int]:
    """The order in which to set the blocks, as their positions; page: height of the text area in points.

    apart: distance between two blocks in points.
    """
    order: list[int] = []
    waiting = list(range(len(blocks)))
    used, led = 0.0, False
    while waiting:
        block = blocks[waiting[0]]
        room = page - used
        if block.kind in ("figure", "table") and not led and block.height > room > NARROWEST_GAP and used:
            for position in _fillers(blocks, waiting, room, apart):
                waiting.remove(position)
                order.append(position)
                used = _after(blocks[position], used, page, apart)
        order.append(waiting.pop(0))
        used, led = _after(block, used, page, apart), block.leads
    return order


def _after(block: Block, used: float, page: float, apart: float) -> float:
    """How much of the page is used once the block is set."""
    if block.kind in ("break", "turned table"):
        return 0.0
    begins = {"text": FIRST_LINES if block.leads else 0.0, "list": 0.0, "long table": FIRST_ROWS}
    least = begins.get(block.kind, block.height)
    if used and used + least > page:
        used = 0.0
    total = used + block.height
    return (total if total <= page else total % page) + apart


def _fillers(blocks: Sequence[Block], waiting: Sequence[int], room: float, apart: float) -> list[int]:
    """Blocks to set before the first one waiting: those that fit into the room and may overtake it."""
    found: list[int] = []
    blocked = {_family(blocks[waiting[0]])}
    sections = 0
    rest = list(waiting[1:])
    while rest:
        group = [rest.pop(0)]
        first = blocks[group[0]]
        if first.opens:
            sections += 1
            while rest and blocks[rest[0]].kind == "text" and not blocks[rest[0]].opens:
                group.append(rest.pop(0))
        if sections > 1 or first.kind in ("list", "fixed", "break", "turned table") or blocks[group[-1]].leads:
            break
        height = sum(blocks[position].height + apart for position in group)
        family = _family(first)
        if first.kind == "long table" and family not in blocked and room >= FIRST_ROWS:
            return [*found, *group]
        if first.kind == "text" and height > room:
            break
        if family in blocked or height > room:
            blocked.add(family)
            continue
        found += group
        room -= height
    return found


def _family(block: Block) -> str:
    return "table" if block.kind == "long table" else block.kind
