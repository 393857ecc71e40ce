"""The source of a video, named in its place."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.export.unit import Clip, ExportedVideo, Unit
from stages.faults import SetupError


def linked(uri: str, media: Mapping[str, Any]) -> Clip:
    """The whole source, where it is.

    Args:
        uri: where the video was read from.
        media: its column.
    """
    return Clip(uri, fps=media.get("fps") or 0.0, has_audio=bool(media.get("has_audio")))


def only_whole(
    videos: Iterable[ExportedVideo], media: str, format_name: str
) -> Iterator[ExportedVideo]:
    """The same videos, as long as each of their units is all that there is in its video.

    Raises:
        SetupError: one is a part of its video.
    """
    for video in videos:
        for unit in video.units:
            if not _is_whole(unit):
                raise SetupError(
                    f"--media {media}: {unit.unit_id} is a part of its video, and {format_name} "
                    "wants a clip for each row. Give --media cut."
                )
        yield video


def _is_whole(unit: Unit) -> bool:
    """Whether the video has one window, and that one utterance at most."""
    is_window = unit.row["utterance_index"] is None
    return unit.window["window_count"] == 1 and (is_window or len(unit.window["utterances"]) == 1)
