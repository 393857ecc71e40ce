"""How a frame's YUV is to be understood (matrix, range), and the one form we hand on."""

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.filter import Graph
    from av.video.frame import VideoFrame
    from av.video.reformatter import Colorspace

_HIGH_DEFINITION = (1280, 577)  # from this width or height on, untagged video is BT.709

# AVColorSpace of a frame -> the name of the matrix in swscale (av.video.reformatter.Colorspace).
# FCC's matrix differs from BT.601's by less than a step of 8 bits.
_TAGGED = {1: "ITU709", 4: "ITU601", 5: "ITU601", 6: "ITU601", 7: "SMPTE240M", 9: "BT2020"}
_FILTER_NAMES = {"ITU709": "bt709", "SMPTE240M": "smpte240m", "BT2020": "bt2020ncl"}


def matrix(frame: "VideoFrame") -> "Colorspace | None":
    """The matrix of a frame's YUV; None for a frame that is RGB.

    Untagged video is taken as players take it: BT.709 for high definition, else BT.601.
    """
    from av.video.reformatter import Colorspace

    if frame.format.is_rgb or frame.format.has_palette:
        return None
    if frame.colorspace in _TAGGED:
        return Colorspace[_TAGGED[frame.colorspace]]
    large = frame.width >= _HIGH_DEFINITION[0] or frame.height >= _HIGH_DEFINITION[1]
    return Colorspace.ITU709 if large else Colorspace.ITU601


def full_range(frame: "VideoFrame") -> bool:
    """Whether the YUV (or grey) of a frame goes from 0 to 255, not from 16 to 235."""
    from av.video.reformatter import ColorRange

    if frame.color_range == ColorRange.UNSPECIFIED:
        return frame.format.name.startswith(("yuvj", "gray"))
    return frame.color_range == ColorRange.JPEG


class Bt601Converter:
    """Brings 8-bit YUV 4:2:0 frames of any matrix and range to BT.601, limited range.

    Through ffmpeg's `colorspace` filter, which never leaves YUV: nearer to the truth than
    swscale, which goes through RGB, and several times as fast.
    """

    def __init__(self) -> None:
        self._graphs: dict[tuple[Colorspace, bool], Graph] = {}

    def convert(self, frame: "VideoFrame", source: "Colorspace", *, full: bool) -> "VideoFrame":
        """`frame`, of the matrix `source`, converted; itself if there is nothing to do."""
        if source.name not in _FILTER_NAMES and not full:
            return frame
        if (source, full) not in self._graphs:
            self._graphs[source, full] = _graph(frame, source, full)
        self._graphs[source, full].vpush(frame)
        return self._graphs[source, full].vpull()


def _graph(frame: "VideoFrame", source: "Colorspace", full: bool) -> "Graph":
    from av.filter import Graph

    matrix_in, range_in = _FILTER_NAMES.get(source.name, "smpte170m"), "pc" if full else "tv"
    graph = Graph()
    graph.threads = 1
    graph.link_nodes(
        graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=frame.time_base or Fraction(1, 1000),
        ),
        graph.add(
            "colorspace",
            f"ispace={matrix_in}:irange={range_in}:space=smpte170m:range=tv:format=yuv420p"
            # the same on both sides: neither primaries nor transfer are touched
            ":iprimaries=bt709:primaries=bt709:itrc=bt709:trc=bt709",
        ),
        graph.add("buffersink"),
    ).configure()
    return graph
