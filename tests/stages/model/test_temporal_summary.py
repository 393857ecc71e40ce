"""What a neighbourhood of crops is summed up to."""

import pytest
import torch

from stages.model.shapes import tiny
from stages.model.temporal_summary import TemporalSummary

TOKENS = tiny().local_config.num_query_tokens
WIDTH = tiny().local_config.hidden_size


@pytest.fixture(scope="module")
def summary() -> TemporalSummary:
    torch.manual_seed(0)
    return TemporalSummary(tiny().local_config).eval()


def _tokens(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, TOKENS, WIDTH, generator=torch.Generator().manual_seed(0))


@torch.inference_mode()
def test_an_absent_crop_has_no_influence(summary: TemporalSummary) -> None:
    tokens = _tokens(2, 5)
    offsets_s = torch.linspace(-0.5, 0.5, 5).repeat(2, 1)
    absent = torch.tensor([[False] * 5, [False, True, False, True, True]])
    other = tokens.masked_fill(absent[:, :, None, None], 100.0)
    later = offsets_s.masked_fill(absent, 0.9)
    one, two = summary(tokens, offsets_s, absent), summary(other, later, absent)
    assert torch.equal(one, two)
    there = torch.zeros(1, 2, dtype=torch.bool)
    alone = summary(tokens[1:, [0, 2]], offsets_s[1:, [0, 2]], there)
    torch.testing.assert_close(one[1:], alone, atol=1e-6, rtol=1e-5)


@torch.inference_mode()
@pytest.mark.parametrize("place", range(3))
def test_each_crop_that_is_there_has_influence(summary: TemporalSummary, place: int) -> None:
    tokens = _tokens(1, 3)
    offsets_s = torch.tensor([[-0.2, 0.0, 0.2]])
    there = torch.zeros(1, 3, dtype=torch.bool)
    other = tokens.clone()
    other[0, place] *= -1
    one, two = (summary(each, offsets_s, there) for each in (tokens, other))
    assert (one - two).abs().max() > 1e-3


@torch.inference_mode()
def test_one_crop_among_many_is_not_drowned(summary: TemporalSummary) -> None:
    """Of a face at rest but for a moment little less is told than of one that never rests."""
    moved = 3 * _tokens(1, 1)
    offsets_s = torch.zeros(1, 30)
    there = torch.zeros(1, 30, dtype=torch.bool)
    rest = torch.zeros(1, 30, TOKENS, WIDTH)
    once = rest.clone()
    once[:, 7] = moved[:, 0]
    at_rest, briefly, always = (
        summary(tokens, offsets_s, there) for tokens in (rest, once, moved.expand_as(rest))
    )
    assert (briefly - at_rest).norm() > 0.5 * (always - at_rest).norm()
