"""Sections of the summary notebook of a sweep."""
