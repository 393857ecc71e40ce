"""A cache goes on only with the files that it was made of."""

import os
from pathlib import Path

import pytest

from jobs.train.sources import require_same
from stages.faults import SetupError
from stages.rows import Row


@pytest.fixture
def clips(tmp_path: Path) -> list[Row]:
    rows = []
    for name in ("one", "two"):
        video = tmp_path / f"{name}.mp4"
        video.write_bytes(name.encode())
        rows.append({"video_id": f"{name}.mp4", "uri": str(video)})
    return rows


def _video(rows: list[Row], place: int) -> Path:
    return Path(rows[place]["uri"])


def test_it_goes_on_and_takes_more(tmp_path: Path, clips: list[Row]) -> None:
    cache = tmp_path / "cache"
    require_same(cache, clips[:1])
    require_same(cache, clips)
    require_same(cache, clips[1:])


@pytest.mark.parametrize("suffix", [".mp4", ".srt"])
def test_another_file_of_the_same_name_is_refused(
    tmp_path: Path, clips: list[Row], suffix: str
) -> None:
    cache = tmp_path / "cache"
    _video(clips, 1).with_suffix(".srt").write_text("words")
    require_same(cache, clips)
    _video(clips, 1).with_suffix(suffix).write_text("others")
    with pytest.raises(SetupError, match=r"a video changed.*two\.mp4; take that folder away"):
        require_same(cache, clips)


def test_a_file_that_was_written_again_is_refused(tmp_path: Path, clips: list[Row]) -> None:
    require_same(tmp_path / "cache", clips)
    for place in (0, 1):
        os.utime(_video(clips, place), ns=(0, 12345))
    with pytest.raises(SetupError, match="2 videos changed"):
        require_same(tmp_path / "cache", clips)


@pytest.mark.parametrize("name", ["one.vtt", "one.en.srt", "one.mp4.json"])
def test_words_that_came_later_are_noticed(tmp_path: Path, clips: list[Row], name: str) -> None:
    require_same(tmp_path / "cache", clips)
    (tmp_path / name).write_text("words")
    with pytest.raises(SetupError, match=r"one\.mp4"):
        require_same(tmp_path / "cache", clips)


def test_a_cache_of_which_nobody_knows_is_refused(tmp_path: Path, clips: list[Row]) -> None:
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(SetupError, match="does not say of which files"):
        require_same(tmp_path, clips)
