"""Sweeps: one scenario worked out at thousands of values of a few of its fields."""
