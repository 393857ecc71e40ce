"""JSON of openai-whisper, faster-whisper and WhisperX."""

import json
import math
from collections.abc import Iterable
from typing import Any

from stages.clock import finite, seconds
from stages.transcribe.cues import Cue, Flaw, NotATranscript, Transcript, speaker_and_text


def read_whisper_json(text: str) -> Transcript:
    """The segments as cues: `{"segments": [...], "language": ...}` or the bare list of segments.

    Raises:
        NotATranscript: no JSON, or JSON without segments.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise NotATranscript(f"is not JSON ({fault})") from None
    segments = content.get("segments") if isinstance(content, dict) else content
    if not isinstance(segments, list) or not _has_times(segments):
        raise NotATranscript('has no list of "segments" with "start", "end" and "text" as Whisper')
    transcript = Transcript(language=_language(content))
    for number, segment in enumerate(segments):
        place = f"segment {number}"
        try:
            transcript.cues.append(_cue(segment, place))
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            transcript.flaws.append(Flaw("no start, end and text that can be read", place))
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
    return language if isinstance(language, str) and 2 <= len(language) <= 3 else None


def _cue(segment: dict[str, Any], place: str) -> Cue:
    words = [word for word in segment.get("words") or [] if isinstance(word, dict)]
    start, end = segment.get("start"), segment.get("end")
    if start is None:  # WhisperX leaves them out where it could not align the segment
        start = min(_time(word["start"]) for word in words if "start" in word)
    if end is None:
        end = max(_time(word["end"]) for word in words if "end" in word)
    said = segment["text"] if isinstance(segment.get("text"), str) else _joined(words)
    speaker, text = speaker_and_text(said)
    named = segment.get("speaker")
    return Cue(
        start_s=_time(start),
        end_s=_time(end),
        text=text,
        place=place,
        speaker=str(named) if named else speaker,
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
