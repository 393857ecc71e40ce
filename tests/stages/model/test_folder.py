"""A model's folder: found or refused by name, and told from another by its weights."""

import json
import shutil
from pathlib import Path

import huggingface_hub.constants
import pytest

from stages.faults import SetupError
from stages.model.calibration import CALIBRATION
from stages.model.config import ModelConfig
from stages.model.folder import (
    TINY,
    frame_format,
    model_folder,
    model_identity,
    weight_files,
)
from tests.models import copy_of_tiny


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return copy_of_tiny(tmp_path / "mine")


def test_the_tiny_model_ships_in_the_package() -> None:
    assert model_folder(ModelConfig()) == TINY
    assert (TINY / "model.safetensors").stat().st_size <= 25_000_000


def test_a_folder_is_taken_as_it_is(copied: Path) -> None:
    assert model_folder(ModelConfig(path=str(copied))) == copied


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"nowhere.*no such folder.*'tiny'"):
        model_folder(ModelConfig(path=str(tmp_path / "nowhere")))


def test_a_hub_name_that_cannot_be_fetched_is_a_setup_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(SetupError, match=r"'some-lab/some-model'.*model\.path"):
        model_folder(ModelConfig(path="some-lab/some-model"))


def test_a_folder_without_a_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"config\.json"):
        model_folder(ModelConfig(path=str(tmp_path)))


@pytest.mark.parametrize("text", ["{", "[]", '{"model_type": "llama"}'])
def test_a_configuration_of_something_else_is_refused(copied: Path, text: str) -> None:
    (copied / "config.json").write_text(text)
    with pytest.raises(SetupError, match=r"config\.json"):
        model_folder(ModelConfig(path=str(copied)))


def test_pickled_weights_are_no_weights(copied: Path) -> None:
    (copied / "model.safetensors").rename(copied / "pytorch_model.bin")
    with pytest.raises(SetupError, match="Only safetensors"):
        weight_files(copied)


def test_shards_come_in_the_order_of_their_names(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    (copied / "b.safetensors").touch()
    (copied / "a.safetensors").touch()
    index = {"weight_map": {"x": "b.safetensors", "y": "a.safetensors", "z": "b.safetensors"}}
    (copied / "model.safetensors.index.json").write_text(json.dumps(index))
    assert [file.name for file in weight_files(copied)] == ["a.safetensors", "b.safetensors"]


@pytest.mark.parametrize("shard", ["gone.safetensors", "../mine2/model.safetensors"])
def test_a_shard_that_is_not_in_the_folder_is_named(copied: Path, shard: str) -> None:
    shutil.copytree(copied, copied.parent / "mine2")
    (copied / "model.safetensors").unlink()
    index = copied / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"x": shard}}))
    with pytest.raises(SetupError, match=Path(shard).name):
        weight_files(copied)


def test_an_index_without_a_map_is_refused(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    (copied / "model.safetensors.index.json").write_text("{}")
    with pytest.raises(SetupError, match="weight_map"):
        weight_files(copied)


def test_the_identity_follows_the_weights_not_the_place(copied: Path) -> None:
    shutil.copy(TINY / CALIBRATION, copied)
    tiny = model_identity(ModelConfig())
    assert tiny["name"] == "tiny"
    assert tiny["trained"] == "synthetic"
    assert len(tiny["revision"]) == 12
    mine = model_identity(ModelConfig(path=str(copied)))
    assert mine == {**tiny, "name": "mine"}


def test_other_weights_have_another_revision(copied: Path) -> None:
    config = ModelConfig(path=str(copied))
    before = model_identity(config)["revision"]
    weights = copied / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    assert model_identity(config)["revision"] != before


def test_the_frame_format_is_read_from_the_configuration() -> None:
    assert frame_format(ModelConfig()) == (112, 16)


def test_a_configuration_without_a_frame_format_is_refused(copied: Path) -> None:
    (copied / "config.json").write_text('{"model_type": "microemo", "vision_config": {}}')
    with pytest.raises(SetupError, match=r"vision_config\.image_size"):
        frame_format(ModelConfig(path=str(copied)))
