"""JSON of speech recognition: Whisper's own, and what others write of it."""

import json
import math
from collections.abc import Iterable
from typing import Any

from stages.clock import finite, seconds
from stages.transcribe.cues import Cue, Flaw, NotATranscript, Transcript, plain_text
from stages.transcribe.transcripts.languages import iso_639_1
from stages.transcribe.transcripts.other_json import WHOLE_VIDEO, as_whisper
from stages.transcribe.transcripts.speakers import with_speakers


def read_whisper_json(text: str) -> Transcript:
    """The segments as cues: `{"segments": [...], "language": ...}` or the bare list of segments.

    Also read are whisper.cpp's JSON, that of Hugging Face's pipeline, and a text without times,
    which is spoken over the whole video.

    Raises:
        NotATranscript: no JSON, or JSON without segments.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise NotATranscript(f"is not JSON ({fault})") from None
    content = as_whisper(content)
    segments = content.get("segments") if isinstance(content, dict) else content
    if not isinstance(segments, list) or not _has_times(segments):
        raise NotATranscript(
            'has no list of "segments" with "start", "end" and "text" as Whisper, no '
            '"transcription" as whisper.cpp and no "chunks" as Hugging Face\'s pipeline'
        )
    transcript = Transcript(language=_language(content))
    cues = []
    for number, segment in enumerate(segments):
        place = f"segment {number}"
        try:
            cues.append(_cue(segment, place))
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            transcript.flaws.append(Flaw("no start, end and text that can be read", place))
    transcript.cues = with_speakers(cues)
    return transcript


def _has_times(segments: list[Any]) -> bool:
    return not segments or any(
        isinstance(segment, dict) and ("start" in segment or "words" in segment)
        for segment in segments
    )


def _language(content: Any) -> str | None:
    if not isinstance(content, dict):
        return None
    info = content.get("info")
    language = content.get("language") or (info.get("language") if isinstance(info, dict) else None)
    return iso_639_1(language) if isinstance(language, str) else None


def _cue(segment: dict[str, Any], place: str) -> Cue:
    words = [word for word in segment.get("words") or [] if isinstance(word, dict)]
    start, end = segment.get("start"), segment.get("end")
    if start is None:  # WhisperX leaves them out where it could not align the segment
        start = min(_time(word["start"]) for word in words if "start" in word)
    if end is None:
        end = max(_time(word["end"]) for word in words if "end" in word)
    end_s = None if end is WHOLE_VIDEO else _time(end)
    said = segment["text"] if isinstance(segment.get("text"), str) else _joined(words)
    named = segment.get("speaker")
    return Cue(
        start_s=_time(start),
        end_s=end_s,
        text=said,
        place=place,
        speaker=plain_text(str(named)) or None if named is not None else None,
        confidence=_confidence(segment, words),
    )


def _time(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError(value)
    return seconds(value) if isinstance(value, str) else finite(float(value))


def _joined(words: Iterable[dict[str, Any]]) -> str:
    return "".join(str(word.get("word", "")) for word in words)


def _confidence(segment: dict[str, Any], words: list[dict[str, Any]]) -> float | None:
    """0..1: the segment's mean token probability, else the mean score of its words."""
    log_probability = segment.get("avg_logprob")
    if isinstance(log_probability, int | float) and not math.isnan(log_probability):
        return math.exp(min(log_probability, 0.0))
    scores = [word.get("score", word.get("probability")) for word in words]
    known = [score for score in scores if isinstance(score, int | float) and 0 <= score <= 1]
    return sum(known) / len(known) if known else None
