"""One table of transcripts for a whole corpus."""

from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.manifest import resolve_inputs, with_table
from stages.faults import SetupError
from stages.rows import Row

CONFIG = load_config("tiny")
TABLE = "name,sentence\nsample_1,hi\nsample_2,ho\nsample_8,nobody\nsample_9,nobody\n"


def corpus(folder: Path, *names: str) -> list[Row]:
    for name in names:
        (folder / f"{name}.mp4").touch()
    return resolve_inputs([str(folder)]).rows


def test_each_video_with_a_line_has_the_table_and_what_is_left_is_told(tmp_path: Path) -> None:
    rows = corpus(tmp_path, "sample_1", "sample_2", "sample_3")
    table = tmp_path / "subtitles.csv"
    table.write_text(TABLE)
    given, told = with_table(rows, str(table), CONFIG)
    assert [row["transcript_uri"] for row in given] == [str(table), str(table), None]
    assert [bool(row["transcript_is_shared"]) for row in given] == [True, True, False]
    assert told == [
        f"{table}: has lines for 2 of 3 videos",
        f"{table}: no line for 1 videos: sample_3.mp4",
        f"{table}: 2 of its 4 lines are of no video here: sample_8 (line 4), sample_9 (line 5)",
    ]
    (warning,) = given[2]["warnings"]
    assert warning.startswith("subtitles.csv, given by --transcripts, has no line for 'sample_3'.")


def test_many_that_are_left_are_counted_and_the_first_named(tmp_path: Path) -> None:
    rows = corpus(tmp_path, *(f"clip_{n}" for n in range(1, 10)))
    table = tmp_path / "t.csv"
    table.write_text("name,text\nclip_1,hi\n")
    _, told = with_table(rows, str(table), CONFIG)
    assert told[1].endswith(
        "no line for 8 videos: "
        "clip_2.mp4, clip_3.mp4, clip_4.mp4, clip_5.mp4, clip_6.mp4 and 3 more"
    )


def test_a_video_whose_manifest_gives_a_transcript_keeps_it(tmp_path: Path) -> None:
    corpus(tmp_path, "sample_1", "sample_2")
    (tmp_path / "m.csv").write_text("video,text\nsample_1.mp4,own\nsample_2.mp4,\n")
    table = tmp_path / "t.csv"
    table.write_text(TABLE)
    rows = resolve_inputs([str(tmp_path / "m.csv")]).rows
    given, told = with_table(rows, str(table), CONFIG)
    assert [row["transcript_uri"] for row in given] == [None, str(table)]
    assert f"{table}: 1 more videos have a transcript by their manifest and keep it" in told


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", "name,sentence\nother,hi\n", "has no line for any of 1 videos"),
        ("t.csv", "start,end,text\n0,1,hi\n", "no column of it names them"),
        ("t.csv", "a,b\n1,2\n", "no column"),
        ("t.srt", "1\n", "is no table"),
        ("none.csv", None, "there is no such file"),
    ],
)
def test_a_table_that_fits_no_video_is_refused(
    tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    rows = corpus(tmp_path, "sample_1")
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(SetupError, match=said):
        with_table(rows, str(tmp_path / name), CONFIG)


def test_storage_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="attic"):
        with_table(corpus(tmp_path, "a"), "attic://box/t.csv", CONFIG)
