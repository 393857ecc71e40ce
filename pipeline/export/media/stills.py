"""Single pictures of a clip."""

import io
from collections.abc import Sequence

from pipeline.export.media.pictures import Painter
from stages.decode import FrameReader, picture_clock, prepare_codec
from stages.media import MAX_PROBED_PIXELS, open_media, video_stream
from stages.start import rewind

_QUALITY = 92


def stills(clip: str, times_s: Sequence[float]) -> list[bytes]:
    """The pictures on display at some times, as JPEG, upright.

    Args:
        clip: where it is.
        times_s: ascending, seconds of the clip.

    Raises:
        stages.faults.DataFault: it cannot be read.
    """
    from PIL import Image

    found: list[bytes] = []
    with open_media(clip) as container:
        stream = video_stream(container)
        if stream is None or not times_s:
            return []
        prepare_codec(stream, threads=1, max_pixels=MAX_PROBED_PIXELS)
        reader = FrameReader(container, stream, picture_clock(container, stream))
        rewind(container)
        painter: Painter | None = None
        for span in reader.frames(times_s[0]):
            painter = painter or Painter(span.frame, ())
            while len(found) < len(times_s) and times_s[len(found)] < span.end_s:
                picture = io.BytesIO()
                shown = painter.paint(span.frame, span.start_s)
                rgb = shown.to_ndarray(format="rgb24")
                Image.fromarray(rgb).save(picture, "JPEG", quality=_QUALITY)
                found.append(picture.getvalue())
            if len(found) == len(times_s):
                break
    return found
