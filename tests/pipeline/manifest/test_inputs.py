"""What a person may name, and the rows that come of it."""

import os
from pathlib import Path

import fsspec
import pytest

from pipeline.manifest import Sources, resolve_inputs
from stages.faults import SetupError
from stages.rows import CARRIED_COLUMNS, SOURCE_COLUMNS, to_table
from tests.rows import schema_of


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")


def _ids(sources: Sources) -> list[str]:
    return [row["video_id"] for row in sources.rows]


def _uris(sources: Sources) -> list[str]:
    return [row["uri"] for row in sources.rows]


def test_a_folder_gives_videos_at_any_depth_in_any_letter_case(tmp_path: Path) -> None:
    _touch(tmp_path, "a.mp4", "B.MP4", "deep/er/c.MkV", "d.srt", "e.wav", "notes", "f.mp4.part")
    _touch(tmp_path, "README.md", "cover.jpg", "words.txt")
    sources = resolve_inputs([str(tmp_path)])
    assert _ids(sources) == ["a.mp4", "B.MP4", "deep/er/c.MkV"]
    assert _uris(sources) == [str(tmp_path / name) for name in _ids(sources)]
    assert "3 (" in sources.notices[0]
    assert ".wav 1" in sources.notices[0]


def test_rows_fit_the_columns_of_a_source(tmp_path: Path) -> None:
    _touch(tmp_path, "a.mp4")
    rows = resolve_inputs([str(tmp_path)]).rows
    columns = schema_of((*SOURCE_COLUMNS, *CARRIED_COLUMNS))
    assert set(rows[0]) <= set(columns.names)
    assert to_table(rows, columns).num_rows == 1


def test_names_with_spaces_quotes_brackets_and_other_scripts(tmp_path: Path) -> None:
    names = ["a b.mp4", 'it\'s "it".mp4', "видео 感情.mp4", "x[1]*.mp4", "new\nline.mp4", "#%?.mp4"]
    _touch(tmp_path, *names)
    assert sorted(_ids(resolve_inputs([str(tmp_path)]))) == sorted(names)
    named = [str(tmp_path / name) for name in names]
    assert sorted(_uris(resolve_inputs(named))) == sorted(named)


def test_a_real_file_wins_over_the_glob_its_name_looks_like(tmp_path: Path) -> None:
    _touch(tmp_path, "x[1].mp4", "x1.mp4", "y*.mp4", "yz.mp4")
    named = [str(tmp_path / "x[1].mp4"), str(tmp_path / "y*.mp4")]
    assert _uris(resolve_inputs(named)) == named


def test_a_glob_takes_videos_and_folders_below_its_fixed_part(tmp_path: Path) -> None:
    _touch(tmp_path, "day 1/a.mp4", "day 1/a.srt", "day 2/a.mp4", "day 2/in/b.mov", "other/c.mp4")
    assert _ids(resolve_inputs([str(tmp_path / "day*")])) == [
        "day 1/a.mp4",
        "day 2/a.mp4",
        "day 2/in/b.mov",
    ]
    assert _ids(resolve_inputs([str(tmp_path / "**" / "*.m*")])) == [
        "day 1/a.mp4",
        "day 2/a.mp4",
        "day 2/in/b.mov",
        "other/c.mp4",
    ]


def test_a_glob_that_says_how_files_end_takes_them_all(tmp_path: Path) -> None:
    _touch(tmp_path, "a.dav", "b.dav", "c.mp4")
    assert _ids(resolve_inputs([str(tmp_path / "*.dav")])) == ["a.dav", "b.dav"]


def test_a_file_named_by_itself_is_taken_whatever_its_name(tmp_path: Path) -> None:
    _touch(tmp_path, "sound.wav", "nameless")
    named = [str(tmp_path / "nameless"), str(tmp_path / "sound.wav")]
    assert _uris(resolve_inputs(named)) == named


def test_transcripts_that_a_shell_put_among_the_files_are_passed_over(tmp_path: Path) -> None:
    _touch(tmp_path, "a.mp4", "a.srt")
    sources = resolve_inputs([str(tmp_path / "a.mp4"), str(tmp_path / "a.srt")])
    assert _ids(sources) == ["a.mp4"]
    assert "a.srt" in sources.notices[0]
    with pytest.raises(SetupError, match=r"a\.srt"):
        resolve_inputs([str(tmp_path / "a.srt")])


def test_hidden_files_and_folders_that_a_run_wrote_are_passed_over(tmp_path: Path) -> None:
    _touch(tmp_path, "a.mp4", "._a.mp4", ".cache/b.mp4")
    _touch(tmp_path, "out/run.json", "out/annotations/part.parquet", "out/cuts/c.mp4")
    _touch(tmp_path, "annotations/d.mp4")
    assert _ids(resolve_inputs([str(tmp_path)])) == ["a.mp4", "annotations/d.mp4"]


def test_links_are_followed_and_a_loop_ends(tmp_path: Path) -> None:
    _touch(tmp_path, "in/real/a.mp4", "elsewhere/b.mp4")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/again").symlink_to(tmp_path / "in/real")
    (tmp_path / "in/link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in/c.mp4").symlink_to(tmp_path / "elsewhere/b.mp4")
    assert _ids(resolve_inputs([str(tmp_path / "in")])) == ["c.mp4", "link/b.mp4", "real/a.mp4"]


