"""How many answers agree."""

from collections.abc import Collection, Sequence


def agreement(labels: Sequence[str], samples: Sequence[Collection[str]]) -> list[float] | None:
    """For each label the share, 0..1, of the `samples` that hold it; None without samples."""
    if not samples:
        return None
    return [sum(label in sample for sample in samples) / len(samples) for label in labels]
