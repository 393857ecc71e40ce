"""report.html: one page a run, for a person to look at."""

from pipeline.report.build import write_report

__all__ = ["write_report"]
