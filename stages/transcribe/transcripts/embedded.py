"""Subtitles inside a container: mov_text, SubRip, SubStation, WebVTT."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from stages.start import timeline_origin_s
from stages.transcribe.cues import Transcript
from stages.transcribe.transcripts.blocks import Block, cues_of
from stages.transcribe.transcripts.languages import iso_639_1
from stages.transcribe.transcripts.markup import substation_lines

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.subtitles.stream import SubtitleStream

_SUBSTATION = ("ass", "ssa")
_PLAIN = ("mov_text", "srt", "subrip", "text", "webvtt")
_FIELDS_BEFORE_TEXT = 8  # ReadOrder, Layer, Style, Name, three margins, Effect
_NAME = 3


@dataclass(frozen=True)
class EmbeddedText:
    """What the subtitle streams of a container say.

    Attributes:
        transcript: of the stream that was read; None where no stream holds text.
        name: of that stream, such as "subtitle stream 2 (en)".
        warnings: which streams were passed over.
    """

    transcript: Transcript | None
    name: str
    warnings: Sequence[str]


def has_subtitles(container: "InputContainer") -> bool:
    """Whether it has a stream of subtitles, of text or of pictures."""
    return bool(container.streams.subtitles)


def read_embedded(container: "InputContainer", language: str | None) -> EmbeddedText:
    """The cues of the stream in `language`, else of the one a player would show.

    Args:
        container: at its start; it is read to its end, and all but one stream is passed over.
        language: ISO 639-1, or None.
    """
    from av.error import FFmpegError

    streams = container.streams.subtitles
    names = {stream.index: _name(at, stream) for at, stream in enumerate(streams, start=1)}
    readable = [stream for stream in streams if _codec(stream) in (*_PLAIN, *_SUBSTATION)]
    readable.sort(key=lambda stream: _rank(stream, language))
    if not readable:
        held = ", ".join(f"{names[stream.index]}: {_codec(stream)}" for stream in streams)
        return EmbeddedText(None, "", [f"Its subtitles are no text and were not read ({held})."])
    chosen = readable[0]
    warnings = []
    others = [names[stream.index] for stream in streams if stream.index != chosen.index]
    if others:
        warnings.append(f"Its {names[chosen.index]} was read, not {', '.join(others)}.")
    blocks: list[Block] = []
    try:
        blocks.extend(_blocks(container, chosen))
    except FFmpegError as fault:
        after_s = blocks[-1].start_s if blocks else 0.0
        warnings.append(f"Its subtitles break off at {after_s:.1f} s ({fault.strerror}).")
    _end_at_the_next(blocks)
    transcript = Transcript(cues_of(blocks), language=_language(chosen))
    return EmbeddedText(transcript, names[chosen.index], warnings)


def _rank(stream: "SubtitleStream", language: str | None) -> tuple[bool, bool, bool, int]:
    from av.stream import Disposition

    shown = stream.disposition
    return (
        language is not None and _language(stream) != language,
        bool(shown & Disposition.forced),  # what is spoken in foreign languages alone
        not shown & Disposition.default,
        stream.index,
    )


def _blocks(container: "InputContainer", stream: "SubtitleStream") -> Iterator[Block]:
    from av.stream import Discard

    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    origin_s = timeline_origin_s(container)
    for packet in container.demux(stream):
        if packet.pts is None or packet.time_base is None:
            continue
        lines, speaker = _lines(packet, _codec(stream))
        if any(line.strip() for line in lines):  # mp4 fills the time between with nothing
            start_s = float(packet.pts * packet.time_base) - origin_s
            end_s = start_s + float((packet.duration or 0) * packet.time_base)
            yield Block(start_s, end_s, lines, f"{start_s:.2f} s", speaker)


def _lines(packet: "Packet[SubtitleStream]", codec: str) -> tuple[list[str], str | None]:
    """The lines of a packet with their markup, and who speaks if the format says it."""
    data = bytes(packet)
    if codec == "mov_text":
        data = data[2 : 2 + int.from_bytes(data[:2], "big")]  # styles follow
    encoding = "utf-16" if data[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8"
    text = data.decode(encoding, errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if codec not in _SUBSTATION:
        return text.strip("\0").split("\n"), None
    fields = text.strip("\0").split(",", _FIELDS_BEFORE_TEXT)
    if len(fields) <= _FIELDS_BEFORE_TEXT:
        return [text], None
    return substation_lines(fields[-1]), fields[_NAME].strip() or None


def _end_at_the_next(blocks: list[Block]) -> None:
    """Give blocks whose duration nobody noted the time until the next."""
    for block, after in pairwise(blocks):
        if block.end_s <= block.start_s:
            block.end_s = after.start_s


def _codec(stream: "SubtitleStream") -> str:
    context = stream.codec_context
    return "unknown" if context is None else context.name


def _language(stream: "SubtitleStream") -> str | None:
    return iso_639_1(stream.language) if stream.language else None


def _name(number: int, stream: "SubtitleStream") -> str:
    return f"subtitle stream {number} ({stream.language or 'no language given'})"
