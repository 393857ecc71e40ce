"""What a training reads before anything runs: sets, words, and that none of it is tested on."""

from pathlib import Path

import pytest

from jobs.train.reading import Asked, content_of, read_material
from jobs.train.words import read_words, spoken_lessons
from stages.faults import SetupError
from stages.rows import Row
from tests.jobs.train.sets import WORDS, synthesized
from tests.jobs.train.windows import window


def _rows(*names: str, words: int = 0) -> list[Row]:
    """Windows in which nobody says what is said in another."""
    rows = [window(name) for name in names]
    for place, row in enumerate(rows):
        for at, said in enumerate(row["utterances"]):
            said["text"] = WORDS[(words + 2 * place + at) % len(WORDS)]
    return rows


def test_sets_whose_names_clash_are_told_apart(tmp_path: Path) -> None:
    folders = [
        synthesized(tmp_path / name / "set", _rows("train-000000.mp4")) for name in ("a", "b")
    ]
    first, second = read_material(Asked(folders)).clips
    assert first.known_as("train-000000.mp4") != second.known_as("train-000000.mp4")
    assert first.cache_name != second.cache_name
    assert content_of([first]) != content_of([second])  # their videos differ


def test_a_cache_belongs_to_its_videos_whatever_else_is_trained_on(tmp_path: Path) -> None:
    one, two = (synthesized(tmp_path / name / "set", _rows("a.mp4")) for name in ("x", "y"))
    (alone,) = read_material(Asked([two])).clips
    assert read_material(Asked([one, two])).clips[1].cache_name == alone.cache_name


def test_files_without_videos_beside_them_need_a_folder(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("name,labels,text\na,glad,Hello\n")
    with pytest.raises(SetupError, match="--media"):
        read_material(Asked([str(table)]))


def test_a_folder_of_videos_that_nobody_asks_for_is_refused(tmp_path: Path) -> None:
    folder = synthesized(tmp_path / "set", _rows("a.mp4"))
    with pytest.raises(SetupError, match="is not needed"):
        read_material(Asked([folder], media=str(tmp_path)))


def test_what_does_not_match_is_told_on_both_sides(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    for name in ("a", "c"):
        (tmp_path / "films" / f"{name}.mp4").write_bytes(name.encode())
    table = tmp_path / "mine.csv"
    table.write_text("name,labels\na,glad\nb,sad\n")
    told = list(read_material(Asked([str(table)], media=str(tmp_path / "films"))).notices())
    assert any("1 labelled videos are not there" in line and "b" in line for line in told)
    assert any("1 videos have no labels" in line and "c.mp4" in line for line in told)


@pytest.mark.parametrize("by", ["text", "media", "words"])
def test_what_is_tested_on_is_not_trained_on(tmp_path: Path, by: str) -> None:
    train = synthesized(tmp_path / "train", _rows("train-1.mp4"))
    same = 0 if by == "text" else 2
    test = synthesized(tmp_path / "test", _rows("other.mp4", words=same))
    words = []
    if by == "media":
        content = (tmp_path / "train" / "train-1.mp4").read_bytes()
        (tmp_path / "test" / "other.mp4").write_bytes(content)
    if by == "words":
        spoken = tmp_path / "said.csv"
        spoken.write_text(f"name,labels,text\nx,glad,{WORDS[2]}\n")
        words = [str(spoken)]
    with pytest.raises(SetupError, match=r"other\.mp4"):
        read_material(Asked([train], words=words, held_out=[test]))


def test_sets_that_are_apart_are_taken(tmp_path: Path) -> None:
    train = synthesized(tmp_path / "train", _rows("train-1.mp4"))
    test = synthesized(tmp_path / "test", _rows("other.mp4", words=2))
    material = read_material(Asked([train], held_out=[test]))
    assert material.is_synthetic
    assert [one.name for one in material.held_out] == ["test"]


def test_words_alone_are_windows_of_one_black_frame_and_nobody(tmp_path: Path) -> None:
    table = tmp_path / "said.csv"
    table.write_text("name,labels,text\nx,glad,Such a day!\ny,,Only said.\n")
    (words,) = read_words([str(table)])
    (lesson,) = spoken_lessons(words, 32)
    row = lesson.window.row()
    assert row["frames"].shape == (1, 32, 32, 3)
    assert not row["frames"].any()
    assert not len(row["crops"])
    assert [said["text"] for said in row["utterances"]] == ["Such a day!"]
    assert row["utterances"][0]["end_s"] > row["utterances"][0]["start_s"]
    assert {place: answer.labels for place, answer in lesson.targets.items()} == {0: ("glad",)}


def test_labels_without_words_teach_no_words(tmp_path: Path) -> None:
    table = tmp_path / "said.csv"
    table.write_text("name,labels\nx,glad\n")
    with pytest.raises(SetupError, match="--words"):
        read_words([str(table)])
