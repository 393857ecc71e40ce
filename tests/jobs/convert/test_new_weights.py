"""New weights are those of a new model, the same each time, and leave the caller's chance alone."""

import torch

from jobs.convert.new_weights import new_weights
from stages.model.modeling_microemo import MicroEmoEncoder
from stages.model.shapes import tiny


def test_they_are_the_local_branch_of_the_given_shape() -> None:
    own = ("local.", "global_local.")
    expected = MicroEmoEncoder(tiny()).state_dict()
    found = new_weights(tiny())
    assert {name: value.shape for name, value in found.items()} == {
        f"encoder.{name}": value.shape for name, value in expected.items() if name.startswith(own)
    }


def test_they_are_the_same_each_time_and_the_gate_is_closed() -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    one = new_weights(tiny())
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    other = new_weights(tiny())
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert one["encoder.global_local.gate"].item() == 0
    assert one["encoder.local.departure.tokens.weight"].std() > 0


def test_the_shape_that_is_given_stays_as_it_is() -> None:
    config = tiny()
    new_weights(config)
    assert config.to_dict() == tiny().to_dict()
