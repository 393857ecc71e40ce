"""Operations are counted as the formula has them, fused layers included."""

import pytest
import torch
from torch import nn

from jobs.bench.model.ceilings import Ceilings
from jobs.bench.model.networks import encoder
from jobs.bench.model.task import Task
from jobs.bench.model.vision import counted_flops, measured_encoder, measured_pooler
from stages.model.shapes import tiny

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")


def test_a_product_is_two_operations_a_cell_and_step() -> None:
    one, other = torch.randn(3, 5), torch.randn(5, 7)
    assert counted_flops(lambda: one @ other) == 2 * 3 * 5 * 7


def test_a_fused_attention_is_counted_as_its_two_products() -> None:
    queries = torch.randn(2, 4, 10, 8)

    def attend() -> torch.Tensor:
        return nn.functional.scaled_dot_product_attention(queries, queries, queries)

    assert counted_flops(attend) == 2 * (2 * 4 * 10 * 10 * 8) * 2


def test_a_fused_encoder_layer_is_counted_as_its_products() -> None:
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True).eval()
    tokens, width, inner = 12, 16, 32
    with torch.inference_mode():
        counted = counted_flops(lambda: layer(torch.randn(1, tokens, width)))
    linear = 2 * tokens * width * (4 * width + 2 * inner)
    assert counted == linear + 4 * tokens * tokens * width
    assert torch.backends.mha.get_fastpath_enabled()


def test_the_vision_model_has_the_operations_of_a_vit() -> None:
    vision = encoder(tiny(), CPU, torch.float32).frames.vision_model
    shape = tiny().vision_config
    patches = (shape.image_size // shape.patch_size) ** 2
    tokens, width = patches + 1, shape.hidden_size
    embedding = 2 * patches * width * 3 * shape.patch_size**2
    linear = 2 * tokens * width * (4 * width + 2 * shape.intermediate_size)
    block = linear + 4 * tokens * tokens * width
    pixels = torch.randn(1, 3, shape.image_size, shape.image_size)
    with torch.inference_mode():
        counted = counted_flops(lambda: vision(pixels).last_hidden_state)
    assert counted == embedding + shape.num_hidden_layers * block


@pytest.fixture(scope="module")
def task() -> Task:
    return Task(tiny(), CPU, torch.float32, 3, prompts=1, batch=1, new_tokens=2, rounds=1)


def test_shares_and_rates_agree(task: Task) -> None:
    ceilings = Ceilings(matrix_flops=1e15, copy_bytes=1e12)
    frames, faces = measured_encoder(task, ceilings)
    pooled = measured_pooler(task, ceilings)
    assert [one.unit for one in (frames, faces, pooled)] == ["images", "crops", "windows"]
    for one in (frames, faces, pooled):
        assert one.matrix_share == pytest.approx(one.per_s * one.flops_each / 1e15)
        assert one.per_s > 0
        assert one.peak_bytes > 0


def test_a_frame_costs_the_same_alone_or_among_others(task: Task) -> None:
    ceilings = Ceilings(1.0, 1.0)
    alone = Task(tiny(), CPU, torch.float32, 1, prompts=1, batch=1, new_tokens=2, rounds=1)
    costs = [measured_encoder(some, ceilings)[0].flops_each for some in (task, alone)]
    assert costs[0] == costs[1]
