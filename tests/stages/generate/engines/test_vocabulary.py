"""What ends an answer and what may never stand in one, from the model and its tokenizer."""

import copy
from typing import Any

import pytest

from stages.faults import SetupError
from stages.generate.engines.vocabulary import vocabulary


def test_the_end_is_allowed_and_every_other_special_token_is_not(
    language_model: tuple[Any, Any],
) -> None:
    model, tokenizer = language_model
    found = vocabulary(model, tokenizer)
    assert found.ends == (tokenizer.eos_token_id,)
    assert set(found.banned) == set(tokenizer.all_special_ids) - set(found.ends)


def test_a_word_that_the_model_gives_no_logit_for_cannot_be_chosen_and_is_not_banned(
    language_model: tuple[Any, Any],
) -> None:
    model, tokenizer = language_model
    longer = copy.deepcopy(tokenizer)
    longer.add_special_tokens({"additional_special_tokens": ["<Another>"]})
    logits = model.config.get_text_config().vocab_size
    longer.add_tokens([f"<filler {i}>" for i in range(logits)])
    longer.add_special_tokens({"additional_special_tokens": ["<Beyond>"]})
    assert longer.convert_tokens_to_ids("<Beyond>") >= logits
    found = vocabulary(model, longer)
    assert max(found.banned) < logits
    assert longer.convert_tokens_to_ids("<Beyond>") not in found.banned


def test_every_end_of_the_model_ends_and_none_is_banned(language_model: tuple[Any, Any]) -> None:
    model, tokenizer = copy.deepcopy(language_model)
    image = tokenizer.convert_tokens_to_ids("<ImageHere>")
    assert image in vocabulary(model, tokenizer).banned
    model.generation_config.eos_token_id = [tokenizer.eos_token_id, 300, image]
    found = vocabulary(model, tokenizer)
    assert set(found.ends) == {tokenizer.eos_token_id, 300, image}
    assert not set(found.ends) & set(found.banned)


def test_the_token_behind_a_turn_of_the_chat_template_ends_too(
    language_model: tuple[Any, Any], tokenizers: dict[str, Any]
) -> None:
    templated = copy.deepcopy(tokenizers["template"])
    templated.eos_token = "<|endoftext|>"
    ends = vocabulary(language_model[0], templated).ends
    assert templated.convert_tokens_to_ids("<|im_end|>") in ends
    assert templated.eos_token_id in ends


def test_a_model_that_says_no_end_is_refused(language_model: tuple[Any, Any]) -> None:
    model, tokenizer = copy.deepcopy(language_model)
    model.generation_config.eos_token_id = tokenizer.eos_token = None
    with pytest.raises(SetupError, match=r"no token ends an answer.*generation_config\.json"):
        vocabulary(model, tokenizer)
