"""How often the face that is said to speak is the one that does, on clips whose truth is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_WHOLE = 10_000  # of the frame, in the boxes of single frames
_LEAST_OVERLAP = 0.5  # of a true utterance: an utterance of the run with less is another one
_MIDDLE = 0.5


@dataclass(frozen=True)
class SpeakerFigures:
    """Counts of utterances, and how sure the run was.

    Attributes:
        utterances: of the truth, in videos of the run.
        right: the track named is the speaker's, or none is named and the speaker is out of view.
        wrong: the track named is another's.
        unsure: none is named, but the speaker is in view.
        missed: no utterance of the run is that one.
        mean_score: of those with a track named; what `right` of them should be. None without any.
        named, named_right: with a track named, and rightly.
    """

    utterances: int
    right: int
    wrong: int
    unsure: int
    missed: int
    named: int
    named_right: int
    mean_score: float | None


def score_speakers(
    truth: Iterable[Mapping[str, Any]], windows: Iterable[Mapping[str, Any]]
) -> SpeakerFigures:
    """Compare the speakers of windows with the truth, by where their faces are at the time.

    Args:
        truth: rows with `video_id`, `start_s`, `end_s` and `speaker_place` of `TRUTH_COLUMNS`.
        windows: rows with `video_id`, `utterances` and `faces` as `microemo annotate` writes them.
    """
    said: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for window in windows:
        mine = said.setdefault(window["video_id"], [])
        mine += [(one, window) for one in window["utterances"] or []]
    verdicts, scores = [], []
    for row in truth:
        if row["video_id"] not in said:
            continue
        match = _match(row, said[row["video_id"]])
        track = match[0]["speaker_track"] if match else None
        verdicts.append((_verdict(row, *match) if match else "missed", track is not None))
        if match and track is not None:
            scores.append(float(match[0]["speaker_score"]))
    outcomes = [verdict for verdict, _ in verdicts]
    return SpeakerFigures(
        utterances=len(verdicts),
        right=outcomes.count("right"),
        wrong=outcomes.count("wrong"),
        unsure=outcomes.count("unsure"),
        missed=outcomes.count("missed"),
        named=len(scores),
        named_right=verdicts.count(("right", True)),
        mean_score=float(np.mean(scores)) if scores else None,
    )


def _match(
    row: Mapping[str, Any], said: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """The utterance of the run that is the row's, and its window."""
    best = max(said, key=lambda pair: _shared(row, pair[0]), default=None)
    least_s = _LEAST_OVERLAP * (row["end_s"] - row["start_s"])
    return best if best is not None and _shared(row, best[0]) >= least_s else None


def _shared(row: Mapping[str, Any], one: Mapping[str, Any]) -> float:
    """Seconds that two utterances have in common."""
    return float(min(row["end_s"], one["end_s"]) - max(row["start_s"], one["start_s"]))


def _verdict(row: Mapping[str, Any], one: Mapping[str, Any], window: Mapping[str, Any]) -> str:
    place, track = row["speaker_place"], one["speaker_track"]
    if track is None:
        return "right" if place is None else "unsure"
    at_s = (row["start_s"] + row["end_s"]) / 2
    face = next(face for face in window["faces"] if face["track_id"] == track)
    if place is None or not face["start_s"] <= at_s <= face["end_s"]:
        return "wrong"
    left, _, right, _ = _box_at(face, at_s)
    is_left = (left + right) / 2 < _MIDDLE
    return "right" if place == "alone" or is_left == (place == "left") else "wrong"


def _box_at(face: Mapping[str, Any], at_s: float) -> Sequence[float]:
    """The box of a face at a time, or its median box where those of frames are not kept."""
    if face["boxes"] is None:
        return [float(edge) for edge in face["box"]]
    nearest = int(np.argmin(np.abs(np.array(face["box_times_s"]) - at_s)))
    return [edge / _WHOLE for edge in face["boxes"][4 * nearest : 4 * nearest + 4]]
