"""Facial events scored: when a face moved, how, and whether that was spotted."""
