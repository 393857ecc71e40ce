"""A video that is taken out of all that a dataset holds of it."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.dataset.compact import compact
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.forgotten import Forgotten
from pipeline.dataset.layout import cut_name
from pipeline.dataset.lock import RunLock
from pipeline.dataset.quality import write_quality
from pipeline.dataset.totals import count
from pipeline.forgetting import forget
from pipeline.report import write_report
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog
from stages.chat import payer_of
from stages.faults import SetupError

Make = Callable[..., Any]

GONE = "secret/interview.mp4"


@pytest.fixture
def told_run(
    tmp_path: Path, write_run: Make, make_annotation: Make, make_failure: Make
) -> DatasetFolder:
    """A run of which every place names the video `GONE`."""
    cache = tmp_path / "cache"
    record = {
        "created_at": "2026-01-31T12:05:00+00:00",
        "preset": "tiny",
        "config_hash": "9f8e7d6c5b4a",
        "weights": {},
        "config": {"chat": {"cache": str(cache)}},
        "packages": {},
        "runs": [
            {"inputs": [f"/videos/{GONE}.mp4"], "command": ["microemo", f"/videos/{GONE}.mp4"]}
        ],
    }
    folder: DatasetFolder = write_run(
        [make_annotation(GONE, 0, 3), make_annotation("other.mp4")],
        [make_annotation(GONE, 1, 3)],
        failures=[make_failure(GONE, window_index=2), make_failure("broken.mp4")],
        record=record,
    )
    name = next(n for n in folder.part_names("annotations") if "schema" not in n)
    table = folder.read_table(name)
    folder.write_table("history/annotations/part-1.parquet", table)
    folder.write_table(cut_name(GONE), table)
    for video_id in (GONE, "other.mp4"):
        DecisionLog(folder).add(
            Decision(
                reviewer="anna",
                video_id=video_id,
                window_index=0,
                row_start_s=0,
                row_end_s=10,
                verdict="accepted",
                labels=("joy",),
            )
        )
    folder.write_bytes("run.log", f"fine\nreading {GONE}\n".encode())
    for at, window in enumerate((f"{GONE}#0", "other.mp4#0")):
        entry = cache / "ab" / f"{at}.json"
        entry.parent.mkdir(parents=True, exist_ok=True)
        payer = payer_of(folder.location, window)
        entry.write_text(json.dumps({"reply": {}, "payer": payer, "cost": 1}))
    totals = count(folder)
    write_quality(folder, totals, [*totals.videos, GONE])
    write_report(folder, totals)
    return folder


def _naming(folder: DatasetFolder) -> Iterator[str]:
    """The files that name the video."""
    assert folder.local_path is not None
    for path in sorted(folder.local_path.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".parquet":
                content = str(pq.read_table(path).to_pylist()).encode()
            if GONE.encode() in content:
                yield str(path.relative_to(folder.local_path))


def test_it_is_nowhere_and_it_is_said_where_it_was(told_run: DatasetFolder, tmp_path: Path) -> None:
    before = list(_naming(told_run))
    assert len(before) >= 8
    places = "\n".join(forget(told_run, GONE).places)
    assert list(_naming(told_run)) == []
    for place in (
        "annotations/",
        "failures/",
        "history/",
        "cuts",
        "reviews",
        "run.json",
        "run.log",
    ):
        assert place in places
    assert "answers of a chat model: 1" in places
    assert [path.name for path in (tmp_path / "cache/ab").iterdir()] == ["1.json"]


def test_what_is_of_others_stays(told_run: DatasetFolder) -> None:
    forget(told_run, GONE)
    totals = count(told_run)
    assert sorted(totals.videos) == ["broken.mp4", "other.mp4"]
    assert len(told_run.names_in("reviews")) == 1
    quality = json.loads(told_run.read_bytes("quality.json"))
    assert quality["windows"]["annotated"] == 1


def test_a_dataset_that_is_compacted_forgets_too(told_run: DatasetFolder) -> None:
    compact(told_run)
    forget(told_run, GONE)
    assert list(_naming(told_run)) == []
    assert sorted(count(told_run).videos) == ["broken.mp4", "other.mp4"]


def test_it_is_kept_in_mind_by_a_hash_alone(told_run: DatasetFolder) -> None:
    forget(told_run, GONE)
    forgotten = Forgotten(told_run)
    assert GONE in forgotten
    assert "other.mp4" not in forgotten
    assert json.loads(told_run.read_bytes("run.json"))["forgotten"] == [forgotten.hash_of(GONE)]
    sources = [{"video_id": GONE}, {"video_id": "other.mp4"}]
    assert forgotten.passing_over(sources) == ([{"video_id": "other.mp4"}], [GONE])
    forgotten.remove([GONE])
    assert GONE not in Forgotten(told_run)


def test_to_forget_it_again_finds_nothing_more(told_run: DatasetFolder) -> None:
    forget(told_run, GONE)
    assert not [place for place in forget(told_run, GONE).places if "made anew" not in place]


@pytest.mark.slow
@pytest.mark.parametrize("call", ["write_bytes", "write_stream", "remove"])
@pytest.mark.parametrize("which", [1, 2, 4])
def test_one_that_was_killed_is_ended_by_the_same_command(
    call: str, which: int, told_run: DatasetFolder
) -> None:
    code = f"""
import os, signal, sys
from pipeline.dataset.folder import DatasetFolder
from pipeline.forgetting import forget
kept, left = DatasetFolder.{call}, [{which}]
def killed(self, name, *rest):
    if "run.lock" not in name:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    return kept(self, name, *rest)
DatasetFolder.{call} = killed
forget(DatasetFolder(sys.argv[1]), sys.argv[2])
"""
    done = subprocess.run([sys.executable, "-c", code, told_run.location, GONE], check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    forget(told_run, GONE)
    assert list(_naming(told_run)) == []
    assert sorted(count(told_run).videos) == ["broken.mp4", "other.mp4"]


def test_a_video_that_it_never_heard_of_is_refused_with_the_nearest(
    told_run: DatasetFolder,
) -> None:
    with pytest.raises(SetupError, match=r"Is it secret/interview\.mp4\?"):
        forget(told_run, "secret/interview")
    assert not told_run.exists("forgotten.json")


def test_a_run_that_goes_on_is_not_disturbed(told_run: DatasetFolder) -> None:
    with RunLock(told_run), pytest.raises(SetupError, match="another run writes there"):
        forget(DatasetFolder(told_run.location), GONE)
