"""Each row of a batch sees from its own place, as the model says, and no other mask changes."""

from typing import Any

import pytest
import torch
from transformers import Cache, LlamaConfig, StaticCache
from transformers.masking_utils import (
    create_causal_mask,
    create_chunked_causal_mask,
    create_sliding_window_causal_mask,
)

from stages.generate.engines.masks import let_rows_differ

REACH = 12
KINDS = {
    "all": (create_causal_mask, lambda at, seen: seen <= at),
    "window": (create_sliding_window_causal_mask, lambda at, seen: at - 4 < seen <= at),
    "chunk": (create_chunked_causal_mask, lambda at, seen: seen <= at and seen // 4 == at // 4),
}


class Places(Cache):
    """Rows at positions of their own."""

    def __init__(self, positions: torch.Tensor) -> None:
        super().__init__(layers=[])
        self.positions = positions

    def get_query_offset(self, layer_idx: int = 0) -> Any:
        return self.positions

    def get_mask_sizes(self, query_length: int, layer_idx: int) -> tuple[int, int]:
        return REACH, 0


def shape(implementation: str) -> LlamaConfig:
    config = LlamaConfig(attn_implementation=implementation)
    config.sliding_window = config.attention_chunk_size = 4
    return config


@pytest.mark.parametrize("implementation", ["sdpa", "eager"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("positions", [[[5], [0], [11]], [[2, 3, 4], [7, 8, 8]]])
def test_a_row_sees_from_its_own_place(
    kind: str, implementation: str, positions: list[list[int]]
) -> None:
    let_rows_differ()
    make, rule = KINDS[kind]
    places = torch.tensor(positions)
    mask = make(
        config=shape(implementation),
        inputs_embeds=torch.zeros(*places.shape, 8, dtype=torch.bfloat16),
        attention_mask=None,
        past_key_values=Places(places),
    )
    assert mask.dtype == torch.bfloat16
    wanted = [[[rule(at, seen) for seen in range(REACH)] for at in row] for row in positions]
    assert torch.equal(mask[:, 0] == 0, torch.tensor(wanted))
    assert (mask[mask != 0] == torch.finfo(torch.bfloat16).min).all()


@pytest.mark.parametrize("kind", KINDS)
def test_masks_of_rows_at_one_place_are_made_as_before(kind: str) -> None:
    make, rule = KINDS[kind]
    let_rows_differ()
    mask = make(
        config=shape("sdpa"),
        inputs_embeds=torch.zeros(2, REACH, 8),
        attention_mask=torch.tensor([[1] * REACH, [1] * (REACH - 1) + [0]]),
        past_key_values=StaticCache(config=LlamaConfig(num_hidden_layers=1), max_cache_len=REACH),
    )
    assert mask.dtype == torch.bool
    wanted = [[rule(at, seen) for seen in range(REACH)] for at in range(REACH)]
    assert torch.equal(mask[0, 0], torch.tensor(wanted))
    assert not mask[1, 0, :, -1].any()
