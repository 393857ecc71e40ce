"""What a run is made with: weights by content, and a hash that changes with what changes labels."""

from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.identity import config_hash, identify
from stages.model.folder import TINY
from tests.models import copy_of_tiny


def _hash(*overrides: str) -> str:
    config = load_config("tiny", overrides)
    return config_hash(config, identify(config))


def test_the_hash_is_twelve_hex_digits_and_stable() -> None:
    assert _hash() == _hash()
    assert len(_hash()) == 12
    assert int(_hash(), 16) >= 0


@pytest.mark.parametrize(
    "override",
    [
        "segment.max_window_s=20",
        "model.dtype=bfloat16",
        "faces.min_score=0.6",
        "decode.max_frames=8",
        "stages=[transcribe,segment,decode,faces]",
    ],
)
def test_the_hash_changes_with_what_changes_labels(override: str) -> None:
    assert _hash(override) != _hash()


@pytest.mark.parametrize(
    "override",
    ["lanes.0.min_workers=2", "sink.part_rows=1", "model.device=cuda:1", "model.threads=2"],
)
def test_the_hash_stays_with_where_and_how_fast(override: str) -> None:
    assert _hash(override) == _hash()


def test_the_front_half_does_not_hang_on_what_it_does_not_read() -> None:
    front = "stages=[transcribe,segment,decode,faces]"
    assert _hash(front) == _hash(front, "generate.max_labels=3", "model.dtype=float16")


def test_weights_count_by_content_wherever_they_lie(tmp_path: Path) -> None:
    copy_of_tiny(tmp_path / "here")
    copy_of_tiny(tmp_path / "elsewhere")
    moved = f"model.path={tmp_path}/elsewhere"
    assert _hash(moved) == _hash(f"model.path={tmp_path}/here")
    (tmp_path / "elsewhere" / "config.json").write_text(
        (TINY / "config.json").read_text().replace('"max_frames": 16', '"max_frames": 15')
    )
    assert _hash(moved) != _hash(f"model.path={tmp_path}/here")


def test_a_detector_is_known_by_its_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "det_one.onnx", tmp_path / "b" / "det_one.onnx"
    for file in (first, second):
        file.parent.mkdir()
        file.write_bytes(b"weights")
    assert _hash(f"faces.detector=insightface:{first}") == _hash(
        f"faces.detector=insightface:{second}"
    )
    before = _hash(f"faces.detector=insightface:{second}")
    second.write_bytes(b"others")
    assert _hash(f"faces.detector=insightface:{second}") != before


def test_a_speech_model_is_a_part_of_a_run_that_has_one(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(name.encode())
    config = load_config("tiny", [f"transcribe.asr={tmp_path}"])
    assert identify(config)["speech"]["name"] == tmp_path.name
    assert _hash(f"transcribe.asr={tmp_path}") != _hash()
