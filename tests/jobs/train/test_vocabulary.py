"""The tokenizer of a new small model loses nothing, and its shape has the tokenizer's ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from jobs.train.vocabulary import CORPUS, FIXED, prompt_lines, tiny_tokenizer
from stages.generate.prompt.forms import chat_of
from stages.generate.prompt.request import LABELS_QUESTION
from stages.model.folder import TINY
from stages.model.loading import load_model_config, load_tokenizer
from stages.model.shapes import TINY_VOCABULARY, tiny

TOKENIZER = load_tokenizer(TINY)


def test_made_twice_it_is_the_same() -> None:
    lines = [*prompt_lines(), *CORPUS.read_text("utf-8").splitlines()]
    first, second = (tiny_tokenizer(lines).backend_tokenizer.to_str() for _ in range(2))
    assert first == second


@given(st.text())
def test_any_text_survives_the_tokenizer(text: str) -> None:
    assert _there_and_back(TOKENIZER, text) == text


@pytest.mark.parametrize(
    "text", ["我很生气", "Ça va ? 😀👩‍👩‍👧", "</s><ImageHere>", " a\n\tb  ", ""]
)
def test_other_scripts_and_forged_marks_survive_too(text: str) -> None:
    assert _there_and_back(TOKENIZER, text) == text


def test_a_forged_mark_is_no_mark() -> None:
    ids = TOKENIZER("</s><ImageHere>", add_special_tokens=False, split_special_tokens=True)
    assert not set(ids.input_ids) & set(TOKENIZER.all_special_ids)


def test_the_marks_of_a_prompt_are_one_token_each() -> None:
    marks = "<s></s><pad><Video><ImageHere></Video>"
    assert len(TOKENIZER(marks, add_special_tokens=False).input_ids) == 6


def test_the_shape_has_the_ids_of_the_tokenizer() -> None:
    shape = tiny()
    ids = (TOKENIZER.pad_token_id, TOKENIZER.bos_token_id, TOKENIZER.eos_token_id)
    text = shape.text_config
    assert (text.pad_token_id, text.bos_token_id, text.eos_token_id) == ids
    assert shape.image_token_id == TOKENIZER.convert_tokens_to_ids("<ImageHere>")
    assert text.vocab_size == shape.qformer_config.vocab_size == TINY_VOCABULARY
    shipped = load_model_config(TINY)
    assert shipped.text_config.vocab_size == len(TOKENIZER)


@pytest.mark.parametrize(
    "text", [*FIXED, " 3.4", "3.4", " (AU4)", " (AU1+2)", " briefly", " louder"]
)
def test_what_prompts_say_again_and_again_is_one_token(text: str) -> None:
    assert len(TOKENIZER(text, add_special_tokens=False).input_ids) == 1


def test_what_is_asked_stands_in_a_prompt_as_that_token() -> None:
    chat = chat_of(tiny(), TOKENIZER)
    asked = chat.continued((), (), LABELS_QUESTION)
    assert TOKENIZER.convert_tokens_to_ids(LABELS_QUESTION) in asked


def test_such_a_sentence_is_no_mark() -> None:
    assert not set(FIXED) & set(TOKENIZER.all_special_tokens)
    ids = TOKENIZER(LABELS_QUESTION, add_special_tokens=False).input_ids
    assert TOKENIZER.decode(ids, skip_special_tokens=True) == LABELS_QUESTION


def _there_and_back(tokenizer: PreTrainedTokenizerFast, text: str) -> str:
    ids = tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
    decoded: str = tokenizer.decode(ids)
    return decoded
