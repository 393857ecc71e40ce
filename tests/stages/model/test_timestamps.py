"""Timestamp sentences: what they say, and how far they are padded."""

import pytest
import torch

from stages.model.folder import TINY
from stages.model.loading import load_tokenizer
from stages.model.timestamps import sentence_length, timestamp_ids, timestamp_sentence


@pytest.mark.parametrize(
    ("time_s", "told"), [(0.0, "0.0"), (1.0, "1.0"), (12.349, "12.3"), (7199.96, "7200.0")]
)
def test_the_sentence_gives_the_time_to_a_tenth(time_s: float, told: str) -> None:
    assert timestamp_sentence(time_s) == f"This frame is sampled at {told} second."


def test_sentences_are_padded_to_the_longest_of_them() -> None:
    tokenizer = load_tokenizer(TINY)
    times_s = [0.0, 3.14159, 12345.6]
    ids, mask = timestamp_ids(tokenizer, times_s, 24)
    lengths = [len(tokenizer(timestamp_sentence(time_s)).input_ids) for time_s in times_s]
    longest = max(lengths)
    assert min(lengths) < longest < 24
    assert ids.shape == mask.shape == (3, longest)
    for place, time_s in enumerate(times_s):
        alone, mask_alone = timestamp_ids(tokenizer, [time_s], 24)
        told = lengths[place]
        assert alone.shape == (1, told)
        assert mask_alone.all()
        assert torch.equal(ids[place, :told], alone[0])
        assert mask[place].tolist() == [1] * told + [0] * (longest - told)
        assert set(ids[place, told:].tolist()) <= {tokenizer.pad_token_id}
        assert sentence_length(mask[place : place + 1]) == told
        text = tokenizer.decode(alone[0], skip_special_tokens=True)
        assert text == timestamp_sentence(time_s)


def test_a_sentence_too_long_is_cut() -> None:
    ids, mask = timestamp_ids(load_tokenizer(TINY), [2.5], 4)
    assert ids.shape == (1, 4)
    assert mask.sum() == 4


def test_no_frames_make_no_sentences() -> None:
    ids, mask = timestamp_ids(load_tokenizer(TINY), [], 16)
    assert len(ids) == len(mask) == sentence_length(mask) == 0
