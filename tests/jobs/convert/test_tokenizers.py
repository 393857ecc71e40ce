"""The tokenizers of a converted model fit its embeddings, or the folder is named."""

from pathlib import Path

import pytest

from jobs.convert.tokenizers import (
    language_model_tokenizer,
    qformer_tokenizer,
    require_timestamps_fit,
)
from stages.faults import SetupError
from tests.jobs.convert import public_files as public


@pytest.fixture
def bert(tmp_path: Path) -> Path:
    (tmp_path / "vocab.txt").write_text("\n".join(public.BERT_WORDS) + "\n")
    return tmp_path


def test_the_language_models_own_ids_stay_and_the_place_gets_the_next(tmp_path: Path) -> None:
    public.write_llama(tmp_path)
    tokenizer = language_model_tokenizer(tmp_path)
    assert tokenizer("This frame").input_ids == [3, 4]
    assert tokenizer("frame <ImageHere>").input_ids == [4, 20]
    assert tokenizer.pad_token == "<unk>"


def test_a_tokenizer_converted_before_gets_no_second_place(tmp_path: Path) -> None:
    public.write_llama(tmp_path / "one")
    language_model_tokenizer(tmp_path / "one").save_pretrained(tmp_path / "two")
    assert len(language_model_tokenizer(tmp_path / "two")) == 21


def test_a_folder_without_tokenizer_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"holds no tokenizer\.json"):
        language_model_tokenizer(tmp_path)


def test_a_broken_tokenizer_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(SetupError, match=rf"tokenizer in {tmp_path} is broken"):
        language_model_tokenizer(tmp_path)


def test_bert_gets_the_mark_of_lavis(bert: Path) -> None:
    words = len(public.BERT_WORDS)
    tokenizer = qformer_tokenizer(bert, words + 1)
    assert tokenizer.get_vocab()["[DEC]"] == words
    assert tokenizer("This frame is sampled at 3.2 second.").input_ids == [
        *(2, 5, 6, 7, 8, 9, 15, 11, 14, 10, 11, 3)
    ]
    tokenizer.save_pretrained(bert / "again")
    assert len(qformer_tokenizer(bert / "again", words + 1)) == words + 1


def test_another_vocabulary_is_refused(bert: Path) -> None:
    words = len(public.BERT_WORDS)
    with pytest.raises(SetupError, match=rf"{words + 1} words, and the image Q-Former 30523"):
        qformer_tokenizer(bert, 30523)


def test_a_folder_without_a_vocabulary_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"neither vocab\.txt nor tokenizer\.json"):
        qformer_tokenizer(tmp_path, 30523)


def test_ids_beyond_the_qformers_vocabulary_are_refused(tmp_path: Path) -> None:
    public.write_llama(tmp_path)
    tokenizer = language_model_tokenizer(tmp_path)
    require_timestamps_fit(tokenizer, 20, tmp_path)
    with pytest.raises(SetupError, match=r"has the id 19.*--timestamp-ids bert"):
        require_timestamps_fit(tokenizer, 19, tmp_path)
