"""What of a corpus will fail or surprise."""

from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.planning.findings import Finding, fails, findings
from pipeline.planning.looking import Looked


@pytest.fixture(scope="module")
def found(looked: list[Looked]) -> dict[str, Finding]:
    return {finding.kind: finding for finding in findings(looked, load_config("tiny", []))}


@pytest.mark.parametrize(
    ("kind", "files", "does_fail"),
    [
        ("empty_file", ["empty.mp4"], True),
        ("unreadable", ["text.mp4"], True),
        ("no_video", ["sound.mp4"], True),
        ("no_sound", ["silent.mp4"], False),
        ("several_sound_tracks", ["tracks.mkv"], False),
        ("variable_rate", ["uneven.mp4"], False),
        ("turned", ["turned.mp4"], False),
        ("equal_content", ["twin.mp4"], False),
        ("like_ids", ["talk.mp4"], False),
    ],
)
def test_each_kind_names_its_files(
    found: dict[str, Finding], kind: str, files: list[str], does_fail: bool
) -> None:
    assert [file.video_id for file in found[kind].files] == files
    assert found[kind].fails is does_fail


def test_what_is_like_another_names_the_other(found: dict[str, Finding]) -> None:
    assert found["equal_content"].files[0].detail == "as plain.mp4"
    assert found["like_ids"].files[0].detail == "as Talk.mp4"


def test_a_transcript_that_no_video_takes_is_named(
    found: dict[str, Finding], odd_folder: Path
) -> None:
    files = found["unmatched_transcript"].files
    assert [file.uri for file in files] == [str(odd_folder / "of_nobody.srt")]


def test_what_fails_comes_first_and_nothing_is_said_of_what_is_plain(
    found: dict[str, Finding], looked: list[Looked]
) -> None:
    order = [finding.fails for finding in found.values()]
    assert order == sorted(order, reverse=True)
    named = {file.video_id for finding in found.values() for file in finding.files}
    assert "plain.mp4" not in named
    failing = [one.video_id for one in looked if fails(one, load_config("tiny", []))]
    assert failing == ["empty.mp4", "sound.mp4", "text.mp4"]


def test_a_video_beyond_a_limit_names_the_key(looked: list[Looked]) -> None:
    config = load_config("tiny", ["decode.max_pixels=100", "transcribe.max_duration_s=1.5"])
    [finding] = [one for one in findings(looked, config) if one.kind == "too_large"]
    by_id = {file.video_id: file.detail for file in finding.files}
    assert "transcribe.max_duration_s = 1.5" in by_id["plain.mp4"]
    assert "decode.max_pixels" in by_id["talk.mp4"]
