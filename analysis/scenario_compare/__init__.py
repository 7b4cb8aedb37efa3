"""Scenarios next to each other: the set, what differs, and which input moves the answer."""
