"""The media of an export: linked, copied or cut, as was asked for."""

from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.export.media.copying import copied
from pipeline.export.media.cuts import CutOptions, with_cuts
from pipeline.export.media.linking import only_whole
from pipeline.export.order import Order
from pipeline.export.output import Output
from pipeline.export.unit import ExportedVideo


def with_media(
    videos: Iterable[ExportedVideo],
    order: Order,
    output: Output,
    left_out: Counter[str],
    *,
    has_row_clips: bool,
) -> Iterator[ExportedVideo]:
    """The same videos, in their order, with the media that the order names.

    Args:
        videos: with their sources as clips.
        order: `media` is given.
        output: takes what is copied or cut.
        left_out: is told of units that have no media, by reason.
        has_row_clips: whether the media of a unit must be of that unit alone.

    Raises:
        stages.faults.SetupError: something cannot be written, or a unit is a part of its video
            where it must not be.
    """
    if order.media == "cut":
        options = CutOptions(order.workers, order.blur_faces)
        yield from with_cuts(videos, output, options, left_out)
        return
    if has_row_clips:
        videos = only_whole(videos, str(order.media), order.format)
    yield from copied(videos, output, left_out) if order.media == "copy" else videos
