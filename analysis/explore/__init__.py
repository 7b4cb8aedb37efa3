"""The explorer: what a reader may move in one scenario, what follows from it, and how it becomes a scenario again."""
