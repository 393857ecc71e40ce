"""Cues: what a transcript says is spoken, and how cues become utterances of a video."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from stages.clock import whole_milliseconds

Utterance = dict[str, Any]

ABSURD_S = 1e7  # a hundred days
CLIPPED_SILENTLY_S = 0.1  # subtitles run over the end by as much all the time


@dataclass(frozen=True)
class Cue:
    """One piece of speech with its times, before it is held against the video."""

    start_s: float
    end_s: float | None  # None: to the end of the video
    text: str
    place: str  # where it stands in its source, such as "line 12"
    speaker: str | None = None
    confidence: float | None = None  # 0..1, from speech recognition


@dataclass(frozen=True)
class Flaw:
    """Something that could not be used as it stands; `what` is wrong, in words after "with"."""

    what: str
    place: str


@dataclass
class Transcript:
    """What was read from one source."""

    cues: list[Cue] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    language: str | None = None  # ISO 639-1, where the source says it
    notes: list[str] = field(default_factory=list)  # warnings of other kinds
    may_be_shifted: bool = False  # its one cue may count from elsewhere than the video's start


class NotATranscript(ValueError):
    """A file that is not of the form its name promises; the message says what is missing."""


def on_the_clock_of(transcript: Transcript, duration_s: float) -> Transcript:
    """The transcript, its times made to count from the start of the video.

    Of a video that is one utterance a table may give the times in a longer recording. They are
    taken so where they lie outside the video, or last exactly as long as it.

    Args:
        transcript: as it was read.
        duration_s: of the video, seconds; 0 when unknown.
    """
    if not transcript.may_be_shifted or len(transcript.cues) != 1 or not duration_s:
        return transcript
    cue = transcript.cues[0]
    if cue.end_s is None or cue.start_s <= CLIPPED_SILENTLY_S:
        return transcript
    length_s = cue.end_s - cue.start_s
    lies_outside = cue.start_s >= duration_s
    if not lies_outside and abs(length_s - duration_s) > CLIPPED_SILENTLY_S:
        return transcript
    moved = replace(cue, start_s=0.0, end_s=length_s)
    flaw = Flaw(f"times that count from elsewhere, moved by {cue.start_s:.2f} s", cue.place)
    return replace(transcript, cues=[moved], flaws=[*transcript.flaws, flaw])


def to_utterances(
    cues: Iterable[Cue], duration_s: float, source: str
) -> tuple[list[Utterance], list[Flaw]]:
    """The cues as utterances within the video, in order of start, times in whole milliseconds.

    A cue that does not end after it starts or lies outside the video is left out and named among
    the flaws, as is one of a transcript without text. One that reaches beyond the video is named
    too, but kept and shortened. Overlapping cues are all kept: people do talk at once.

    Args:
        cues: in any order.
        duration_s: of the video, seconds; 0 when unknown.
        source: sidecar, manifest, embedded or asr; none where only voice activity was heard.
    """
    utterances: list[Utterance] = []
    flaws: list[Flaw] = []
    is_told = source in ("sidecar", "manifest", "embedded")
    for cue in cues:
        end_s = duration_s if cue.end_s is None else cue.end_s
        flaw = _flaw(cue, end_s, duration_s) or ("no text" if is_told and not cue.text else None)
        if flaw is not None:
            flaws.append(Flaw(flaw, cue.place))
            continue
        start_ms, end_ms = round(max(cue.start_s, 0) * 1000), round(end_s * 1000)
        last_ms = whole_milliseconds(duration_s)
        if duration_s and end_ms > last_ms:
            if end_s - duration_s > CLIPPED_SILENTLY_S:
                flaws.append(Flaw("an end beyond that of the video, shortened", cue.place))
            end_ms = last_ms
        utterances.append(
            {
                "start_s": start_ms / 1000,
                "end_s": max(end_ms, start_ms + 1) / 1000,
                "speaker": cue.speaker,
                "text": cue.text or None,
                "text_source": source if cue.text else "none",
                "text_confidence": cue.confidence,
            }
        )
    utterances.sort(key=lambda said: (said["start_s"], said["end_s"]))
    return [{"index": index, **said} for index, said in enumerate(utterances)], flaws


def _flaw(cue: Cue, end_s: float, duration_s: float) -> str | None:
    if not (abs(cue.start_s) <= ABSURD_S and abs(end_s) <= ABSURD_S):  # nor NaN
        return "times that no video has"
    if round(end_s * 1000) <= round(cue.start_s * 1000):
        return "an end that is not after the start"
    if end_s <= 0 or (duration_s and cue.start_s >= duration_s - 0.001):
        return "a place outside the video"
    return None


def summary(flaws: list[Flaw]) -> str:
    """ "2 no text (first: line 9), 1 lies ...": each kind counted, its first place named."""
    kinds: dict[str, list[Flaw]] = {}
    for flaw in flaws:
        kinds.setdefault(flaw.what, []).append(flaw)
    return "; ".join(
        f"{len(of_kind)} with {what} (first: {of_kind[0].place})" for what, of_kind in kinds.items()
    )


_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufeff]")


def plain_text(text: str) -> str:
    """`text` with single spaces and without control characters or byte order marks."""
    return " ".join(_CONTROL.sub("", text).split())
