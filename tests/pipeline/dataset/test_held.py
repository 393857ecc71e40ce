"""A local folder that is held is the one that is written to, or none is."""

import shutil
from pathlib import Path

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.held import HeldFolder
from stages.faults import SetupError


def test_a_folder_is_there_until_its_path_leads_to_another_one(tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    held = HeldFolder(str(place))
    (place / "a").touch()
    assert held.is_there()
    place.rename(tmp_path / "moved")
    assert not held.is_there()
    place.mkdir()
    assert not held.is_there()
    place.rmdir()
    (tmp_path / "moved").rename(place)
    assert held.is_there()
    shutil.rmtree(place)
    assert not held.is_there()
    for _ in range(8):  # the number of what was removed is not given again while it is held
        place.mkdir()
        assert not held.is_there()
        place.rmdir()


def test_nothing_is_written_to_a_folder_that_took_the_place_of_the_one_that_was_made(
    tmp_path: Path,
) -> None:
    output = DatasetFolder(str(tmp_path / "out"))
    output.make()
    (tmp_path / "out").rename(tmp_path / "moved")
    (tmp_path / "out").mkdir()
    for write in (
        lambda: output.write_bytes("annotations/a.parquet", b"x"),
        lambda: output.create("run.lock", b"x"),
        output.require_room,
        output.make,
    ):
        with pytest.raises(SetupError, match="is no longer the folder that it was"):
            write()
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_is_not_there_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"out: cannot be opened on .* \(No such file"):
        DatasetFolder(str(tmp_path / "out")).hold()
