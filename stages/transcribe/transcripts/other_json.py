"""JSON that says what Whisper's says in other words: whisper.cpp's, and Hugging Face's."""

import re
from itertools import pairwise
from typing import Any

WHOLE_VIDEO = "to the end of the video"
"""What stands as the `end` of a segment that nothing ends."""

_FOR_TEXT_ALONE = frozenset(
    ("text", "language", "languages", "duration", "task", "usage", "words", "segments", "chunks")
)
_PAUSE_S = 0.4
_ENDS_SENTENCE = re.compile(r"[.!?。！？…][\"”’)]*\s*$")


def as_whisper(content: Any) -> Any:
    """The same content with Whisper's `segments`, if it is of a form known here; else itself."""
    if not isinstance(content, dict):
        return content
    if isinstance(content.get("transcription"), list):
        return _of_whisper_cpp(content)
    if isinstance(content.get("chunks"), list) and content["chunks"]:
        return {**content, "segments": _of_chunks(content["chunks"])}
    if not content.get("segments") and _is_text_alone(content):
        return {**content, "segments": [_segment(0.0, WHOLE_VIDEO, content["text"])]}
    return content


def _is_text_alone(content: dict[str, Any]) -> bool:
    return (
        isinstance(content.get("text"), str)
        and bool(content["text"].strip())
        and _FOR_TEXT_ALONE.issuperset(content)
    )


def _of_whisper_cpp(content: dict[str, Any]) -> dict[str, Any]:
    """`{"result": {"language"}, "transcription": [{"offsets": {"from", "to"}, "text"}]}`, ms."""
    result = content.get("result")
    return {
        "language": result.get("language") if isinstance(result, dict) else None,
        "segments": [_of_cpp_line(line) for line in content["transcription"]],
    }


def _of_cpp_line(line: Any) -> Any:
    if not isinstance(line, dict):
        return line
    start, end = _pair(line.get("offsets"), 0.001) or _pair(line.get("timestamps")) or (None, None)
    tokens = line.get("tokens") or []
    spoken = [token for token in tokens if not str(token.get("text", "")).startswith("[_")]
    return _segment(start, end, line.get("text")) | {
        "speaker": line.get("speaker"),
        "words": [{"probability": token.get("p")} for token in spoken],
    }


def _pair(times: Any, unit_s: float | None = None) -> tuple[Any, Any] | None:
    if not isinstance(times, dict) or not {"from", "to"} <= times.keys():
        return None
    start, end = times["from"], times["to"]
    if unit_s is None:
        return start, end
    numbers = isinstance(start, int | float) and isinstance(end, int | float)
    return (start * unit_s, end * unit_s) if numbers else None


def _of_chunks(chunks: list[Any]) -> list[Any]:
    """`[{"timestamp": [start, end], "text"}]`; a start or an end may be null.

    A null end is the next start, in the last chunk the end of the video; a null start is the end
    before. Single words are put together to what is said without a pause, at most a sentence.
    """
    segments = [_of_chunk(chunk) for chunk in chunks]
    timed = [segment for segment in segments if isinstance(segment, dict)]
    if timed and timed[0]["start"] is None:
        timed[0]["start"] = 0.0
    for before, after in pairwise(timed):
        if after["start"] is None:
            after["start"] = before["end"]
        if before["end"] is None:
            before["end"] = after["start"]
    if timed and timed[-1]["end"] is None:
        timed[-1]["end"] = WHOLE_VIDEO
    is_by_word = timed == segments and len(timed) > 1 and all(map(_is_a_word, timed))
    return _sentences(timed) if is_by_word else segments


def _of_chunk(chunk: Any) -> Any:
    times = chunk.get("timestamp") if isinstance(chunk, dict) else None
    if not isinstance(times, list) or len(times) != 2:
        return chunk if not isinstance(chunk, dict) else _segment("?", "?", chunk.get("text"))
    return _segment(times[0], times[1], chunk.get("text")) | {"speaker": chunk.get("speaker")}


def _segment(start: Any, end: Any, text: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text}


def _is_a_word(segment: dict[str, Any]) -> bool:
    text = segment["text"]
    is_short = isinstance(text, str) and len(text.split()) <= 1
    has_times = all(isinstance(segment[edge], int | float) for edge in ("start", "end"))
    return is_short and has_times and (text[:1].isspace() or len(text.strip()) <= 2)


def _sentences(words: list[dict[str, Any]]) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    for word in words:
        last = said[-1] if said else None
        if (
            last is None
            or word["start"] - last["end"] >= _PAUSE_S
            or _ENDS_SENTENCE.search(last["text"])
            or word.get("speaker") != last.get("speaker")
        ):
            said.append(dict(word))
        else:
            last["text"] += word["text"]
            last["end"] = max(last["end"], word["end"])
    return said
