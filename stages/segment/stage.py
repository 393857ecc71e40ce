"""The stage that turns a row of a video into rows of its windows."""

from typing import ClassVar

from stages.contract import StageSpec
from stages.faults import DataFault, ErrorKind
from stages.rows import Row
from stages.segment.config import SegmentConfig
from stages.segment.cut import TooManyWindows, cut
from stages.stage import Stage


class SegmentStage(Stage):
    """Makes the rows of the windows of each video. From here on a row is a window."""

    section = SegmentConfig
    spec: ClassVar[StageSpec] = StageSpec(
        name="segment",
        grain="video",
        makes_windows=True,
        reads=("video_id", "media", "utterances", "warnings"),
        writes=(
            "window_id",
            "window_index",
            "window_count",
            "start_s",
            "end_s",
            "utterances",
            "warnings",
        ),
    )

    def __init__(self, config: SegmentConfig) -> None:
        self.config = config

    def process(self, rows: list[Row]) -> list[Row]:
        """Cut each video; its windows follow one another in order of time.

        Raises:
            DataFault: TOO_LARGE for a video that needs more windows than are allowed.
        """
        return [window for row in rows for window in self._windows(row)]

    def _windows(self, row: Row) -> list[Row]:
        duration_s = (row.get("media") or {}).get("duration_s") or 0.0
        try:
            windows = cut(duration_s, row.get("utterances") or [], self.config)
        except TooManyWindows as fault:
            raise DataFault(ErrorKind.TOO_LARGE, f"{row['video_id']}: {fault}") from None
        return [
            {
                **row,
                "window_id": f"{row['video_id']}#{index}",
                "window_index": index,
                "window_count": len(windows),
                "start_s": window.start_s,
                "end_s": window.end_s,
                "utterances": list(window.utterances),
                "warnings": list(dict.fromkeys([*(row.get("warnings") or []), *window.warnings])),
            }
            for index, window in enumerate(windows)
        ]
