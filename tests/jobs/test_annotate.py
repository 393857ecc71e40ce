"""`microemo annotate` as a person runs it: real files, real Ray, real Parquet read back."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from stages.model import ModelConfig, trained_on
from tests.clips import tone, write_clip
from tests.models import copy_of_tiny

SAMPLES = Path(__file__).parents[2] / "samples"
TRAINED = trained_on(ModelConfig())
FAST = ("--set", "generate.max_description_tokens=4", "--set", "generate.max_label_tokens=4")

# A process takes seconds to start, one with torch more. Where it does not matter what a run finds,
# or in how many processes, one process does.
FRONT = "transcribe, segment, decode, faces"
FULL = f"{FRONT}, encode, pool, generate"


def _in_one_process(stages: str) -> list[str]:
    return ["--set", f"lanes=[{{stages: [{stages}], cpus: 1}}]"]


FRONT_HALF = ["--set", f"stages=[{FRONT}]", *_in_one_process(FRONT)]


def _command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "jobs.command", "annotate", *map(str, arguments), *FAST]


def _annotate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments), capture_output=True, text=True, check=False, timeout=280
    )


def _rows(folder: Path) -> list[dict[str, Any]]:
    if not folder.exists():
        return []
    rows: list[dict[str, Any]] = ds.dataset(folder).to_table().to_pylist()
    return sorted(rows, key=lambda row: (row["video_id"], row["window_index"] or 0))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good clips beside bad ones."""
    folder = tmp_path_factory.mktemp("corpus")
    for name in ("masked.mp4", "masked.srt"):
        shutil.copy(SAMPLES / name, folder / name)
    for name in ("a", "b"):
        (folder / name).mkdir()
        write_clip(folder / name / "same.MP4", seconds=1, audio=tone())
    write_clip(folder / 'it\'s a "名前".mkv', seconds=1)
    write_clip(folder / "long.mp4", seconds=95, fps=2)
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("no video")
    write_clip(folder / "titled.mp4", seconds=1)
    (folder / "titled.srt").write_bytes(b"no times\n\xff\xfe\n")
    return folder


@pytest.fixture(scope="module")
def first_run(corpus: Path) -> tuple[Path, subprocess.CompletedProcess[str]]:
    output = corpus.parent / "out"
    return output, _annotate(corpus, "--out", output)


