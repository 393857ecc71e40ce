"""`annotate --again` as a person runs it: only what is stale or named, from where it changed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest
from safetensors.torch import load_file, save_file

from tests.clips import write_clip
from tests.models import copy_of_tiny

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
FRONT = "transcribe, segment, decode, faces"
FULL = f"{FRONT}, evidence, encode, pool, generate"
PICKY = "tests.pipeline.again.picky:PickyStage"
SHORT = (
    *("generate.max_description_tokens=4", "generate.max_label_tokens=4"),
    "generate.batch_windows=1",  # confidences depend on what is batched together, by a bit or two
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _command(*arguments: str | Path, settings: tuple[str, ...]) -> list[str]:
    given = [word for one in settings for word in ("--set", one)]
    return [sys.executable, "-m", "jobs.command", "annotate", *map(str, arguments), *given]


def _annotate(
    *arguments: str | Path, settings: tuple[str, ...] = ()
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        _command(*arguments, settings=settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _full(*settings: str) -> tuple[str, ...]:
    lanes = f"lanes=[{{stages: [{FULL}], cpus: 1}}]"
    return ("sink.keep=[visual_tokens]", lanes, *SHORT, *settings)


def _front(*settings: str, more: str = "") -> tuple[str, ...]:
    lanes = f"lanes=[{{stages: [{FRONT}], cpus: 1}}]"
    return (f"stages=[{FRONT}{more}]", lanes, *settings)


def _rows(folder: Path) -> dict[str, dict[str, Any]]:
    rows = ds.dataset(folder).to_table().to_pylist()
    names = [row["window_id"] or row["video_id"] for row in rows]
    assert len(set(names)) == len(names)
    return dict(zip(names, rows, strict=True))


def _content(row: dict[str, Any]) -> str:
    """All of a row that follows from what it was made with and of."""
    return repr({k: v for k, v in row.items() if k not in ("created_at", "timings")})


def _verify(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jobs.command", "verify", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample with a transcript, and a video of several windows."""
    folder = tmp_path_factory.mktemp("videos")
    for name in ("masked.mp4", "masked.srt"):
        shutil.copy(SAMPLES / name, folder / name)
    write_clip(folder / "long.mp4", seconds=65, fps=1)
    return folder


@pytest.fixture(scope="module")
def made(videos: Path) -> Path:
    """A run of all stages that kept its tokens."""
    out = videos.parent / f"{videos.name}-made"
    done = _annotate(videos, "--out", out, settings=_full())
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def seen(videos: Path) -> Path:
    """A run of the front half."""
    out = videos.parent / f"{videos.name}-seen"
    done = _annotate(videos, "--out", out, settings=_front())
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


@pytest.fixture
def copied_front(seen: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seen, tmp_path / "out"))


def test_kept_tokens_give_what_a_whole_run_gives_bit_by_bit(
    videos: Path, copied: Path, tmp_path: Path
) -> None:
    before = _rows(copied / "annotations")
    model = copy_of_tiny(tmp_path / "other")
    weights = load_file(model / "model.safetensors")
    spoken = [name for name in weights if name.startswith("language_model.")]
    weights[spoken[0]] = weights[spoken[0]] * 1.01
    save_file(weights, model / "model.safetensors", metadata={"format": "pt"})
    changed = _full("generate.max_labels=2", f"model.path={model}")
    hidden = tmp_path / "hidden"
    shutil.move(videos / "masked.srt", hidden)  # it is not read again
    try:
        done = _annotate(videos, "--out", copied, "--again", settings=changed)
    finally:
        shutil.move(hidden, videos / "masked.srt")
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.replace("\n", " ")
    assert "4 windows of 2 videos, from generate on (generate.max_labels: was 8, is 2)" in told
    whole = _annotate(videos, "--out", tmp_path / "whole", settings=changed)
    assert whole.returncode == 0, whole.stderr
    after, expected = _rows(copied / "annotations"), _rows(tmp_path / "whole" / "annotations")
    assert {name: _content(row) for name, row in after.items()} == {
        name: _content(row) for name, row in expected.items()
    }
    said = [name for name in after if after[name]["label_confidence"]]
    assert any(after[n]["label_confidence"] != before[n]["label_confidence"] for n in said)
    history = _rows(copied / "history" / "annotations")
    assert {
        name: _content({**row, "replaced_at": 0, "replaced_by": 0}) for name, row in before.items()
    } == {
        name: _content({**row, "replaced_at": 0, "replaced_by": 0}) for name, row in history.items()
    }
    for name, row in after.items():  # nothing before was run
        older = before[name]["timings"]
        assert {stage: s for stage, s in row["timings"].items() if stage != "generate"} == {
            stage: s for stage, s in older.items() if stage != "generate"
        }
    _verify(copied)


