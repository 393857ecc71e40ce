"""Transcripts that somebody made: where they are, and how each form is read."""
