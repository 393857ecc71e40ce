"""MicroEmo's weights: there or not, whole or not, trained or not, and how to get them."""

import json
from pathlib import Path

import pytest

from stages.check import State
from stages.decode import DecodeConfig
from stages.model.checks import check_frame_format, check_model
from stages.model.config import ModelConfig
from stages.model.downloads import CHECKPOINTS
from tests.models import copy_of_tiny


@pytest.fixture
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def _copy_of_tiny(folder: Path, **changes: object) -> str:
    copy_of_tiny(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | changes))
    return str(folder)


def test_the_model_in_the_package_is_there_and_trained_on_synthetic_clips() -> None:
    (check,) = check_model(ModelConfig())
    assert check.state is State.OK
    assert check.detail.startswith("tiny, ")
    assert check.detail.endswith("trained on synthetic")


def test_a_model_that_is_not_trained(tmp_path: Path) -> None:
    (check,) = check_model(ModelConfig(path=_copy_of_tiny(tmp_path / "mine", trained="no")))
    assert check.state is State.WARN
    assert "not trained" in check.detail
    assert "model.path" in check.remedy


def test_a_trained_model(tmp_path: Path) -> None:
    folder = _copy_of_tiny(tmp_path / "mine", trained="MER2023")
    (check,) = check_model(ModelConfig(path=folder))
    assert check.state is State.OK
    assert check.detail.startswith("mine, ")
    assert check.detail.endswith("trained on MER2023")


def test_a_model_without_its_weights(tmp_path: Path) -> None:
    folder = _copy_of_tiny(tmp_path / "mine")
    (tmp_path / "mine" / "model.safetensors").unlink()
    (check,) = check_model(ModelConfig(path=folder))
    assert check.state is State.FAIL
    assert "model.safetensors" in check.detail


def test_a_model_that_is_not_there_lists_what_it_is_made_from(tmp_path: Path) -> None:
    (check,) = check_model(ModelConfig(path=f"{tmp_path}/no"))
    assert check.state is State.FAIL
    for file in CHECKPOINTS:
        for part in (file.name, file.size, file.licence, file.source):
            assert part in check.remedy


@pytest.mark.usefixtures("_empty_cache")
def test_a_model_on_the_hub_that_is_not_fetched_yet() -> None:
    (check,) = check_model(ModelConfig(path="somebody/microemo"))
    assert check.state is State.FAIL
    assert check.remedy == "Fetch it: hf download somebody/microemo"


@pytest.mark.parametrize("key", ["image_size", "max_frames"])
def test_frames_that_the_model_does_not_take(key: str) -> None:
    decode = DecodeConfig(**{key: 224 if key == "image_size" else 17})
    (check,) = check_frame_format(ModelConfig(), decode)
    assert check.state is State.FAIL
    assert f"decode.{key}" in check.remedy


def test_frames_that_the_model_takes() -> None:
    assert [check.state for check in check_frame_format(ModelConfig(), DecodeConfig())] == [
        State.OK
    ]
    assert check_frame_format(ModelConfig(path="/nowhere"), DecodeConfig()) == []
    assert check_frame_format(ModelConfig(), None) == []
