"""The voice of an utterance that is cut, or joined with its neighbours."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stages.voice_measures import CURVE_HZ, Curve, Voice, curve, measured
from stages.voice_traits import Traits, relative_to, usual_of
from stages.voice_words import voice_words

Utterance = dict[str, Any]

_CURVES = ("loudness_curve_db", "pitch_curve_hz")


def voice_between(utterances: Sequence[Utterance], start_s: float, end_s: float) -> Voice | None:
    """The voice from `start_s` to `end_s`, measured anew from the curves of `utterances`.

    The curves are taken over sample by sample, so that they may stand off by half a sample, 20 ms.
    What lies between two utterances is not known and is null in them. It is compared with what the
    utterances were compared with, if that was the same for all.

    Args:
        utterances: with `start_s`, `end_s` and `voice`, in order of start.
        start_s, end_s: seconds.

    Returns:
        The one voice as it is where it is that of one utterance between its own times; None where
        no utterance has a voice, or none that reaches into that time.
    """
    heard = [said for said in utterances if said.get("voice") is not None]
    if not heard:
        return None
    first: Voice = heard[0]["voice"]
    is_whole = (heard[0]["start_s"], heard[0]["end_s"]) == (start_s, end_s)
    if len(utterances) == 1 and is_whole:
        return first
    count = int(np.ceil(round((end_s - start_s) * CURVE_HZ, 6)))
    loudness, pitch = (_joined(heard, name, start_s, count) for name in _CURVES)
    if not np.isfinite(loudness).any():
        return None
    voice = measured(loudness, pitch)
    usual = _common_usual(heard)
    to = first["relative"]["to"] if usual is not None else ""
    voice["relative"] = None if usual is None else relative_to(usual, voice, to)
    return voice | {"words": voice_words(voice)}


def _joined(heard: Sequence[Utterance], name: str, start_s: float, count: int) -> Curve:
    """A curve of `count` samples from `start_s` on, NaN where none of the utterances has it."""
    whole = np.full(count, np.nan)
    for said in heard:
        place = round((said["start_s"] - start_s) * CURVE_HZ)
        values = curve(said["voice"][name][max(-place, 0) : max(count - place, 0)])
        begin = max(place, 0)
        part = whole[begin : begin + len(values)]
        whole[begin : begin + len(values)] = np.where(np.isnan(part), values, part)
    return whole


def _common_usual(heard: Sequence[Utterance]) -> Traits | None:
    """What all were compared with; None where it is not one and the same person's or video's."""
    compared = {(said["voice"]["relative"] or {}).get("to") for said in heard}
    speakers = {said.get("speaker") for said in heard}
    if len(compared) > 1 or (compared == {"speaker"} and len(speakers) > 1):
        return None
    each = [usual for said in heard if (usual := usual_of(said["voice"])) is not None]
    if not each:
        return None
    return {
        name: next((one[name] for one in each if one[name] is not None), None) for name in each[0]
    }
