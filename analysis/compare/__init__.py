"""Japan beside South Korea: the sections of the comparison, worked out from one case."""
