"""The speech model: there or not, and how to get it."""

from pathlib import Path

import pytest

from stages.check import Check, State
from stages.transcribe.checks import check_speech, speech_identity
from stages.transcribe.config import TranscribeConfig


@pytest.fixture
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def _speech(asr: str) -> Check:
    return check_speech(TranscribeConfig(asr=asr))


def test_no_speech_model_is_fine() -> None:
    assert check_speech(TranscribeConfig()).state is State.OK


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


def test_a_speech_model_is_known_by_its_files_and_not_by_its_place(tmp_path: Path) -> None:
    folders = [tmp_path / "a" / "whisper", tmp_path / "b" / "whisper"]
    for folder in folders:
        folder.mkdir(parents=True)
        for name in ("model.bin", "config.json", "tokenizer.json"):
            (folder / name).write_bytes(name.encode())
    first, second = (speech_identity(TranscribeConfig(asr=str(folder))) for folder in folders)
    assert first == second
    assert first["speech"]["name"] == "whisper"
    (folders[1] / "model.bin").write_bytes(b"others")
    assert speech_identity(TranscribeConfig(asr=str(folders[1]))) != first
    assert speech_identity(TranscribeConfig()) == {}
