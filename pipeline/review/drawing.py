"""Which utterances are drawn, for two reviewers or for the audit: by their ids alone.

So the draw is the same on each server, today and tomorrow, and does not hang on the order of rows.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LEVELS = 2.0**64


def lots(purpose: str, unit_ids: Sequence[str]) -> NDArray[np.float64]:
    """A number for each unit, evenly spread over [0, 1), of its id and the purpose alone."""
    return np.array([_lot(purpose, unit_id) for unit_id in unit_ids], np.float64)


def lowest(numbers: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """Which of the numbers are the `count` lowest."""
    drawn = np.zeros(len(numbers), np.bool_)
    drawn[np.argsort(numbers, kind="stable")[:count]] = True
    return drawn


def _lot(purpose: str, unit_id: str) -> float:
    digest = hashlib.blake2b(f"{purpose}:{unit_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / _LEVELS
