"""Sections of the method annex, one module each."""
