"""The parts of a model: each weight is of one, and only the named ones learn."""

from typing import get_args

import pytest
import torch

from jobs.train.parts import Part, let_learn, part_of
from stages.model.modeling_microemo import MicroEmo
from stages.model.shapes import tiny


@pytest.fixture(scope="module")
def model() -> MicroEmo:
    shape = tiny()
    shape.lora_rank = 2
    torch.manual_seed(0)
    return MicroEmo(shape)


def test_every_weight_is_of_a_part_and_no_part_is_empty(model: MicroEmo) -> None:
    found = {part_of(name) for name, _ in model.named_parameters()}
    assert found == set(get_args(Part))


@pytest.mark.parametrize("part", get_args(Part))
def test_the_parts_that_are_named_learn_and_no_others(model: MicroEmo, part: Part) -> None:
    let_learn(model, [part])
    learns = {part_of(name) for name, weight in model.named_parameters() if weight.requires_grad}
    assert learns == {part}
