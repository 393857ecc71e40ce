"""A stage of one's own that fails on the videos that it is told of."""

from typing import ClassVar

from pydantic import Field

from stages.contract import StageSpec
from stages.faults import DataFault, ErrorKind
from stages.rows import Row
from stages.section import Section
from stages.stage import Stage


class PickyConfig(Section):
    """Which windows fail."""

    refuses: str = Field("", description="The id of a window.")


class PickyStage(Stage):
    """Lets every window pass but one."""

    section = PickyConfig
    spec: ClassVar[StageSpec] = StageSpec("picky", ("window_id",), ())

    def __init__(self, config: PickyConfig) -> None:
        self._refuses = config.refuses

    def process(self, rows: list[Row]) -> list[Row]:
        """See `Stage.process`."""
        for row in rows:
            if row["window_id"] == self._refuses:
                raise DataFault(ErrorKind.NO_FRAMES, "it is not liked")
        return rows
