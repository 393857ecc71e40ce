"""A whole run from an object store into it: nothing doubled, nothing lost, nothing else left."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.command import main
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
    return subprocess.run(
        [sys.executable, "-m", "jobs.command", "annotate", *arguments, *FRONT, *ONE_LANE],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


@pytest.mark.slow
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


def _objects(store: ObjectStore) -> list[dict[str, str]]:
    found: list[dict[str, str]] = store.client.list_objects_v2(Bucket="corpus")["Contents"]
    return found
