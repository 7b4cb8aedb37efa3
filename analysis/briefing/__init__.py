"""The sections of the briefing: sentences and exhibits worked out from one case."""
