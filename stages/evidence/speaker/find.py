"""Which face speaks each utterance of a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stages.evidence.speaker.signs import Mouth, Span, loudness
from stages.evidence.speaker.weighing import Candidate, chances

SURE = 0.6  # chance from which a face is called the speaker
PRESENT = 0.4  # share of an utterance that a face has to be seen in to be judged in it


@dataclass(frozen=True)
class Speaker:
    """Who speaks an utterance, as far as it can be seen.

    Attributes:
        track: id of the track of the face that speaks; None when unsure, or out of view.
        score: chance that the likeliest face in view speaks, 0..1; None where no mouth could be
            looked at.
        listeners: ids of the other tracks seen in it, ascending: those that are likely not to
            speak.
    """

    track: int | None
    score: float | None
    listeners: tuple[int, ...]


def with_speakers(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The utterances of a row behind `faces`, with the speaker and the listeners of each."""
    utterances = row["utterances"] or []
    speakers = find_speakers(
        row["faces"], row["face_patches"], row["crop_times_s"], row["crop_track_ids"], utterances
    )
    return [
        {
            **said,
            "speaker_track": speaker.track,
            "speaker_score": speaker.score,
            "listener_tracks": list(speaker.listeners),
        }
        for said, speaker in zip(utterances, speakers, strict=True)
    ]


def find_speakers(
    faces: Sequence[Mapping[str, Any]],
    patches: NDArray[np.uint8],
    patch_times_s: ArrayLike,
    patch_track_ids: ArrayLike,
    utterances: Sequence[Mapping[str, Any]],
) -> list[Speaker]:
    """Find the speaker of each utterance among the faces of a window.

    A speaker's mouth moves beside its head, as it does not while nobody speaks, and opens when the
    voice gets loud; a larger or more central face is likelier to speak where that does not decide.
    Without sound the movement alone decides.

    Args:
        faces: the tracks, FACE of `stages.rows`.
        patches: uint8 [C, 128, 128], luma of whole faces, in order of track, then time; not every
            track needs to have some.
        patch_times_s: [C] seconds.
        patch_track_ids: [C].
        utterances: `start_s`, `end_s` and, where there is sound, `voice` (VOICE of `stages.rows`,
            of which the loudness curve is read).
    """
    spans = [Span(one["start_s"], one["end_s"]) for one in utterances]
    times_s = np.asarray(patch_times_s, np.float64)
    track_ids = np.asarray(patch_track_ids, np.int64)
    mouths = {}
    for track in np.unique(track_ids).tolist() if spans else ():
        own = track_ids == track
        first, stop = np.flatnonzero(own)[[0, -1]] + [0, 1]
        mouths[track] = Mouth(patches[first:stop], times_s[first:stop], spans)
    return [
        _speaker(span, loudness(one.get("voice")), faces, mouths)
        for span, one in zip(spans, utterances, strict=True)
    ]


def _speaker(
    span: Span,
    loudness_db: NDArray[np.float64] | None,
    faces: Sequence[Mapping[str, Any]],
    mouths: Mapping[int, Mouth],
) -> Speaker:
    candidates = [
        Candidate(
            track=face["track_id"],
            box=tuple(face["box"]),
            seen=Span(max(face["start_s"], span.start_s), min(face["end_s"], span.end_s)),
            signs=mouths[face["track_id"]].signs(span, loudness_db)
            if face["track_id"] in mouths
            else None,
        )
        for face in faces
        if _share(face, span) >= PRESENT
    ]
    likely = list(zip(chances(candidates), candidates, strict=True))
    looked_at = [(chance, one.track) for chance, one in likely if one.signs is not None]
    score, track = max(looked_at, key=lambda pair: pair[0], default=(None, None))
    return Speaker(
        track=None if score is None or score < SURE else track,
        score=score,
        listeners=tuple(sorted(one.track for chance, one in likely if chance < 1 - SURE)),
    )


def _share(face: Mapping[str, Any], span: Span) -> float:
    """The share of an utterance in which a face is seen."""
    seen_s = min(face["end_s"], span.end_s) - max(face["start_s"], span.start_s)
    return float(seen_s) / max(span.end_s - span.start_s, 1e-6)
