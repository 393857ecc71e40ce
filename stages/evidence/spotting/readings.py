"""How strong each action unit is in each patch of a face, half by half, quiet or speaking."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.evidence.norms import Setting
from stages.evidence.spotting.decomposition import UNITS, Half, decomposition

Array = NDArray[np.float64]

CALM = 0.6  # share of the patches, the calmest, that stand for rest
ROUNDS = 3


@dataclass(frozen=True)
class Reading:
    """Half a face, read against itself at rest.

    Attributes:
        half: which.
        speaking: [n], whether the face was speaking.
        strengths: of the units of each patch's own setting, [n] arrays [u].
        evidence: [n] standard deviations of what a face does without an expression.
    """

    half: Half
    speaking: NDArray[np.bool_]
    strengths: list[Array]
    evidence: Array

    def setting(self, at: int) -> Setting:
        """Whether the face was speaking, as a word."""
        return "speaking" if self.speaking[at] else "quiet"


def against_rest(half: Half, flat: Array, speaking: NDArray[np.bool_]) -> Reading:
    """Read movements [n, 2 P] against the calmer part of them."""
    rest = np.median(flat, axis=0)
    for _ in range(ROUNDS - 1):
        evidence = _read(half, flat - rest, speaking).evidence
        rest = np.median(flat[evidence <= np.quantile(evidence, CALM)], axis=0)
    return _read(half, flat - rest, speaking)


def _read(half: Half, movements: Array, speaking: NDArray[np.bool_]) -> Reading:
    strengths: list[Array] = [np.empty(0)] * len(movements)
    evidence = np.zeros(len(movements))
    settings: tuple[tuple[Setting, NDArray[np.bool_]], ...] = (
        ("quiet", ~speaking),
        ("speaking", speaking),
    )
    for setting, there in settings:
        at = np.flatnonzero(there)
        parts = decomposition(UNITS[half, setting], setting, "long")
        found = parts.strengths(movements[at])
        evidence[at] = parts.evidence(found)
        for index, own in zip(at, found, strict=True):
            strengths[index] = own
    return Reading(half, speaking, strengths, evidence)
