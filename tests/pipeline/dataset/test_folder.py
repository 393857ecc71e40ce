"""The output folder: whole files only, here and on other file systems."""

import resource
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from fsspec.registry import _registry

from pipeline.dataset.folder import DatasetFolder
from stages.faults import SetupError

TABLE = pa.table({"video_id": ["a", "b"], "n": [1, 2]})


@pytest.fixture(params=["local", "memory"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> DatasetFolder:
    place = str(tmp_path / "o") if request.param == "local" else f"memory:///{tmp_path.name}"
    folder = DatasetFolder(place)
    folder.make()
    return folder


def test_what_is_written_is_read_back(output: DatasetFolder) -> None:
    output.write_bytes("run.json", b"{}")
    output.write_table("annotations/b.parquet", TABLE)
    output.write_table("annotations/a.parquet", TABLE)
    assert output.read_bytes("run.json") == b"{}"
    assert output.part_names("annotations") == ["annotations/a.parquet", "annotations/b.parquet"]
    assert [t.num_rows for t in output.read_tables("annotations")] == [2, 2]
    assert output.read_table("annotations/a.parquet", ["n"]).column_names == ["n"]


def test_a_folder_that_is_not_there_has_no_parts(output: DatasetFolder) -> None:
    assert output.part_names("failures") == []
    assert not output.exists("run.json")


def test_files_in_the_making_are_not_parts(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    output.write_table("annotations/a.parquet", TABLE)
    (tmp_path / "annotations" / ".b.parquet.17").write_bytes(b"half")
    (tmp_path / "annotations" / ".c.parquet").write_bytes(b"half")
    assert output.part_names("annotations") == ["annotations/a.parquet"]


def test_writing_leaves_nothing_but_the_file(tmp_path: Path) -> None:
    DatasetFolder(str(tmp_path)).write_bytes("a/b", b"x")
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b"]


def test_a_file_is_replaced_whole(output: DatasetFolder) -> None:
    output.write_bytes("x", b"long content")
    output.write_bytes("x", b"short")
    assert output.read_bytes("x") == b"short"


def test_a_folder_that_cannot_be_made_is_a_fault_of_the_setup(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="cannot be written"):
        DatasetFolder(str(tmp_path / "file" / "out")).make()


def test_an_unknown_protocol_is_a_fault_of_the_setup() -> None:
    with pytest.raises(SetupError, match="nowhere"):
        DatasetFolder("nowhere://bucket/x")


def test_a_missing_package_is_told_by_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(_registry, "s3", raising=False)
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(SetupError, match=r"--out s3://bucket/x: needs .*microemo\[s3\]$"):
        DatasetFolder("s3://bucket/x")


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(SetupError, match=r"part\.parquet cannot be written"):
            DatasetFolder(str(tmp_path)).write_bytes("annotations/part.parquet", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert list((tmp_path / "annotations").iterdir()) == []


def test_what_a_dead_writer_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    writes = (
        "import os; from pathlib import Path; from pipeline.dataset import folder\n"
        "os.fsync = lambda _: os.kill(os.getpid(), 9)\n"
        f"folder.DatasetFolder({str(tmp_path)!r}).write_bytes('annotations/a.parquet', b'x')"
    )
    subprocess.run([sys.executable, "-c", writes], check=False, cwd=Path(__file__).parents[3])
    output = DatasetFolder(str(tmp_path))
    output.write_bytes("annotations/b.parquet", b"x")
    (tmp_path / "annotations" / ".keep").touch()
    assert len(list((tmp_path / "annotations").iterdir())) == 3
    output.clear_unfinished(["", "annotations", "cuts"])
    assert sorted(path.name for path in (tmp_path / "annotations").iterdir()) == [
        ".keep",
        "b.parquet",
    ]
