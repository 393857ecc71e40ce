"""The accounting: what stands in the output is done, everything else is owed."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dataset.cuts import read_cuts, record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.ledger import Ledger, forget_failures
from pipeline.dataset.sink import Sink, SinkConfig
from pipeline.recipe import BUILT_IN, Recipe
from stages.faults import ErrorKind, SetupError

RECIPE = Recipe(BUILT_IN)
COLUMNS = RECIPE.cut_schema
SCHEMAS = {"annotations": RECIPE.annotation_schema, "failures": RECIPE.failure_schema}
ERROR = {"stage": "decode", "kind": "no_frames", "message": "none"}


def _windows(video_id: str, count: int) -> list[dict]:
    return [
        {
            "video_id": video_id,
            "uri": f"/{video_id}",
            "window_id": f"{video_id}#{i}",
            "window_index": i,
            "window_count": count,
        }
        for i in range(count)
    ]


VIDEOS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 6), min_size=1)


@given(videos=VIDEOS, data=st.data())
def test_done_and_owed_make_the_whole(videos: dict[str, int], data: st.DataObject) -> None:
    every = [row for video_id, count in videos.items() for row in _windows(video_id, count)]
    finished = data.draw(st.lists(st.sampled_from(every), unique_by=lambda row: row["window_id"]))
    failed = data.draw(st.sets(st.integers(0, len(every))))
    ledger = Ledger()
    for index, row in enumerate(finished):
        ledger.enter(row, failed=index in failed)
    cuts = {
        video_id: pa.Table.from_pylist(_windows(video_id, count), schema=COLUMNS)
        for video_id, count in videos.items()
        if count > 1
    }
    sources = [{"video_id": video_id, "uri": f"/{video_id}"} for video_id in videos]
    owed = list(ledger.owed(sources, cuts))
    done_ids = {row["window_id"] for row in finished}
    owed_ids = {row.get("window_id") or f"{row['video_id']}#0" for row in owed}
    assert done_ids | owed_ids == {row["window_id"] for row in every}
    assert not done_ids & owed_ids
    assert len(owed) == len(owed_ids)
    for video_id, count in videos.items():
        share = sum(row["video_id"] == video_id for row in finished) / count
        assert ledger.progress(video_id).share == share
        assert ledger.progress(video_id).done == (share == 1)


def test_a_video_that_failed_whole_is_done() -> None:
    ledger = Ledger()
    ledger.enter({"video_id": "a"}, failed=True)
    assert ledger.progress("a").done
    assert ledger.progress("a").has_failed
    assert list(ledger.owed([{"video_id": "a"}], {})) == []


def test_noting_a_window_twice_changes_nothing() -> None:
    ledger = Ledger()
    for _ in range(2):
        ledger.enter(_windows("a", 2)[0], failed=False)
    assert ledger.progress("a").share == 0.5


@given(
    finished=st.lists(st.tuples(st.integers(0, 4), st.booleans())),
)
def test_a_window_counts_once_whether_annotated_or_failed_or_both(
    finished: list[tuple[int, bool]],
) -> None:
    ledger, rows = Ledger(), _windows("a", 5)
    for index, failed in finished:
        ledger.enter(rows[index], failed=failed)
    progress = ledger.progress("a")
    indices = {index for index, _ in finished}
    assert progress.finished == indices
    assert progress.share == len(indices) / 5
    assert progress.owed == (5 - len(indices) if indices else 0)


def test_the_ledger_is_what_stands_in_the_files(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    sink = Sink(output, SinkConfig(), "hash", SCHEMAS)
    for row in _windows("a", 3)[:2]:
        sink.add(row)
    sink.add({**_windows("b", 2)[0], "error": ERROR})
    sink.add({"video_id": "c", "uri": "/c", "error": ERROR})
    assert Ledger.read(output).progress("a").share == 0  # nothing is written yet
    sink.flush()
    ledger = Ledger.read(output)
    assert ledger.progress("a").annotated == {0, 1}
    assert not ledger.progress("a").has_failed
    assert ledger.progress("b").has_failed
    assert not ledger.progress("b").done
    assert ledger.progress("c").done


def test_an_unfinished_video_with_a_recorded_cut_owes_its_missing_windows(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    record_cut(output, _windows("a", 3), COLUMNS)
    record_cut(output, _windows("single", 1), COLUMNS)
    cuts = read_cuts(output, ["a", "single", "never"])
    assert list(cuts) == ["a"]
    ledger = Ledger()
    ledger.enter(_windows("a", 3)[1], failed=False)
    owed = list(ledger.owed([{"video_id": "a"}], cuts))
    assert [row["window_id"] for row in owed] == ["a#0", "a#2"]


def test_a_video_with_the_id_of_another_is_refused_instead_of_passed_over() -> None:
    ledger = Ledger()
    ledger.enter({"video_id": "a.mp4", "uri": "/one/a.mp4"}, failed=True)
    ledger.check_video_ids([{"video_id": "a.mp4", "uri": "/one/a.mp4"}])
    with pytest.raises(SetupError, match=r"/two/a\.mp4.*/one/a\.mp4"):
        ledger.check_video_ids([{"video_id": "a.mp4", "uri": "/two/a.mp4"}])


def test_forgotten_failures_are_owed_again_and_others_stay(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    sink = Sink(output, SinkConfig(), "hash", SCHEMAS)
    for video_id in ("a", "b"):
        sink.add({"video_id": video_id, "uri": video_id, "error": ERROR})
    sink.flush()
    sink.add({"video_id": "a", "uri": "a", "error": ERROR})
    sink.flush()
    assert forget_failures(output, {"a"}, list(ErrorKind)) == 2
    ledger = Ledger.read(output)
    assert not ledger.progress("a").done
    assert ledger.progress("b").done
    assert len(output.part_names("failures")) == 2  # that of b and the one without rows


def test_of_the_failures_of_a_video_only_those_of_the_kinds_are_forgotten(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    sink = Sink(output, SinkConfig(), "hash", SCHEMAS)
    for row, kind in zip(_windows("a", 3), ("worker_died", "unreadable", "internal"), strict=True):
        sink.add({**row, "error": {**ERROR, "kind": kind}})
    sink.flush()
    assert forget_failures(output, {"a"}, ["worker_died", "internal"]) == 2
    ledger = Ledger.read(output)
    assert ledger.progress("a").failed == {1}
    assert ledger.progress("a").owed == 2
    assert forget_failures(output, {"a"}, ["worker_died"]) == 0


FILE = {"size_bytes": 7, "modified": datetime(2026, 1, 2, tzinfo=UTC)}
OTHER = {**FILE, "size_bytes": 8}


@pytest.fixture
def half_done(tmp_path: Path) -> DatasetFolder:
    """Window 0 of two of video a stands in the output, which was read from `FILE`."""
    folder = DatasetFolder(str(tmp_path))
    rows = [{**row, "file": FILE} for row in _windows("a", 2)]
    record_cut(folder, rows, COLUMNS)
    sink = Sink(folder, SinkConfig(), "hash", SCHEMAS)
    sink.add(rows[0])
    sink.flush()
    return folder


def test_a_video_that_is_another_file_by_now_is_refused(half_done: DatasetFolder) -> None:
    ledger = Ledger.read(half_done)
    ledger.check_files([{"video_id": "a", "uri": "/a", "file": FILE}])
    with pytest.raises(SetupError, match=r"1 of the videos(.|\n)*/a: it had 7 bytes and has 8"):
        ledger.check_files([{"video_id": "a", "uri": "/a", "file": OTHER}])


@pytest.mark.parametrize("known", [FILE, None])
def test_what_is_not_known_of_a_file_refuses_nothing(
    known: dict | None, half_done: DatasetFolder
) -> None:
    ledger = Ledger.read(half_done)
    ledger.check_files([{"video_id": "a", "uri": "/a", "file": None}])
    ledger.check_files([{"video_id": "new", "uri": "/new", "file": known}])


def test_a_video_that_failed_whole_may_be_mended(tmp_path: Path) -> None:
    folder = DatasetFolder(str(tmp_path))
    sink = Sink(folder, SinkConfig(), "hash", SCHEMAS)
    sink.add({"video_id": "a", "uri": "/a", "file": FILE, "error": ERROR})
    sink.flush()
    Ledger.read(folder).check_files([{"video_id": "a", "uri": "/a", "file": OTHER}])


def test_a_cut_of_another_file_is_not_used(tmp_path: Path) -> None:
    folder = DatasetFolder(str(tmp_path))
    record_cut(folder, [{**row, "file": FILE} for row in _windows("a", 2)], COLUMNS)
    cuts = read_cuts(folder, ["a"])
    source = {"video_id": "a", "uri": "/a", "file": OTHER}
    assert list(Ledger().owed([source], cuts)) == [source]
    same = {**source, "file": FILE}
    assert [row["window_index"] for row in Ledger().owed([same], cuts)] == [0, 1]
