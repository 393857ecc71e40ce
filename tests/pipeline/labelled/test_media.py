"""Finding the videos of rows below a folder."""

import re
from pathlib import Path

import pytest

from pipeline.labelled import find_media
from stages.faults import SetupError


def _put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a", "video/a.mp4"),
        ("A.AVI", "deep/down/a.mkv"),
        ("clips\\a.mp4", "a.mp4"),
        ("samplenew3_00012", "video/samplenew4_00012.mp4"),
        ("dia3_utt5", "train_splits/dia3_utt5.mp4"),
        ("dia3_utt5", "train/dia3/utt5.mp4"),
        ("12", "clip/00012.mp4"),
        ("00012.mp4", "12.avi"),
        ("Ame\u0301lie", "Am\u00e9lie.mp4"),
    ],
)
def test_names_are_found_however_they_are_written(tmp_path: Path, name: str, path: str) -> None:
    _put(tmp_path, path, "else/where.mp4", "._a.mp4", "a.wav", "a.srt")
    found = find_media([name], str(tmp_path))
    assert found.paths == {name: str(tmp_path / path)}
    assert found.without_rows == ("else/where.mp4",)


def test_what_is_left_on_either_side_is_told(tmp_path: Path) -> None:
    _put(tmp_path, "a.mp4", "b.mp4")
    found = find_media(["a", "c", "a"], str(tmp_path))
    assert (found.without_media, found.without_rows) == (("c",), ("b.mp4",))
    assert any("1 labelled videos are not there, 1 are; missing: c." in n for n in found.notices)
    assert any("1 videos have no labels and are not used: b.mp4." in n for n in found.notices)


@pytest.mark.parametrize(
    ("names", "paths"),
    [
        (["dia0_utt0"], ["train/dia0_utt0.mp4", "dev/dia0_utt0.mp4"]),
        (["a"], ["a.mp4", "a.mkv"]),
        (["x/a", "y/a"], ["a.mp4"]),
        (["1"], ["01.mp4", "001.mp4"]),
    ],
)
def test_a_name_of_two_files_is_refused(tmp_path: Path, names: list[str], paths: list[str]) -> None:
    _put(tmp_path, *paths)
    with pytest.raises(SetupError, match="fit more than once") as fault:
        find_media(names, str(tmp_path))
    assert all(name in str(fault.value) for name in (*names, *paths))


def test_the_strictest_reading_goes_first(tmp_path: Path) -> None:
    _put(tmp_path, "samplenew3_1.mp4", "samplenew4_1.mp4")
    found = find_media(["samplenew4_1"], str(tmp_path))
    assert found.paths == {"samplenew4_1": str(tmp_path / "samplenew4_1.mp4")}


def test_links_that_lead_out_are_passed_by(tmp_path: Path) -> None:
    root, other = tmp_path / "root", tmp_path / "other"
    _put(root, "in/a.mp4")
    _put(other, "b.mp4")
    (root / "out").symlink_to(other)
    (root / "c.mp4").symlink_to(other / "b.mp4")
    (root / "circle.mp4").symlink_to(root / "circle.mp4")
    (root / "d.mp4").symlink_to(root / "in" / "a.mp4")
    found = find_media(["a", "b", "c", "d"], str(root))
    assert set(found.paths) == {"a", "d"}
    assert any(re.search(r"links lead out of it and were not followed", n) for n in found.notices)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    _put(tmp_path, "b.mp4")
    with pytest.raises(
        SetupError, match=r"holds no video of any of 1 rows.*a; videos there: b.mp4"
    ):
        find_media(["a"], str(tmp_path))
    for place in (str(tmp_path / "b.mp4"), "s3://bucket/clips"):
        with pytest.raises(SetupError, match="is no folder of this machine"):
            find_media(["a"], place)
