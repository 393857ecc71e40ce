"""What is usual for a speaker, or in a video, and how each utterance differs from it."""

from collections.abc import Sequence
from statistics import median

from stages.transcribe.cues import Utterance
from stages.voice_measures import Voice
from stages.voice_traits import Traits, relative_to, traits

ENOUGH = 3
"""Utterances that make something usual: of two, neither can be told to be the unusual one."""

_PITCH = "pitch_semitones"


def compare(utterances: Sequence[Utterance]) -> None:
    """Set `relative` of each voice.

    It is to the median of all the speaker's utterances in the video where at least `ENOUGH` of
    them were measured, else to that of all utterances of the video where these are enough, else
    null. Where several people are named, the height of a voice is compared with that of the same
    person alone.

    Args:
        utterances: with `speaker` and `voice`.
    """
    heard = [
        said for said in utterances if said["voice"] and said["voice"]["loudness_db"] is not None
    ]
    by_speaker: dict[str, list[Voice]] = {}
    for said in heard:
        if said["speaker"] is not None:
            by_speaker.setdefault(said["speaker"], []).append(said["voice"])
    usual = {name: _usual(of_one) for name, of_one in by_speaker.items() if len(of_one) >= ENOUGH}
    in_video = _usual([said["voice"] for said in heard]) if len(heard) >= ENOUGH else None
    if in_video is not None and len(by_speaker) > 1:
        in_video = {**in_video, _PITCH: None}
    for said in utterances:
        voice = said["voice"]
        if voice is None:
            continue
        own = usual.get(said["speaker"])
        against, to = (in_video, "video") if own is None else (own, "speaker")
        voice["relative"] = None if against is None else relative_to(against, voice, to)


def _usual(voices: Sequence[Voice]) -> Traits:
    each = [traits(voice) for voice in voices]
    return {name: _median([one[name] for one in each]) for name in each[0]}


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
