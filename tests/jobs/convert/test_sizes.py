"""Sizes are read from the tensors; what they cannot tell follows a rule or is asked for."""

from pathlib import Path

import pytest
import torch

from jobs.convert.sizes import (
    frame_positions,
    image_qformer_sizes,
    queries,
    used_blocks,
    video_qformer_sizes,
    vision_sizes,
)
from jobs.convert.tensor_files import StoredTensor
from stages.faults import SetupError
from tests.jobs.convert import public_files as public

FILE = Path("some.pth")


def _stored(state: public.State) -> dict[str, StoredTensor]:
    return {
        name: StoredTensor(FILE, tuple(value.shape), value.dtype, value.clone)
        for name, value in state.items()
    }


def test_the_vit() -> None:
    assert vision_sizes(FILE, _stored(public.eva_state()), 4) == {
        "hidden_size": 32,
        "intermediate_size": 56,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "image_size": 16,
        "patch_size": 4,
    }


@pytest.mark.parametrize(
    ("blocks", "whole", "used"), [(3, True, 3), (3, False, 3), (39, False, 39), (40, False, 39)]
)
def test_the_last_block_of_a_whole_vit_is_not_used(blocks: int, whole: bool, used: int) -> None:
    assert used_blocks(_stored(public.eva_state(blocks, whole))) == used


def test_the_image_qformer() -> None:
    assert image_qformer_sizes(FILE, _stored(public.instruct_blip_state()), 3) == {
        "hidden_size": 24,
        "intermediate_size": 40,
        "num_hidden_layers": 4,
        "num_attention_heads": 3,
        "cross_attention_frequency": 2,
        "vocab_size": len(public.BERT_WORDS) + 1,
        "max_position_embeddings": 40,
    }


def test_the_video_qformer_and_what_surrounds_it() -> None:
    held = _stored(public.video_llama_state(frames=9))
    sizes = video_qformer_sizes(FILE, held, 3)
    assert (sizes["num_hidden_layers"], sizes["cross_attention_frequency"]) == (2, 1)
    assert queries(FILE, held, "video_query_tokens") == public.VIDEO_QUERIES
    assert frame_positions(FILE, held) == 9


def test_heads_follow_the_public_widths_where_they_can() -> None:
    state = public.eva_state()
    state["patch_embed.proj.weight"] = torch.zeros(176, 3, 4, 4)
    assert vision_sizes(FILE, _stored(state), None)["num_attention_heads"] == 2


def test_heads_that_cannot_be_told_are_asked_for() -> None:
    with pytest.raises(SetupError, match=r"some\.pth.*32 is no multiple of 88.*--vit-heads"):
        vision_sizes(FILE, _stored(public.eva_state()), None)
    with pytest.raises(SetupError, match="--qformer-heads"):
        image_qformer_sizes(FILE, _stored(public.instruct_blip_state()), None)
    with pytest.raises(SetupError, match="--vit-heads=5 does not divide the width 32"):
        vision_sizes(FILE, _stored(public.eva_state()), 5)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("pos_embed", None, "'pos_embed' is missing"),
        ("pos_embed", torch.zeros(1, 4, 32), "no square"),
        ("pos_embed", torch.zeros(4, 32), "3 dimensions"),
        ("blocks.0.mlp.fc1.weight", torch.zeros(0, 32), "dimensions"),
    ],
)
def test_a_key_from_which_no_size_can_be_read_is_named(
    name: str, value: torch.Tensor | None, message: str
) -> None:
    state = public.eva_state()
    if value is None:
        del state[name]
    else:
        state[name] = value
    with pytest.raises(SetupError, match=rf"some\.pth.*{message}"):
        vision_sizes(FILE, _stored(state), 4)


def test_a_forged_number_builds_no_layers() -> None:
    state = public.eva_state(whole=False)
    state["blocks.9999.norm1.weight"] = torch.zeros(1)
    assert used_blocks(_stored(state)) == 4
