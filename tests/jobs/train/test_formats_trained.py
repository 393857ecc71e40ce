"""`microemo train` on a tiny set in each public form, and on a run's own folder: files to weights.

Two real clips under the names of each set, through the real front half, and one step.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from stages.model.config import ModelConfig
from stages.model.folder import trained_on
from stages.model.loading import load_language_model
from tests.jobs.train.test_formats import SETS

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[3] / "samples"
CLIPS = ("context", "masked")
ONE_STEP = (
    "learning.steps=1",
    "learning.batch_windows=1",
    "learning.action_units=0",
    "check.every_steps=1",
    "check.score_windows=0",
    "threads=1",
)


def _microemo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jobs.command", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)


def _trained(labels: Sequence[str], media: Path, out: Path) -> subprocess.CompletedProcess[str]:
    options = [part for option in ONE_STEP for part in ("--set", option)]
    where = ["--media", str(media), "--cache", str(media.parent / "cache"), "--out", str(out)]
    return _microemo("train", "--labels", *labels, *where, *options)


def _check(done: subprocess.CompletedProcess[str], out: Path) -> None:
    assert done.returncode == 0, done.stderr
    assert "learns from 1 windows, looks at 1 that are held out" in done.stdout.replace("\n", " ")
    assert json.loads((out / "training.json").read_text())["finished"]
    place = ModelConfig(path=str(out))
    assert trained_on(place) != "no"
    load_language_model(place)


@pytest.mark.parametrize("name", SETS)
def test_a_model_comes_of_each_public_form(name: str, tmp_path: Path) -> None:
    write, videos, _ = SETS[name]
    media = tmp_path / "films"
    media.mkdir()
    for clip, video in zip(CLIPS, videos, strict=True):
        shutil.copyfile(SAMPLES / f"{clip}.mp4", media / video)
    done = _trained(write(tmp_path), media, tmp_path / "model")
    _check(done, tmp_path / "model")


def test_a_model_comes_of_what_a_run_annotated(tmp_path: Path) -> None:
    media, run = tmp_path / "films", tmp_path / "run"
    media.mkdir()
    for clip in CLIPS:
        shutil.copyfile(SAMPLES / f"{clip}.mp4", media / f"{clip}.mp4")
    assert _microemo("annotate", str(media), "--out", str(run)).returncode == 0
    _check(_trained([str(run)], media, tmp_path / "model"), tmp_path / "model")
