"""Stages of one's own, before and behind generate, that pass on what is not written."""

from typing import ClassVar

from stages.contract import StageSpec
from stages.rows import Row
from stages.section import Section
from stages.stage import Stage


class Nothing(Section):
    """Nothing is left to choose."""


class TimingStage(Stage):
    """Says when the analysis frames are."""

    section = Nothing
    spec: ClassVar[StageSpec] = StageSpec("timing", (), ("analysis_times_s",))

    def process(self, rows: list[Row]) -> list[Row]:
        """See `Stage.process`."""
        return [{**row, "analysis_times_s": []} for row in rows]


class ReadingStage(Stage):
    """Reads that."""

    section = Nothing
    spec: ClassVar[StageSpec] = StageSpec("reading", ("analysis_times_s",), ())

    def process(self, rows: list[Row]) -> list[Row]:
        """See `Stage.process`."""
        return rows
