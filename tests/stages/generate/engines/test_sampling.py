"""Tokens are drawn as the distribution says, from the nucleus alone, by the row's own seed."""

import math
from collections.abc import Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stages.generate.engines.engine import Sampling
from stages.generate.engines.sampling import TokenChoice

CHANCES = torch.tensor([0.1, 0.4, 0.05, 0.2, 0.25])


def drawn(sampling: list[Sampling | None], steps: int) -> torch.Tensor:
    """[steps, rows] tokens, each step from the same distribution."""
    choice = _begun(sampling, steps)
    logits = CHANCES.log().expand(len(sampling), -1)
    return torch.stack([choice(logits) for _ in range(steps)])


def _begun(
    sampling: Sequence[Sampling | None], steps: int, banned: Sequence[int] = ()
) -> TokenChoice:
    return TokenChoice(torch.tensor(banned, dtype=torch.long), steps, sampling)


def test_without_sampling_the_likeliest_token_that_is_allowed_is_chosen() -> None:
    choice = _begun([None], 1, banned=[1])
    assert choice(CHANCES.log()[None]).tolist() == [4]
    assert choice.logprobs.tolist() == pytest.approx([math.log(0.25 / 0.6)])


def test_tokens_come_as_often_as_they_are_likely() -> None:
    counted = drawn([Sampling(1.0, 1.0, 5)], 4000)[:, 0].bincount(minlength=5) / 4000
    assert counted.tolist() == pytest.approx(CHANCES.tolist(), abs=0.03)


def test_temperature_sharpens() -> None:
    counted = drawn([Sampling(0.5, 1.0, 5)], 4000)[:, 0].bincount(minlength=5) / 4000
    sharpened = CHANCES**2 / (CHANCES**2).sum()
    assert counted.tolist() == pytest.approx(sharpened.tolist(), abs=0.03)


@pytest.mark.parametrize(
    ("top_p", "nucleus"), [(0.01, {1}), (0.4, {1}), (0.41, {1, 4}), (0.9, {1, 3, 4, 0})]
)
def test_only_the_nucleus_is_drawn_from(top_p: float, nucleus: set[int]) -> None:
    assert set(drawn([Sampling(1.0, top_p, 9)], 500)[:, 0].tolist()) == nucleus


@given(st.lists(st.none() | st.integers(0, 2**40), min_size=1, max_size=6))
def test_neighbours_and_order_change_nothing(seeds: list[int | None]) -> None:
    sampling = [None if seed is None else Sampling(0.8, 0.95, seed) for seed in seeds]
    together = drawn(sampling, 12)
    backwards = drawn(sampling[::-1], 12).flip(1)
    alone = torch.cat([drawn([own], 12) for own in sampling], dim=1)
    assert torch.equal(together, backwards)
    assert torch.equal(together, alone)


def test_rows_go_on_in_other_places_as_if_nothing_had_happened() -> None:
    sampling = [Sampling(1.0, 1.0, seed) for seed in range(4)]
    whole, late = drawn(list(sampling), 10), drawn([Sampling(0.5, 0.9, 77)], 10)
    choice = _begun(sampling, 10)
    logits = CHANCES.log().expand(4, -1)
    for _ in range(4):
        choice(logits)
    joining = _begun([Sampling(0.5, 0.9, 77), None], 10)
    joining(logits[:2])
    choice.arrange([3, 4, 1, 5], joining)
    assert choice.tokens.tolist() == [*whole[3, [3]], late[0, 0], whole[3, 1], 1]
    steps = [(choice(logits), choice.logprobs) for _ in range(6)]
    rest = torch.stack([tokens for tokens, _ in steps])
    assert torch.equal(rest[:, [0, 2]], whole[4:, [3, 1]])
    assert torch.equal(rest[:, 1], late[1:7, 0])
    assert rest[:, 3].tolist() == [1] * 6
    logprobs = torch.stack([logprobs for _, logprobs in steps])
    torch.testing.assert_close(logprobs, CHANCES.log()[rest])


@pytest.mark.parametrize(("temperature", "top_p"), [(0.0, 0.9), (-1.0, 0.9), (1.0, 0.0), (1.0, 2)])
def test_what_cannot_be_drawn_with_is_refused(temperature: float, top_p: float) -> None:
    with pytest.raises(ValueError, match="nothing can be drawn"):
        Sampling(temperature, top_p, 0)
