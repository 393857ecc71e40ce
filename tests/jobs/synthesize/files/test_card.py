"""The card says what was made, and makes the set load as it is."""

from pathlib import Path

import pytest

from jobs.synthesize.files.card import Made, write_card
from jobs.synthesize.files.truth import truth_writer
from tests.jobs.synthesize.files.making import rows_of_clip

MADE = Made(
    command="microemo synthesize OUT --clips 2 --seed 11 --split dev",
    version="0.1.0",
    split="dev",
    seed=11,
    voice="stand-in",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set of two clips, without the clips."""
    with truth_writer(tmp_path / "truth.parquet") as writer:
        for index in range(2):
            writer.add(rows_of_clip(index))
    write_card(tmp_path, MADE)
    return tmp_path


def test_the_card_says_what_was_made_and_how(folder: Path) -> None:
    text = (folder / "README.md").read_text("utf-8")
    assert "| Clips | 2 |\n| Utterances | 4 |" in text
    for said in (MADE.command, "| Seed | 11 |", "| Voice | stand-in |", "libavcodec", "CC0"):
        assert said in text
    for counted in ("| anger | 2 |", "| neutral | 2 |", "| masked | 2 |", "| neutral | 4 |"):
        assert counted in text
    assert "synthetic benchmark" in text
    assert "words cannot be understood" in text


def test_what_the_stand_in_lacks_is_not_said_of_espeak(folder: Path) -> None:
    write_card(folder, Made(MADE.command, "0.1.0", "dev", 11, "espeak-ng"))
    text = (folder / "README.md").read_text("utf-8")
    assert "| Voice | espeak-ng |" in text
    assert "stand-in" not in text


def test_nothing_is_said_of_films_where_there_are_none(folder: Path) -> None:
    write_card(folder, Made(MADE.command, "0.1.0", "dev", 11, None))
    text = (folder / "README.md").read_text("utf-8")
    assert "the words alone tell" in text
    for not_said in ("Voice", "libav", "rendered", "Subtitles", "heads are", "None", "{"):
        assert not_said not in text.replace("{truth}", "")


def test_hugging_face_loads_the_truth(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    truth = datasets.load_dataset(str(folder), split="dev", cache_dir=str(folder / "cache"))
    assert truth.num_rows == 4
    assert truth[1]["worn_labels"] == ["pleased"]
