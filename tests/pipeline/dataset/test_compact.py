"""Small files become large ones: whoever reads, whenever somebody dies, each row is there once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from pipeline.dataset import compact as module
from pipeline.dataset import draft as draft_module
from pipeline.dataset import folder as folder_module
from pipeline.dataset import lock as lock_module
from pipeline.dataset import settling
from pipeline.dataset.card import with_features
from pipeline.dataset.compact import compact
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.ledger import Ledger
from pipeline.dataset.lock import RunLock
from pipeline.dataset.opened import Dataset
from pipeline.dataset.settling import settle
from pipeline.dataset.verify import verify
from pipeline.recipe import BUILT_IN, FULL, Recipe
from stages.faults import SetupError
from stages.rows import TENSORS, schema, to_table
from tests.object_store import ObjectStore, object_store

Make = Callable[..., Any]
ROOT = Path(__file__).parents[3]
COLUMNS = {
    "annotations": with_features(Recipe(BUILT_IN).annotation_schema),
    "failures": Recipe(BUILT_IN).failure_schema,
}

# Compacts one copy of a dataset after the other, and dies before its first change, its second, and
# so on, until one is through. Nothing of pyarrow runs before it forks.
DYING = """
import itertools, os, shutil, signal, sys
from pipeline.dataset import compact, lock, settling
from pipeline.dataset.folder import DatasetFolder

source, copies = sys.argv[1:]
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
            if writes or event in ("os.rename", "os.remove", "os.link"):
                if str(told[0]).startswith(copies):
                    change()
        sys.addaudithook(hear)
        return
    from s3fs import S3FileSystem
    call = S3FileSystem._call_s3
    async def counted(self, method, *told, **more):
        if method.startswith(("put_", "delete_")):
            change()
        return await call(self, method, *told, **more)
    S3FileSystem._call_s3 = counted

for at in itertools.count():
    if is_local:
        shutil.copytree(source, f"{copies}/{at}")
    child = os.fork()
    if not child:
        count_down(at)
        compact.compact(DatasetFolder(f"{copies}/{at}"))
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(at, ended, flush=True)
    if ended != -signal.SIGKILL:
        sys.exit(ended)
"""

COMPACTING = """
import sys
from pipeline.dataset import compact, draft, settling
from pipeline.dataset.folder import DatasetFolder

