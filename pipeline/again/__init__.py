"""Rows of a dataset made again: which, from which stage on, and how they take their places."""
