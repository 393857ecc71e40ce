"""Parts of a model load alone and whole, or say what is wrong with the folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from stages.faults import SetupError
from stages.model.config import ModelConfig
from stages.model.folder import TINY, model_identity
from stages.model.loading import (
    load_encoder,
    load_language_model,
    load_model_config,
    load_pooler,
    load_timestamp_tokenizer,
    load_tokenizer,
)
from stages.model.modeling_microemo import MicroEmo
from stages.model.timestamps import timestamp_ids
from tests.models import copy_of_tiny

Loader = Callable[[ModelConfig], Any]


@pytest.fixture(scope="module")
def whole() -> MicroEmo:
    return MicroEmo.from_pretrained(TINY)


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return copy_of_tiny(tmp_path / "mine")


def _language_model(config: ModelConfig) -> Any:
    return load_language_model(config)[0]


PARTS = [("encoder", load_encoder), ("pooler", load_pooler), ("language_model", _language_model)]


@pytest.mark.parametrize(("part", "load"), PARTS)
def test_a_part_is_the_same_part_of_the_whole(part: str, load: Loader, whole: MicroEmo) -> None:
    loaded = load(ModelConfig()).state_dict()
    expected = getattr(whole, part).state_dict()
    assert loaded.keys() == expected.keys()
    assert all(torch.equal(loaded[name], expected[name]) for name in expected)


@pytest.mark.parametrize(("part", "load"), PARTS)
def test_a_part_needs_only_its_own_tensors(part: str, load: Loader, copied: Path) -> None:
    file = copied / "model.safetensors"
    own = {name: value for name, value in load_file(file).items() if name.startswith(part + ".")}
    save_file(own, file)
    assert len(list(load(ModelConfig(path=str(copied))).parameters())) == len(own)


def test_a_loaded_part_is_for_inference() -> None:
    encoder = load_encoder(ModelConfig(threads=2))
    assert not encoder.training
    assert not any(parameter.requires_grad for parameter in encoder.parameters())
    assert torch.get_num_threads() == 2


def test_the_weights_take_the_type_asked_for() -> None:
    pooler = load_pooler(ModelConfig(dtype="bfloat16"))
    assert {parameter.dtype for parameter in pooler.parameters()} == {torch.bfloat16}


def test_shards_load_as_one_file_does(whole: MicroEmo, tmp_path: Path) -> None:
    whole.save_pretrained(tmp_path, max_shard_size="1MB")
    assert not (tmp_path / "model.safetensors").exists()
    loaded = load_encoder(ModelConfig(path=str(tmp_path))).state_dict()
    expected = whole.encoder.state_dict()
    assert all(torch.equal(loaded[name], expected[name]) for name in expected)


def _without(tensors: dict[str, torch.Tensor]) -> None:
    del tensors["pooler.video.projection.bias"]


def _with_more(tensors: dict[str, torch.Tensor]) -> None:
    tensors["pooler.video.projection.scale"] = torch.zeros(1)


def _misshapen(tensors: dict[str, torch.Tensor]) -> None:
    tensors["pooler.video.projection.bias"] = torch.zeros(3)


def _foreign(tensors: dict[str, torch.Tensor]) -> None:
    tensors["lm_head.weight"] = torch.zeros(1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_without, r"missing pooler\.video\.projection\.bias"),
        (_with_more, r"unexpected pooler\.video\.projection\.scale"),
        (_misshapen, r"of another shape pooler\.video\.projection\.bias"),
        (_foreign, r"lm_head\.weight.*no part"),
    ],
)
def test_weights_that_do_not_fit_are_named(
    copied: Path, change: Callable[[dict[str, torch.Tensor]], None], message: str
) -> None:
    file = copied / "model.safetensors"
    tensors = load_file(file)
    change(tensors)
    save_file(tensors, file)
    with pytest.raises(SetupError, match=message):
        load_pooler(ModelConfig(path=str(copied)))


@pytest.mark.parametrize("size", [0, 5, 1_000_000])
def test_a_cut_file_is_named(copied: Path, size: int) -> None:
    with (copied / "model.safetensors").open("r+b") as stream:
        stream.truncate(size)
    with pytest.raises(SetupError, match=r"model\.safetensors is not a whole"):
        load_pooler(ModelConfig(path=str(copied)))


def test_a_contradiction_in_the_configuration_is_a_setup_error(copied: Path) -> None:
    file = copied / "config.json"
    file.write_text(file.read_text().replace('"max_frames": 16', '"max_frames": "many"'))
    with pytest.raises(SetupError, match="mine"):
        load_pooler(ModelConfig(path=str(copied)))


def test_a_language_model_of_an_unknown_type_is_a_setup_error(copied: Path) -> None:
    file = copied / "config.json"
    file.write_text(file.read_text().replace('"model_type": "llama"', '"model_type": "clip"'))
    with pytest.raises(SetupError, match="clip"):
        load_language_model(ModelConfig(path=str(copied)))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_a_setup_error() -> None:
    with pytest.raises(SetupError, match=r"model\.device=cpu"):
        load_pooler(ModelConfig(device="cuda"))


def test_the_tokenizer_pads_on_the_left() -> None:
    assert load_tokenizer(TINY).padding_side == "left"


def test_a_missing_tokenizer_is_named(copied: Path) -> None:
    (copied / "tokenizer.json").unlink()
    with pytest.raises(SetupError, match=r"tokenizer\.json is missing"):
        load_language_model(ModelConfig(path=str(copied)))


def test_a_broken_tokenizer_is_named(copied: Path) -> None:
    (copied / "tokenizer.json").write_text('{"version": "1.0", "model": 7}')
    with pytest.raises(SetupError, match=r"tokenizer\.json is broken"):
        load_language_model(ModelConfig(path=str(copied)))


def _sentence_words(file: Path, surplus: int = 0) -> None:
    """A tokenizer of words with BERT's marks, written to `file`; `surplus` ids stand before it."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "this", "frame", "is", "sampled", "at", "second"]
    vocabulary = {word: place + surplus for place, word in enumerate([*words, ".", *"0123456789"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Digits(individual_digits=True)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(it, vocabulary[it]) for it in ("[CLS]", "[SEP]")]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(file)


def _with_berts_ids(folder: Path) -> None:
    config = folder / "config.json"
    config.write_text(
        config.read_text().replace('"timestamp_ids": "llama"', '"timestamp_ids": "bert"')
    )


def test_timestamps_are_told_in_the_ids_of_the_tokenizer_the_model_names(copied: Path) -> None:
    _sentence_words(copied / "qformer_tokenizer")
    own, _ = timestamp_ids(load_timestamp_tokenizer(copied), [3.2], 16)
    assert own.tolist() == timestamp_ids(load_tokenizer(TINY), [3.2], 16)[0].tolist()
    _with_berts_ids(copied)
    berts, mask = timestamp_ids(load_timestamp_tokenizer(copied), [3.2], 16)
    assert berts.tolist() == [[2, 4, 5, 6, 7, 8, 14, 10, 13, 9, 10, 3]]
    assert mask.tolist() == [[1] * 12]
    assert load_language_model(ModelConfig(path=str(copied)))[1].get_vocab().keys() == (
        load_tokenizer(TINY).get_vocab().keys()
    )


def test_a_missing_timestamp_tokenizer_is_named(copied: Path) -> None:
    _with_berts_ids(copied)
    with pytest.raises(SetupError, match=r"qformer_tokenizer/tokenizer\.json is missing"):
        load_timestamp_tokenizer(copied)


def test_a_tokenizer_without_a_pad_pads_with_its_unknown_token(copied: Path) -> None:
    """LLaMA's has none, and TimeChat takes the unknown token."""
    _with_berts_ids(copied)
    _sentence_words(copied / "qformer_tokenizer")
    file = copied / "qformer_tokenizer" / "tokenizer_config.json"
    file.write_text(file.read_text().replace('"pad_token": "[PAD]"', '"pad_token": null'))
    ids, _ = timestamp_ids(load_timestamp_tokenizer(copied), [3.2, 10.2], 16)
    assert (ids[0, -1], ids[1, -1]) == (1, 3)


def test_nothing_to_pad_with_is_a_setup_error(copied: Path) -> None:
    file = copied / "tokenizer_config.json"
    file.write_text(file.read_text().replace('"pad_token": "<pad>"', '"pad_token": null'))
    with pytest.raises(SetupError, match=r"'llama'.*no token to pad with"):
        load_timestamp_tokenizer(copied)


def test_ids_that_the_image_qformer_does_not_know_are_a_setup_error(copied: Path) -> None:
    """Qwen's ids go beyond BERT's."""
    _with_berts_ids(copied)
    known = load_model_config(copied).qformer_config.vocab_size
    _sentence_words(copied / "qformer_tokenizer", surplus=known - 4)
    with pytest.raises(SetupError, match=rf"the id \d+, while the image Q-Former knows {known}"):
        load_timestamp_tokenizer(copied)


def test_the_identity_needs_no_weights_in_memory() -> None:
    known = {"name", "revision", "visual_revision", "trained"}
    assert set(model_identity(ModelConfig())) == known
