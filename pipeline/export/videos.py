"""The chosen rows again, video by video, with what was measured in their windows."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS
from pipeline.dataset.reading import read_of
from stages.rows import Row

_VIDEOS_AT_ONCE = 200
_COLUMNS = [
    "video_id",
    "uri",
    "file",
    "window_id",
    "window_index",
    "window_count",
    "start_s",
    "end_s",
    "media",
    "language",
    "utterances",
    "description",
    "labels",
    "label_confidence",
    "clues",
    "abstained",
    "faces",
    *(
        f"{column}.{field}"
        for column in ("micro_events", "face_events")
        for field in (
            "event_id",
            "track_id",
            "kind",
            "region",
            "action_units",
            "movement",
            "onset_s",
            "apex_s",
            "offset_s",
            "intensity",
            "confidence",
            "while_speaking",
        )
    ),
    "face_curves.track_id",
    "face_curves.times_s",
    "face_curves.units",
    "model",
    "config_hash",
]


def windows_by_video(
    folder: DatasetFolder, wanted: Mapping[str, set[int]]
) -> Iterator[tuple[str, Sequence[Row]]]:
    """The wanted windows of each video, in order of time; videos in their order.

    Args:
        folder: the dataset.
        wanted: by video, numbers of its windows.

    Raises:
        stages.faults.SetupError: a file cannot be read.
    """
    remaining = iter(wanted)
    while video_ids := list(islice(remaining, _VIDEOS_AT_ONCE)):
        found: dict[str, dict[int, Row]] = {video_id: {} for video_id in video_ids}
        for row in read_of(folder, ANNOTATIONS, _COLUMNS, set(video_ids)):
            if row["window_index"] in wanted[row["video_id"]]:
                found[row["video_id"]].setdefault(row["window_index"], row)
        for video_id, windows in found.items():
            yield video_id, [windows[index] for index in sorted(windows)]
