"""In which order windows are learnt: by lot, and those of a batch about as long as each other.

A batch is as wide as its longest window, and attention costs the square of that: of windows drawn
one by one, two fifths of a batch are padding.
"""

from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import Sampler
from transformers.trainer_pt_utils import get_length_grouped_indices

from jobs.train.conversations import Targets

_QUESTION = 80  # characters, about what asks for an answer


def about_how_long(targets: Targets) -> int:
    """Characters of what is learnt of a window: its conversations are longer, the more there are.

    Nothing is read for it; within a batch it leaves a tenth of padding.
    """
    return sum(_QUESTION + len(own.brief or own.description or "") for own in targets.values())


class OfLikeLength(Sampler[int]):
    """Draws the windows of an epoch, each once: batches of like length, in any order.

    Args:
        lengths: of the windows, in any unit.
        batch: windows in a batch.
        seed: of the draws, which differ from epoch to epoch and not from process to process.
    """

    def __init__(self, lengths: Sequence[int], batch: int, seed: int) -> None:
        self._lengths = list(lengths)
        self._batch = batch
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch is drawn next, as data loaders do: one that goes on draws as before."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        """The places of the windows; a batch that is not full comes last."""
        draws = torch.Generator().manual_seed(self._seed + self._epoch)
        places = get_length_grouped_indices(self._lengths, self._batch, generator=draws)
        starts = torch.arange(0, len(places), self._batch)
        full = len(places) // self._batch
        # The library has the longest first and then ever shorter ones.
        order = [*starts[torch.randperm(full, generator=draws)].tolist(), *starts[full:].tolist()]
        for start in order:
            yield from places[start : start + self._batch]
