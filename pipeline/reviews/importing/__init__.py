"""Decisions that were made with other programs, taken over from their files."""
