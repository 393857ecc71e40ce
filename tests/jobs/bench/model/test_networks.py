"""Random networks: counted without memory, the same each time, and never at a loss for words."""

import pytest
import torch

from jobs.bench.model.networks import (
    Weight,
    cache_bytes_of_position,
    end_token,
    language_model,
    require_memory,
    step_bytes,
    weights,
)
from stages.faults import SetupError
from stages.model.shapes import llama2_7b, qwen2_5_7b, tiny

pytestmark = pytest.mark.slow

CPU, META = torch.device("cpu"), torch.device("meta")


def test_seven_billion_weights_are_counted_without_memory_for_them() -> None:
    held = weights(llama2_7b(), torch.bfloat16)
    assert held["language_model"] == Weight(6_738_415_616, 2 * 6_738_415_616)
    assert held["encoder"].parameters > 985_894_528 + 185_660_160
    assert held["pooler"].parameters > 18_905_088 + 3_149_824


def test_the_cache_of_a_position_is_a_key_and_a_value_of_each_layer() -> None:
    assert cache_bytes_of_position(llama2_7b(), torch.bfloat16) == 2 * 32 * 4096 * 2
    # Qwen2.5 shares each key among seven heads.
    assert cache_bytes_of_position(qwen2_5_7b(), torch.bfloat16) == 2 * 28 * 4 * 128 * 2
    assert cache_bytes_of_position(tiny(), torch.float32) == 2 * 2 * 2 * 32 * 4


def test_a_step_reads_the_weights_but_not_a_table_of_embeddings() -> None:
    llama = language_model(llama2_7b(), META, torch.bfloat16)
    assert step_bytes(llama) == 2 * (6_738_415_616 - 32000 * 4096)
    # The tiny model's table is its head too, and that is read whole.
    small = language_model(tiny(), CPU, torch.float32)
    assert step_bytes(small) == weights(tiny(), torch.float32)["language_model"].bytes


def test_made_twice_the_weights_are_the_same_and_not_zero() -> None:
    one, other = (language_model(tiny(), CPU, torch.float32).state_dict() for _ in range(2))
    for name, tensor in one.items():
        assert torch.equal(tensor, other[name])
        assert tensor.count_nonzero() > 0.9 * tensor.numel()


def test_the_end_is_never_the_likeliest_token() -> None:
    network = language_model(tiny(), CPU, torch.float32)
    ids = torch.randint(0, 1024, (16, 32), generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        logits = network(input_ids=ids).logits
    assert (logits[..., end_token(tiny())] == 0).all()
    assert (logits.argmax(dim=-1) != end_token(tiny())).all()


def test_what_does_not_fit_is_refused_with_what_it_needs() -> None:
    held = {"encoder": Weight(1, 4), "language_model": Weight(10**12, 4 * 10**12)}
    with pytest.raises(SetupError) as refused:
        require_memory(held, 2 * 10**12, CPU, "llama2-7b")
    said = str(refused.value)
    for part in ("--preset llama2-7b", "6001.1 GB on cpu", "4000.0 GB of weights", "--device meta"):
        assert part in said
    assert "2000.0 GB of keys and values" in said


def test_what_fits_is_let_through() -> None:
    require_memory(weights(tiny(), torch.float32), 10**6, CPU, "tiny")
