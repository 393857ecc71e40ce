"""A whole run from an object store into it: nothing doubled, nothing lost, nothing else left."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from jobs.command import main
from pipeline.dataset.opened import open_dataset
from tests.clips import tone, write_clip
from tests.object_store import ObjectStore, object_store

ROOT = Path(__file__).parents[2]
FRONT = ["--set", "stages=[transcribe,segment,decode,faces]"]
ONE_LANE = ["--set", "lanes=[{stages: [transcribe], cpus: 0.9}]"]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store(monkeypatch) as running:
        yield running


def _annotate(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    running = _start(folder, *arguments, *FRONT, *ONE_LANE)
    out, err = running.communicate(timeout=250)
    return subprocess.CompletedProcess(running.args, running.returncode, out, err)


def _start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "jobs.command", "annotate", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_videos_of_a_bucket_become_a_dataset_in_it(
    store: ObjectStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bucket = store.bucket("corpus")
    write_clip(tmp_path / "short.mp4", seconds=1, audio=tone())
    write_clip(tmp_path / "long.mp4", seconds=75, fps=1)
    for name in ("short.mp4", "long.mp4"):
        content = (tmp_path / name).read_bytes()
        store.client.put_object(Bucket="corpus", Key=f"videos/{name}", Body=content)
    store.client.put_object(Bucket="corpus", Key="videos/broken.mp4", Body=b"no video")

    done = _annotate(tmp_path, f"{bucket}/videos", "--out", f"{bucket}/out")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert main(["verify", f"{bucket}/out"]) == 0
    assert "4 windows of 3 videos: all is whole" in capsys.readouterr().out

    before = {each["Key"] for each in _objects(store)}
    again = _annotate(tmp_path, f"{bucket}/videos", "--out", f"{bucket}/out")
    assert again.returncode == 3, again.stdout + again.stderr
    assert "3 of 3 videos stand in the output already" in again.stdout
    assert {each["Key"] for each in _objects(store)} == before
    names = {key.removeprefix("out/").split("/")[0] for key in before if key.startswith("out/")}
    assert names == {
        *("annotations", "failures", "cuts", "run.json", "quality.json", "report.html"),
        "README.md",
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_rows_in_a_bucket_are_made_again(
    store: ObjectStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bucket = store.bucket("corpus")
    video = write_clip(tmp_path / "long.mp4", seconds=75, fps=1)
    out = f"{bucket}/out"
    done = _annotate(tmp_path, str(video), "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    changed = ("--set", "faces.max_gap_s=0.4", "--again", "--where", "window_index = 1")
    again = _annotate(tmp_path, str(video), "--out", out, *changed)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "1 windows of 1 videos, from decode on (faces.max_gap_s" in again.stdout
    assert main(["verify", out]) == 0
    assert "3 windows of 1 videos: all is whole" in capsys.readouterr().out
    rows = open_dataset(out).annotations(["window_index", "config_hash"]).to_pylist()
    made_with = {row["window_index"]: row["config_hash"] for row in rows}
    assert made_with[0] == made_with[2] != made_with[1]
    names = [each["Key"] for each in _objects(store) if each["Key"].startswith("out/")]
    assert [name for name in names if name.startswith("out/history/annotations/part-")]
    assert not [name for name in names if "/again/" in name or "/." in name]


# A window takes a second, so that a run can be met in the midst of a video.
SLOW = (
    *("--set", "stages=[transcribe,segment,tests.chaos.stage:TallyStage]"),
    *("--set", "lanes=[{stages: [transcribe], cpus: 0.4}, {stages: [tally], cpus: 0.4}]"),
    *("--set", "sink.part_seconds=0.01", "--set", "tally.seconds=1"),
)


@pytest.fixture
def two_long_videos(store: ObjectStore, tmp_path: Path) -> Path:
    """Of five windows each; and a bucket for what comes of them."""
    store.bucket("corpus")
    (tmp_path / "videos").mkdir()
    for name in ("a.mp4", "b.mp4"):
        write_clip(tmp_path / "videos" / name, seconds=130, fps=1)
    return tmp_path / "videos"


def _begin(videos: Path) -> "subprocess.Popen[str]":
    tally = ("--set", f"tally.file={videos.parent}/tally")
    return _start(videos.parent, str(videos), "--out", "s3://corpus/out", *SLOW, *tally)


def _complete(videos: Path) -> "subprocess.CompletedProcess[str]":
    running = _begin(videos)
    out, err = running.communicate(timeout=250)
    return subprocess.CompletedProcess(running.args, running.returncode, out, err)


def _parts(store: ObjectStore) -> list[str]:
    return [key for key in store.front.puts if key.startswith("corpus/out/annotations/part-2")]


def _until(running: "subprocess.Popen[str]", is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 150
    while not is_so():
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_run_that_is_killed_amid_videos_goes_on_with_each_window_once(
    store: ObjectStore, two_long_videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = _begin(two_long_videos)
    _until(running, lambda: len(_parts(store)) >= 2)
    running.kill()
    running.communicate()
    assert main(["verify", "s3://corpus/out"]) == 3
    assert "owes" in capsys.readouterr().out  # windows of a video that was begun
    done = _complete(two_long_videos)
    assert done.returncode == 0, done.stdout + done.stderr
    assert main(["verify", "s3://corpus/out"]) == 0
    assert "10 windows of 2 videos: all is whole" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_puts_that_fail_now_and_then_are_tried_again_and_each_part_is_put_once(
    store: ObjectStore, two_long_videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = cycle(("busy", None, "dropped", None))
    store.front.trouble = lambda _: next(spoilt)
    done = _complete(two_long_videos)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert main(["verify", "s3://corpus/out"]) == 0
    assert "10 windows of 2 videos: all is whole" in capsys.readouterr().out
    assert {store.front.puts[part] for part in _parts(store)} == {1}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_store_that_goes_away_ends_the_run_with_a_line_and_it_goes_on_later(
    store: ObjectStore, two_long_videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = _begin(two_long_videos)
    _until(running, lambda: len(_parts(store)) >= 2)
    store.go_away()
    _, said = running.communicate(timeout=250)
    assert running.returncode == 1
    assert said.startswith("microemo: --out s3://corpus/out: cannot be reached (")
    assert said.count("\n") == 1
    store.come_back()
    done = _complete(two_long_videos)
    assert done.returncode == 0, done.stdout + done.stderr
    assert main(["verify", "s3://corpus/out"]) == 0
    assert "10 windows of 2 videos: all is whole" in capsys.readouterr().out


def _objects(store: ObjectStore) -> list[dict[str, str]]:
    found: list[dict[str, str]] = store.client.list_objects_v2(Bucket="corpus")["Contents"]
    return found
