"""A label's confidence comes from the tokens that spell it, and from no other."""

import math

import pytest

from stages.answer.confidence import confidence


def test_only_the_labels_own_tokens_count() -> None:
    spans = [range(0, 1), range(1, 4), range(4, 6), range(6, 8)]
    logprobs = [-9.0, math.log(0.9), math.log(0.4), -9.0]
    assert confidence(spans, logprobs, 1, 6) == pytest.approx(math.sqrt(0.9 * 0.4))


def test_length_is_no_penalty() -> None:
    spans = [range(index, index + 1) for index in range(9)]
    logprobs = [math.log(0.5)] * 9
    assert confidence(spans, logprobs, 0, 1) == pytest.approx(confidence(spans, logprobs, 0, 9))


def test_rounding_cannot_exceed_one() -> None:
    assert confidence([range(0, 2)], [1e-7], 0, 2) == 1.0


def test_without_tokens_there_is_no_confidence() -> None:
    assert confidence([], [], 0, 3) == 0.0
