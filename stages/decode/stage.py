"""The `decode` stage: a window of a video into pictures."""

from typing import ClassVar

from stages.decode.config import DecodeConfig
from stages.decode.window import decode_window
from stages.media import open_media
from stages.stage import DataFault, Row, Stage, StageSpec


class DecodeStage(Stage):
    """Adds the global frames and the analysis frames of a window, from one decoding pass."""

    spec: ClassVar[StageSpec] = StageSpec(
        name="decode",
        reads=("uri", "start_s", "end_s", "media", "warnings"),
        writes=(
            "frames",
            "frame_times_s",
            "analysis_frames",
            "analysis_times_s",
            "warnings",
        ),
    )

    def __init__(self, config: DecodeConfig) -> None:
        self.config = config

    def process(self, rows: list[Row]) -> list[Row]:
        """See `stages.decode.window.decode_window` for the arrays and the faults."""
        return [self._decoded(row) for row in rows]

    def _decoded(self, row: Row) -> Row:
        uri, start_s, end_s = row["uri"], row["start_s"], row["end_s"]
        declared_s = (row.get("media") or {}).get("duration_s")
        with open_media(uri) as container:
            try:
                window = decode_window(container, start_s, end_s, self.config, declared_s)
            except DataFault as fault:
                raise DataFault(fault.kind, f"{uri}: {fault.message}") from fault
        known = row.get("warnings") or []
        new = [text for text in window.warnings if text not in known]
        pictures = {name: getattr(window, name) for name in self.spec.writes if name != "warnings"}
        return {**row, **pictures, "warnings": [*known, *new]}
