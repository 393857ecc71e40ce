"""Rows made again take their places: each window is there once, at any moment, and none is lost."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.dataset import lock as lock_module
from pipeline.dataset import settling
from pipeline.dataset.compact import compact
from pipeline.dataset.cuts import read_cuts, record_cut
from pipeline.dataset.exchange import Exchanged, exchange
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.lock import RunLock
from pipeline.dataset.opened import Dataset
from pipeline.dataset.record import Making, makings, read_record
from pipeline.dataset.settling import settle
from pipeline.dataset.verify import verify
from pipeline.recipe import BUILT_IN, FULL, Recipe
from stages.faults import SetupError
from stages.rows import Row, to_table
from tests.object_store import ObjectStore, object_store
from tests.pipeline.conftest import RECORD, annotation, failure

Make = Callable[..., Any]
ROOT = Path(__file__).parents[3]
OLD = RECORD["config_hash"]
NEW = "0123456789ab"
MAKING = Making({}, {}, NEW, {}, "tiny")
COLUMNS = {
    "annotations": Recipe(BUILT_IN).annotation_schema,
    "failures": Recipe(BUILT_IN).failure_schema,
}
KEEPING = Recipe.of(FULL, ["visual_tokens"]).annotation_schema

# As in test_compact: one copy of a dataset after the other, and a death before each change, or
# before one of several.
DYING = """
import itertools, os, shutil, signal, sys
from pipeline.dataset import lock, settling
from pipeline.dataset.exchange import exchange
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.lock import RunLock
from tests.pipeline.dataset.test_exchange import MAKING

source, copies, step = sys.argv[1:]
is_local = "://" not in copies
settling._LISTED_S = lock._SETTLED_S = 0.0

def count_down(left):
    def change():
        nonlocal left
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
    if is_local:
        def hear(event, told):
            writes = event == "open" and told[2] & (os.O_WRONLY | os.O_RDWR)
            if writes or event in ("os.rename", "os.remove", "os.link", "os.rmdir"):
                if str(told[0]).startswith(copies):
                    change()
        sys.addaudithook(hear)
        return
    from s3fs import S3FileSystem
    call = S3FileSystem._call_s3
    async def counted(self, method, *told, **more):
        if method.startswith(("put_", "delete_", "copy_")):
            change()
        return await call(self, method, *told, **more)
    S3FileSystem._call_s3 = counted

for at in itertools.count(step=int(step)):
    if is_local:
        shutil.copytree(source, f"{copies}/{at}")
    child = os.fork()
    if not child:
        folder = DatasetFolder(f"{copies}/{at}")
        with RunLock(folder) as held:
            count_down(at)
            exchange(folder, DatasetFolder(f"{copies}/{at}/again"), MAKING, {"whole"}, held)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(at, ended, flush=True)
    if ended != -signal.SIGKILL:
        sys.exit(ended)
