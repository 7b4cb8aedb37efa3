"""Every refusal of this project: one sentence that names the place, what was wrong and what is allowed."""

from __future__ import annotations


class HnsError(Exception):
    """A refusal the reader can act on; the command prints it on one line and exits with status 2."""

    def __init__(self, place: str, problem: str, allowed: str | None = None) -> None:
        self.place, self.problem, self.allowed = place, problem, allowed
        super().__init__(self.sentence)

    def __reduce__(self) -> tuple[type, tuple[str, str, str | None]]:
        return type(self), (self.place, self.problem, self.allowed)

    @property
    def sentence(self) -> str:
        """The refusal as one line: place, problem, and what is allowed instead."""
        parts = [f"{self.place}: {self.problem}"]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        return " ".join("; ".join(parts).split())


class DataError(HnsError):
    """A table of data/ is missing, broken or contradicts its description."""


class ScenarioError(HnsError):
    """A scenario file cannot be read, or says something it may not say."""


class DefinitionError(HnsError):
    """Two figures of different scope, basis, year type or currency were about to be mixed."""


class VintageError(HnsError):
    """A figure was asked for that had not been published on the scenario's as-of date."""


class BuildError(HnsError):
    """A report could not be finished."""
