"""A dataset as flat rows that an expression can choose from: a row for an utterance or a window."""

from pipeline.catalogue.rows import LEVELS, Level, catalogue, read_catalogue
from pipeline.catalogue.where import Where

__all__ = ["LEVELS", "Level", "Where", "catalogue", "read_catalogue"]
