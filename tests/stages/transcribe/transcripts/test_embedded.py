"""Subtitles inside a container, muxed here packet by packet."""

from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.stream import Disposition

from stages.media import open_media
from stages.rows import Row
from stages.transcribe import TranscribeConfig, TranscribeStage
from stages.transcribe.transcripts.embedded import has_subtitles, read_embedded
from tests.clips import write_clip
from tests.rows import source

ASS_HEADER = (
    b"[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name\nStyle: Default\n\n"
    b"[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)

Cues = list[tuple[float, float, str]]


def payload(codec: str, text: str) -> bytes:
    data = text.encode()
    if codec == "mov_text":
        return len(data).to_bytes(2, "big") + data
    return b"0,0,Default,,0,0,0,," + data if codec == "ass" else data


def with_subtitles(
    path: Path,
    *streams: tuple[str, str, Cues],
    default: int | None = None,
    forced: int | None = None,
    seconds: float = 4,
) -> Path:
    """A mute video with streams of subtitles: codec, language and cues of each."""
    bare = write_clip(path.with_name(f"bare_{path.stem}.mkv"), seconds=seconds, b_frames=False)
    with av.open(str(bare)) as video, av.open(str(path), "w") as container:
        pictures = video.streams.video[0]
        packets = [(packet, 0) for packet in video.demux(pictures) if packet.dts is not None]
        container.add_stream_from_template(pictures)
        for number, (codec, language, cues) in enumerate(streams, start=1):
            stream = container.add_stream(codec)
            stream.time_base = Fraction(1, 1000)
            stream.metadata["language"] = language
            stream.codec_context.subtitle_header = ASS_HEADER  # every encoder wants it
            shown = Disposition(0)
            shown |= Disposition.default if number == default else Disposition(0)
            shown |= Disposition.forced if number == forced else Disposition(0)
            stream.disposition = shown
            for start, end, text in cues:
                packet = av.Packet(payload(codec, text))
                packet.time_base = Fraction(1, 1000)
                packet.pts = packet.dts = round(start * 1000)
                packet.duration = round((end - start) * 1000)
                packets.append((packet, number))
        packets.sort(key=lambda pair: float(pair[0].dts * pair[0].time_base))
        for packet, number in packets:
            packet.stream = container.streams[number]
            container.mux(packet)
    bare.unlink()
    return path


def run(path: Path, config: TranscribeConfig | None = None, **row: object) -> Row:
    (done,) = TranscribeStage(config or TranscribeConfig())([source(uri=str(path), **row)])
    return done


HELLO: Cues = [(0.5, 1.5, "<i>Hello</i>\nthere"), (2.0, 3.0, "{sob} & [door opens]")]


@pytest.mark.parametrize(
    ("codec", "ending"),
    [
        ("mov_text", "mp4"),
        ("subrip", "mkv"),
        ("webvtt", "mkv"),
        ("ass", "mkv"),
        ("mov_text", "mov"),
    ],
)
def test_each_form_is_read_through_the_stage(tmp_path: Path, codec: str, ending: str) -> None:
    path = with_subtitles(tmp_path / f"talk.{ending}", (codec, "eng", HELLO))
    row = run(path)
    assert row.get("error") is None
    assert [(u["start_s"], u["end_s"], u["text"], u["text_source"]) for u in row["utterances"]] == [
        (0.5, 1.5, "Hello there", "embedded"),
        (2.0, 3.0, "{sob} & [door opens]", "embedded"),
    ]
    assert row["language"] == "en"
    assert row["warnings"] == []


TWO = (("subrip", "chi", [(0.5, 1.5, "你好")]), ("subrip", "eng", [(0.5, 1.5, "Hello")]))


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Hello"), ("zh", "你好"), ("fr", "你好"), (None, "你好")]
)
def test_of_several_streams_the_wanted_language_is_read_and_the_others_named(
    tmp_path: Path, language: str | None, text: str
) -> None:
    path = with_subtitles(tmp_path / "talk.mkv", *TWO)
    row = run(path, TranscribeConfig(language=language))
    assert [u["text"] for u in row["utterances"]] == [text]
    other = "2 (eng)" if text == "你好" else "1 (chi)"
    assert row["warnings"][0].endswith(f"was read, not subtitle stream {other}.")


def test_the_language_of_the_row_goes_before_that_of_the_configuration(tmp_path: Path) -> None:
    path = with_subtitles(tmp_path / "talk.mkv", *TWO)
    row = run(path, TranscribeConfig(language="zh"), language="en")
    assert [u["text"] for u in row["utterances"]] == ["Hello"]
    assert row["language"] == "en"


def test_the_default_stream_goes_before_the_first_and_forced_ones_go_last(tmp_path: Path) -> None:
    path = with_subtitles(tmp_path / "talk.mkv", *TWO, default=2)
    assert [u["text"] for u in run(path)["utterances"]] == ["Hello"]
    path = with_subtitles(tmp_path / "forced.mkv", *TWO, default=1, forced=1)
    assert [u["text"] for u in run(path)["utterances"]] == ["Hello"]


def test_what_lies_beside_goes_before_what_is_inside(tmp_path: Path) -> None:
    path = with_subtitles(tmp_path / "talk.mkv", *TWO)
    path.with_suffix(".srt").write_text("1\n00:00:00,500 --> 00:00:01,000\nBeside\n")
    row = run(path)
    assert [(u["text"], u["text_source"]) for u in row["utterances"]] == [("Beside", "sidecar")]


def test_captions_that_roll_inside_are_said_once(tmp_path: Path) -> None:
    cues = [(0.2, 1.0, "a"), (1.0, 2.0, "a\nb"), (2.0, 3.0, "b\nc")]
    row = run(with_subtitles(tmp_path / "talk.mkv", ("subrip", "eng", cues)))
    assert [u["text"] for u in row["utterances"]] == ["a", "b", "c"]


def test_a_stream_that_holds_nothing_is_named_and_the_video_goes_on(tmp_path: Path) -> None:
    row = run(with_subtitles(tmp_path / "talk.mkv", ("subrip", "eng", [(1, 2, "<i></i>")])))
    assert row.get("error") is None
    assert row["utterances"] == []
    assert "subtitle stream 1 (eng) can be used" in row["warnings"][0]


def test_a_container_without_subtitles(tmp_path: Path) -> None:
    with open_media(str(write_clip(tmp_path / "talk.mp4"))) as container:
        assert not has_subtitles(container)


def test_cues_know_where_they_stand(tmp_path: Path) -> None:
    path = with_subtitles(tmp_path / "talk.mkv", ("subrip", "eng", HELLO))
    with open_media(str(path)) as container:
        found = read_embedded(container, None)
    assert found.name == "subtitle stream 1 (eng)"
    assert found.transcript is not None
    assert [cue.place for cue in found.transcript.cues] == ["0.50 s", "2.00 s"]
