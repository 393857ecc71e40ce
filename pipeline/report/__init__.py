"""report.html: a run as pages, for a person to look at."""

from pipeline.report.build import Written, write_report
from pipeline.report.choice import KINDS, MOST_SHOWN, SORTS, Choice

__all__ = ["KINDS", "MOST_SHOWN", "SORTS", "Choice", "Written", "write_report"]
