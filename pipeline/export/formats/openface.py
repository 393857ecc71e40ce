"""A file of action units for each face track, as OpenFace 2 writes it."""

from typing import Any

from pipeline.export.formats.format import Format
from pipeline.export.formats.openface_table import tables
from pipeline.export.unit import ExportedVideo
from stages.faults import SetupError


class OpenFace(Format):
    """`<video>_w<window>_t<track>.csv`; windows count from 0 and tracks have their `track_id`."""

    purpose = "a CSV of action units for each face track, as OpenFace 2 writes it"
    level = "window"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._windows = 0

    def add(self, video: ExportedVideo) -> None:
        for window in video.windows:
            self._windows += 1
            for track, table in tables(window):
                name = f"{video.stem}_w{window['window_index']}_t{track}.csv"
                self.output.write(name, table.encode("ascii"))

    def finish(self) -> None:
        if not self.output.names:
            raise SetupError(
                f"none of the {self._windows} windows has curves of action units (face_curves); "
                "annotate the videos anew with a stage that measures faces and keeps its curves"
            )
