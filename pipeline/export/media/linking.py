"""The source of a video, named in its place."""

from collections.abc import Mapping
from typing import Any

from pipeline.export.unit import Clip


def linked(uri: str, media: Mapping[str, Any]) -> Clip:
    """The whole source, where it is.

    Args:
        uri: where the video was read from.
        media: its column.
    """
    return Clip(uri, fps=media.get("fps") or 0.0, has_audio=bool(media.get("has_audio")))