"""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_LISTED_S", 0.0)
    monkeypatch.setattr(lock_module, "_SETTLED_S", 0.0)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store(monkeypatch) as running:
        yield running


def _row(video_id: str, index: int, count: int, **changes: Any) -> Row:
    return annotation(video_id, index, count, face_strip=None, **changes)


def _failed(video_id: str, index: int | None = None, count: int = 1, **changes: Any) -> Row:
    row = failure(video_id, config_hash=OLD, **changes)
    if index is None:
        return row
    window = {"window_index": index, "window_count": count, "window_id": f"{video_id}#{index}"}
    return {**row, **window, "start_s": 10.0 * index, "end_s": 10.0 * index + 10}


def _write(
    location: str,
    parts: list[list[Row]],
    failures: list[Row],
    columns: Mapping[str, pa.Schema] = COLUMNS,
) -> DatasetFolder:
    folder = DatasetFolder(location)
    for kind, kinds in columns.items():
        folder.write_columns(f"{kind}/part-0-schema.parquet", kinds)
    for at, rows in enumerate(parts):
        table = to_table(rows, columns["annotations"])
        folder.write_table(f"annotations/part-2026-{at:02}.parquet", table)
    if failures:
        table = to_table(failures, columns["failures"])
        folder.write_table("failures/part-2026-00.parquet", table)
    return folder


def _older(location: str, parts: list[list[Row]], failures: list[Row]) -> DatasetFolder:
    folder = _write(location, parts, failures)
    folder.write_bytes("run.json", json.dumps(RECORD).encode())
    return folder


def _exchange(folder: DatasetFolder, whole: set[str] | None = None) -> Exchanged:
    with RunLock(folder) as lock:
        settle(folder)
        again = DatasetFolder(f"{folder.location}/again")
        return exchange(folder, again, MAKING, whole or set(), lock)


def _new(row: Row) -> Row:
    return {**row, "config_hash": NEW, "description": "made again"}


def _standing(folder: DatasetFolder) -> dict[str, list[str]]:
    """The configurations of the rows of each window, annotated or failed."""
    found: dict[str, list[str]] = {}
    data = Dataset(folder)
    for kind, table in (("", data.annotations()), ("failed ", data.failures())):
        for row in table.select(["video_id", "window_id", "config_hash"]).to_pylist():
            name = row["window_id"] or row["video_id"]
            found.setdefault(name, []).append(f"{kind}{row['config_hash']}")
    return dict(sorted(found.items()))


def _history(folder: DatasetFolder, kind: str) -> list[Row]:
    place = Path(folder.location) / "history" / kind
    return ds.dataset(place).to_table().to_pylist() if place.exists() else []


def test_a_window_that_was_made_again_stands_once_and_the_older_one_is_history(
    tmp_path: Path,
) -> None:
    older = [[_row("a", 0, 2), _row("a", 1, 2)], [_row("b", 0, 1)], [_row("c", 0, 1)]]
    folder = _older(str(tmp_path), older, [])
    _write(f"{tmp_path}/again", [[_new(_row("a", 1, 2)), _new(_row("b", 0, 1))]], [])
    assert _exchange(folder) == Exchanged(windows=2, refused=())
    assert _standing(folder) == {"a#0": [OLD], "a#1": [NEW], "b#0": [NEW], "c#0": [OLD]}
    history = _history(folder, "annotations")
    assert [row["window_id"] for row in history] == ["a#1", "b#0"]
    assert {row["replaced_by"] for row in history} == {NEW}
    assert all(row["replaced_at"] is not None for row in history)
    assert [row["description"] for row in history] == [older[0][1]["description"]] * 2
    assert not (tmp_path / "again").exists()
    assert list(makings(read_record(folder))) == [NEW, OLD]
    assert ds.dataset(tmp_path / "annotations").count_rows() == 4
    # What no row left is the file that it was.
    assert "annotations/part-2026-02.parquet" in folder.part_names("annotations")
    assert not list(tmp_path.rglob(".part*"))


def test_a_window_that_failed_again_keeps_its_older_row_and_the_failure_is_history(
    tmp_path: Path,
) -> None:
    folder = _older(str(tmp_path), [[_row("a", 0, 1)], [_row("b", 0, 1)]], [])
    failed = {**_failed("a", 0), "config_hash": NEW}
    _write(f"{tmp_path}/again", [[_new(_row("b", 0, 1))]], [failed])
    assert _exchange(folder) == Exchanged(windows=1, refused=("a#0",))
    assert _standing(folder) == {"a#0": [OLD], "b#0": [NEW]}
    (kept,) = _history(folder, "failures")
    assert (kept["window_id"], kept["config_hash"], kept["replaced_by"]) == ("a#0", NEW, OLD)


def test_a_failure_that_succeeds_leaves_and_one_that_fails_again_is_replaced(
    tmp_path: Path,
) -> None:
    failures = [_failed("a", 0, 2), _failed("a", 1, 2), _failed("lost")]
    folder = _older(str(tmp_path), [[_row("b", 0, 1)]], failures)
    again = [_new(_row("a", 0, 2)), _new(_row("lost", 0, 1))]
    _write(f"{tmp_path}/again", [again], [{**_failed("a", 1, 2), "config_hash": NEW}])
    assert _exchange(folder, {"lost"}) == Exchanged(windows=2, refused=())
    assert _standing(folder) == {
        "a#0": [NEW],
        "a#1": [f"failed {NEW}"],
        "b#0": [OLD],
        "lost#0": [NEW],
    }
    assert [row["window_id"] for row in _history(folder, "failures")] == ["a#0", "a#1", None]


def test_a_video_that_is_cut_anew_is_exchanged_as_a_whole_with_its_cut(tmp_path: Path) -> None:
    cut = Recipe(BUILT_IN).cut_schema
    old = [_row("whole", at, 3) for at in range(3)]
    folder = _older(str(tmp_path), [[old[0], old[1]], [old[2], _row("b", 0, 1)]], [])
    record_cut(folder, old, cut)
    new = [_new(_row("whole", at, 2)) for at in range(2)]
    again = _write(f"{tmp_path}/again", [new], [])
    record_cut(again, new, cut)
    _exchange(folder, {"whole"})
    assert _standing(folder) == {"b#0": [OLD], "whole#0": [NEW], "whole#1": [NEW]}
    assert len(read_cuts(folder, ["whole"])["whole"]) == 2
    assert not verify(folder).findings


def test_a_video_that_needs_a_cut_no_longer_has_none(tmp_path: Path) -> None:
    old = [_row("whole", at, 2) for at in range(2)]
    folder = _older(str(tmp_path), [old], [])
    record_cut(folder, old, Recipe(BUILT_IN).cut_schema)
    _write(f"{tmp_path}/again", [[_new(_row("whole", 0, 1))]], [])
    _exchange(folder, {"whole"})
    assert read_cuts(folder, ["whole"]) == {}
    assert not verify(folder).findings


def test_a_video_of_which_a_window_failed_when_it_was_cut_anew_keeps_all_its_rows(
    tmp_path: Path,
) -> None:
    folder = _older(str(tmp_path), [[_row("whole", at, 2) for at in range(2)]], [])
    again = [[_new(_row("whole", 0, 3)), _new(_row("whole", 2, 3))]]
    _write(f"{tmp_path}/again", again, [{**_failed("whole", 1, 3), "config_hash": NEW}])
    assert _exchange(folder, {"whole"}) == Exchanged(windows=0, refused=("whole",))
    assert _standing(folder) == {"whole#0": [OLD], "whole#1": [OLD]}
    assert [row["window_id"] for row in _history(folder, "annotations")] == ["whole#0", "whole#2"]
    assert [row["window_id"] for row in _history(folder, "failures")] == ["whole#1"]
    assert list(makings(read_record(folder))) == [OLD]  # nothing stands there of the other


def test_rows_with_other_columns_widen_all_files(tmp_path: Path) -> None:
    folder = _older(str(tmp_path), [[_row("a", 0, 1)], [_row("b", 0, 1)]], [])
    new = _new(_row("a", 0, 1, kept_warnings=["one"]))
    _write(f"{tmp_path}/again", [[new]], [], {**COLUMNS, "annotations": KEEPING})
    _exchange(folder)
    rows = {row["window_id"]: row for row in Dataset(folder).annotations().to_pylist()}
    assert rows["a#0"]["kept_warnings"] == ["one"]
    assert rows["b#0"]["kept_warnings"] is None
    assert not verify(folder).findings
    compact(folder)
    assert _standing(folder) == {"a#0": [NEW], "b#0": [OLD]}


def test_columns_of_other_types_are_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    folder = _older(str(tmp_path), [[_row("a", 0, 1)]], [])
    columns = COLUMNS["annotations"]
    at = columns.get_field_index("description")
    other = {**COLUMNS, "annotations": columns.set(at, pa.field("description", pa.int32()))}
    _write(f"{tmp_path}/again", [[{**_row("a", 0, 1), "description": 1}]], [], other)
    with pytest.raises(SetupError, match="do not go into one folder"):
        _exchange(folder)
    assert _standing(folder) == {"a#0": [OLD]}
    assert (tmp_path / "again" / "annotations").exists()


_WINDOWS = [("a", at, 3) for at in range(3)] + [("b", at, 2) for at in range(2)] + [("c", 0, 1)]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_is_made_again_each_window_stands_once_and_no_row_is_lost(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    state = st.sampled_from(["annotated", "failed"])
    was = {key: data.draw(state) for key in _WINDOWS}
    again = {key: data.draw(st.none() | state) for key in _WINDOWS}
    part = st.integers(0, 2)
    parts: list[list[Row]] = [[], [], []]
    for key in _WINDOWS:
        if was[key] == "annotated":
            parts[data.draw(part)].append(_row(*key))
    place = tmp_path_factory.mktemp("exchange")
    folder = _older(str(place), parts, [_failed(*k) for k in _WINDOWS if was[k] == "failed"])
    for name in "ab":
        windows = [_row(*key) for key in _WINDOWS if key[0] == name]
        record_cut(folder, windows, Recipe(BUILT_IN).cut_schema)
    _write(
        f"{place}/again",
        [[_new(_row(*key)) for key in _WINDOWS if again[key] == "annotated"]],
        [{**_failed(*k), "config_hash": NEW} for k in _WINDOWS if again[k] == "failed"],
    )
    _exchange(folder)
    expected = {}
    for key in _WINDOWS:
        stays = again[key] is None or (was[key] == "annotated" and again[key] == "failed")
        stands, made_with = (was[key], OLD) if stays else (again[key], NEW)
        told = made_with if stands == "annotated" else f"failed {made_with}"
        expected[f"{key[0]}#{key[1]}"] = [told]
    assert _standing(folder) == expected
    made = sum(state is not None for state in again.values())
    history = [*_history(folder, "annotations"), *_history(folder, "failures")]
    assert len(history) == made  # for each row that was made, one left or did not count
    assert not verify(folder).findings


def _dying_dataset(location: str) -> DatasetFolder:
    cut = Recipe(BUILT_IN).cut_schema
    whole = [_row("whole", at, 2) for at in range(2)]
    parts = [[_row("a", 0, 2), whole[0]], [_row("a", 1, 2), whole[1]], [_row("b", 0, 1)]]
    folder = _older(location, parts, [_failed("f", 0)])
    record_cut(folder, whole, cut)
    record_cut(folder, [_row("a", at, 2) for at in range(2)], cut)
    new = [_new(_row("whole", at, 3)) for at in range(3)]
    rows = [*new, _new(_row("a", 1, 2)), _new(_row("f", 0, 1))]
    again = _write(f"{location}/again", [rows], [])
    record_cut(again, new, cut)
    again.write_bytes("plan.json", b"{}")
    return folder


_BEFORE = {"a#0": [OLD], "a#1": [OLD], "b#0": [OLD], "f#0": [f"failed {OLD}"]} | {
    f"whole#{at}": [OLD] for at in range(2)
}
_AFTER = {"a#0": [OLD], "a#1": [NEW], "b#0": [OLD], "f#0": [NEW]} | {
    f"whole#{at}": [NEW] for at in range(3)
}


@pytest.mark.slow
def test_whenever_it_is_killed_all_rows_are_the_older_or_all_the_newer_ones(
    tmp_path: Path,
) -> None:
    copies = tmp_path / "copies"
    source = _dying_dataset(str(tmp_path / "source"))
    died = _die_at_each(source.location, str(copies))
    assert died > 30
    newer = 0
    for at in range(died):
        folder = DatasetFolder(str(copies / str(at)))
        standing = _standing(folder)
        assert standing in (_BEFORE, _AFTER)
        newer += standing == _AFTER
        _assert_others_read_once_or_not_at_all(copies / str(at))
        _end_it(folder)
        history = _history(folder, "annotations")
        assert sorted(row["window_id"] for row in history) == ["a#1", "whole#0", "whole#1"]
        assert [row["window_id"] for row in _history(folder, "failures")] == ["f#0"]
        assert not list((copies / str(at)).rglob(".part*"))
    assert newer > 10


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_whenever_it_is_killed_in_an_object_store_too(store: ObjectStore) -> None:
    bucket = store.bucket("corpus")
    source = _dying_dataset(f"{bucket}/source")
    found = store.client.list_objects_v2(Bucket="corpus", Prefix="source/")["Contents"]
    for at in range(0, 64, 4):
        for each in (one["Key"] for one in found):
            key = each.replace("source/", f"copies/{at}/")
            store.client.copy_object(Bucket="corpus", CopySource=f"corpus/{each}", Key=key)
    died = _die_at_each(source.location, f"{bucket}/copies", 4)
    assert 5 < died < 16
    newer = 0
    for at in range(0, 4 * died, 4):
        folder = DatasetFolder(f"{bucket}/copies/{at}")
        folder.remove("run.lock")  # whose owner is seen to be dead only after half a minute
        standing = _standing(folder)
        assert standing in (_BEFORE, _AFTER)
        newer += standing == _AFTER
        _end_it(folder)
        assert not [name for name in folder.names_in("annotations") if name.startswith(".")]
    assert newer > 2


def _end_it(folder: DatasetFolder) -> None:
    """As the same command does."""
    with RunLock(folder) as lock:
        settle(folder)
        if folder.exists("again/plan.json"):
            exchange(folder, DatasetFolder(f"{folder.location}/again"), MAKING, {"whole"}, lock)
    assert _standing(folder) == _AFTER
    assert not verify(folder).findings
    assert not folder.exists("again")
    assert list(makings(read_record(folder))) == [NEW, OLD]


def _assert_others_read_once_or_not_at_all(place: Path) -> None:
    """Whoever knows of no journal reads whole rows, or is told that it cannot."""
    try:
        rows = ds.dataset(place / "annotations", format="parquet").to_table(columns=["window_id"])
    except (OSError, pa.ArrowException):
        return
    found = sorted(rows["window_id"].to_pylist())
    annotated = [
        sorted(name for name, told in standing.items() if "failed" not in told[0])
        for standing in (_BEFORE, _AFTER)
    ]
    assert found in annotated


def _die_at_each(source: str, copies: str, step: int = 1) -> int:
    """Let a process die at each of its changes to one of the copies each; how often it did."""
    done = subprocess.run(
        [sys.executable, "-c", DYING, source, copies, str(step)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return len(done.stdout.splitlines()) - 1
