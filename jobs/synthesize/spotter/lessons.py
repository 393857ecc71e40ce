"""Faces of clips with truth: what the network reads of each, and what it should say."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.config import load_config
from pipeline.evaluation.events.film import EXPRESSIONS
from pipeline.evaluation.matching import span_iou
from pipeline.plain_loop import build_stage, chain
from stages.evidence.movement.measure import measure
from stages.evidence.speaker.find import with_speakers
from stages.evidence.spotter.network import KINDS, UNITS
from stages.evidence.spotter.signals import Signals, signals
from stages.evidence.spotting.speech import may_speak
from stages.evidence.tracks import stretches
from stages.rows import Row

_SAME = 0.3  # intersection over union of two that are one utterance
_ROUNDING_S = 1e-4


@dataclass(frozen=True)
class Lesson:
    """A face while it is in sight.

    Attributes:
        signals: m samples.
        truth: float32 [m, 2, 1 + U]: 1 where an expression of a kind is under way, and for each
            unit that it moves, else 0.
        brief: the samples of the apexes of its micro-expressions.
    """

    signals: Signals
    truth: NDArray[np.float32]
    brief: tuple[int, ...]


def lessons(sources: Sequence[Row], truth: Mapping[str, Sequence[Row]]) -> Iterator[Lesson]:
    """Those of the faces of videos which speak, as it is known who they are.

    Args:
        sources: source rows.
        truth: the rows of truth.parquet, by video.
    """
    config = load_config()
    stages = [build_stage(name, config) for name in ("transcribe", "segment", "decode", "faces")]
    for row in chain(stages, sources):
        if row.get("error") is None:
            yield from _of_window(row, truth[row["video_id"]])


def _of_window(row: Row, truth: Sequence[Row]) -> Iterator[Lesson]:
    utterances = with_speakers(row)
    people = _people(utterances, truth)
    for stretch in stretches(row):
        if stretch.track_id not in people:
            continue
        movement = measure(stretch.patches, stretch.times_s, stretch.yaw_deg)
        read = signals(movement, may_speak(movement, stretch.track_id, utterances))
        shown = _shown(truth, people[stretch.track_id])
        brief = [_sample(read, one["apex_s"]) for one in shown if _is_brief(one, read)]
        yield Lesson(read, _told(shown, read.times_s), tuple(brief))


def _people(utterances: Sequence[Row], truth: Sequence[Row]) -> dict[int, str]:
    """Who of the truth each track is, by what it is seen to speak."""
    votes: dict[int, Counter[str]] = {}
    for said in utterances:
        for true in truth:
            if said["speaker_track"] is not None and span_iou(_span(said), _span(true)) >= _SAME:
                votes.setdefault(said["speaker_track"], Counter())[true["speaker"]] += 1
    return {track: names.most_common(1)[0][0] for track, names in votes.items()}


def _span(row: Row) -> tuple[float, float]:
    return row["start_s"], row["end_s"]


def _shown(truth: Sequence[Row], person: str) -> list[Row]:
    """The expressions of a person, which several rows of the truth may tell of, each once."""
    events = (event for row in truth for event in row["events"])
    own = [e for e in events if e["person"] == person and e["kind"] in EXPRESSIONS and e["in_view"]]
    return list({(one["kind"], one["onset_s"]): one for one in own}.values())


def _sample(read: Signals, time_s: float) -> int:
    return int(np.abs(read.times_s - time_s).argmin())


def _is_brief(event: Row, read: Signals) -> bool:
    """Whether it is a micro-expression that is in sight as a whole."""
    first, last = read.times_s[0], read.times_s[-1]
    return bool(
        event["kind"] == "micro" and first <= event["onset_s"] and event["offset_s"] <= last
    )


def _told(shown: Sequence[Row], times_s: NDArray[np.float64]) -> NDArray[np.float32]:
    told = np.zeros((len(times_s), len(KINDS), 1 + len(UNITS)), np.float32)
    for event in shown:
        after = times_s > event["onset_s"] + _ROUNDING_S
        within = after & (times_s < event["offset_s"] - _ROUNDING_S)
        units = [1 + UNITS.index(unit) for unit in event["action_units"] if unit in UNITS]
        for column in (0, *units):
            told[within, KINDS.index(event["kind"]), column] = 1
    return told
