"""A few crops side by side, for a person to look at."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MOST_CROPS = 6
MOST_BYTES = 20_000
QUALITIES = (80, 65, 50, 35, 20, 10)


def face_strip(crops: NDArray[np.uint8], times_s: NDArray[np.float64]) -> bytes | None:
    """A JPEG of at most six of `crops` [m, 112, 112, 3], evenly spread over `times_s` [m].

    Its quality is 80, or as much less as it takes to stay below 20 kB. None without crops.
    """
    if not len(crops):
        return None
    wanted = np.linspace(times_s[0], times_s[-1], min(MOST_CROPS, len(crops)))
    chosen = sorted({int(np.abs(times_s - time_s).argmin()) for time_s in wanted})
    picture = Image.fromarray(np.hstack([crops[index] for index in chosen]))
    return next(
        (
            jpeg
            for jpeg in (_jpeg(picture, quality) for quality in QUALITIES[:-1])
            if len(jpeg) < MOST_BYTES
        ),
        None,
    ) or _jpeg(picture, QUALITIES[-1])


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()
