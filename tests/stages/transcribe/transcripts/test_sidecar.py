import os
from pathlib import Path

import fsspec
import pytest

from stages.transcribe.transcripts.sidecar import beside, given


def passed_over(folder: Path, video: str) -> list[str]:
    return beside(str(folder / video), None).passed_over


def names(folder: Path, video: str, language: str | None = None) -> list[str]:
    return [file.name for file in beside(str(folder / video), language).files]


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
    found = beside(str(tmp_path / "a.mp4"), "en")
    assert [file.language for file in found.files] == ["en", "de", "zh"]


def test_the_wanted_language_goes_before_a_name_without_one(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "a.srt", "a.eng.srt", "a.zh-Hans.vtt")
    assert names(tmp_path, "a.mp4") == ["a.srt", "a.eng.srt", "a.zh-Hans.vtt"]
    assert names(tmp_path, "a.mp4", "en")[0] == "a.eng.srt"
    assert names(tmp_path, "a.mp4", "zh")[0] == "a.zh-Hans.vtt"
    assert names(tmp_path, "a.mp4", "fr")[0] == "a.srt"


@pytest.mark.parametrize("other", ["a.en.mkv", "a.cut.mp4", "a.en.dav"])
def test_a_transcript_with_the_whole_name_of_another_video_is_that_video_s(
    tmp_path: Path, other: str
) -> None:
    transcript = f"{other.rpartition('.')[0]}.srt"
    touch(tmp_path, "a.mp4", other, transcript)
    assert names(tmp_path, other) == [transcript]
    assert names(tmp_path, "a.mp4") == []
    assert passed_over(tmp_path, "a.mp4") == []


@pytest.mark.parametrize("owner", ["a.mp4.srt", "a.mp4.en.srt", "a.mp4.json"])
def test_the_ending_of_the_video_may_stand_in_the_name(tmp_path: Path, owner: str) -> None:
    touch(tmp_path, "a.mp4", "a.mkv", owner)
    assert names(tmp_path, "a.mp4") == [owner]
    assert names(tmp_path, "a.mkv") == []


def test_what_is_named_almost_so_is_passed_over_and_named(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "a.cut.srt", "a_en.srt", "a (1).vtt", "A.srt", "a.txt", "ab.srt")
    assert names(tmp_path, "a.mp4") == []
    assert set(passed_over(tmp_path, "a.mp4")) == {
        "a.cut.srt",
        "a_en.srt",
        "a (1).vtt",
        "A.srt",
        "a.txt",
    }


def test_what_belongs_to_another_video_is_not_named(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "a_2.mp4", "a_2.srt", "a_2.txt", "A.mp4", "A.vtt")
    assert passed_over(tmp_path, "a.mp4") == []
    assert passed_over(tmp_path, "a_2.mp4") == ["a_2.txt"]


def test_of_names_that_look_alike_each_video_has_its_own(tmp_path: Path) -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    touch(tmp_path, f"{composed}.mp4", f"{decomposed}.mp4", f"{composed}.srt")
    assert names(tmp_path, f"{composed}.mp4") == [f"{composed}.srt"]
    assert names(tmp_path, f"{decomposed}.mp4") == []
    touch(tmp_path, f"{decomposed}.srt")
    os.utime(tmp_path, (1, 1))
    assert names(tmp_path, f"{composed}.mp4") == [f"{composed}.srt"]
    assert names(tmp_path, f"{decomposed}.mp4") == [f"{decomposed}.srt"]


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
    (file,) = beside("memory://sidecar/clip.mp4", None).files
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
    assert [file.name for file in beside("a.mp4", None).files] == ["a.srt"]
