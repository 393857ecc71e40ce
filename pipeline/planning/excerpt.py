"""A stretch of a long video as a file of its own, its packets copied and not coded anew."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.media import open_media, video_stream
from stages.rows import Row
from stages.start import MICROSECONDS, timeline_origin_s
from stages.transcribe import TranscribeConfig, match_transcript

if TYPE_CHECKING:
    from av.packet import Packet

_ENDING = ".mkv"  # holds packets of every usual codec


def write_excerpt(
    row: Row, span_s: tuple[float, float], path: Path, config: TranscribeConfig
) -> tuple[Row, float]:
    """The source row of a stretch of a video, and where in the video that begins, in seconds.

    It begins with the key picture at or before the start of the span. The lines of a transcript of
    the video come along as utterances; subtitles inside the video do not.

    Args:
        row: of the whole video.
        span_s: start and end.
        path: of the new file, without an ending.
        config: how the transcript is read.

    Raises:
        DataFault: the video or its transcript cannot be read.
        av.FFmpegError: its packets do not fit the new file.
    """
    target = path.with_suffix(_ENDING)
    begins_s = _copy(str(row["uri"]), span_s, target)
    shown = {**row, "uri": str(target), "file": None, "transcript_uri": None}
    shown["transcript_is_shared"] = False
    shown["utterances"] = _said(row, begins_s, span_s[1], config) or None
    return shown, begins_s


def _copy(uri: str, span_s: tuple[float, float], target: Path) -> float:
    import av

    with open_media(uri) as source, av.open(str(target), "w") as out:
        video = video_stream(source)
        sound = source.streams.best("audio")
        streams = [stream for stream in (video, sound) if stream is not None]
        copies = {stream.index: out.add_stream_from_template(stream) for stream in streams}
        origin_s = timeline_origin_s(source)
        source.seek(round((span_s[0] + origin_s) * MICROSECONDS))
        begins_s: float | None = None
        for packet in source.demux(streams):
            time_s = _time_s(packet)
            if time_s is None:
                continue
            if begins_s is None:
                if packet.stream is not video:
                    continue  # sound before the first picture
                begins_s = time_s
            if packet.stream is video and time_s > span_s[1] + origin_s:
                break
            _mux(packet, begins_s, copies[packet.stream_index], out)
        return (begins_s or 0.0) - origin_s


def _time_s(packet: "Packet[Any]") -> float | None:
    stamp = packet.dts if packet.dts is not None else packet.pts
    return None if stamp is None or packet.time_base is None else float(stamp * packet.time_base)


def _mux(packet: "Packet[Any]", begins_s: float, copy: Any, out: Any) -> None:
    shift = round(begins_s / packet.time_base)
    if packet.pts is not None:
        packet.pts -= shift
    if packet.dts is not None:
        packet.dts -= shift
    packet.stream = copy
    out.mux(packet)


def _said(
    row: Row, begins_s: float, ends_s: float, config: TranscribeConfig
) -> list[dict[str, Any]]:
    """The lines of the video's transcript in the stretch, on its clock."""
    transcript = match_transcript(row, config).transcript
    cues = transcript.cues if transcript else []
    inside = [cue for cue in cues if cue.start_s < ends_s and (cue.end_s or ends_s) > begins_s]
    return [
        {
            "index": at,
            "start_s": max(0.0, cue.start_s - begins_s),
            "end_s": None if cue.end_s is None else min(cue.end_s, ends_s) - begins_s,
            "speaker": cue.speaker,
            "text": cue.text or None,
            "text_source": "manifest",
            "text_confidence": cue.confidence,
        }
        for at, cue in enumerate(inside)
    ]
