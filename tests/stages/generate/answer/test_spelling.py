"""Tokens are found under the characters that they spell."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.generate.answer.spelling import decoded, spelt_by


@pytest.mark.parametrize("text", ["[happy, a bit sad]", "énervée, 开心, 👩\u200d🔬", " x", ""])
def test_tokens_are_found_under_their_characters(tokenizer: Any, text: str) -> None:
    ids = tokenizer(text, add_special_tokens=False).input_ids
    read, spans = decoded(tokenizer, ids), spelt_by(tokenizer, ids)
    assert read == text
    assert len(spans) == len(ids)
    assert {at for span in spans for at in span} == set(range(len(text)))
    for index, span in enumerate(spans):
        piece = tokenizer.decode([ids[index]])
        if "\ufffd" not in piece:
            assert text[span.start : span.stop] == piece


@given(st.lists(st.integers(6, 1023), max_size=40))
def test_any_ids_give_text_and_a_span_each(tokenizer: Any, ids: list[int]) -> None:
    text, spans = decoded(tokenizer, ids), spelt_by(tokenizer, ids)
    assert len(spans) == len(ids)
    assert text == tokenizer.decode(ids)
    if ids:
        assert {at for span in spans for at in span} >= set(range(len(text)))


def test_the_spaces_of_sentence_pieces_are_counted_as_they_are_read() -> None:
    """LLaMA's pieces begin with their space, the first of a text without; others are bytes."""
    from tokenizers import Tokenizer, decoders, models
    from transformers import PreTrainedTokenizerFast

    words = ["<unk>", "</s>", "▁very", "▁sad", "ness", ",", "<0xE5>", "<0xBC>", "<0x80>"]
    pieces = Tokenizer(models.BPE({word: at for at, word in enumerate(words)}, []))
    pieces.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces, eos_token="</s>")
    ids = [2, 3, 4, 5, 6, 7, 8, 3, 1]
    assert decoded(tokenizer, ids) == "very sadness,开 sad"
    assert [(span.start, span.stop) for span in spelt_by(tokenizer, ids)] == [
        *((0, 4), (4, 8), (8, 12), (12, 13)),
        *((13, 14), (13, 14), (13, 14), (14, 18), (18, 19)),
    ]