def test_a_link_to_nothing_in_a_folder_is_a_row_so_that_it_does_not_vanish(tmp_path: Path) -> None:
    (tmp_path / "gone.mp4").symlink_to(tmp_path / "nowhere.mp4")
    assert _ids(resolve_inputs([str(tmp_path)])) == ["gone.mp4"]


def test_a_pipe_in_a_folder_is_not_opened(tmp_path: Path) -> None:
    _touch(tmp_path, "a.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    assert _ids(resolve_inputs([str(tmp_path)])) == ["a.mp4"]


def test_a_name_that_is_not_utf8_is_a_failure_with_a_readable_name(tmp_path: Path) -> None:
    _touch(tmp_path, "a.mp4")
    odd = os.fsencode(tmp_path) + b"/b\xff.mp4"
    os.close(os.open(odd, os.O_CREAT))
    rows = resolve_inputs([str(tmp_path)]).rows
    assert [row["video_id"] for row in rows] == ["a.mp4", "b%FF.mp4"]
    assert rows[1]["error"]["kind"] == "not_found"
    assert "UTF-8" in rows[1]["error"]["message"]
    assert to_table(rows, schema_of((*SOURCE_COLUMNS, *CARRIED_COLUMNS))).num_rows == 2


def test_the_same_file_named_twice_is_one_row(tmp_path: Path) -> None:
    _touch(tmp_path, "in/a.mp4", "in/b.mp4")
    one, folder = str(tmp_path / "in/a.mp4"), str(tmp_path / "in")
    there = resolve_inputs([one, folder, one])
    assert _uris(there) == [one, str(tmp_path / "in/b.mp4")]
    assert there.rows == resolve_inputs([folder, one]).rows
    assert any("more than once" in notice for notice in there.notices)


def test_what_a_table_says_of_a_file_stands_when_a_folder_names_it_too(tmp_path: Path) -> None:
    _touch(tmp_path, "a.mp4", "b.mp4")
    (tmp_path / "t.csv").write_text("path,language\na.mp4,de\n")
    for inputs in ([".", "t.csv"], ["t.csv", "."]):
        rows = resolve_inputs([str(tmp_path / name) for name in inputs]).rows
        assert [(row["video_id"], row["language"]) for row in rows] == [
            ("a.mp4", "de"),
            ("b.mp4", None),
        ]


def test_order_is_natural(tmp_path: Path) -> None:
    _touch(tmp_path, "clip10.mp4", "clip9.mp4", "Clip2.mp4", "clip1/x.mp4")
    assert _ids(resolve_inputs([str(tmp_path)])) == [
        "clip1/x.mp4",
        "Clip2.mp4",
        "clip9.mp4",
        "clip10.mp4",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.mp4", "no such file"),
        ("no*.mp4", "no video found"),
        ("empty", r"\.mp4"),
        ("dead.mp4", "link"),
        ("nope://bucket/a.mp4", "nope"),
        ("memory://nowhere-at-all/a.mp4", "no such file"),
    ],
)
def test_an_input_that_names_nothing_is_a_mistake_that_names_it(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "dead.mp4").symlink_to(tmp_path / "nowhere")
    text = name if "://" in name else str(tmp_path / name)
    with pytest.raises(SetupError, match=said) as raised:
        resolve_inputs([text])
    assert text in str(raised.value)


def test_no_input_is_a_mistake() -> None:
    with pytest.raises(SetupError, match="no input"):
        resolve_inputs([])


def test_a_relative_path_is_one_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path, "in/a.mp4")
    monkeypatch.chdir(tmp_path)
    assert resolve_inputs(["in"]).rows == resolve_inputs([str(tmp_path / "in")]).rows
    assert resolve_inputs([f"file://{tmp_path}/in"]).rows == resolve_inputs(["in"]).rows


def test_videos_behind_a_uri(tmp_path: Path) -> None:
    files = fsspec.filesystem("memory")
    for name in (
        "a.mp4",
        "in/B.MP4",
        "in/b.srt",
        ".hid/c.mp4",
        "o/run.json",
        "o/annotations/d.mp4",
    ):
        files.pipe_file(f"/bucket/{name}", b"x")
    assert _ids(resolve_inputs(["memory://bucket"])) == ["a.mp4", "in/B.MP4"]
    assert _uris(resolve_inputs(["memory://bucket/in"])) == ["memory:///bucket/in/B.MP4"]
    assert _ids(resolve_inputs(["memory://bucket/*/*.MP4"])) == ["in/B.MP4"]
    assert _ids(resolve_inputs(["memory://bucket/a.mp4"])) == ["a.mp4"]


def test_thousands_of_files_are_each_one_row(tmp_path: Path) -> None:
    for at in range(3000):
        (tmp_path / f"{at}.mp4").touch()
    ids = _ids(resolve_inputs([str(tmp_path)]))
    assert ids == [f"{at}.mp4" for at in range(3000)]


def test_a_table_that_several_videos_share_is_known_as_such(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        (tmp_path / name).touch()
    (tmp_path / "m.csv").write_text(
        "video,transcript,consent\na.mp4,t.csv,yes\nb.mp4,t.csv,\nc.mp4,c.csv,no\n"
    )
    rows = resolve_inputs([str(tmp_path / "m.csv")]).rows
    assert [row["transcript_is_shared"] for row in rows] == [True, True, False]
    assert [row["extra"] for row in rows] == [
        [{"key": "consent", "value": "yes"}],
        None,
        [{"key": "consent", "value": "no"}],
    ]
