"""`microemo bench road`: from files to answers with random weights, and what a day would do."""

import json
from pathlib import Path

import pytest
import torch

from jobs.bench.model.random_folder import write_random_model
from jobs.command import main
from stages.model.config import ModelConfig
from stages.model.folder import TINY
from stages.model.loading import load_encoder, load_language_model, load_pooler
from tests.clips import write_clip

CPU = torch.device("cpu")


def test_a_random_model_loads_as_a_trained_one_does(tmp_path: Path) -> None:
    write_random_model("tiny", tmp_path / "model", CPU, torch.bfloat16)
    config = ModelConfig(path=str(tmp_path / "model"), dtype="bfloat16")
    model, tokenizer = load_language_model(config)
    parts = [load_encoder(config), load_pooler(config), model]
    assert all(weight.dtype == torch.bfloat16 for part in parts for weight in part.parameters())
    assert len(tokenizer) == 8192
    assert model.generation_config.eos_token_id == tokenizer.eos_token_id


@pytest.mark.slow
def test_it_tells_what_a_day_would_do_and_keeps_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", seconds=0.4)
    file, model = tmp_path / "figures.json", tmp_path / "model"
    asked = ["bench", "road", str(clip), "--clips", "2", "--model", str(model), "--json", str(file)]
    assert main(asked) == 0
    figures = json.loads(file.read_text())
    assert figures["clips"] == figures["windows"] == 2
    assert figures["hours_a_day"] == pytest.approx(24 * figures["video_s"] / figures["work_s"])
    assert set(figures["stage_s"]) >= {"decode", "faces", "encode", "generate"}
    assert "hours of video a day" in capsys.readouterr().out
    before = (model / "model.safetensors").stat().st_mtime_ns
    assert main(asked) == 0
    assert (model / "model.safetensors").stat().st_mtime_ns == before


def test_a_folder_with_another_model_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_random_model("tiny", tmp_path / "model", CPU, torch.float32)
    for folder, shape in ((tmp_path / "model", "qwen3-4b"), (TINY, "tiny")):
        assert main(["bench", "road", "--model", str(folder), "--shape", shape]) == 1
        told = " ".join(capsys.readouterr().err.split())
        assert f"holds no model of shape {shape} with random weights" in told


@pytest.mark.slow
def test_windows_that_fail_are_not_timed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    assert main(["bench", "road", str(tmp_path / "broken.mp4"), "--clips", "1"]) == 1
    assert "failed, so there is nothing to time" in capsys.readouterr().err
