"""Crops without their windows: each is read as it would be in its window."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from jobs.train.action_units import UNITS, UNKNOWN, MovingUnits
from jobs.train.collator import Example
from jobs.train.moving_crops import MovingCrops
from stages.model.modeling_microemo import MicroEmoEncoder
from stages.model.shapes import tiny
from stages.model.windows import faces_of
from tests.jobs.train.windows import window

SIDE = 112


class _Examples(torch.utils.data.Dataset[Example]):
    """Windows of so many crops, of which it is known what moves on those that are told."""

    def __init__(self, known: Mapping[int, Mapping[int, float]]) -> None:
        self.rows = [
            window(f"v{place}", crops=crops, seed=place) for place, crops in enumerate(known)
        ]
        self.moving = [
            torch.tensor([[told.get(crop, UNKNOWN)] * len(UNITS) for crop in range(crops)])
            for crops, told in known.items()
        ]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> Example:
        moving = MovingUnits(
            self.moving[place].view(-1, len(UNITS)), torch.zeros(2, 2 * len(UNITS))
        )
        return Example(self.rows[place], 0, [], moving)


def _crops(known: Mapping[int, Mapping[int, float]]) -> tuple[_Examples, MovingCrops]:
    examples: Any = _Examples(known)
    return examples, MovingCrops(examples, SIDE)


def test_a_crop_departs_as_it_does_in_its_window() -> None:
    torch.manual_seed(0)
    local = MicroEmoEncoder(tiny()).eval().local
    examples, crops = _crops({40: {3: 1.0, 39: 0.0}, 50: {0: 0.0, 20: 1.0, 21: 1.0}})
    assert len(crops) == 5
    with torch.inference_mode():
        alone = [local(faces_of(row))[1] for row in examples.rows]
        expected = torch.stack([alone[0][3], alone[0][39], *alone[1][[0, 20, 21]]]).flatten(1)
        batch = crops.__getitems__([4, 0, 1, 2, 3])
        read = local.departure(batch["departures"], batch["beside"])
    torch.testing.assert_close(read, expected[[4, 0, 1, 2, 3]], atol=2e-2, rtol=2e-2)
    assert batch["moving_on_crops"][:, 0].tolist() == [1, 1, 0, 0, 1]


def test_a_batch_has_the_crops_that_it_reads_and_no_others() -> None:
    _, crops = _crops({40: {20: 1.0}})
    batch = crops[0]
    assert len(batch["departures"]) == len(np.unique(batch["beside"])) <= 9


def test_windows_without_faces_or_truth_have_no_crops() -> None:
    _, crops = _crops({0: {}, 5: {}})
    assert len(crops) == 0
