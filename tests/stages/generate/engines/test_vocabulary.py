"""What ends an answer and what may never stand in one, from the model and its tokenizer."""

from typing import Any

from stages.generate.engines.vocabulary import vocabulary


def test_the_end_is_allowed_and_every_other_special_token_is_not(
    language_model: tuple[Any, Any],
) -> None:
    model, tokenizer = language_model
    found = vocabulary(model, tokenizer)
    assert found.ends == (tokenizer.eos_token_id,)
    assert set(found.banned) == set(tokenizer.all_special_ids) - set(found.ends)
