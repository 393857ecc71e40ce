"""The face crops of a training without their windows: how each departs, and what moves on it.

To learn to name action units a step wants crops of many faces, and of a crop only its departure
from the usual look of its face, which no weights have a part in. So that is found once, and kept.
"""

from collections.abc import Sequence

import torch
from torch.utils.data import DataLoader, Dataset

from jobs.train.action_units import UNITS, UNKNOWN
from jobs.train.collator import MOVING
from jobs.train.examples import Examples
from stages.model.displacement import CELL, CHANNELS
from stages.model.local_encoder import BESIDE_S, crops_beside, departures
from stages.model.windows import faces_of

CROPS_OF_A_WINDOW = 64
"""Crops in a batch, for each window that a batch would have."""
_READERS = 2

Batch = dict[str, torch.Tensor]
_Crops = tuple[torch.Tensor, torch.Tensor, torch.Tensor] | tuple[()]


class MovingCrops(Dataset[Batch]):
    """The crops of which it is known what moves on them.

    Args:
        examples: the windows; they are read here.
        side: of a crop, pixels.
    """

    def __init__(self, examples: Examples, side: int) -> None:
        cells = side // CELL
        departed = [torch.zeros(0, CHANNELS, cells, cells).half()]
        beside = [torch.zeros(0, len(BESIDE_S), dtype=torch.int64)]
        moving = [torch.zeros(0, len(UNITS))]
        before = 0
        for crops in DataLoader(_Windows(examples), batch_size=None, num_workers=_READERS):
            if not crops:
                continue
            # What comes from another process holds a file open until it is copied.
            own = [part.clone() for part in crops]
            departed.append(own[0])
            beside.append(torch.where(own[1] < 0, own[1], own[1] + before))
            moving.append(own[2])
            before += len(own[0])
        self._departed, self._beside, self._moving = map(torch.cat, (departed, beside, moving))
        self._known = (self._moving != UNKNOWN).any(dim=1).nonzero()[:, 0]

    def __len__(self) -> int:
        return len(self._known)

    def __getitem__(self, place: int) -> Batch:
        return self.__getitems__([place])

    def __getitems__(self, places: Sequence[int]) -> Batch:
        """A batch: `departures` and `beside` of the crops, and which units move on each."""
        crops = self._known[places]
        beside = self._beside[crops]
        read, among = torch.unique(beside, return_inverse=True)
        # -1 sorts first where there is any: it is none of those that are read.
        is_missing = int(read[0] < 0)
        return {
            "departures": self._departed[read[is_missing:]].float(),
            "beside": among - is_missing,
            MOVING[0]: self._moving[crops],
        }


class _Windows(Dataset[_Crops]):
    """The crops of each window: how they depart (halves: of a pixel they keep a thousandth), which
    are beside each, and what moves on it."""

    def __init__(self, examples: Examples) -> None:
        self._examples = examples

    def __len__(self) -> int:
        return len(self._examples)

    def __getitem__(self, place: int) -> _Crops:
        example = self._examples[place]
        faces = faces_of(example.row)
        if example.moving is None or not len(faces.crops):
            return ()
        return departures(faces).half(), crops_beside(faces), example.moving.crops
