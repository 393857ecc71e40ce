"""What ends an answer and what may never stand in one, from the model and its tokenizer."""

import copy
from typing import Any

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
