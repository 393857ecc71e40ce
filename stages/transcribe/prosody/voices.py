"""The voice of each utterance of a video."""

from collections.abc import Sequence

from stages.transcribe.cues import Utterance
from stages.transcribe.prosody.hearing import Hearing
from stages.transcribe.prosody.usual import compare
from stages.voice_measures import measured
from stages.voice_words import voice_words

MOST_AT_ONCE = 8
"""Times over that utterances may cover the video: their curves are held, all of them."""


def give_voices(utterances: Sequence[Utterance], hearing: Hearing) -> list[str]:
    """Set `voice` of each utterance: `stages.rows.VOICE`, None where there is no sound.

    Args:
        utterances: of one video.
        hearing: which its sound has passed.

    Returns:
        Warnings.
    """
    heard_s = hearing.length_s
    spoken_s = sum(
        min(said["end_s"], heard_s) - min(said["start_s"], heard_s) for said in utterances
    )
    if spoken_s > MOST_AT_ONCE * heard_s:
        for said in utterances:
            said["voice"] = None
        return [
            f"Its utterances cover its sound {spoken_s / heard_s:.0f} times over; more than "
            f"{MOST_AT_ONCE} voices at once cannot be told apart, so none was measured. Check the "
            "times of its transcript."
        ]
    for said in utterances:
        loudness, pitch = hearing.curves(said["start_s"], said["end_s"])
        said["voice"] = measured(loudness, pitch) if len(loudness) else None
    compare(utterances)
    for said in utterances:
        if said["voice"] is not None:
            said["voice"]["words"] = voice_words(said["voice"])
    silent = [said for said in utterances if said["voice"] is None]
    if not silent:
        return []
    return [
        f"{len(silent)} of its {len(utterances)} utterances lie beyond the end of its sound, the "
        f"first at {silent[0]['start_s']:.2f} s: their voice was not measured."
    ]
