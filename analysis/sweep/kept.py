"""What the points of a sweep have in common, kept so that each point pays only for what it changes.

Keeping changes no result: every value is what the plain class would have worked out anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.distributions import Draws, Floats, Made, Pert, StudentT

_MOST = 96  # things kept by one worker; a hypercube's own values never come again
_MOST_BYTES = 200_000_000


@dataclass(frozen=True)
class KeptDraws(Draws):
    """Draws that are made once for every input and distribution, as long as there is room; they cannot be changed."""

    _made: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict, compare=False, repr=False)

    def of(self, name: str, distribution: Pert | StudentT) -> Floats:
        """Values of one input, shape (count,)."""
        return self.kept((name, distribution), lambda: super(KeptDraws, self).of(name, distribution))

    def ranks(self, name: str) -> Floats:
        """Uniform values between 0 and 1, shape (count,)."""
        return self.kept(name, lambda: super(KeptDraws, self).ranks(name))

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` returned the first time; what was not asked for longest goes first."""
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        made = self._made[key] = make()
        if isinstance(made, np.ndarray):
            made.flags.writeable = False
        while len(self._made) > 8 and (len(self._made) > _MOST or self.size > _MOST_BYTES):
            self._made.popitem(last=False)
        return made

    @property
    def size(self) -> int:
        """Bytes of everything kept."""
        return sum(getattr(one, "nbytes", 0) for one in self._made.values())
