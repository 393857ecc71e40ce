"""The media of an export: linked, copied or cut, as was asked for."""

from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.export.formats.format import Format
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
    kind: type[Format],
) -> Iterator[ExportedVideo]:
    """The same videos, in their order, with the media that the order names.

    Args:
        videos: with their sources as clips.
        order: `media` is given.
        output: takes what is copied or cut.
        left_out: is told of units that have no media, by reason.
        kind: the format.

    Raises:
        stages.faults.SetupError: something cannot be written, or a unit is a part of its video
            where it must not be.
    """
    if order.media == "cut":
        options = CutOptions(order.workers, order.blur_faces, kind.media_by_split)
        yield from with_cuts(videos, output, options, left_out)
        return
    if kind.has_row_clips:
        videos = only_whole(videos, str(order.media), order.format)
    if order.media == "copy":
        videos = copied(videos, output, left_out, by_split=kind.media_by_split)
    yield from videos
