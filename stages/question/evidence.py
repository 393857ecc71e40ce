"""What was measured of a face and a voice, as one sentence of the prompt.

The words are those of the stages that measure: movements by their names in FACS prose, a voice
beside what is usual of it. Blinks and the movements of speech are left out, which tell little of
a feeling, and nothing measured gives no sentence: a model would read "none" as a calm face.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from stages.question.spoken import neutralise
from stages.voice_words import stands_out

MOST_EVENTS = 4  # in a sentence; a turn of speech rarely has more that are sure
_MOST_CHARACTERS = 120  # of a movement or a voice in words
_MOST_UNITS = 8
_BRIEF = "micro"
_TELLING = (_BRIEF, "macro")
# Seconds beside an utterance: a face often tells a feeling just before or after the words.
_BESIDE_S = 0.75
_MAIN_TRACK = 0


def evidence(row: Mapping[str, Any], index: int | None) -> str:
    """`Measured: very briefly brows raised from 1.24 to 1.48 s (AU1+2); voice fast. `, or "".

    Args:
        row: the window, with `micro_events` and `face_events` or without; its start counts as
            second 0, as in the rest of the prompt.
        index: which of the window's utterances is asked about: the face is the speaker's, where
            it is known, a little before and after the words too, and the voice is told of. None:
            the main face over the whole window.

    Returns:
        At most `MOST_EVENTS` movements, the surest, and the voice. Micro-expressions come first,
        each kind in order of time.
    """
    about = row if index is None else row["utterances"][index]
    told = [_movement(event, row["start_s"]) + _units(event) for event in _surest(row, about)]
    voice = _bounded((about.get("voice") or {}).get("words"))
    told += [f"voice {voice}"] if voice else []
    return f"Measured: {'; '.join(told)}. " if told else ""


def movements(row: Mapping[str, Any], index: int | None) -> list[str]:
    """The movements of `evidence` without their units: `brows raised from 1.24 to 1.48 s`.

    Args:
        row, index: as there.
    """
    about = row if index is None else row["utterances"][index]
    return [_movement(event, row["start_s"]) for event in _surest(row, about)]


def measured_kinds(row: Mapping[str, Any], index: int | None) -> frozenset[str]:
    """What `evidence` tells of: "micro" and "macro" expressions, and a "voice" that stands out.

    Args:
        row, index: as there.
    """
    about = row if index is None else row["utterances"][index]
    kinds = {event["kind"] for event in _surest(row, about)}
    voice = (about.get("voice") or {}).get("words")
    return frozenset(kinds | ({"voice"} if voice and stands_out(voice) else set()))


def _surest(row: Mapping[str, Any], about: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The events to tell of, in the order in which they are told."""
    known = about.get("speaker_track")
    track = _MAIN_TRACK if known is None else known
    found = [
        event
        for event in _telling(row)
        if event["track_id"] == track
        and event["onset_s"] < about["end_s"] + _BESIDE_S
        and event["offset_s"] > about["start_s"] - _BESIDE_S
    ]
    surest = sorted(found, key=lambda event: (-(event["confidence"] or 0.0), event["apex_s"]))
    return sorted(
        surest[:MOST_EVENTS],
        key=lambda event: (event["kind"] != _BRIEF, event["onset_s"], event["apex_s"]),
    )


def _telling(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for column in ("micro_events", "face_events"):
        for event in row.get(column) or []:
            if event["kind"] in _TELLING and _words(event):
                yield event


def _movement(event: Mapping[str, Any], origin_s: float) -> str:
    # Hundredths: a micro-expression may last less than a tenth of a second.
    onset_s, offset_s = event["onset_s"] - origin_s, event["offset_s"] - origin_s
    # In front, where it is read before the movement that it tells from a lasting one.
    briefly = "very briefly " if event["kind"] == _BRIEF else ""
    return f"{briefly}{_words(event)} from {onset_s:.2f} to {offset_s:.2f} s"


def _units(event: Mapping[str, Any]) -> str:
    """` (AU1+2)`, behind all the rest: so a description can repeat what stands before it whole."""
    units = "+".join(map(str, (event["action_units"] or [])[:_MOST_UNITS]))
    return f" (AU{units})" if units else ""


def _words(event: Mapping[str, Any]) -> str:
    region = _bounded(event["region"])
    return _bounded(event["movement"]) or (f"movement of the {region}" if region else "")


def _bounded(words: str | None) -> str:
    # A stage of somebody's own may have written the row: its words are as foreign as a transcript.
    return neutralise(words or "")[:_MOST_CHARACTERS].rstrip()
