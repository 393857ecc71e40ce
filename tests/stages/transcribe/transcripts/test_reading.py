import os
from pathlib import Path

import fsspec
import pytest

from stages.faults import DataFault
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.cues import NotATranscript, Transcript
from stages.transcribe.transcripts.reading import read_transcript
from stages.transcribe.transcripts.sidecar import given

SRT = "1\n00:00:01,000 --> 00:00:02,000\n{}\n"


def read(path: Path, video: str = "a.mp4", **config: object) -> Transcript:
    return read_transcript(given(str(path)), video, None, TranscribeConfig(**config))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.srt", SRT.format("hello")),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n"),
        ("a.ssa", "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,hello\n"),
        ("a.json", '{"segments": [{"start": 1, "end": 2, "text": "hello"}]}'),
        ("a.csv", "start,end,text\n1,2,hello\n"),
        ("a.tsv", "start\tend\ttext\n1\t2\thello\n"),
        ("a.txt", "a___0___1___2___hello\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_form_in_every_unicode(
    tmp_path: Path, name: str, content: str, encoding: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.replace("\n", "\r\n").encode(encoding))
    transcript = read(path)
    assert [(c.start_s, c.end_s, c.text) for c in transcript.cues] == [(1, 2, "hello")]
    assert not transcript.notes
    assert not transcript.flaws


def test_an_assumed_encoding_is_said_with_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.fr.srt"
    path.write_bytes(SRT.format("désolé").encode("cp1252"))
    transcript = read(path)
    assert transcript.cues[0].text == "désolé"
    assert transcript.notes[0].startswith("a.fr.srt is not UTF-8 and was read as cp1252")
    assert "transcribe.transcript_encoding" in transcript.notes[0]
    assert transcript.language == "fr"


def test_the_language_in_the_name_decides_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.ru.srt"
    path.write_bytes(SRT.format("привет").encode("cp1251"))
    assert read(path).cues[0].text == "привет"


def test_a_transcript_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(SRT.format("x" * 2000))
    with pytest.raises(DataFault, match=r"transcribe\.max_transcript_mb"):
        read(path, max_transcript_mb=0.001)


def test_a_transcript_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFault, match=r"none\.srt: .*there is no such file"):
        read(tmp_path / "none.srt")
    with pytest.raises(DataFault, match=r"none\.csv: .*there is no such file"):
        read(tmp_path / "none.csv")


def test_an_unknown_ending_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_text("x")
    with pytest.raises(NotATranscript, match=r"\.srt, \.vtt"):
        read(path)


def test_a_table_of_a_corpus_is_read_once_and_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "corpus.csv"
    path.write_text("video_id,start,end,text\na,0,1,first\nb,0,1,other\n")
    assert read(path, "a.mp4").cues[0].text == "first"
    assert read(path, "b.mp4").cues[0].text == "other"
    path.write_text("video_id,start,end,text\na,0,1,changed\n")
    os.utime(path, (1, 1))
    assert read(path, "a.mp4").cues[0].text == "changed"


def test_a_transcript_on_other_storage() -> None:
    fsspec.filesystem("memory").pipe("/told/a.srt", SRT.format("hello").encode())
    transcript = read_transcript(
        given("memory://told/a.srt"), "memory://told/a.mp4", None, TranscribeConfig()
    )
    assert transcript.cues[0].text == "hello"
