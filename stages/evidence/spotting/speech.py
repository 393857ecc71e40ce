"""When the face of a speaker moves for speech."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.measure import Movement
from stages.evidence.movement.points import named
from stages.evidence.spotting.spotted import Spotted

AROUND_S = 0.12  # by which lips may move before the first sound and after the last
FEWEST = 4  # patches within an utterance for its movement to have a beginning and an end


def may_speak(
    movement: Movement, track_id: int, utterances: Sequence[Mapping[str, Any]]
) -> NDArray[np.bool_]:
    """[n], whether a face speaks at each time, or may: nobody is known to speak in its place.

    Args:
        movement: of the face.
        track_id: of its track.
        utterances: with `start_s`, `end_s`, `speaker_track` and `listener_tracks`.
    """
    speaking = np.zeros(len(movement.times_s), bool)
    for said in utterances:
        listens = track_id in (said["listener_tracks"] or ())
        if said["speaker_track"] == track_id or (said["speaker_track"] is None and not listens):
            speaking |= _within(movement, said)
    return speaking


def spot_speech(
    movement: Movement, track_id: int, utterances: Sequence[Mapping[str, Any]]
) -> list[Spotted]:
    """The movements of speech of a face: one for each utterance it is known to speak.

    Onset and offset are those of the utterance, as far as the face is in sight; the apex is where
    the mouth is furthest from where it mostly is.
    """
    mouth = movement.shifts[:, named("lower_lip", "chin", "mouth_corner")]
    away = np.linalg.norm(mouth - np.median(mouth, axis=0), axis=2).mean(axis=1)
    found = []
    for said in utterances:
        at = np.flatnonzero(_within(movement, said))
        if said["speaker_track"] == track_id and len(at) >= FEWEST:
            apex = int(at[np.argmax(away[at])])
            score = float(said["speaker_score"])
            found.append(Spotted("speech", int(at[0]), apex, int(at[-1]), score, 1.0, True, "lips"))
    return found


def _within(movement: Movement, said: Mapping[str, Any]) -> NDArray[np.bool_]:
    begins, ends = said["start_s"] - AROUND_S, said["end_s"] + AROUND_S
    return np.asarray((movement.times_s >= begins) & (movement.times_s <= ends))
