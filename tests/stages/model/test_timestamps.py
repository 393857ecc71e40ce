"""Timestamp sentences: what they say, and that one does not depend on its neighbours."""

import pytest
import torch

from stages.model.folder import TINY
from stages.model.loading import load_tokenizer
from stages.model.timestamps import timestamp_ids, timestamp_sentence


@pytest.mark.parametrize(
    ("time_s", "told"), [(0.0, "0.0"), (1.0, "1.0"), (12.349, "12.3"), (7199.96, "7200.0")]
)
def test_the_sentence_gives_the_time_to_a_tenth(time_s: float, told: str) -> None:
    assert timestamp_sentence(time_s) == f"This frame is sampled at {told} second."


def test_a_sentence_has_the_same_ids_in_any_batch() -> None:
    tokenizer = load_tokenizer(TINY)
    times_s = [0.0, 3.14159, 12345.6]
    ids, mask = timestamp_ids(tokenizer, times_s, 24)
    assert ids.shape == mask.shape == (3, 24)
    for place, time_s in enumerate(times_s):
        alone, mask_alone = timestamp_ids(tokenizer, [time_s], 24)
        assert torch.equal(ids[place], alone[0])
        assert torch.equal(mask[place], mask_alone[0])


def test_the_padding_stands_behind_the_sentence_and_is_masked() -> None:
    tokenizer = load_tokenizer(TINY)
    ids, mask = timestamp_ids(tokenizer, [2.5], 24)
    told = int(mask.sum())
    assert mask[0].tolist() == [1] * told + [0] * (24 - told)
    text = tokenizer.decode(ids[0, :told], skip_special_tokens=True)
    assert text == "This frame is sampled at 2.5 second."
    assert set(ids[0, told:].tolist()) == {tokenizer.pad_token_id}


def test_a_sentence_too_long_is_cut_to_the_length() -> None:
    ids, mask = timestamp_ids(load_tokenizer(TINY), [2.5], 4)
    assert ids.shape == (1, 4)
    assert mask.sum() == 4


def test_no_frames_make_no_sentences() -> None:
    ids, mask = timestamp_ids(load_tokenizer(TINY), [], 16)
    assert ids.shape == mask.shape == (0, 16)
