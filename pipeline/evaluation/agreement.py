"""How far several annotators agree: Cohen's kappa of pairs, Krippendorff's alpha of all.

Sources: Cohen, "A coefficient of agreement for nominal scales" (1960); Krippendorff, "Computing
Krippendorff's Alpha-Reliability" (2011); Passonneau, "Measuring agreement on set-valued items
(MASI) for semantic and pragmatic annotation" (2006).
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.overlaps import Floats

Codes = npt.NDArray[np.int64]
"""What each annotator says of each unit: [annotators, units], numbers of values; -1: nothing."""

Values = npt.NDArray[np.int64]
"""Numbers of values: [n]."""

Distance = Callable[[Values, Values], Floats]
"""From n and m values to how far each is from each: float64 [n, m]."""

MISSING = -1
_AT_ONCE = 512  # values whose distances from all are held at one time
_EDGES = (np.minimum, np.maximum)


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


def krippendorff_alpha(codes: Codes, distance: Distance) -> float | None:
    """Agreement of all annotators beyond chance: 1 is perfect, 0 as by chance.

    Units that fewer than two annotators speak of do not count.

    Args:
        codes: what they say.
        distance: how far values are from each other; symmetric, and 0 from a value to itself.

    Returns:
        None where no unit counts, or where all say the same throughout.
    """
    counted = codes[:, (codes != MISSING).sum(axis=0) > 1]
    observed = 0.0
    for unit in counted.T:
        said = unit[unit != MISSING]
        # A value is not held against itself; at distance 0 that changes nothing.
        observed += float(distance(said, said).sum()) / (len(said) - 1)
    values, totals = np.unique(counted[counted != MISSING], return_counts=True)
    expected = sum(
        float(totals[at : at + _AT_ONCE] @ distance(values[at : at + _AT_ONCE], values) @ totals)
        for at in range(0, len(values), _AT_ONCE)
    ) / max(totals.sum() - 1, 1)
    return None if expected == 0 else float(1 - observed / expected)


def nominal_distance(one: Values, other: Values) -> Floats:
    """1 between different values."""
    distances: Floats = (one[:, None] != other).astype(np.float64)
    return distances


def masi_distance(sets: Sequence[frozenset[str]]) -> Distance:
    """1 - Jaccard x monotonicity between sets, which the values are numbers of.

    Monotonicity is 1 for equal sets, 2/3 where one holds the other, 1/3 where they only overlap,
    0 where they share nothing. An empty set shares nothing with another one.
    """
    column = {word: at for at, word in enumerate(sorted(set().union(*sets)))}
    members = np.zeros((len(sets), len(column)), np.float32)
    for number, words in enumerate(sets):
        members[number, [column[word] for word in words]] = 1
    sizes = members.sum(axis=1)

    def between(one: Values, other: Values) -> Floats:
        shared = members[one] @ members[other].T
        smaller, larger = (edge(sizes[one][:, None], sizes[other]) for edge in _EDGES)
        monotonicity = np.where(shared == larger, 1.0, np.where(shared == smaller, 2 / 3, 1 / 3))
        monotonicity[shared == 0] = 0
        distances: Floats = 1 - shared / np.maximum(smaller + larger - shared, 1) * monotonicity
        distances[one[:, None] == other] = 0
        return distances

    return between
