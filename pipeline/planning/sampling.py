"""Windows drawn from a corpus, to be worked on for a trial."""

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.planning.looking import Looked
from stages.rows import Row
from stages.segment import SegmentConfig


@dataclass(frozen=True)
class Moment:
    """The window of a video that holds a moment.

    Attributes:
        row: of the source.
        duration_s: of the video.
        time_s: the moment.
    """

    row: Row
    duration_s: float
    time_s: float


def draw_moments(
    videos: Sequence[Looked], count: int, config: SegmentConfig, seed: int
) -> list[Moment]:
    """Moments in about `count` windows, spread evenly over the corpus.

    Each window has about the same chance. A window is not named twice, so a small corpus gives
    fewer.

    Args:
        videos: of known length, that a run would not refuse.
        count: 1 or more.
        config: how videos are cut.
        seed: of the draw.
    """
    draw = random.Random(seed)  # noqa: S311 - no secret
    lengths = [(video.header and video.header.duration_s) or 0.0 for video in videos]
    ends = list(accumulate(least_windows(length_s, config) for length_s in lengths))
    if not ends:
        return []
    step = max(1.0, ends[-1] / count)
    first = draw.random() * step
    found: dict[tuple[int, int], Moment] = {}
    for number in range(math.ceil((ends[-1] - first) / step)):
        place = first + number * step
        at = bisect_right(ends, place)
        if at >= len(videos):
            break
        inside = place - (ends[at] - least_windows(lengths[at], config))
        time_s = inside / least_windows(lengths[at], config) * lengths[at]
        found.setdefault((at, int(inside)), Moment(videos[at].row, lengths[at], time_s))
    return list(found.values())


def least_windows(duration_s: float, config: SegmentConfig) -> int:
    """The fewest windows that a video can be cut into."""
    return max(1, math.ceil(duration_s / config.max_window_s))
