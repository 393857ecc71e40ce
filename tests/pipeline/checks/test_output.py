"""Whether results can be written, without leaving anything behind."""

from pathlib import Path

from pipeline.checks.output import check_output
from stages.check import State


def test_without_a_folder_there_is_nothing_to_look_at() -> None:
    assert check_output(None) == []


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    (check,) = check_output(str(tmp_path / "a" / "b"))
    assert check.state is not State.FAIL
    assert "can be written to" in check.detail
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (check,) = check_output(str(tmp_path / "file" / "out"))
    assert check.state is State.FAIL
    assert str(tmp_path / "file") in check.detail


def test_a_folder_that_cannot_be_written_to() -> None:
    (check,) = check_output("/proc/microemo")
    assert check.state is State.FAIL


def test_an_object_store() -> None:
    (check,) = check_output("memory://results")
    assert check.state is State.OK


def test_a_protocol_that_is_not_known() -> None:
    (check,) = check_output("nope://results")
    assert check.state is State.FAIL