def test_the_newest_configuration_is_the_one_a_run_goes_on_with(videos: Path, copied: Path) -> None:
    changed = _full("generate.max_labels=2")
    one = videos / "masked.mp4"
    done = _annotate(one, "--out", copied, "--again", settings=changed)
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads((copied / "run.json").read_text())
    hashes = {name: row["config_hash"] for name, row in _rows(copied / "annotations").items()}
    assert hashes["masked.mp4#0"] == record["config_hash"]
    (earlier,) = record["earlier"]
    others = {made_with for name, made_with in hashes.items() if name != "masked.mp4#0"}
    assert others == {earlier["config_hash"]}  # videos that are not named are left alone
    assert record["config"]["generate"]["max_labels"] == 2
    assert earlier["config"]["generate"]["max_labels"] == 8
    _verify(copied)
    refused = _annotate(videos, "--out", copied, settings=_full())
    assert refused.returncode == 1
    assert "generate.max_labels: was 2, is 8" in refused.stderr
    assert "--again" in refused.stderr
    assert _annotate(videos, "--out", copied, settings=changed).returncode == 0
    nothing = _annotate(one, "--out", copied, "--again", settings=changed)
    assert nothing.returncode == 0
    assert "nothing is to be made again" in nothing.stdout
    assert _annotate(videos, "--out", copied, "--again", settings=changed).returncode == 0
    assert {r["config_hash"] for r in _rows(copied / "annotations").values()} == {
        record["config_hash"]
    }


def test_an_expression_names_windows_which_keep_their_ids_and_what_is_said(
    videos: Path, copied: Path, tmp_path: Path
) -> None:
    before = _rows(copied / "annotations")
    changed = _full("faces.max_gap_s=0.4", "sink.keep=[visual_tokens]")
    named = ("--again", "--where", "video_id = 'long.mp4' and window_index = 1 or text is not null")
    asked = _annotate(videos, "--out", copied, *named, "--dry-run", settings=changed)
    assert "2 windows of 2 videos, from decode on (faces.max_gap_s: was" in asked.stdout
    assert _rows(copied / "annotations") == before
    hidden = tmp_path / "hidden"
    shutil.move(videos / "masked.srt", hidden)  # it is not read again
    try:
        done = _annotate(videos, "--out", copied, *named, settings=changed)
    finally:
        shutil.move(hidden, videos / "masked.srt")
    assert done.returncode == 0, done.stdout + done.stderr
    after = _rows(copied / "annotations")
    assert after.keys() == before.keys()
    made = {name for name in after if after[name]["config_hash"] != before[name]["config_hash"]}
    assert made == {"masked.mp4#0", "long.mp4#1"}
    for name in made:
        assert [said["text"] for said in after[name]["utterances"]] == [
            said["text"] for said in before[name]["utterances"]
        ]
        assert after[name]["warnings"] == before[name]["warnings"]
    _verify(copied)


def test_what_was_cut_otherwise_is_made_as_a_whole(videos: Path, copied_front: Path) -> None:
    changed = _front("segment.max_window_s=15")
    done = _annotate(
        videos, "--out", copied_front, "--again", "--where", "window_index = 1", settings=changed
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 windows of 1 videos, from transcribe on (segment.max_window_s" in done.stdout
    windows = list(_rows(copied_front / "annotations").values())
    long = [row for row in windows if row["video_id"] == "long.mp4"]
    assert len(long) == long[0]["window_count"] > 3
    assert len({row["config_hash"] for row in windows}) == 2
    _verify(copied_front)


def test_a_window_that_fails_keeps_its_older_row_and_the_failure_is_told(
    videos: Path, copied_front: Path
) -> None:
    before = _rows(copied_front / "annotations")
    changed = _front("picky.refuses=long.mp4#1", more=f", '{PICKY}'")
    done = _annotate(videos, "--out", copied_front, "--again", settings=changed)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "failed: long.mp4#1: no_frames: it is not liked" in done.stdout
    assert "long.mp4#1 failed and keep their older rows" in done.stdout.replace("\n", " ")
    after = _rows(copied_front / "annotations")
    assert _content(after["long.mp4#1"]) == _content(before["long.mp4#1"])
    assert after["long.mp4#0"]["config_hash"] != before["long.mp4#0"]["config_hash"]
    assert not _rows(copied_front / "failures")
    assert _rows(copied_front / "history" / "failures").keys() == {"long.mp4#1"}
    _verify(copied_front)


def test_one_that_is_killed_goes_on_where_it_was(videos: Path, copied_front: Path) -> None:
    before = _rows(copied_front / "annotations")
    settings = _front("faces.max_gap_s=0.4", "sink.part_seconds=0.01")
    running = subprocess.Popen(
        _command(videos, "--out", copied_front, "--again", settings=settings),
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not list((copied_front / "again").glob("annotations/part-2*.parquet")):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert _rows(copied_front / "annotations") == before
    other = _annotate(
        videos, "--out", copied_front, "--again", settings=_front("faces.max_gap_s=1")
    )
    assert other.returncode == 1
    assert "an --again is not finished, and it was begun with another configuration" in other.stderr
    done = _annotate(videos, "--out", copied_front, "--again", settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr
    after = _rows(copied_front / "annotations")
    assert after.keys() == before.keys()
    assert not {r["config_hash"] for r in after.values()} & {
        r["config_hash"] for r in before.values()
    }
    assert not (copied_front / "again").exists()
    _verify(copied_front)
