import os
from pathlib import Path

import fsspec
import pytest

from stages.transcribe.transcripts.sidecar import beside, given


def names(folder: Path, video: str, language: str | None = None) -> list[str]:
    return [file.name for file in beside(str(folder / video), language)]


def touch(folder: Path, *files: str) -> None:
    for name in files:
        (folder / name).touch()


def test_transcripts_of_the_same_name_in_order_of_preference(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "a.json", "a.VTT", "a.Srt", "a.ass", "a.csv", "a.txt", "a.jpg")
    assert names(tmp_path, "a.mp4") == ["a.Srt", "a.VTT", "a.ass", "a.json", "a.csv"]


def test_a_language_may_stand_between(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "a.de.srt", "a.en-GB.srt", "a.zh.vtt")
    assert names(tmp_path, "a.mp4", "en") == ["a.en-GB.srt", "a.de.srt", "a.zh.vtt"]
    assert names(tmp_path, "a.mp4", "zh")[0] == "a.zh.vtt"
    assert [file.language for file in beside(str(tmp_path / "a.mp4"), "en")] == ["en", "de", "zh"]


def test_a_transcript_that_is_added_later_is_found(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4")
    assert names(tmp_path, "a.mp4") == []
    touch(tmp_path, "a.srt")
    os.utime(tmp_path, (1, 1))  # the clock of a disk may tick slower than this test runs
    assert names(tmp_path, "a.mp4") == ["a.srt"]


def test_files_of_other_names_are_not_its_transcripts(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "ab.srt", "a b.srt", "a.info.json", "A.srt", "a.1.srt", "b.a.srt")
    assert names(tmp_path, "a.mp4") == []


def test_dots_spaces_quotes_and_letters_of_all_kinds(tmp_path: Path) -> None:
    name = "it's a 'film' [v1.2] *?# 你好 é"
    touch(tmp_path, f"{name}.mp4", f"{name}.srt", f"{name}.en.srt", "it's.srt")
    assert names(tmp_path, f"{name}.mp4") == [f"{name}.srt", f"{name}.en.srt"]


def test_letters_stored_decomposed_are_the_same_letters(tmp_path: Path) -> None:
    touch(tmp_path, "caf\u00e9.mp4", "cafe\u0301.srt")
    assert len(names(tmp_path, "caf\u00e9.mp4")) == 1


def test_videos_on_other_storage() -> None:
    storage = fsspec.filesystem("memory")
    for name in ("clip.mp4", "clip.en.srt", "clipper.srt"):
        storage.pipe(f"/sidecar/{name}", b"x")
    (file,) = beside("memory://sidecar/clip.mp4", None)
    assert (file.name, file.language) == ("clip.en.srt", "en")
    with file.storage.open(file.path, "rb") as stream:
        assert stream.read() == b"x"


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        beside(str(tmp_path / "nowhere" / "a.mp4"), None)


def test_a_given_transcript_is_taken_by_its_path(tmp_path: Path) -> None:
    file = given(f"file://{tmp_path}/x.EN.SRT")
    assert (file.name, file.ending, file.language) == ("x.EN.SRT", ".srt", "en")


def test_a_relative_path_is_found_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.mp4", "a.srt")
    monkeypatch.chdir(tmp_path)
    assert [file.name for file in beside("a.mp4", None)] == ["a.srt"]
