"""Emotion wheels: which of a few classes a free word for a feeling belongs to."""
