"""The `decode` stage: a window of a video into pictures."""

from typing import ClassVar

from stages.check import Check
from stages.contract import StageSpec
from stages.decode.checks import check_codecs
from stages.decode.clock import PictureClock
from stages.decode.config import DecodeConfig
from stages.decode.window import decode_window
from stages.faults import DataFault
from stages.file_state import require_unchanged
from stages.media import open_media
from stages.rows import Row
from stages.section import Sections
from stages.stage import Stage


class DecodeStage(Stage):
    """Adds the global frames and the analysis frames of a window, from one decoding pass."""

    section = DecodeConfig
    spec: ClassVar[StageSpec] = StageSpec(
        name="decode",
        reads=("uri", "file", "start_s", "end_s", "media", "warnings"),
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
        self._uri: str | None = None  # of the video decoded last
        self._clock: PictureClock | None = None  # its

    @classmethod
    def checks(cls, sections: Sections, *, thorough: bool) -> list[Check]:
        """See `Stage.checks`: the codecs."""
        return [check_codecs()]

    @classmethod
    def memory_gib(cls, sections: Sections) -> float:
        """See `Stage.memory_gib`: the analysis frames of a window."""
        return float(sections[cls.spec.name].max_analysis_mib / 1024)

    def process(self, rows: list[Row]) -> list[Row]:
        """See `stages.decode.window.decode_window` for the arrays and the faults."""
        return [self._decoded(row) for row in rows]

    def _decoded(self, row: Row) -> Row:
        uri, start_s, end_s = row["uri"], row["start_s"], row["end_s"]
        declared_s = (row.get("media") or {}).get("duration_s")
        if uri != self._uri:
            self._uri, self._clock = uri, None
        require_unchanged(uri, row["file"])
        with open_media(uri) as container:
            try:
                window = decode_window(
                    container, start_s, end_s, self.config, declared_s, clock=self._clock
                )
            except DataFault as fault:
                raise DataFault(fault.kind, f"{uri}: {fault.message}") from fault
        self._clock = window.clock
        known = row.get("warnings") or []
        new = [text for text in window.warnings if text not in known]
        pictures = {name: getattr(window, name) for name in self.spec.writes if name != "warnings"}
        return {**row, **pictures, "warnings": [*known, *new]}
