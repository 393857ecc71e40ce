"""The frame encoder against the transformers networks it is built of."""

import pytest
import torch
from transformers.models.instructblip.modeling_instructblip import (
    InstructBlipQFormerModel,
    InstructBlipVisionModel,
)

from stages.model.config import ModelConfig
from stages.model.folder import TINY
from stages.model.frame_encoder import FrameEncoder
from stages.model.loading import load_encoder, load_tokenizer
from stages.model.timestamps import timestamp_ids


@pytest.fixture(scope="module")
def encoder() -> FrameEncoder:
    return load_encoder(ModelConfig()).frames


def _frames(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 112, 112, 3), dtype=torch.uint8, generator=generator)


@torch.inference_mode()
def _encoded(encoder: FrameEncoder, frames: torch.Tensor, times_s: list[float]) -> torch.Tensor:
    return encoder(frames, *timestamp_ids(load_tokenizer(TINY), times_s, 16))


def test_it_equals_the_networks_it_is_built_of(encoder: FrameEncoder) -> None:
    vision = InstructBlipVisionModel(encoder.vision_model.config).eval()
    vision.load_state_dict(encoder.vision_model.state_dict())
    vision.post_layernorm.eps = 1e-5
    qformer = InstructBlipQFormerModel(encoder.qformer.config).eval()
    qformer.load_state_dict(encoder.qformer.state_dict())
    frames, times_s = _frames(3), [0.0, 1.5, 3.0]
    ids, mask = timestamp_ids(load_tokenizer(TINY), times_s, 16)
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])
    deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711])
    pixels = ((frames / 255 - mean) / deviation).permute(0, 3, 1, 2)
    with torch.inference_mode():
        expected = qformer(
            input_ids=ids,
            attention_mask=torch.cat([torch.ones(3, 8, dtype=torch.int64), mask], dim=1),
            query_embeds=encoder.query_tokens.repeat(3, 1, 1),
            encoder_hidden_states=vision(pixels).last_hidden_state,
            encoder_attention_mask=torch.ones(3, 65, dtype=torch.int64),
        ).last_hidden_state
    torch.testing.assert_close(_encoded(encoder, frames, times_s), expected, atol=1e-5, rtol=1e-5)


def test_the_text_positions_are_not_cut_away(encoder: FrameEncoder) -> None:
    told = timestamp_ids(load_tokenizer(TINY), [0.0, 1.0], 16)[0].shape[1]
    assert told > 0
    assert _encoded(encoder, _frames(2), [0.0, 1.0]).shape == (2, 8 + told, 64)


def test_the_time_changes_the_query_tokens(encoder: FrameEncoder) -> None:
    frame = _frames(1)
    early, late = (_encoded(encoder, frame, [time])[:, :8] for time in (0.0, 9.7))
    assert (early - late).abs().max() > 1e-3


def test_the_picture_changes_the_query_tokens(encoder: FrameEncoder) -> None:
    one, other = _encoded(encoder, _frames(2), [1.0, 1.0])[:, :8]
    assert (one - other).abs().max() > 1e-3


def test_frames_of_another_size_are_refused_with_the_key_to_set(encoder: FrameEncoder) -> None:
    frames = torch.zeros(1, 224, 224, 3, dtype=torch.uint8)
    with pytest.raises(ValueError, match=r"decode\.image_size=112"):
        _encoded(encoder, frames, [0.0])
