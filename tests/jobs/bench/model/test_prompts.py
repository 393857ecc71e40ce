"""Random prompts: as long as real ones, alike where they share a beginning."""

from itertools import groupby
from typing import Any

import pytest
import torch

from jobs.bench.model.networks import end_token, language_model
from jobs.bench.model.prompts import (
    QUESTION,
    UTTERANCES,
    longest_prompt,
    random_prompts,
    require_context,
    whole_vocabulary,
)
from stages.faults import SetupError
from stages.generate.engines.vocabulary import vocabulary
from stages.model.shapes import llama2_7b, tiny


@pytest.fixture(scope="module")
def network() -> Any:
    return language_model(tiny(), torch.device("cpu"), torch.float32)


def test_the_prompts_of_a_window_share_their_beginning_and_no_others_do(network: Any) -> None:
    prompts = random_prompts(tiny(), network, 20)
    assert len(prompts) == 20
    windows = [list(own) for _, own in groupby(prompts, lambda prompt: prompt.prefix_id)]
    assert [len(window) for window in windows] == [UTTERANCES + 1, UTTERANCES + 1, 4]
    for window in windows:
        assert all(torch.equal(prompt.prefix, window[0].prefix) for prompt in window)
    assert not torch.equal(windows[0][0].prefix, windows[1][0].prefix)
    suffixes = [prompt.suffix for prompt in windows[0][1:]]
    assert not torch.equal(suffixes[0], suffixes[1])


def test_the_window_itself_sees_the_tokens_of_all_its_utterances(network: Any) -> None:
    about_window, *about_utterances = random_prompts(tiny(), network, UTTERANCES + 1)
    queries = tiny().num_video_query_tokens
    words = QUESTION[1] - QUESTION[0]
    for prompt in about_utterances:
        more = len(about_window) - len(prompt)
        assert abs(more - queries * (UTTERANCES - 1)) <= words


def test_none_is_longer_than_is_reckoned_with(network: Any) -> None:
    lengths = [len(prompt) for prompt in random_prompts(tiny(), network, 400)]
    assert 0.6 * longest_prompt(tiny()) < max(lengths) <= longest_prompt(tiny())


def test_asked_for_more_the_first_prompts_stay(network: Any) -> None:
    few, many = (random_prompts(tiny(), network, count) for count in (3, 12))
    for one, other in zip(few, many, strict=False):
        assert torch.equal(one.suffix, other.suffix)


def test_every_id_but_the_end_may_be_said(network: Any) -> None:
    words = vocabulary(network, whole_vocabulary(tiny()))
    assert words.banned == ()
    assert words.ends == (end_token(tiny()),)


def test_an_answer_that_does_not_fit_the_context_is_refused() -> None:
    require_context(llama2_7b(), 256)
    room = 2048 - longest_prompt(tiny())
    require_context(tiny(), room)
    with pytest.raises(SetupError, match=f"--new-tokens {room + 1}.*at most {room}"):
        require_context(tiny(), room + 1)
