"""Every kind of write on a disk that is full, read-only or gone: one line says what and where, and
nothing half, nor anywhere else, is written.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from pipeline.config import load_config
from pipeline.dataset import lock as lock_module
from pipeline.dataset.card import write_card
from pipeline.dataset.cuts import read_cuts, record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, FAILURES
from pipeline.dataset.lock import RunLock
from pipeline.dataset.quality import write_quality
from pipeline.dataset.record import Making, Origin, open_record
from pipeline.dataset.sink import Sink, SinkConfig
from pipeline.dataset.totals import Totals, count
from pipeline.ray_session import opened_log
from pipeline.report import write_report
from stages.faults import SetupError
from tests.small_disk import MIB, SmallDisk, small_disks

pytestmark = pytest.mark.namespaces

RECIPE = load_config().recipe
SCHEMAS = {ANNOTATIONS: RECIPE.annotation_schema, FAILURES: RECIPE.failure_schema}
BROKEN = {"stage": "decode", "kind": "no_frames", "message": "m"}
CUT = [
    {"video_id": "a", "window_id": f"a#{i}", "window_index": i, "start_s": 9.5 * i}
    for i in range(3)
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disks([tmp_path], 48) as (mounted,):
        yield mounted


@pytest.fixture
def output(disk: SmallDisk) -> DatasetFolder:
    folder = DatasetFolder(str(disk.seen / "out"))
    folder.make()
    return folder


def _sink(output: DatasetFolder) -> Sink:
    return Sink(output, SinkConfig(), "0123456789ab", SCHEMAS)


def _open_record(output: DatasetFolder) -> None:
    open_record(output, Making({}, {}, "0123456789ab", {}), Origin("tiny", [], ["a"]), 1)


def _take_lock(output: DatasetFolder) -> None:
    with RunLock(output):
        pass


WRITES: dict[str, Callable[[DatasetFolder], object]] = {
    "run.lock": _take_lock,
    "run.json": _open_record,
    "README.md": write_card,
    "part-0-schema.parquet": _sink,
    "cuts/": lambda output: record_cut(output, CUT, RECIPE.cut_schema),
    "quality.json": lambda output: write_quality(output, Totals(), []),
    "report.html": lambda output: write_report(output, count(output)),
}


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", WRITES)
def test_a_file_that_finds_a_full_disk_is_named_and_written_once_there_is_room(
    name: str, disk: SmallDisk, output: DatasetFolder
) -> None:
    disk.fill()
    with pytest.raises(SetupError, match=rf"{name}.*cannot be written .*No space left") as told:
        WRITES[name](output)
    assert "\n" not in str(told.value)
    assert _files(disk.seen / "out") == []
    disk.make_room()
    WRITES[name](output)


@pytest.mark.parametrize("name", WRITES)
def test_a_file_that_may_not_be_written_is_named(
    name: str, disk: SmallDisk, output: DatasetFolder
) -> None:
    disk.make_read_only()
    with pytest.raises(SetupError, match=rf"{name}.*cannot be written .*Read-only") as told:
        WRITES[name](output)
    assert "\n" not in str(told.value)
    disk.make_writable()
    WRITES[name](output)


@pytest.mark.parametrize("name", WRITES)
def test_below_the_place_of_a_disk_that_is_gone_nothing_is_written(
    name: str, disk: SmallDisk, output: DatasetFolder, tmp_path: Path
) -> None:
    disk.take_away()
    with pytest.raises(SetupError, match="its disk was unmounted") as told:
        WRITES[name](output)
    assert "\n" not in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_bind_mount_of_the_same_disk_is_missed_as_any_other(
    disk: SmallDisk, output: DatasetFolder
) -> None:
    (disk.seen / "place").mkdir()
    disk.bind(disk.folder / "out", disk.folder / "place")
    bound = DatasetFolder(str(disk.seen / "place"))
    bound.make()
    bound.write_bytes("run.json", b"{}")
    assert output.read_bytes("run.json") == b"{}"
    disk.take_away(disk.folder / "place")
    with pytest.raises(SetupError, match="its disk was unmounted"):
        bound.write_bytes("annotations/a.parquet", b"x")
    assert list((disk.seen / "place").iterdir()) == []


def test_a_disk_that_is_full_before_the_start_is_told_of_then(disk: SmallDisk) -> None:
    disk.fill(MIB)
    with pytest.raises(SetupError, match=r"out: 1 MiB are left on its disk.* Make room"):
        DatasetFolder(str(disk.seen / "out")).make()


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_part_that_finds_no_room_is_named_and_what_was_written_stays(
    kind: str, disk: SmallDisk, output: DatasetFolder
) -> None:
    error = {"error": BROKEN} if kind == FAILURES else {}
    sink = _sink(output)
    sink.add({"video_id": "a", **error})
    sink.flush()
    disk.fill()
    sink.add({"video_id": "b", **error})
    with pytest.raises(SetupError, match=rf"{kind}/part-\S+ cannot be written .*No space"):
        sink.flush()
    sink.flush_if_due()  # as when a run ends: what could not be written is owed, not lost
    rows = ds.dataset(disk.seen / "out" / kind, format="parquet").to_table()
    assert rows["video_id"].to_pylist() == ["a"]
    assert not list((disk.seen / "out").rglob(".*"))


def test_of_a_cut_that_found_no_room_nothing_is_read(
    disk: SmallDisk, output: DatasetFolder
) -> None:
    record_cut(output, CUT, RECIPE.cut_schema)
    disk.fill()
    with pytest.raises(SetupError, match=r"cuts/\S+ cannot be written"):
        record_cut(output, [{**row, "video_id": "b"} for row in CUT], RECIPE.cut_schema)
    assert list(read_cuts(output, ["a", "b"])) == ["a"]


def test_a_log_that_finds_no_room_is_cut_short_without_a_word(disk: SmallDisk) -> None:
    with opened_log(disk.seen / "run.log") as log:
        log.write("it begins\n")
        disk.fill()
        with pytest.raises(OSError, match="No space"):
            log.write("x" * 2**14)
    assert (disk.seen / "run.log").read_text().startswith("it begins\n")


def test_a_log_that_may_not_be_written_is_named(disk: SmallDisk) -> None:
    disk.make_read_only()
    with pytest.raises(SetupError, match=r"run\.log: cannot be written \(Read-only"):
        opened_log(disk.seen / "run.log").__enter__()


@pytest.mark.parametrize("trouble", ["full", "read-only", "gone"])
def test_a_lock_that_cannot_be_renewed_or_given_back_stops_the_run_with_a_line(
    trouble: str,
    disk: SmallDisk,
    output: DatasetFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lock_module, "_BEAT_S", 0.02)
    bring = {"full": disk.fill, "read-only": disk.make_read_only, "gone": disk.take_away}
    said = {
        "full": "run.lock cannot be written .*No space left",
        "read-only": "run.lock cannot be written .*Read-only",
        "gone": "its disk was unmounted",
    }
    with pytest.raises(SetupError, match=said[trouble]):
        _hold_until_lost(output, bring[trouble])
    assert list(tmp_path.iterdir()) == []


def _hold_until_lost(output: DatasetFolder, bring: Callable[[], None]) -> None:
    with RunLock(output) as lock:
        bring()
        lock._heart.join(30)
        lock.require()


def test_a_lock_that_cannot_be_given_back_at_the_end_is_told_of(
    disk: SmallDisk, output: DatasetFolder
) -> None:
    with pytest.raises(SetupError, match=r"run\.lock cannot be taken away"), RunLock(output):
        disk.make_read_only()
