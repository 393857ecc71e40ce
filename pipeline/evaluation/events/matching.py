"""Which spotted event is which true one.

An expression is found where the interval that was spotted and the true one overlap by intersection
over union of 0.5 or more, the rule of the Facial Micro-Expression Grand Challenges (MEGC2020 to
2025, after Tran et al., "Micro-expression spotting: a new benchmark", 2021). A blink lasts but a
few frames, on which the ends weigh too much: it is found where that overlap is 0.2 or more, or the
two apexes are at most 3 frames apart.

The pair that overlaps most comes first, and no event is used twice. An event that was spotted knows
a track and not a person, so the tracks of a video are matched together; of pairs that overlap
equally, the one whose action units agree more comes first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.evaluation.events.film import FaceEvent, overlap

LEAST_IOU = 0.5
LEAST_BLINK_IOU = 0.2
MOST_BLINK_FRAMES = 3

_ROUNDING = 1e-6  # times are fractions of a second, and frames meet to the last digit but one

Alike = Callable[[FaceEvent, FaceEvent], bool]
"""Whether a true event and a spotted one may be the same."""


@dataclass(frozen=True)
class Matches:
    """What came of matching the events of a video.

    Attributes:
        pairs: true and spotted.
        missed: the true events in view that are in no pair.
        false: the spotted events that are in no pair.
        excused: the spotted events that match a true one out of view: neither right nor wrong.
    """

    pairs: tuple[tuple[FaceEvent, FaceEvent], ...]
    missed: tuple[FaceEvent, ...]
    false: tuple[FaceEvent, ...]
    excused: tuple[FaceEvent, ...]


def match_events(true: Sequence[FaceEvent], spotted: Sequence[FaceEvent], alike: Alike) -> Matches:
    """Match the events of one video.

    Those in view come first; what matches only one that nobody can see is excused.
    """
    seen = [event for event in true if event.in_view]
    hidden = [event for event in true if not event.in_view]
    partner = _partners(seen, spotted, alike)
    used = set(partner.values())
    left = [event for at, event in enumerate(spotted) if at not in used]
    excused = set(_partners(hidden, left, alike).values())
    return Matches(
        pairs=tuple((seen[at], spotted[beside]) for at, beside in sorted(partner.items())),
        missed=tuple(event for at, event in enumerate(seen) if at not in partner),
        false=tuple(event for at, event in enumerate(left) if at not in excused),
        excused=tuple(event for at, event in enumerate(left) if at in excused),
    )


def expressions_alike(true: FaceEvent, spotted: FaceEvent) -> bool:
    """Whether two intervals overlap as MEGC asks."""
    return iou(true, spotted) >= LEAST_IOU - _ROUNDING


def blinks_alike(fps: float) -> Alike:
    """Whether two blinks may be the same, in a film of `fps` frames a second."""

    def alike(true: FaceEvent, spotted: FaceEvent) -> bool:
        apart_s = abs(true.apex_s - spotted.apex_s)
        is_near = apart_s <= MOST_BLINK_FRAMES / fps + _ROUNDING
        return is_near or iou(true, spotted) >= LEAST_BLINK_IOU - _ROUNDING

    return alike


def iou(one: FaceEvent, other: FaceEvent) -> float:
    """Intersection over union of two intervals, 0..1; 0 where both are empty."""
    shared = overlap(one.span_s, other.span_s)
    lengths = [max(event.offset_s - event.onset_s, 0.0) for event in (one, other)]
    union = sum(lengths) - shared
    return shared / union if union > 0 else 0.0


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of the units of either that both have, 0..1; 0 where neither has any."""
    either = one | other
    return len(one & other) / len(either) if either else 0.0


def _partners(
    true: Sequence[FaceEvent], spotted: Sequence[FaceEvent], alike: Alike
) -> dict[int, int]:
    """From the place of a true event to that of its spotted one; the best pair comes first."""
    candidates = [
        (-iou(one, other), abs(one.apex_s - other.apex_s), -_agreement(one, other), at, beside)
        for at, one in enumerate(true)
        for beside, other in enumerate(spotted)
        if alike(one, other)
    ]
    partner: dict[int, int] = {}
    used: set[int] = set()
    for *_, at, beside in sorted(candidates):
        if at not in partner and beside not in used:
            partner[at] = beside
            used.add(beside)
    return partner


def _agreement(one: FaceEvent, other: FaceEvent) -> float:
    return jaccard(one.action_units, other.action_units)
