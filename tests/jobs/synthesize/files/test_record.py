"""A folder of clips is one set."""

from pathlib import Path

import pytest

from jobs.synthesize.files.record import RECORD, SetRecord, claim
from stages.faults import SetupError

MADE = SetRecord(version="0.1.0", split="dev", seed=3, height=256, voice="stand-in")


def test_a_folder_is_made_and_may_be_claimed_again(tmp_path: Path) -> None:
    for _ in range(2):
        claim(tmp_path / "a" / "b", MADE)
    assert [file.name for file in (tmp_path / "a" / "b").iterdir()] == [RECORD]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": 4}, r"was made with seed 3 \(now 4\)"),
        ({"split": "test"}, r"split dev \(now test\)"),
        ({"height": 128, "voice": "espeak-ng"}, r"height 256 \(now 128\), voice stand-in"),
        ({"version": "0.2.0"}, r"version 0\.1\.0"),
    ],
)
def test_another_set_is_refused_with_what_differs(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    claim(tmp_path, MADE)
    with pytest.raises(SetupError, match=told):
        claim(tmp_path, MADE.model_copy(update=change))


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(SetupError, match="holds other things already"):
        claim(tmp_path, MADE)


@pytest.mark.parametrize("text", ["", "{}", "[1", '{"seed": "x"}'])
def test_a_record_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(SetupError, match="is not what `microemo synthesize` writes there"):
        claim(tmp_path, MADE)


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    for place in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises(SetupError, match="no clips can be put there"):
            claim(place, MADE)
