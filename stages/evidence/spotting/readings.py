"""The evidence for expressions in each patch of a face, half by half, quiet or speaking."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.evidence.norms import Setting
from stages.evidence.spotting.decomposition import Decomposition, Half, Scale, decomposition

Array = NDArray[np.float64]

FEWEST = 15  # patches from which a median means something
USUAL: dict[Half, float] = {"upper": 1.0, "lower": 1.5}
"""The median of the evidence, at the short scale, of most faces without an expression."""


@dataclass(frozen=True)
class Reading:
    """Half a face, read against what it would be without an expression.

    Attributes:
        half: which.
        scale: against where it was just before and after, or against rest.
        speaking: [n], whether the face was speaking.
        strengths: of the units of each patch's own decomposition, [n] arrays [u].
        evidence: [n] standard deviations.
    """

    half: Half
    scale: Scale
    speaking: NDArray[np.bool_]
    strengths: list[Array]
    evidence: Array

    def setting(self, at: int) -> Setting:
        """Whether the face was speaking, as a word."""
        return "speaking" if self.speaking[at] else "quiet"

    def decomposition(self, at: int) -> Decomposition:
        """That of a patch."""
        return decomposition(self.half, self.setting(at), self.scale)

    def unrest(self, at: int) -> float:
        """By how much, 1 or more, a face is less calm than usual in the setting of a patch."""
        alike = self.speaking == self.speaking[at]
        if alike.sum() < FEWEST:
            alike = np.ones(len(self.speaking), bool)
        return max(1.0, float(np.median(self.evidence[alike])) / USUAL[self.half])


def read_half(half: Half, scale: Scale, movements: Array, speaking: NDArray[np.bool_]) -> Reading:
    """Read movements [n, 2 P] in the metric of their setting."""
    strengths: list[Array] = [np.empty(0)] * len(movements)
    evidence = np.zeros(len(movements))
    settings: tuple[tuple[Setting, NDArray[np.bool_]], ...] = (
        ("quiet", ~speaking),
        ("speaking", speaking),
    )
    for setting, there in settings:
        at = np.flatnonzero(there)
        parts = decomposition(half, setting, scale)
        found = parts.strengths(movements[at])
        evidence[at] = parts.evidence(found)
        for index, own in zip(at, found, strict=True):
            strengths[index] = own
    return Reading(half, scale, speaking, strengths, evidence)
