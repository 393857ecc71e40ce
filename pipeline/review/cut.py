"""A window of a video as a small MP4 that every browser plays, its clock at 0 where it begins."""

from pathlib import Path

from pipeline.export.media.clip import Style
from pipeline.export.media.cutting import Source
from pipeline.export.media.job import CutJob

_FOR_A_BROWSER = Style(
    most_lines=720,
    key_every=12,  # single frames are stepped through
    begins_at_once=True,  # boxes and curves are drawn by the clock of the window
)


def write_cut(uri: str, start_s: float, end_s: float, path: Path) -> None:
    """Write a window of a video to `path`, in H.264 and AAC.

    Args:
        uri: of the video.
        start_s: where it begins, seconds of the file.
        end_s: where it ends.
        path: of the new file.

    Raises:
        DataFault: the video cannot be read, or has neither pictures nor sound then.
    """
    with Source(uri, None) as source:
        source.cut(CutJob(path.name, uri, None, 0.0, start_s, end_s), path, _FOR_A_BROWSER)
