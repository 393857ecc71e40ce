"""A training from windows to a folder: goes on where it was killed, and is the same twice."""

import hashlib
import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.train.config import TrainConfig
from jobs.train.data import TrainingData
from jobs.train.order import OfLikeLength
from jobs.train.presets import load_train_config
from jobs.train.training import Trained, train
from jobs.train.windows import Lesson, Spoken
from stages.faults import SetupError
from stages.model.config import ModelConfig
from stages.model.folder import trained_on
from stages.model.loading import load_language_model
from tests.jobs.train.windows import answer, window

OPTIONS = (
    "learning.batch_windows=2",
    "learning.steps=6",
    "check.every_steps=3",
    "check.score_windows=0",
    "check.save_steps=2",
    "threads=1",
)
ROOT = Path(__file__).parents[3]


def config(*more: str) -> TrainConfig:
    return load_train_config("tiny", [*OPTIONS, *more])


def data() -> TrainingData:
    """Words alone, so that a step is short."""
    lessons = []
    for number in range(6):
        row = {
            name: value
            for name, value in window(f"set/v{number}").items()
            if not name.startswith(("frame", "crop"))
        }
        targets = {0: answer(0, "calm"), 1: answer(1, "glad", description="ANNA smiles.")}
        lessons.append(Lesson(Spoken(row, 112), targets))
    return TrainingData(tuple(lessons[1:]), tuple(lessons[:1]), {}, {}, "synthetic")


def trained(out: Path) -> Trained:
    out.mkdir(exist_ok=True)
    return train(config(), data(), out, lambda _: None, dataloader_num_workers=0, logging_steps=1)


def _losses(out: Path) -> dict[int, float]:
    last = max(out.glob("checkpoints/*/trainer_state.json"), key=lambda file: file.stat().st_mtime)
    history = json.loads(last.read_text())["log_history"]
    return {logged["step"]: logged["loss"] for logged in history if "loss" in logged}


def _checksum(out: Path) -> str:
    return hashlib.sha256((out / "model.safetensors").read_bytes()).hexdigest()


@pytest.mark.slow
def test_a_training_that_was_killed_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert trained(whole).is_whole
    code = (
        "import sys; from pathlib import Path; from tests.jobs.train.test_training import trained; "
        "trained(Path(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", code, str(killed)], env=environment, cwd=ROOT)
    while process.poll() is None and not list(killed.glob("checkpoints/*/trainer_state.json")):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL  # it was not done yet
    assert trained(killed).is_whole
    assert _losses(killed) == pytest.approx(_losses(whole), abs=1e-6)
    assert len(_losses(whole)) == 6
    assert _checksum(killed) == _checksum(whole)


@pytest.mark.slow
def test_each_epoch_is_drawn_in_an_order_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs: list[int] = []
    told = OfLikeLength.set_epoch

    def noted(order: OfLikeLength, epoch: int) -> None:
        epochs.append(epoch)
        told(order, epoch)

    monkeypatch.setattr(OfLikeLength, "set_epoch", noted)
    options = ("learning.steps=30", "check.every_steps=30", "check.save_steps=30")
    train(config(*options), data(), tmp_path, lambda _: None, dataloader_num_workers=0)
    assert sorted(set(epochs)) == list(range(max(epochs) + 1))
    assert max(epochs) > 0


@pytest.mark.slow
def test_one_seed_gives_one_checksum_and_a_model_that_a_run_takes(tmp_path: Path) -> None:
    found = [trained(tmp_path / name) for name in ("a", "b")]
    assert found[0].held_out_loss == found[1].held_out_loss
    assert _checksum(tmp_path / "a") == _checksum(tmp_path / "b")
    assert (tmp_path / "a" / "model.safetensors").stat().st_mode & 0o777 == 0o644
    place = ModelConfig(path=str(tmp_path / "a"))
    assert trained_on(place) == "synthetic"
    load_language_model(place)


@pytest.mark.gpu
def test_a_gpu_learns_in_half_precision_and_writes_what_a_cpu_loads(tmp_path: Path) -> None:
    half = config("learning.precision=bfloat16", "learning.activation_checkpointing=true")
    found = train(half, data(), tmp_path, lambda _: None, dataloader_num_workers=0, logging_steps=1)
    losses = _losses(tmp_path)
    assert losses[max(losses)] < losses[1]
    assert found.held_out_loss is not None
    assert math.isfinite(found.held_out_loss)
    load_language_model(ModelConfig(path=str(tmp_path)))


@pytest.mark.slow
def test_nothing_to_say_and_no_movement_to_name_is_nothing_to_learn(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="nothing here says which move"):
        train(config("answers=none"), data(), tmp_path, lambda _: None)
