"""Clips with labels, as a model is trained on them."""

from pipeline.labelled.labelled import Labelled, Source
from pipeline.labelled.leaks import Example, Leak, examples_of, find_leaks, require_apart
from pipeline.labelled.media import FoundMedia, find_media
from pipeline.labelled.reading import read_labelled
from pipeline.labelled.speech import utterances_of
from pipeline.labelled.targets import shared_windows, targets_of, unplaced

__all__ = [
    "Example",
    "FoundMedia",
    "Labelled",
    "Leak",
    "Source",
    "examples_of",
    "find_leaks",
    "find_media",
    "read_labelled",
    "require_apart",
    "shared_windows",
    "targets_of",
    "unplaced",
    "utterances_of",
]
