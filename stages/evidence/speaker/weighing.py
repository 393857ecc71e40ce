"""From what the faces show to how likely each of them is to be the one that speaks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.evidence.speaker.signs import Signs, Span

Array = NDArray[np.float64]

# Log-odds of each, where it says nothing, and how much it can say. A logistic regression on the
# synthetic corpus (train split, heads shaken as well as still) gives up to twice as much; but there
# speakers have an activity of 1.3 and listeners of 0.2, and in film speakers have but 0.35 to 0.65.
ACTIVITY = (10.0, 0.45, (-3.0, 3.0))
SYNCHRONY = (4.0, 0.3, (-2.0, 2.0))
CONTRAST = (5.0, 0.3, (-1.0, 1.5))  # less downwards, for not all speech is an utterance

SUREST = 0.98  # nothing measured here is surer
NOBODY = 0.4  # odds that no face in view speaks to that the largest, most central one does
BY_SIZE = 0.5  # exponent of the area of a face
BY_PLACE = 1.0  # log-odds lost on the way from the middle of the frame to its edge, half a width


@dataclass(frozen=True)
class Candidate:
    """A face seen while somebody speaks.

    Attributes:
        track: its id.
        box: x0, y0, x1, y1 as shares of the frame.
        seen: from when to when in the utterance.
        signs: None where its mouth could not be looked at.
    """

    track: int
    box: tuple[float, float, float, float]
    seen: Span
    signs: Signs | None


def chances(candidates: Sequence[Candidate]) -> list[float]:
    """How likely each is to speak, 0..1.

    Faces seen together share one chance with nobody in view; on both sides of a cut there may be
    the same person, so those faces take nothing from each other. Of a face whose mouth could not be
    looked at only size and place are known: it makes the others doubtful, and is never likely
    itself.
    """
    if not candidates:
        return []
    odds = np.exp(_standing(candidates) + [_evidence(one.signs) for one in candidates])
    together = np.array([[_are_together(a, b) for b in candidates] for a in candidates])
    return [float(one) for one in SUREST * odds / (together @ odds + NOBODY)]


def _are_together(one: Candidate, other: Candidate) -> bool:
    """Whether at least half of the briefer of them is seen beside the other; so is each itself."""
    spans = one.seen, other.seen
    shared_s = min(span.end_s for span in spans) - max(span.start_s for span in spans)
    return shared_s >= min(span.end_s - span.start_s for span in spans) / 2


def _evidence(signs: Signs | None) -> float:
    """Log-odds of what a face shows, had it been as likely as not to speak."""
    if signs is None:
        return 0.0
    return (
        _says(ACTIVITY, signs.activity)
        + _says(SYNCHRONY, signs.synchrony)
        + _says(CONTRAST, signs.contrast)
    )


def _says(weighing: tuple[float, float, tuple[float, float]], value: float | None) -> float:
    weight, neutral, (least, most) = weighing
    return 0.0 if value is None else min(max(weight * (value - neutral), least), most)


def _standing(candidates: Sequence[Candidate]) -> Array:
    """Log of how likely faces of such size and place are to speak, 0 for the likeliest; [n]."""
    boxes = np.array([one.box for one in candidates], np.float64)
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 1e-3)
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    standing = BY_SIZE * np.log(sides.prod(axis=1)) - BY_PLACE * np.abs(2 * middles - 1)
    return np.asarray(standing - standing.max(), np.float64)
