"""Tables: a row a video, or a row an utterance."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.manifest.source import Source
from pipeline.manifest.table import read_table
from stages.faults import ErrorKind, SetupError
from stages.rows import UTTERANCE


def _table(folder: Path, text: str, name: str = "t.csv") -> str:
    (folder / "a.mp4").touch()
    (folder / name).write_bytes(text.encode())
    return str(folder / name)


def _read(folder: Path, text: str, name: str = "t.csv") -> list[Source]:
    return read_table(_table(folder, text, name), [])


def _said(source: Source) -> list[tuple[Any, ...]]:
    return [
        (u["index"], u["start_s"], u["end_s"], u["speaker"], u["text"])
        for u in source.utterances or []
    ]


@pytest.mark.parametrize("column", ["uri", "path", "Video", "FILE", " filename "])
def test_any_of_the_known_columns_names_the_video(tmp_path: Path, column: str) -> None:
    assert _read(tmp_path, f"{column}\na.mp4\n") == [Source(f"{tmp_path}/a.mp4", 1)]


def test_what_a_row_may_say_of_its_video(tmp_path: Path) -> None:
    (source,) = _read(tmp_path, "path,video_id,transcript,language\na.mp4,dia0,subs/a.srt,EN\n")
    assert source == Source(
        f"{tmp_path}/a.mp4",
        1,
        "dia0",
        transcript_uri=f"{tmp_path}/subs/a.srt",
        language="en",
    )


def test_rows_of_one_video_are_its_utterances_in_order_of_time(tmp_path: Path) -> None:
    sources = _read(
        tmp_path,
        "path,start,end,text,speaker\n"
        'a.mp4,00:00:02.5,"0:00:04,25","No, really?",Ann\n'
        "b.mp4,0,1,Hi.,\n"
        "a.mp4,0.5,2,Oh!,Bob\n",
    )
    assert [source.uri for source in sources] == [f"{tmp_path}/a.mp4", f"{tmp_path}/b.mp4"]
    assert _said(sources[0]) == [(0, 0.5, 2.0, "Bob", "Oh!"), (1, 2.5, 4.25, "Ann", "No, really?")]
    assert _said(sources[1]) == [(0, 0.0, 1.0, None, "Hi.")]
    assert set(sources[0].utterances[0]) <= {field.name for field in UTTERANCE}
    assert {u["text_source"] for u in sources[0].utterances or []} == {"manifest"}


def test_one_file_may_be_several_videos_by_their_ids(tmp_path: Path) -> None:
    sources = _read(tmp_path, "path,video_id\na.mp4,one\na.mp4,two\n")
    assert [source.video_id for source in sources] == ["one", "two"]


def test_times_that_cannot_be_read_are_told_and_left_out(tmp_path: Path) -> None:
    (source,) = _read(
        tmp_path,
        "path,start,end,text\na.mp4,0,1,fine\na.mp4,0:99:00,5,bad\na.mp4,4,3,back\na.mp4,,9,none\n"
        "a.mp4,-1,2,early\na.mp4,nan,2,none\n",
    )
    assert _said(source) == [(0, 0.0, 1.0, None, "fine")]
    assert len(source.warnings) == 5
    assert "line 3" in source.warnings[0]
    assert "0:99:00" in source.warnings[0]
    assert source.error is None


def test_a_video_none_of_whose_times_can_be_read_fails_alone(tmp_path: Path) -> None:
    bad, good = _read(tmp_path, "path,start,end,text\na.mp4,x,1,bad\nb.mp4,0,1,good\n")
    assert bad.error is not None
    assert bad.error[0] is ErrorKind.BAD_TRANSCRIPT
    assert good.error is None


def test_a_video_without_utterances_among_others(tmp_path: Path) -> None:
    sources = _read(tmp_path, "path,start,end,text\na.mp4,,,\nb.mp4,0,1,Hi.\n")
    assert [source.utterances is None for source in sources] == [True, False]
    assert sources[0].error is None


@pytest.mark.parametrize(("delimiter", "name"), [(";", "t.csv"), ("\t", "t.csv"), ("\t", "t.tsv")])
def test_delimiters_marks_and_line_ends_of_spreadsheets(
    tmp_path: Path, delimiter: str, name: str
) -> None:
    lines = [["path", "start", "end", "text"], ["a.mp4", "0", "1", '"two\nlines, one cell"']]
    text = "\ufeff" + "".join(delimiter.join(line) + "\r\n" for line in lines)
    assert _said(_read(tmp_path, text, name)[0])[0][-1] == "two\nlines, one cell"


def test_what_stands_in_quotes_delimits_nothing(tmp_path: Path) -> None:
    video = Source(f"{tmp_path}/a.mp4", 1)
    (source,) = _read(tmp_path, '"note;1;2",path\nx,a.mp4\n')
    assert source == replace(video, extra={"note;1;2": "x"})
    (source,) = _read(tmp_path, 'path;"note,\n,,"\na.mp4;x\n')
    assert source == replace(video, extra={"note,\n,,": "x"})


def test_an_assumed_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    (tmp_path / "t.csv").write_bytes("path;start;end;text\r\na.mp4;0;1;Été\r\n".encode("cp1252"))
    notices: list[str] = []
    (source,) = read_table(str(tmp_path / "t.csv"), notices)
    assert _said(source) == [(0, 0.0, 1.0, None, "Été")]
    assert len(notices) == 1
    assert "t.csv is not UTF-8 and was read as cp1252" in notices[0]


@pytest.mark.parametrize("columns", ["Video ID,Start Time,end-time", "videoid,START_S,EndTime"])
def test_capitals_spaces_and_marks_in_names_make_no_difference(
    tmp_path: Path, columns: str
) -> None:
    (source,) = _read(tmp_path, f"File Name,{columns},Text\na.mp4,one,0,1,Hi.\n")
    assert source.video_id == "one"
    assert _said(source) == [(0, 0.0, 1.0, None, "Hi.")]


def test_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    columns = {
        "Path": ["a.mp4", "a.mp4", "memory://bucket/b.mp4"],
        "start": [timedelta(seconds=1.5), timedelta(0), None],
        "end": [2.0, 1.0, float("nan")],
        "text": ["two", "one", None],
        "score": [1, 2, 3],
        "thumbnail": [{"bytes": b"x"}, None, None],
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    notices: list[str] = []
    a, b = read_table(str(tmp_path / "t.parquet"), notices)
    assert _said(a) == [(0, 0.0, 1.0, None, "one"), (1, 1.5, 2.0, None, "two")]
    assert b == Source("memory://bucket/b.mp4", 1, extra={"score": "3"})
    assert notices == [
        f"{tmp_path}/t.parquet: columns of bytes that are not read: thumbnail",
        f"{tmp_path}/t.parquet: columns carried into extra: score",
    ]


def test_columns_that_are_not_known_are_carried_along_and_told(tmp_path: Path) -> None:
    notices: list[str] = []
    table = "path,file,Gold Label,consent,Gold Label\na.mp4,a,joy,,calm\n"
    (source,) = read_table(_table(tmp_path, table), notices)
    assert source.extra == {"file": "a", "Gold Label": "joy", "Gold Label (2)": "calm"}
    assert notices == [
        f"{tmp_path}/t.csv: columns carried into extra: file, Gold Label, consent, Gold Label (2)"
    ]


def test_what_the_rows_of_a_video_say_differently_is_carried_as_a_list(tmp_path: Path) -> None:
    table = "path,text,emotion,split\na.mp4,Hi,joy,dev\na.mp4,No,,dev\nb.mp4,Oh,fear,dev\n"
    a, b = _read(tmp_path, table)
    assert a.extra == {"emotion": '["joy", ""]', "split": "dev"}
    assert b.extra == {"emotion": "fear", "split": "dev"}


@pytest.mark.parametrize("column", ["text", "sentence", "Utterance", "transcription"])
def test_text_without_times_is_said_over_the_whole_video(tmp_path: Path, column: str) -> None:
    (source,) = _read(tmp_path, f"path,{column},speaker\na.mp4,Hi.,Ann\n")
    assert _said(source) == [(0, 0.0, None, "Ann", "Hi.")]
    assert source.error is None


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        '{"file_name": "a.mp4", "start": 0.5, "end": 2, "text": "Oh, no\\n", "n": 1, "ok": true}',
        "",
        '{"file_name": "a.mp4", "start": "0:02.5", "end": 4, "text": "é", "tags": ["x"], "n": 1}',
        '{"file_name": "b.mp4"}',
    ]
    a, b = _read(tmp_path, "\n".join(lines), "t.jsonl")
    assert _said(a) == [(0, 0.5, 2.0, None, "Oh, no"), (1, 2.5, 4.0, None, "é")]
    assert a.extra == {"n": "1", "ok": '["true", ""]', "tags": '["", "[\\"x\\"]"]'}
    assert b == Source(f"{tmp_path}/b.mp4", 1)


@pytest.mark.parametrize("line", ['{"path": "a.mp4"', "[1]", "3", "a.mp4"])
def test_a_line_that_is_no_json_object_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(SetupError, match=r"t\.jsonl, line 2: is no"):
        _read(tmp_path, f'{{"path": "a.mp4"}}\n{line}\n', "t.jsonl")


@pytest.mark.parametrize("cells", ["0,4;2,1", "0,400;2,100", "0.4;2.1", "00:00,4;00:02,1"])
def test_a_decimal_comma_where_a_semicolon_delimits(tmp_path: Path, cells: str) -> None:
    (source,) = _read(tmp_path, f"path;start;end;text\na.mp4;{cells};Hi\n")
    assert _said(source) == [(0, 0.4, 2.1, None, "Hi")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,text\na.mp4,Hi\n", r"found name, text; expected one of uri, path"),
        ("", "found no columns"),
        ("path,start,text\na.mp4,1,Hi\n", "no column end"),
        ("path,start\na.mp4,1\n", "no column end and text"),
        ("path,video_id\n,one\n", r"t\.csv, line 2: names no file"),
        ("path\na.mp4\n../b.mp4\n", r"t\.csv, line 3: .*climbs out"),
        ("path\na.mp4\nodd://b.mp4\n", r"t\.csv, line 3: .*odd"),
        ("path,video_id\na.mp4,x\nb.mp4,x\n", r"line 3: video_id x stands for .*a\.mp4"),
        ("path,language\na.mp4,de\na.mp4,fr\n", "line 3: language is de above, fr here"),
        ("path,transcript\na.mp4,../../etc/x\n", "line 2: .*climbs out"),
        ("path,text,start,end\na.mp4,Oh, no,0,1\n", "line 2: has 5 cells, the header has 4"),
        ('path\n"a.mp4\n', r"t\.csv, line 2: an unclosed or misplaced quote"),
        ('path\na.mp4\n"a" b.mp4\n', r"t\.csv, line 3: an unclosed or misplaced quote"),
        ('path\na.mp4,x\n"a.mp4\n', r"line 2: has 2 cells.*\n.*line 3: an unclosed"),
        ('"path,text\na.mp4,x\n', r"t\.csv, line 1: an unclosed or misplaced quote"),
        ("path\nb.mp4\n", "none of the 1 files"),
        ("path\n", "names no video"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SetupError, match=said) as raised:
        _read(tmp_path, text)
    assert "t.csv" in str(raised.value)


def test_text_named_parquet(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"t\.parquet: cannot be read as Parquet"):
        _read(tmp_path, "path\na.mp4\n", "t.parquet")
