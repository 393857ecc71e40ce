"""The weights a configuration names: there or not, whole or not, and how to get them."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.checks.downloads import CHECKPOINTS
from pipeline.checks.models import check_detector, check_frame_format, check_model, check_speech
from pipeline.config import load_config
from stages.check import Check, State
from stages.model.folder import TINY


@pytest.fixture
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def _speech(asr: str) -> Check:
    return check_speech(load_config("tiny", [f"transcribe.asr={asr}"]))


def _copy_of_tiny(folder: Path, **changes: object) -> str:
    shutil.copytree(TINY, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | changes))
    return str(folder)


def test_no_speech_model_is_fine() -> None:
    assert check_speech(load_config()).state is State.OK


@pytest.mark.usefixtures("_empty_cache")
@pytest.mark.parametrize("asr", ["large-v3", "somebody/whisper-ct2", "enormous-v9", "/no/where"])
def test_a_speech_model_that_is_not_there(asr: str) -> None:
    check = _speech(asr)
    assert check.state is State.FAIL
    assert asr in check.detail
    assert ("3.1 GB under the MIT License" in check.remedy) is (asr == "large-v3")


def test_a_speech_model_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "model.bin").touch()
    check = _speech(str(tmp_path))
    assert check.state is State.FAIL
    assert "lacks config.json, tokenizer.json" in check.detail
    (tmp_path / "config.json").touch()
    (tmp_path / "tokenizer.json").touch()
    assert _speech(str(tmp_path)).state is State.OK


def test_the_detector_in_the_package() -> None:
    assert check_detector(load_config()).state is State.OK


def test_a_detector_pack(tmp_path: Path) -> None:
    config = load_config(
        "tiny", ["faces.detector=insightface:buffalo_l", f"faces.model_root={tmp_path}"]
    )
    check = check_detector(config)
    assert check.state is State.FAIL
    assert "non-commercial research only" in check.detail
    (tmp_path / "buffalo_l").mkdir()
    (tmp_path / "buffalo_l" / "det_10g.onnx").touch()
    assert check_detector(config).state is State.OK


def test_the_model_in_the_package_is_there_and_not_trained() -> None:
    (check,) = check_model(load_config())
    assert check.state is State.WARN
    assert "not trained" in check.detail


def test_a_trained_model(tmp_path: Path) -> None:
    folder = _copy_of_tiny(tmp_path / "mine", trained="MER2023")
    (check,) = check_model(load_config("tiny", [f"model.path={folder}"]))
    assert check.state is State.OK
    assert check.detail.startswith("mine, revision ")
    assert check.detail.endswith("trained on MER2023")


def test_a_model_without_its_weights(tmp_path: Path) -> None:
    folder = _copy_of_tiny(tmp_path / "mine")
    (tmp_path / "mine" / "model.safetensors").unlink()
    (check,) = check_model(load_config("tiny", [f"model.path={folder}"]))
    assert check.state is State.FAIL
    assert "model.safetensors" in check.detail


def test_a_model_that_is_not_there_lists_what_it_is_made_from(tmp_path: Path) -> None:
    first, *files = check_model(load_config("llama2-7b", [f"model.path={tmp_path}/no"]))
    assert first.state is State.FAIL
    assert [check.detail.partition(":")[0] for check in files] == [one.name for one in CHECKPOINTS]
    assert all(check.remedy.startswith("https://") for check in files)


@pytest.mark.usefixtures("_empty_cache")
def test_a_model_on_the_hub_that_is_not_fetched_yet() -> None:
    (check,) = check_model(load_config("tiny", ["model.path=somebody/microemo"]))
    assert check.state is State.FAIL
    assert check.remedy == "Fetch it: hf download somebody/microemo"


@pytest.mark.parametrize("override", ["decode.image_size=224", "decode.max_frames=17"])
def test_frames_that_the_model_does_not_take(override: str) -> None:
    (check,) = check_frame_format(load_config("tiny", [override]))
    assert check.state is State.FAIL
    assert override.partition("=")[0] in check.remedy


def test_frames_that_the_model_takes() -> None:
    assert [check.state for check in check_frame_format(load_config())] == [State.OK]
    assert check_frame_format(load_config("tiny", ["model.path=/nowhere"])) == []
