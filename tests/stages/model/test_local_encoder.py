"""Appearance and motion of face crops."""

import pytest
import torch

from stages.model.config import ModelConfig
from stages.model.loading import load_encoder
from stages.model.local_encoder import CROPS_AT_A_TIME, LocalEncoder, TemporalSelfAttention

Local = tuple[torch.Tensor, torch.Tensor]


@pytest.fixture(scope="module")
def encoder() -> LocalEncoder:
    return load_encoder(ModelConfig()).local


@pytest.fixture(scope="module")
def temporal() -> TemporalSelfAttention:
    return load_encoder(ModelConfig()).global_local.temporal


def _crops(count: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, 112, 112, 3), dtype=torch.uint8, generator=generator)


@torch.inference_mode()
def _encoded(encoder: LocalEncoder, crops: torch.Tensor, tracks: list[int]) -> Local:
    return encoder(crops, torch.tensor(tracks))


def test_each_crop_gives_k_tokens_of_each_kind(encoder: LocalEncoder) -> None:
    appearance, motion = _encoded(encoder, _crops(5), [0] * 5)
    assert appearance.shape == motion.shape == (5, 4, 64)


def test_a_still_face_has_no_motion(encoder: LocalEncoder) -> None:
    still = _crops(1).expand(CROPS_AT_A_TIME + 3, -1, -1, -1)
    appearance, motion = _encoded(encoder, still, [0] * len(still))
    assert torch.count_nonzero(motion) == 0
    assert torch.count_nonzero(appearance) > 0


def test_one_step_of_one_value_is_motion(encoder: LocalEncoder) -> None:
    faint = _crops(1).clamp(max=254).repeat(3, 1, 1, 1)
    faint[1, 40:56, 40:56] += 1
    _, motion = _encoded(encoder, faint, [0] * 3)
    assert torch.count_nonzero(motion[0]) == 0
    assert torch.count_nonzero(motion[1]) > 0
    assert torch.count_nonzero(motion[2]) > 0


def test_the_first_crop_of_each_track_has_no_motion(encoder: LocalEncoder) -> None:
    _, motion = _encoded(encoder, _crops(6), [0, 0, 0, 2, 2, 5])
    moves = motion.flatten(1).abs().sum(1) > 0
    assert moves.tolist() == [False, True, True, False, True, False]


def test_a_crop_depends_on_itself_and_the_one_before_only(encoder: LocalEncoder) -> None:
    count = CROPS_AT_A_TIME + 8
    crops = _crops(count)
    appearance, motion = _encoded(encoder, crops, [0] * count)
    for place in (1, CROPS_AT_A_TIME - 1, CROPS_AT_A_TIME, CROPS_AT_A_TIME + 1, count - 1):
        looks, moves = _encoded(encoder, crops[place - 1 : place + 1], [0, 0])
        torch.testing.assert_close(looks[1], appearance[place], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(moves[1], motion[place], atol=1e-5, rtol=1e-5)


def test_motion_is_the_difference_of_the_patch_features(encoder: LocalEncoder) -> None:
    crops = _crops(2)
    with torch.inference_mode():
        values = (crops.double() / 127.5 - 1).permute(0, 3, 1, 2)
        weight, bias = encoder.patch_embedding.weight, encoder.patch_embedding.bias
        assert bias is not None
        patches = torch.nn.functional.conv2d(values, weight.double(), bias.double(), stride=16)
        expected = encoder.motion((patches[1:] - patches[:1]).float().flatten(2).transpose(1, 2))
    _, motion = _encoded(encoder, crops, [0, 0])
    torch.testing.assert_close(motion[1:], expected, atol=1e-5, rtol=1e-4)


def test_a_masked_crop_has_no_influence(temporal: TemporalSelfAttention) -> None:
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randn(2, 5, 4, 64, generator=generator)
    offsets_s = torch.linspace(-0.5, 0.5, 5).repeat(2, 1)
    absent = torch.tensor([[False] * 5, [False, True, False, True, True]])
    other = tokens.clone()
    other[absent] = 100 * torch.randn(other[absent].shape, generator=generator)
    later = offsets_s.masked_fill(absent, 0.9)
    with torch.inference_mode():
        one = temporal(tokens, offsets_s, absent).view(2, 5, 4, 64)
        two = temporal(other, later, absent).view(2, 5, 4, 64)
        alone = temporal(tokens[1:, ::2][:, :2], offsets_s[1:, ::2][:, :2], absent[:1, :2])
    torch.testing.assert_close(one[~absent], two[~absent], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(one[1, [0, 2]], alone.view(2, 4, 64), atol=1e-5, rtol=1e-5)


def test_a_crop_that_is_not_masked_has_influence(temporal: TemporalSelfAttention) -> None:
    tokens = torch.randn(1, 3, 4, 64, generator=torch.Generator().manual_seed(0))
    offsets_s = torch.tensor([[-0.2, 0.0, 0.2]])
    there = torch.zeros(1, 3, dtype=torch.bool)
    other = tokens.clone()
    other[0, 2] *= -1
    with torch.inference_mode():
        one, two = (temporal(each, offsets_s, there) for each in (tokens, other))
    assert (one[0, :4] - two[0, :4]).abs().max() > 1e-3


def test_pixels_are_left_as_they_were(encoder: LocalEncoder) -> None:
    crops = _crops(4)
    before = crops.clone()
    _encoded(encoder, crops, [0] * 4)
    assert torch.equal(crops, before)


def test_crops_of_another_size_are_refused(encoder: LocalEncoder) -> None:
    with pytest.raises(ValueError, match=r"\(96, 96, 3\).*\(112, 112, 3\)"):
        _encoded(encoder, torch.zeros(2, 96, 96, 3, dtype=torch.uint8), [0, 0])
