"""The last stage of a run that is broken on purpose: it keeps a tally of what comes by."""

import os
import time

from pydantic import Field

from stages.contract import StageSpec
from stages.rows import Row
from stages.section import Section
from stages.stage import Stage


class TallyConfig(Section):
    """Where to, and how long a window takes."""

    file: str = Field("", description="The tally: a line for each window that was worked on.")
    seconds: float = Field(0.2, ge=0, description="Seconds that a window takes beside that.")


class TallyStage(Stage):
    """Writes the id of each window that it is given, also of those that it was given before."""

    spec = StageSpec(name="tally", reads=("window_id",), writes=())
    section = TallyConfig

    def __init__(self, config: TallyConfig) -> None:
        """Nothing to load."""
        self._config = config

    def process(self, rows: list[Row]) -> list[Row]:
        """The rows as they came."""
        for row in rows:
            time.sleep(self._config.seconds)
            tally = os.open(self._config.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(tally, f"{row['window_id']}\n".encode())  # one write: lines of several
            os.close(tally)  # processes do not mix
        return rows
