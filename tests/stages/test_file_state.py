"""A file is known again by its size and the time of its last change."""

import os
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pyarrow as pa
import pytest

from stages.faults import DataFault, ErrorKind
from stages.file_state import differing, require_unchanged, state_of
from tests.rows import schema_of

NOON = datetime(2026, 3, 1, 12, 0, 0, 123_000, UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"1234")
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    return path


def test_the_state_of_a_local_file_is_that_of_its_uri(file: Path) -> None:
    expected = {"size_bytes": 4, "modified": NOON}
    assert state_of(str(file)) == state_of(file.as_uri()) == expected


def test_a_state_is_the_same_when_it_is_read_back(file: Path) -> None:
    os.utime(file, ns=(1_769_999_999_987_654_321, 1_769_999_999_987_654_321))
    state = state_of(str(file))
    table = pa.Table.from_pylist([{"file": state}], schema=schema_of(["file"]))
    assert table.to_pylist() == [{"file": state}]


def test_a_remote_file_has_a_state_too() -> None:
    with fsspec.open("memory://states/a.mp4", "wb") as stream:
        stream.write(b"123")
    state = state_of("memory://states/a.mp4")
    assert state is not None
    assert state["size_bytes"] == 3
    assert state["modified"].tzinfo is UTC


@pytest.mark.parametrize("uri", ["/no/such/file.mp4", "memory://no/such.mp4", "nosuch://a.mp4"])
def test_what_is_not_there_has_none(uri: str) -> None:
    assert state_of(uri) is None
    require_unchanged(uri, {"size_bytes": 1, "modified": NOON})  # whoever opens it says so


def test_another_size_is_told(file: Path) -> None:
    known = state_of(str(file))
    file.write_bytes(b"123456")
    os.utime(file, (NOON.timestamp(), NOON.timestamp()))
    with pytest.raises(DataFault, match="it had 4 bytes and has 6") as caught:
        require_unchanged(str(file), known)
    assert caught.value.kind is ErrorKind.CHANGED


def test_another_time_is_told(file: Path) -> None:
    known = state_of(str(file))
    os.utime(file, (NOON.timestamp() + 60, NOON.timestamp() + 60))
    with pytest.raises(DataFault, match=r"it was of 2026-03-01 12:00:00 and is of .* 12:01:00"):
        require_unchanged(str(file), known)


def test_what_nobody_says_is_not_compared(file: Path) -> None:
    now = state_of(str(file))
    assert differing(None, now) == differing(now, None) == ""
    assert differing({"size_bytes": None, "modified": None}, now) == ""
    require_unchanged(str(file), None)
