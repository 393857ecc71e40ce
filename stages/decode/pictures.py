"""A decoded frame as the arrays that later stages take: scaled, upright, in known colours."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stages.decode.colour import Bt601Converter, full_range, matrix
from stages.media import orientation

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.plane import VideoPlane

_WIDEST_ASPECT = 2.4  # of a cinema film; what is wider gets no more pixels than that
_PLAUSIBLE_PIXEL_ASPECT = (0.25, 4.0)


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
        self._reformatter = VideoReformatter()
        self._bt601 = Bt601Converter()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the array of one frame: H * 3 / 2 and W, upright."""
        width, height = self._size.width, self._size.height
        if self._orientation.transposed:
            width, height = height, width
        return height * 3 // 2, width

    def paint(self, frame: "VideoFrame", canvas: NDArray[np.uint8]) -> None:
        """Write `frame` to `canvas`, uint8 of `shape`."""
        stored = self._scaled(frame)
        for plane, target in zip(stored.planes, _planes(canvas), strict=True):
            picture = _rows(plane)[: plane.height, : plane.width]
            target[...] = self._orientation.upright(picture)

    def _scaled(self, frame: "VideoFrame") -> "VideoFrame":
        from av.video.reformatter import ColorRange, Colorspace, Interpolation

        source, full = matrix(frame), full_range(frame)
        if source is None:  # RGB becomes what we want at once
            source, full = Colorspace.ITU601, False
            colours = {"dst_colorspace": source, "dst_color_range": ColorRange.MPEG}
        else:  # scaled in its own colours, which is cheaper
            kept = ColorRange.JPEG if full else ColorRange.MPEG
            colours = {
                "src_colorspace": source,
                "dst_colorspace": source,
                "src_color_range": kept,
                "dst_color_range": kept,
            }
        scaled = self._reformatter.reformat(
            frame,
            width=self._size.width,
            height=self._size.height,
            format="yuv420p",
            interpolation=Interpolation.AREA,
            threads=1,
            **colours,
        )
        return self._bt601.convert(scaled, source, full=full)


class GlobalPainter:
    """Writes frames as square RGB, aspect not kept, as the model's image encoder takes them."""

    def __init__(self, image_size: int) -> None:
        from av.video.reformatter import VideoReformatter

        self._side = image_size
        self._reformatter = VideoReformatter()

    def paint(self, frame: "VideoFrame", canvas: NDArray[np.uint8]) -> None:
        """Write `frame` to `canvas`, uint8 RGB [S, S, 3]."""
        from av.video.reformatter import Interpolation

        square = self._reformatter.reformat(
            frame,
            width=self._side,
            height=self._side,
            format="rgb24",
            src_colorspace=matrix(frame),
            interpolation=Interpolation.BICUBIC,
            threads=1,
        )
        array: NDArray[Any] = square.to_ndarray()
        canvas[...] = orientation(frame).upright(array)


def _rows(plane: "VideoPlane") -> NDArray[np.uint8]:
    """A view [rows, bytes a row] of a plane, its rows' padding at the end of each."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, abs(plane.line_size))
    return rows if plane.line_size > 0 else rows[::-1]  # stored bottom-up


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
