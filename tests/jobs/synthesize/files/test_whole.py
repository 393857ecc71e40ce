"""A file is there whole or not at all."""

from pathlib import Path

import pytest

from jobs.synthesize.files.whole import written_whole
from stages.faults import SetupError


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with written_whole(path) as hidden:
        hidden.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


def test_what_breaks_off_leaves_nothing_and_takes_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")

    def break_off() -> None:
        with written_whole(path) as hidden:
            hidden.write_text("ha")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "a.txt"
    refused = pytest.raises(SetupError, match=r"a\.txt: cannot be written .*another folder")
    with refused, written_whole(path) as hidden:
        hidden.write_text("lost")


def test_a_disk_that_cannot_even_be_tidied_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only disk refuses to remove what is not there, too."""

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(SetupError, match="cannot be written"), written_whole(tmp_path / "a") as to:
        raise OSError(30, "Read-only file system", str(to))
