"""Which videos are held out where nobody named labels for it."""

import hashlib
from collections.abc import Iterable, Sequence

from stages.faults import SetupError


def held_out_names(video_ids: Iterable[str], share: float, seed: int) -> frozenset[str]:
    """About that share of the videos, at least one and not all; by their names alone.

    A video that is added later moves no other to the other side.

    Args:
        video_ids: as the labels name them.
        share: 0..1, of the videos.
        seed: other ones for another seed.

    Raises:
        SetupError: there are fewer than two videos.
    """
    drawn = {name: _drawn(name, seed) for name in video_ids}
    in_order: Sequence[str] = sorted(drawn, key=lambda name: (drawn[name], name))
    if len(in_order) < 2:
        raise SetupError(
            "one video cannot be trained on and held out too: give labels of more videos, or name "
            "others with --held-out"
        )
    count = sum(drawn[name] < share for name in in_order)
    return frozenset(in_order[: min(max(count, 1), len(in_order) - 1)])


def _drawn(name: str, seed: int) -> float:
    """0..1, evenly."""
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
