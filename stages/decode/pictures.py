"""A decoded frame as the arrays that later stages take: scaled, upright, in known colours."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stages.media import orientation

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.reformatter import Colorspace

_WIDEST_ASPECT = 2.4  # of a cinema film; what is wider gets no more pixels than that
_PLAUSIBLE_PIXEL_ASPECT = (0.25, 4.0)
_HIGH_DEFINITION = (1280, 577)  # from this width or height on, untagged video is BT.709


@dataclass(frozen=True)
class Size:
    """Pixels of a picture."""

    width: int
    height: int


def analysis_size(width: int, height: int, pixel_aspect: float, short_side: int) -> Size:
    """Even width and height, as stored (before rotation), of an analysis frame.

    The picture keeps the aspect a player shows it in (`pixel_aspect` is the width of one pixel
    over its height), its short side is at most `short_side`, its area at most that of a 2.4:1
    picture, and neither side is enlarged, but for a side of one pixel, which becomes two.
    """
    if not _PLAUSIBLE_PIXEL_ASPECT[0] <= pixel_aspect <= _PLAUSIBLE_PIXEL_ASPECT[1]:
        pixel_aspect = 1.0
    square_width = width * min(pixel_aspect, 1.0)
    square_height = height / max(pixel_aspect, 1.0)
    scale = min(
        1.0,
        short_side / min(square_width, square_height),
        math.sqrt(_WIDEST_ASPECT * short_side**2 / (square_width * square_height)),
    )
    return Size(_even(square_width * scale, width), _even(square_height * scale, height))


class AnalysisPainter:
    """Writes frames as planar YUV 4:2:0, BT.601, limited range, whatever the source has.

    One matrix for all, so that who reads the array needs no more than it (it is what OpenCV's
    `COLOR_YUV2RGB_I420` takes). A source of that size, format and matrix is copied as it is.
    """

    def __init__(self, first: "VideoFrame", pixel_aspect: float, short_side: int) -> None:
        from av.video.reformatter import VideoReformatter

        self._size = analysis_size(first.width, first.height, pixel_aspect, short_side)
        self._orientation = orientation(first)
        self._scale = VideoReformatter()
        self._recolour = VideoReformatter()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the array of one frame: H * 3 / 2 and W, upright."""
        width, height = self._size.width, self._size.height
        if self._orientation.transposed:
            width, height = height, width
        return height * 3 // 2, width

    def paint(self, frame: "VideoFrame", canvas: NDArray[np.uint8]) -> None:
        """Write `frame` to `canvas`, uint8 of `shape`."""
        stored = self._stored(frame)
        for plane, target in zip(_planes(stored), _planes(canvas), strict=True):
            target[...] = self._orientation.upright(plane)

    def _stored(self, frame: "VideoFrame") -> NDArray[np.uint8]:
        from av.video.reformatter import ColorRange, Colorspace, Interpolation

        source = _matrix(frame)
        scaled = self._scale.reformat(
            frame,
            width=self._size.width,
            height=self._size.height,
            format="yuv420p",
            src_colorspace=source,
            dst_colorspace=source or Colorspace.ITU601,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA,
            threads=1,
        )
        if source not in (None, Colorspace.ITU601):  # at the small size: a third of the cost
            scaled = self._recolour.reformat(
                scaled, src_colorspace=source, dst_colorspace=Colorspace.ITU601, threads=1
            )
        array: NDArray[Any] = scaled.to_ndarray()
        return array


class GlobalPainter:
    """Writes frames as square RGB, aspect not kept, as the model's image encoder takes them."""

    def __init__(self, image_size: int) -> None:
        from av.video.reformatter import VideoReformatter

        self._side = image_size
        self._scale = VideoReformatter()

    def paint(self, frame: "VideoFrame", canvas: NDArray[np.uint8]) -> None:
        """Write `frame` to `canvas`, uint8 RGB [S, S, 3]."""
        from av.video.reformatter import Interpolation

        square = self._scale.reformat(
            frame,
            width=self._side,
            height=self._side,
            format="rgb24",
            src_colorspace=_matrix(frame),
            interpolation=Interpolation.BICUBIC,
            threads=1,
        )
        array: NDArray[Any] = square.to_ndarray()
        canvas[...] = orientation(frame).upright(array)


def _matrix(frame: "VideoFrame") -> "Colorspace | None":
    """The matrix between RGB and the frame's YUV; None for a frame that is RGB.

    Untagged video is taken as players take it: BT.709 for high definition, else BT.601.
    """
    from av.video.reformatter import Colorspace

    tagged = {
        1: Colorspace.ITU709,  # keys: AVColorSpace
        4: Colorspace.FCC,
        5: Colorspace.ITU601,
        6: Colorspace.ITU601,
        7: Colorspace.SMPTE240M,
        9: Colorspace.BT2020,
        10: Colorspace.BT2020,
    }
    if frame.format.is_rgb or frame.format.has_palette:
        return None
    if frame.colorspace in tagged:
        return tagged[frame.colorspace]
    large = frame.width >= _HIGH_DEFINITION[0] or frame.height >= _HIGH_DEFINITION[1]
    return Colorspace.ITU709 if large else Colorspace.ITU601


def _planes(array: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    """Views of the Y [H, W], U and V [H / 2, W / 2] planes of an array [H * 3 / 2, W]."""
    height, width = array.shape[0] * 2 // 3, array.shape[1]
    flat = array.reshape(-1)
    luma, chroma = height * width, height * width // 4
    half = (height // 2, width // 2)
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(half),
        flat[luma + chroma :].reshape(half),
    )


def _even(length: float, limit: int) -> int:
    return max(2, min(round(length / 2) * 2, limit // 2 * 2))
