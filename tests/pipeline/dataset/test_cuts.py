"""How a video was cut, recorded once and read back."""

from pathlib import Path

from pipeline.dataset.cuts import read_cuts, record_cut
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import cut_name
from pipeline.recipe import BUILT_IN, Recipe
from stages.rows import from_table

COLUMNS = Recipe(BUILT_IN).cut_schema


def _windows(video_id: str, count: int) -> list[dict]:
    return [
        {
            "video_id": video_id,
            "window_id": f"{video_id}#{i}",
            "window_index": i,
            "start_s": 9.5 * i,
        }
        for i in range(count)
    ]


def test_a_cut_comes_back_as_it_was_recorded(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    record_cut(output, _windows('a/"名前" #1.mp4', 3), COLUMNS)
    cuts = read_cuts(output, ['a/"名前" #1.mp4', "other.mp4"])
    assert list(cuts) == ['a/"名前" #1.mp4']
    rows = from_table(cuts['a/"名前" #1.mp4'])
    assert [row["start_s"] for row in rows] == [0, 9.5, 19]


def test_a_video_of_one_window_needs_no_cut(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    record_cut(output, _windows("a.mp4", 1), COLUMNS)
    assert read_cuts(output, ["a.mp4"]) == {}


def test_videos_of_like_names_have_cuts_of_their_own(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    for video_id, count in (("a/x.mp4", 2), ("a_x.mp4", 3)):
        record_cut(output, _windows(video_id, count), COLUMNS)
    cuts = read_cuts(output, ["a/x.mp4", "a_x.mp4"])
    assert [cuts[name].num_rows for name in ("a/x.mp4", "a_x.mp4")] == [2, 3]


def test_a_video_of_one_window_has_one_where_its_transcript_is_warned_of(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    (window,) = _windows("a.mp4", 1)
    record_cut(output, [{**window, "warnings": ["It has no sound: no utterances."]}], COLUMNS)
    error = {"stage": "segment", "kind": "too_large", "message": "m"}
    failed = {"video_id": "b.mp4", "warnings": ["x"], "error": error}
    record_cut(output, [failed], COLUMNS)
    cuts = read_cuts(output, ["a.mp4", "b.mp4"])
    assert list(cuts) == ["a.mp4"]
    assert cuts["a.mp4"]["warnings"].to_pylist() == [["It has no sound: no utterances."]]


def test_a_cut_of_no_windows_is_none(tmp_path: Path) -> None:
    output = DatasetFolder(str(tmp_path))
    output.write_columns(cut_name("a.mp4"), COLUMNS)
    assert read_cuts(output, ["a.mp4"]) == {}
