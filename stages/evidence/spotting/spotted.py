"""What is spotted on a face."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.points import Region

Kind = Literal["micro", "macro", "blink", "speech"]

MICRO_S = 0.5  # seconds that a micro-expression may last (Yan et al., J. Nonverbal Behav. 2013)


@dataclass(frozen=True)
class Spotted:
    """A movement with a beginning and an end, as indices of the patches of its track.

    Attributes:
        onset, apex, offset: the last patch at rest, the one of the largest movement, and the
            first at rest again.
        evidence: for an expression: the highest chance of one while it lasts, 0..1, else how far
            the apex stands out.
        threshold: the evidence that it had to reach.
        while_speaking: whether the face was speaking at the apex.
        region: where it is; None: its units say it.
        units: numbers of FACS, ascending.
    """

    kind: Kind
    onset: int
    apex: int
    offset: int
    evidence: float
    threshold: float
    while_speaking: bool
    region: Region | None = None
    units: tuple[int, ...] = ()

    @property
    def rank(self) -> float:
        """What it is worth beside others."""
        return self.evidence / self.threshold


def shared(one: Spotted, other: Spotted) -> float:
    """How much of the shorter of two the other covers, 0..1."""
    both = min(one.offset, other.offset) - max(one.onset, other.onset)
    shorter = min(one.offset - one.onset, other.offset - other.onset)
    return max(both, 0) / max(shorter, 1)


def strongest(spotted: list[Spotted], most_shared: float) -> list[Spotted]:
    """Of those that cover one another by more than `most_shared`, the one of highest rank."""
    kept: list[Spotted] = []
    for one in sorted(spotted, key=lambda it: (-it.rank, it.onset)):
        if all(shared(one, other) <= most_shared for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda it: (it.onset, it.apex))


def span(times_s: NDArray[np.float64], one: Spotted) -> float:
    """Seconds from onset to offset."""
    return float(times_s[one.offset] - times_s[one.onset])