def test_every_file_ends_as_annotation_or_as_failure_of_the_right_kind(
    corpus: Path, first_run: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    output, done = first_run
    assert done.returncode == 3, done.stderr
    annotated = {row["video_id"] for row in _rows(output / "annotations")}
    failed = {row["video_id"]: row["error"]["kind"] for row in _rows(output / "failures")}
    assert failed == {
        "empty.mp4": "empty_file",
        "text.mp4": "unreadable",
        "titled.mp4": "bad_transcript",
    }
    assert annotated == {
        "a/same.MP4",
        "b/same.MP4",
        'it\'s a "名前".mkv',
        "long.mp4",
        "masked.mp4",
    }


def test_a_row_says_what_it_is_and_how_it_was_made(
    first_run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    output, _ = first_run
    record = json.loads((output / "run.json").read_text())
    row = next(r for r in _rows(output / "annotations") if r["video_id"] == "masked.mp4")
    assert row["config_hash"] == record["config_hash"]
    assert row["model"]["trained"] == TRAINED
    assert row["model"]["engine"] == "deepspeed"
    assert row["model"]["revision"] == record["weights"]["model"]["revision"]
    assert [u["text_source"] for u in row["utterances"]] == ["sidecar"] * 2
    assert all(u["description"] is not None for u in row["utterances"])
    assert row["faces"][0]["coverage"] > 0.9
    assert row["face_strip"]["bytes"].startswith(b"\xff\xd8")
    assert all(seconds >= 0 for seconds in row["timings"].values())


def test_a_long_video_is_cut_into_windows_that_tile_it(
    first_run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    output, _ = first_run
    windows = [r for r in _rows(output / "annotations") if r["video_id"] == "long.mp4"]
    assert len(windows) == windows[0]["window_count"] >= 4
    assert windows[0]["start_s"] == 0
    assert windows[-1]["end_s"] == pytest.approx(95, abs=0.51)
    for window, following in pairwise(windows):
        assert window["end_s"] == following["start_s"]


def test_the_terminal_tells_what_was_made_and_nothing_of_ray(
    first_run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    output, done = first_run
    assert done.stderr == ""
    said = {"no": "not trained", "synthetic": "trained on synthetic faces alone"}
    assert said[TRAINED] in done.stdout.replace("\n", " ")
    assert re.search(r"utterances the model abstained on +\d+ of \d+", done.stdout)
    assert "failed: bad_transcript" in done.stdout
    assert str(output / "report.html") in done.stdout.replace("\n", "")
    assert "ray::" not in done.stdout
    assert (output / "report.html").stat().st_size > 1000
    assert not (output / "run.lock").exists()


def test_a_second_run_finds_everything_done_and_touches_nothing(
    corpus: Path, first_run: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    output, _ = first_run
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*.parquet")}
    again = _annotate(corpus, "--out", output)
    assert again.returncode == 3
    assert {path: path.stat().st_mtime_ns for path in output.rglob("*.parquet")} == before


@pytest.mark.slow
def test_missing_windows_and_failures_are_taken_again_when_asked(
    corpus: Path, first_run: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    output = tmp_path / "out"
    shutil.copytree(first_run[0], output)
    rows = ds.dataset(output / "annotations").to_table()
    lost = [i for i, w in enumerate(rows["window_id"].to_pylist()) if w == "long.mp4#1"]
    shutil.rmtree(output / "annotations")
    (output / "annotations").mkdir()
    kept = rows.take([i for i in range(rows.num_rows) if i not in lost])
    pq.write_table(kept, output / "annotations" / "part-0.parquet")
    broken = (corpus / "titled.srt").read_bytes()
    (corpus / "titled.srt").write_text("1\n00:00:00,100 --> 00:00:00,900\nHello.\n")
    again = _annotate(corpus, "--out", output, "--retry-failed", *_in_one_process(FULL))
    (corpus / "titled.srt").write_bytes(broken)
    assert again.returncode == 3, again.stderr
    after = _rows(output / "annotations")
    ids = [row["window_id"] for row in after]
    assert len(ids) == len(set(ids)) == rows.num_rows + 1
    before = {row["window_id"]: row for row in rows.to_pylist()}
    window = next(row for row in after if row["window_id"] == "long.mp4#1")
    assert (window["start_s"], window["end_s"]) == tuple(
        before["long.mp4#1"][key] for key in ("start_s", "end_s")
    )
    assert {row["video_id"] for row in _rows(output / "failures")} == {"empty.mp4", "text.mp4"}


def test_a_run_with_other_results_into_the_same_folder_is_refused(
    corpus: Path, first_run: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    refused = _annotate(corpus, "--out", first_run[0], "--set", "segment.max_window_s=20")
    assert refused.returncode == 1
    assert "segment.max_window_s: was 30.0, is 20.0" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.mp4", "--out", "o"), "nowhere.mp4"),
        ((SAMPLES, "--out", "o", "--set", "segment.max_windw_s=3"), "segment.max_window_s"),
        ((SAMPLES, "--out", "/proc/nothing"), "cannot be written"),
        ((SAMPLES, "--out", "o", "--set", "lanes.0.cpus=900"), "lanes"),
    ],
)
def test_what_a_person_can_get_wrong_is_said_without_a_trace(
    arguments: tuple[str | Path, ...], said: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        _command(*arguments),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parent)},
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""  # nothing of a run that was never begun


@pytest.mark.slow
def test_what_only_a_worker_finds_out_is_said_without_a_trace(tmp_path: Path) -> None:
    model = copy_of_tiny(tmp_path / "model")
    weights = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    broken = ["--set", f"model.path={model}", *_in_one_process(FULL)]
    done = _annotate(SAMPLES / "context.mp4", "--out", tmp_path / "out", *broken)
    assert done.returncode == 1
    assert f"{model}/model.safetensors is not a whole safetensors file" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 1.5, 4.0, 6.0])
def test_a_run_that_is_stopped_while_it_starts_leaves_nothing(
    seconds: float, tmp_path: Path
) -> None:
    write_clip(tmp_path / "a.mp4", seconds=1, fps=5)
    command = _command(tmp_path / "a.mp4", "--out", tmp_path / "out", *FRONT_HALF)
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert running.stdout is not None
    assert "starting Ray" in running.stdout.readline()
    time.sleep(seconds)
    below = psutil.Process(running.pid).children(recursive=True)
    began = time.monotonic()
    os.killpg(running.pid, signal.SIGTERM)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 143
    assert time.monotonic() - began < 15
    assert "Traceback" not in said
    assert not [process for process in below if process.is_running()]
    done = _annotate(tmp_path / "a.mp4", "--out", tmp_path / "out", *FRONT_HALF)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_ctrl_c_stops_soon_leaves_whole_files_and_the_next_run_goes_on(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    videos.mkdir()
    for index in range(16):
        write_clip(videos / f"{index:02d}.mp4", seconds=2, fps=5)
    output = tmp_path / "out"
    command = _command(videos, "--out", output, *FRONT_HALF, "--set", "sink.part_seconds=0.01")
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 120
    while not list(output.glob("annotations/part-2*.parquet")):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    below = psutil.Process(running.pid).children(recursive=True)
    for _ in range(2):
        os.killpg(running.pid, signal.SIGINT)
        time.sleep(0.2)
    assert running.wait(timeout=15) == 130
    assert not [process for process in below if process.is_running()]
    stopped = {row["window_id"] for row in _rows(output / "annotations")}
    assert 0 < len(stopped) < 16
    assert not list(output.glob("*/.*"))
    assert not (output / "run.lock").exists()
    assert _annotate(videos, "--out", output, *FRONT_HALF).returncode == 0
    ids = [row["window_id"] for row in _rows(output / "annotations")]
    assert len(ids) == len(set(ids)) == 16


@pytest.mark.slow
def test_a_row_that_kills_its_process_is_a_failure_and_takes_no_other_along(
    tmp_path: Path,
) -> None:
    (tmp_path / "videos").mkdir()
    for name in ("a", "b"):
        write_clip(tmp_path / "videos" / f"{name}.mp4", seconds=1, fps=5)
    victim = write_clip(tmp_path / "videos" / "killer.mp4", seconds=600, fps=1, audio=tone())
    stop = threading.Event()
    hunter = threading.Thread(target=_kill_whoever_reads, args=(victim, stop))
    hunter.start()
    try:
        done = _annotate(tmp_path / "videos", "--out", tmp_path / "out", *FRONT_HALF)
    finally:
        stop.set()
        hunter.join()
    assert done.returncode == 3, done.stdout + done.stderr
    (failure,) = _rows(tmp_path / "out" / "failures")
    assert (failure["video_id"], failure["error"]["kind"]) == ("killer.mp4", "worker_died")
    annotated = [row["video_id"] for row in _rows(tmp_path / "out" / "annotations")]
    assert annotated == ["a.mp4", "b.mp4"]


def _kill_whoever_reads(file: Path, stop: threading.Event) -> None:
    while not stop.wait(0.2):
        for process in psutil.process_iter(["name"]):
            if not (process.info["name"] or "").startswith("ray::"):
                continue
            try:
                if any(opened.path == str(file) for opened in process.open_files()):
                    process.kill()
            except psutil.Error:
                continue
