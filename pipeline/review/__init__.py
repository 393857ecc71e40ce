"""The page on which people look at the rows of a dataset and decide of them, and its server."""

from pipeline.review.choices import ReviewChoices
from pipeline.review.server import Served, open_server

__all__ = ["ReviewChoices", "Served", "open_server"]
