"""How far several annotators agree: Cohen's kappa of pairs, Krippendorff's alpha of all.

Sources: Cohen, "A coefficient of agreement for nominal scales" (1960); Krippendorff, "Computing
Krippendorff's Alpha-Reliability" (2011); Passonneau, "Measuring agreement on set-valued items
(MASI) for semantic and pragmatic annotation" (2006).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.overlaps import Floats

Codes = npt.NDArray[np.int64]
"""What each annotator says of each unit: [annotators, units], numbers of values; -1: nothing."""

MISSING = -1


def cohen_kappa(one: Codes, other: Codes) -> float | None:
    """Agreement of two annotators beyond chance: 1 is perfect, 0 as by chance.

    Args:
        one, other: int64 [units]; units that one of them left out do not count.

    Returns:
        None where there is no unit, or where both use one and the same value throughout, which
        leaves nothing to agree on.
    """
    both = (one != MISSING) & (other != MISSING)
    if not both.any():
        return None
    one, other = one[both], other[both]
    size = int(max(one.max(), other.max())) + 1
    shares = [np.bincount(codes, minlength=size) / len(codes) for codes in (one, other)]
    by_chance = float(shares[0] @ shares[1])
    if by_chance == 1:
        return None
    return float(((one == other).mean() - by_chance) / (1 - by_chance))


def krippendorff_alpha(codes: Codes, distances: Floats) -> float | None:
    """Agreement of all annotators beyond chance: 1 is perfect, 0 as by chance.

    Units that fewer than two annotators speak of do not count.

    Args:
        codes: what they say.
        distances: float64 [values, values], how far two values are from each other; symmetric, 0
            on the diagonal.

    Returns:
        None where no unit counts, or where all say the same throughout.
    """
    values = len(distances)
    if not values:
        return None
    said = np.stack([(codes == value).sum(axis=0) for value in range(values)], axis=1)
    said = said[said.sum(axis=1) > 1].astype(np.float64)  # [units, values]
    if not len(said):
        return None
    each = said.sum(axis=1)
    # A value is not held against itself; at distance 0 that changes nothing.
    observed = float((np.einsum("uv,vw,uw->u", said, distances, said) / (each - 1)).sum())
    totals = said.sum(axis=0)
    expected = float(totals @ distances @ totals) / (totals.sum() - 1)
    return None if expected == 0 else 1 - observed / expected


def nominal_distances(values: int) -> Floats:
    """1 between different values: float64 [values, values]."""
    return 1 - np.eye(values)


def masi_distances(sets: Sequence[frozenset[str]]) -> Floats:
    """1 - Jaccard x monotonicity between sets: float64 [sets, sets].

    Monotonicity is 1 for equal sets, 2/3 where one holds the other, 1/3 where they only overlap,
    0 where they share nothing. An empty set shares nothing with another one.
    """
    words = sorted(set().union(*sets)) if sets else []
    members = np.array([[word in one for word in words] for one in sets], np.float64)
    members = members.reshape(len(sets), len(words))
    shared = members @ members.T
    sizes = members.sum(axis=1)
    smaller, larger = (edge(sizes[:, None], sizes) for edge in (np.minimum, np.maximum))
    union = sizes[:, None] + sizes - shared
    monotonicity = np.where(shared == larger, 1.0, np.where(shared == smaller, 2 / 3, 1 / 3))
    monotonicity[shared == 0] = 0
    distances: Floats = 1 - shared / np.maximum(union, 1) * monotonicity
    np.fill_diagonal(distances, 0)
    return distances
