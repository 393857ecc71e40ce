"""The tiny model: made again it is the same, and its tokenizer loses nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from jobs.tiny_model import main
from stages.model.folder import TINY
from stages.model.loading import load_tokenizer
from stages.model.shapes import tiny

TOKENIZER = load_tokenizer(TINY)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folders = [tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TOKENIZERS_PARALLELISM", "true")
        for folder in folders:
            assert main([str(folder)]) == 0
    return folders


def test_made_twice_it_has_the_same_bytes(made: list[Path]) -> None:
    first, second = made
    names = sorted(file.name for file in first.iterdir())
    assert names == ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_what_ships_is_what_the_script_makes(made: list[Path]) -> None:
    """All but the last bits of the weights, which are the processor's."""
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        assert (made[0] / name).read_text() == (TINY / name).read_text()
    sizes = [(folder / "model.safetensors").stat().st_size for folder in (made[0], TINY)]
    assert sizes[0] == sizes[1] <= 4_000_000


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
    assert text.vocab_size == shape.qformer_config.vocab_size == len(TOKENIZER)


def test_the_vocabulary_is_small_and_knows_its_subject() -> None:
    assert len(TOKENIZER) <= 4096
    for word in (" happy", " surprised", " eyebrows", " second"):
        assert len(TOKENIZER(word, add_special_tokens=False).input_ids) <= 2


def _there_and_back(tokenizer: PreTrainedTokenizerFast, text: str) -> str:
    ids = tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
    decoded: str = tokenizer.decode(ids)
    return decoded
