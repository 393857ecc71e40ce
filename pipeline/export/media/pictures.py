"""Decoded frames as a clip stores them: upright, 4:2:0, even sides, faces covered if asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.export.media.covering import cover
from pipeline.export.media.job import Cover
from stages.decode import full_range, matrix
from stages.media import orientation

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.plane import VideoPlane

_TAGS = {"ITU709": 1, "ITU601": 6, "SMPTE240M": 7, "BT2020": 9}
"""Of swscale's names, as H.264 states the matrix."""


@dataclass(frozen=True)
class Form:
    """What all pictures of a clip have in common.

    Attributes:
        width, height: pixels, even, upright.
        matrix, primaries, transfer: of its colours, as H.264 states them.
    """

    width: int
    height: int
    matrix: int
    primaries: int
    transfer: int


class Painter:
    """Brings frames to one form, which follows from the first."""

    def __init__(
        self, first: "VideoFrame", covers: Sequence[Cover], most_lines: int | None = None
    ) -> None:
        """
        Args:
            first: of the frames.
            covers: faces that must not be seen.
            most_lines: pixels of the short side, else scaled to as many; None: never scaled.
        """
        from av.video.reformatter import Colorspace, VideoReformatter

        self._reformatter = VideoReformatter()
        self._covers = covers
        self._orientation = orientation(first)
        self._stored = _scaled_to(most_lines, first.width, first.height)
        self._matrix = matrix(first) or Colorspace.ITU601
        width, height = self._stored
        self._is_plain = not covers and self._orientation == type(self._orientation)()
        self._is_plain = self._is_plain and width % 2 == height % 2 == 0
        if self._orientation.transposed:
            width, height = height, width
        self.form = Form(
            width + width % 2,
            height + height % 2,
            _TAGS[self._matrix.name],
            first.color_primaries,
            first.color_trc,
        )

    @property
    def is_transposed(self) -> bool:
        """Whether width and height change places."""
        return self._orientation.transposed

    def paint(self, frame: "VideoFrame", time_s: float) -> "VideoFrame":
        """The frame in the form of the clip; an odd side has its last line of pixels twice."""
        scaled = self._scaled(frame)
        if self._is_plain:
            return scaled
        luma, *chroma = (self._orientation.upright(_picture(plane)) for plane in scaled.planes)
        width, height = self.form.width, self.form.height
        even = np.pad(luma, ((0, height - luma.shape[0]), (0, width - luma.shape[1])), mode="edge")
        planes = [even, *(np.ascontiguousarray(plane) for plane in chroma)]
        cover(planes, self._covers, time_s)
        return self._frame(planes)

    def _scaled(self, frame: "VideoFrame") -> "VideoFrame":
        from av.video.reformatter import ColorRange

        source = matrix(frame)
        colours: dict[str, Any] = {
            "dst_colorspace": self._matrix,
            "dst_color_range": ColorRange.MPEG,
        }
        if source is not None:
            known = ColorRange.JPEG if full_range(frame) else ColorRange.MPEG
            colours |= {"src_colorspace": source, "src_color_range": known}
        width, height = self._stored
        return self._reformatter.reformat(
            frame, width=width, height=height, format="yuv420p", threads=1, **colours
        )

    def _frame(self, planes: Sequence[NDArray[np.uint8]]) -> "VideoFrame":
        from av import VideoFrame

        flat = np.concatenate([plane.reshape(-1) for plane in planes])
        return VideoFrame.from_ndarray(flat.reshape(-1, self.form.width), format="yuv420p")


def _scaled_to(most_lines: int | None, width: int, height: int) -> tuple[int, int]:
    scale = 1.0 if most_lines is None else most_lines / min(width, height)
    if scale >= 1:
        return width, height
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _picture(plane: "VideoPlane") -> NDArray[np.uint8]:
    """A view [H, W] of a plane, without the padding of its rows."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, abs(plane.line_size))
    rows = rows if plane.line_size > 0 else rows[::-1]
    return rows[: plane.height, : plane.width]