settling._LISTED_S, draft._GROUP_BYTES, compact.ENOUGH_BYTES = 0.5, 1, int(sys.argv[2])
compact.compact(DatasetFolder(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_LISTED_S", 0.0)
    monkeypatch.setattr(lock_module, "_SETTLED_S", 0.0)


@pytest.fixture
def make_dataset(make_annotation: Make, make_failure: Make) -> Callable[..., DatasetFolder]:
    """A dataset with a part of two rows for each number, and of one failure for each other one."""

    def write(location: str, parts: int, failures: int = 0) -> DatasetFolder:
        folder = DatasetFolder(location)
        for kind, columns in COLUMNS.items():
            folder.write_columns(f"{kind}/part-0-schema.parquet", columns)
        for at in range(parts):
            rows = [make_annotation(f"{at:02}{name}", face_strip=None) for name in "ab"]
            table = to_table(rows, COLUMNS["annotations"])
            folder.write_table(f"annotations/part-2026-{at:02}.parquet", table)
        for at in range(failures):
            table = to_table([make_failure(f"f{at}")], COLUMNS["failures"])
            folder.write_table(f"failures/part-2026-{at:02}.parquet", table)
        folder.write_bytes("run.json", b"{}")
        return folder

    return write


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store(monkeypatch) as running:
        yield running


def _rows(folder: DatasetFolder) -> pa.Table:
    return Dataset(folder).annotations()


def _hidden(place: Path) -> list[str]:
    """But for what the lock leaves, which is no matter of the rows."""
    names = (path.name for path in place.rglob(".*"))
    return [name for name in names if not name.startswith(".run.lock")]


def test_rows_stay_as_they_are_and_in_their_order(tmp_path: Path, make_dataset: Make) -> None:
    folder = make_dataset(str(tmp_path), parts=5, failures=3)
    before, failed = _rows(folder), Dataset(folder).failures()
    done = compact(folder)
    assert (done.files_before, done.files_after) == (1 + 5 + 1 + 3, 2 + 2)
    assert done.bytes_after < done.bytes_before
    assert folder.part_names("annotations") == [
        "annotations/part-0-schema.parquet",
        "annotations/part-2026-04_5.parquet",
    ]
    assert _rows(folder).equals(before, check_metadata=True)
    assert Dataset(folder).failures().equals(failed, check_metadata=True)
    assert ds.dataset(tmp_path / "annotations").to_table().equals(before)
    assert not verify(folder).findings
    assert Ledger.read(folder).progress("03b").done
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("annotations", "failures", "run.json"),
    ]
    assert not _hidden(tmp_path)


def test_small_row_groups_become_one_with_a_checksum_of_each_page(
    tmp_path: Path, make_dataset: Make
) -> None:
    folder = make_dataset(str(tmp_path), parts=4)
    compact(folder)
    path = tmp_path / "annotations" / "part-2026-03_4.parquet"
    file = pq.ParquetFile(path)
    assert (file.num_row_groups, file.metadata.num_rows) == (1, 8)
    group = file.metadata.row_group(0)
    columns = [group.column(at) for at in range(group.num_columns)]
    column = next(column for column in columns if column.path_in_schema == "uri")
    assert column.compression == "ZSTD"
    content = bytearray(path.read_bytes())
    first = column.dictionary_page_offset or column.data_page_offset
    content[first + column.total_compressed_size - 4] ^= 1
    path.write_bytes(content)
    (finding,) = verify(folder).findings
    assert finding.place == "annotations/part-2026-03_4.parquet"


def test_windows_with_pictures_stay_in_row_groups_of_their_own(tmp_path: Path) -> None:
    columns = schema(["video_id", "window_index", "kept_crops"], FULL, {})
    assert TENSORS.intersection(columns.names)
    folder = DatasetFolder(str(tmp_path))
    for at in range(3):
        crops = np.full((at, 112, 112, 3), at, np.uint8)
        rows = [
            {"video_id": "a", "window_index": 2 * at + more, "kept_crops": crops} for more in (0, 1)
        ]
        folder.write_table(f"annotations/part-{at}.parquet", to_table(rows, columns), 1)
    before = pa.concat_tables(folder.read_tables("annotations"))
    compact(folder)
    (name,) = folder.part_names("annotations")
    with folder.open(name) as stream:
        file = pq.ParquetFile(stream)
        assert file.num_row_groups == 6
        assert file.read().equals(before)


def test_what_is_large_enough_is_left_and_a_second_time_nothing_is_done(
    tmp_path: Path, make_dataset: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_dataset(str(tmp_path), parts=9)
    before = _rows(folder)
    size = (tmp_path / "annotations" / "part-2026-00.parquet").stat().st_size
    monkeypatch.setattr(draft_module, "_GROUP_BYTES", 1)
    monkeypatch.setattr(module, "ENOUGH_BYTES", size // 2)
    assert compact(folder).files_after == 11  # all are left
    monkeypatch.setattr(module, "ENOUGH_BYTES", size + 100)
    compact(folder)
    names = folder.part_names("annotations")
    assert 3 < len(names) < 9
    assert _rows(folder).equals(before)
    inodes = {path: path.stat().st_ino for path in tmp_path.rglob("*.parquet")}
    done = compact(folder)
    assert done.files_before == done.files_after
    assert {path: path.stat().st_ino for path in tmp_path.rglob("*.parquet")} == inodes


def test_what_a_run_adds_later_is_gathered_into_the_small_rest(
    tmp_path: Path, make_dataset: Make
) -> None:
    folder = make_dataset(str(tmp_path), parts=2)
    compact(folder)
    folder = make_dataset(str(tmp_path), parts=4)  # the first two rows twice
    before = _rows(folder)
    compact(folder)
    assert folder.part_names("annotations")[1:] == ["annotations/part-2026-03_5.parquet"]
    assert _rows(folder).equals(before)


def test_an_empty_dataset_has_nothing_to_gather(tmp_path: Path, make_dataset: Make) -> None:
    done = compact(make_dataset(str(tmp_path), parts=0))
    assert (done.files_before, done.files_after) == (2, 2)


@pytest.mark.parametrize("place", [0.5, 1.0])
def test_a_broken_part_is_named_and_nothing_is_changed(
    place: float, tmp_path: Path, make_dataset: Make
) -> None:
    folder = make_dataset(str(tmp_path), parts=3)
    path = tmp_path / "annotations" / "part-2026-01.parquet"
    content = bytearray(path.read_bytes())
    column = pq.ParquetFile(path).metadata.row_group(0).column(2)
    at = column.data_page_offset + column.total_compressed_size - 4 if place < 1 else -1
    content[at] ^= 1
    path.write_bytes(content)
    names = sorted(tmp_path.rglob("*"))
    with pytest.raises(SetupError, match=r"part-2026-01\.parquet: cannot be read"):
        compact(folder)
    assert sorted(tmp_path.rglob("*")) == names


def test_a_part_of_something_else_is_named(tmp_path: Path, make_dataset: Make) -> None:
    folder = make_dataset(str(tmp_path), parts=3)
    folder.write_table("annotations/part-3.parquet", pa.table({"x": [1]}))
    with pytest.raises(SetupError, match=r"part-3\.parquet: is no part of this dataset"):
        compact(folder)


def test_a_folder_in_use_is_left_alone_and_held_meanwhile(
    tmp_path: Path, make_dataset: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_dataset(str(tmp_path), parts=2)
    with RunLock(folder), pytest.raises(SetupError, match="another run writes there"):
        compact(folder)
    assert len(folder.part_names("annotations")) == 3

    def settle_beside_another(settled: DatasetFolder) -> None:
        with pytest.raises(SetupError, match="another run writes there"), RunLock(settled):
            pass
        settle(settled)

    monkeypatch.setattr(module, "settle", settle_beside_another)
    compact(folder)
    assert len(folder.part_names("annotations")) == 2


def test_a_disk_without_room_is_told_of_before(
    tmp_path: Path, make_dataset: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_dataset(str(tmp_path), parts=2)
    free = folder_module.shutil.disk_usage(tmp_path).free
    monkeypatch.setattr(folder_module, "_LEAST_FREE_BYTES", free // 2)
    monkeypatch.setattr(module, "ENOUGH_BYTES", free)
    sizes = dict.fromkeys(folder.part_names("annotations"), free // 2)
    monkeypatch.setattr(DatasetFolder, "part_sizes", lambda *_: dict(sizes))
    with pytest.raises(SetupError, match=r"too few to go on; \d+ are to be written"):
        compact(folder)
    assert len(folder.part_names("annotations")) == 3


@pytest.mark.slow
def test_whenever_it_is_killed_every_row_is_there_once_and_the_next_one_ends_it(
    tmp_path: Path, make_dataset: Make
) -> None:
    copies = tmp_path / "copies"
    source = make_dataset(str(tmp_path / "source"), parts=3)
    expected = _rows(source)
    died = _die_at_each(source.location, str(copies))
    assert died > 15
    lists = 0
    for at in range(died):
        folder = DatasetFolder(str(copies / str(at)))
        assert _rows(folder).equals(expected)
        _assert_never_wrong(copies / str(at), expected.num_rows)
        lists += folder.journal() is not None
        compact(folder)
        assert len(folder.part_names("annotations")) == 2
        assert ds.dataset(copies / str(at) / "annotations").to_table().equals(expected)
        assert not _hidden(copies / str(at))
        assert folder.journal() is None
    assert lists > 8


@pytest.mark.slow
def test_whenever_it_is_killed_in_an_object_store_every_row_is_there_once(
    store: ObjectStore, make_dataset: Make
) -> None:
    bucket = store.bucket("corpus")
    source = make_dataset(f"{bucket}/source", parts=3)
    expected = _rows(source)
    for at in range(12):
        for each in _objects(store, "source/"):
            key = each.replace("source/", f"copies/{at}/")
            store.client.copy_object(Bucket="corpus", CopySource=f"corpus/{each}", Key=key)
    died = _die_at_each(source.location, f"{bucket}/copies")
    assert 6 < died < 12
    lists = 0
    for at in range(died):
        folder = DatasetFolder(f"{bucket}/copies/{at}")
        assert _rows(folder).equals(expected)
        lists += folder.journal() is not None
        compact(folder)
        assert _rows(folder).equals(expected)
        prefix = f"copies/{at}/"
        assert [each.removeprefix(prefix) for each in _objects(store, prefix)] == [
            "annotations/part-0-schema.parquet",
            "annotations/part-2026-02_3.parquet",
            "failures/part-0-schema.parquet",
            "run.json",
        ]
    assert lists > 2


def test_the_next_run_ends_it_too(tmp_path: Path, make_dataset: Make) -> None:
    folder = make_dataset(str(tmp_path), parts=3)
    expected = _rows(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settling, "_finish", lambda *_: None)
        compact(folder)
    assert folder.journal() is not None
    (name,) = folder.part_names("annotations")[1:]
    assert ".parquet.of-" in name
    assert _rows(folder).equals(expected)
    settle(folder)
    assert folder.part_names("annotations")[1:] == ["annotations/part-2026-02_3.parquet"]
    assert _rows(folder).equals(expected)


@pytest.mark.slow
def test_no_reader_beside_it_counts_a_row_twice_or_misses_one(
    tmp_path: Path, make_dataset: Make
) -> None:
    folder = make_dataset(str(tmp_path), parts=20)
    expected = _rows(folder)
    size = (tmp_path / "annotations" / "part-2026-00.parquet").stat().st_size
    beside = subprocess.Popen(
        [sys.executable, "-c", COMPACTING, folder.location, str(size + 100)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    right = 0
    while beside.poll() is None:
        right += _assert_never_wrong(tmp_path, 40)
        right += _is_right_or_refused(folder, expected)
    assert beside.returncode == 0
    assert right > 0
    assert 3 < len(folder.part_names("annotations")) < 20


def _objects(store: ObjectStore, prefix: str) -> list[str]:
    found = store.client.list_objects_v2(Bucket="corpus", Prefix=prefix)["Contents"]
    return [each["Key"] for each in found]


def _assert_never_wrong(place: Path, rows: int) -> bool:
    """Count by a reader that knows nothing of us; whether it could. It may end with an error."""
    try:
        counted = ds.dataset(place / "annotations", format="parquet").count_rows()
    except (OSError, pa.ArrowException):
        return False
    assert counted == rows
    return True


def _is_right_or_refused(folder: DatasetFolder, expected: pa.Table) -> bool:
    """Read as we do; whether it could. It may be told that a file has gone."""
    try:
        rows = _rows(folder)
    except SetupError as fault:
        if "has gone since it was listed" not in str(fault):
            raise
        return False
    assert rows.equals(expected)
    return True


def _die_at_each(source: str, copies: str) -> int:
    """Let a process die at each of its changes to one of the copies each; how often it did."""
    done = subprocess.run(
        [sys.executable, "-c", DYING, source, copies],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return len(done.stdout.splitlines()) - 1
