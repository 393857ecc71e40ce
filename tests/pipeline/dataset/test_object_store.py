"""A dataset on a store with the API of S3: whole files, true listings, and faults in words."""

import socket
from collections.abc import Iterator

import pyarrow as pa
import pytest
from s3fs import S3FileSystem

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.lock import RunLock, holding
from stages.faults import SetupError
from tests.object_store import ObjectStore, Trouble, first_times, object_store

TABLE = pa.table({"video_id": ["a", "b"]})


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store(monkeypatch) as running:
        yield running


@pytest.fixture
def output(store: ObjectStore) -> DatasetFolder:
    folder = DatasetFolder(f"{store.bucket('corpus')}/day 1")
    folder.make()
    return folder


def test_what_is_written_is_read_back_and_nothing_else_is_there(
    store: ObjectStore, output: DatasetFolder
) -> None:
    output.write_table("annotations/a.parquet", TABLE)
    output.write_bytes("run.json", b"{}")
    assert output.read_table("annotations/a.parquet").equals(TABLE)
    assert (output.read_bytes("run.json"), output.exists("run.lock")) == (b"{}", False)
    there = store.client.list_objects_v2(Bucket="corpus")["Contents"]
    assert [each["Key"] for each in there] == ["day 1/annotations/a.parquet", "day 1/run.json"]


def test_what_another_machine_wrote_is_listed_at_once(
    store: ObjectStore, output: DatasetFolder
) -> None:
    output.write_table("cuts/a.parquet", TABLE)
    assert output.part_names("cuts") == ["cuts/a.parquet"]
    assert not output.exists("cuts/b.parquet")
    store.client.put_object(Bucket="corpus", Key="day 1/cuts/b.parquet", Body=b"-")
    assert output.part_names("cuts") == ["cuts/a.parquet", "cuts/b.parquet"]
    assert output.exists("cuts/b.parquet")
    store.client.delete_object(Bucket="corpus", Key="day 1/cuts/a.parquet")
    assert output.part_names("cuts") == ["cuts/b.parquet"]


def test_a_bucket_that_is_not_there_is_told_of_and_not_made(store: ObjectStore) -> None:
    with pytest.raises(SetupError, match=r"--out s3://nowhere/out: write-test cannot be written"):
        DatasetFolder("s3://nowhere/out").make()
    assert store.buckets() == []


def test_a_store_that_does_not_answer_is_told_of_in_words(
    store: ObjectStore, output: DatasetFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    S3FileSystem.clear_instance_cache()
    gone = DatasetFolder(output.location)
    for ask in (gone.make, lambda: gone.part_names("cuts"), lambda: gone.read_bytes("run.json")):
        with pytest.raises(SetupError, match=r"--out s3://corpus/day 1: cannot be reached \("):
            ask()


def test_one_run_at_a_time(output: DatasetFolder) -> None:
    with RunLock(output):
        with pytest.raises(SetupError, match="another run writes there"), RunLock(output):
            pass
        assert holding(output) is not None
    assert holding(output) is None


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["busy", "dropped", "unanswered"])
def test_a_put_that_fails_at_first_is_tried_again(
    trouble: Trouble, store: ObjectStore, output: DatasetFolder
) -> None:
    store.front.trouble = first_times(2, trouble)
    output.write_bytes("run.json", b"{}")
    assert output.read_bytes("run.json") == b"{}"


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["busy", "dropped", "unanswered"])
def test_a_lock_whose_put_fails_at_first_is_ours(
    trouble: Trouble, store: ObjectStore, output: DatasetFolder
) -> None:
    """A put that had no answer has made the file, and the next one finds it there."""
    store.front.trouble = first_times(1, trouble)
    with RunLock(output) as lock:
        lock.require()
    assert not output.exists("run.lock")


def test_a_store_that_takes_no_puts_is_told_of(
    store: ObjectStore, output: DatasetFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    S3FileSystem.clear_instance_cache()
    store.front.trouble = lambda _: "busy"
    with pytest.raises(
        SetupError, match=r"day 1: run\.json cannot be written .*Service Unavail"
    ) as told:
        DatasetFolder(output.location).write_bytes("run.json", b"{}")
    assert "\n" not in str(told.value)


def test_a_part_is_one_put(store: ObjectStore, output: DatasetFolder) -> None:
    store.front.puts.clear()
    for name in ("annotations/a.parquet", "annotations/b.parquet"):
        output.write_table(name, TABLE)
    assert set(store.front.puts.values()) == {1}
    assert len(store.front.puts) == 2
