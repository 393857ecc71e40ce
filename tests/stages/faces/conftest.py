"""Pictures and frames for the tests of the faces stage."""

from collections.abc import Callable

import av
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


@pytest.fixture(scope="session")
def to_i420() -> Callable[[Picture], Picture]:
    """FFmpeg's own conversion of an RGB picture to an I420 frame."""

    def convert(rgb: Picture) -> Picture:
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
        return frame.reformat(format="yuv420p").to_ndarray()

    return convert


@pytest.fixture(scope="session")
def portrait() -> Picture:
    """A person who looks into the camera: RGB, [288, 288, 3]."""
    return skimage.data.astronaut()[0:288, 80:368]


@pytest.fixture(scope="session")
def portrait_frame(portrait: Picture, to_i420: Callable[[Picture], Picture]) -> Picture:
    """The portrait as an I420 frame."""
    return to_i420(portrait)
