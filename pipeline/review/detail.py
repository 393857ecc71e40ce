"""All that is shown of one unit: its row, its window, and what was decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.reading import read_row
from pipeline.review.plain import plain
from pipeline.review.units import GIVEN, Units
from pipeline.reviews import Decision

_OF_WINDOW: Sequence[str] = (
    "window_id",
    "window_index",
    "window_count",
    "start_s",
    "end_s",
    "media",
    "language",
    "faces",
    "face_strip",
    "micro_events",
    "face_events",
    "face_curves",
    "warnings",
    "model",
    "detector",
    "speech_model",
    "config_hash",
    "created_at",
    "extra",
    "label_given",
    "utterances",
)
_EMOTION: Sequence[str] = (
    "description",
    "labels",
    "label_confidence",
    "label_stated",
    "label_agreement",
    "agreement_fast_slow",
    "labels_raw",
    "clues",
    "evidence_coverage",
    "abstained",
    "abstained_reason",
)
_FIGURES = (
    "label_confidence",
    "label_stated",
    "label_agreement",
    "agreement_fast_slow",
    "evidence_coverage",
)
"""How sure the machine is, which somebody who audits is not shown."""

_SPOKEN = ("index", "start_s", "end_s", "speaker", "text", "text_source", "text_confidence")
_MOST_STRIPS = 24
_MOST_CURVED_TRACKS = 6
_DECIDED = (
    "id",
    "verdict",
    "labels",
    "description",
    "text",
    "start_s",
    "end_s",
    "speaker_track",
    "comment",
    "task",
    "at",
)


SHOWN: Sequence[str] = (*_OF_WINDOW, *_EMOTION)
"""Columns of a window that `shown_unit` takes."""


def read_window(
    folder: DatasetFolder,
    units: Units,
    number: int,
    columns: Sequence[str],
) -> dict[str, Any]:
    """The row of `annotations` that a unit is of: `uri`, `file` and `columns`.

    Raises:
        stages.faults.SetupError: its file cannot be read.
    """
    name, place = units.places[units.table["window_id"][number].as_py()]
    return read_row(folder, name, place, ["uri", "file", *columns])


def version_of(window: Mapping[str, Any]) -> str:
    """Tells a row from one that was made anew in its place."""
    made = window["created_at"]
    return f"{window['config_hash'] or ''} {'' if made is None else made.isoformat()}"


def shown_unit(
    units: Units, number: int, window: Mapping[str, Any], *, shows_given: bool
) -> dict[str, Any]:
    """A unit for the page, without what was decided of it."""
    row = units.row(number)
    said = said_of(row, window)
    emotion = {name: said.get(name) for name in _EMOTION}
    if units.is_audit[number]:
        emotion |= dict.fromkeys(_FIGURES)
    return {
        "unit_id": row["unit_id"],
        "version": version_of(window),
        "video_id": row["video_id"],
        "utterance_index": row["utterance_index"],
        "start_s": row["start_s"],
        "end_s": row["end_s"],
        "speaker_track": said.get("speaker_track"),
        "speaker_score": plain(said.get("speaker_score")),
        "text": plain(row["text"] if row["utterance_index"] is not None else None),
        "emotion": plain(emotion),
        "voice": plain(said.get("voice")),
        "window": plain(_window(window, shows_given=shows_given)),
    }


def said_of(row: Mapping[str, Any], window: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the fields on emotion stand on: the utterance, or the window in which nobody speaks."""
    if row["utterance_index"] is None:
        return window
    own: Mapping[str, Any]
    for own in window["utterances"] or []:
        if own["index"] == row["utterance_index"]:
            return own
    return {}


def _window(window: Mapping[str, Any], *, shows_given: bool) -> dict[str, Any]:
    found = {name: window[name] for name in _OF_WINDOW}
    extra = [one for one in window["extra"] or [] if shows_given or one["key"] not in GIVEN]
    return found | {
        "utterances": [
            {name: one.get(name) for name in _SPOKEN} for one in window["utterances"] or []
        ],
        "face_strip": (window["face_strip"] or {}).get("bytes"),
        "events": _events(window),
        "micro_events": None,
        "face_events": None,
        "looked_for_events": window["micro_events"] is not None,
        "face_curves": (window["face_curves"] or [])[:_MOST_CURVED_TRACKS],
        "label_given": window["label_given"] if shows_given else None,
        "extra": extra,
    }


def _events(window: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All events in order of time; the surest keep their pictures."""
    events = [*(window["micro_events"] or []), *(window["face_events"] or [])]
    surest = sorted(events, key=lambda one: (one["kind"] != "micro", -(one["confidence"] or 0)))
    pictured = {id(one) for one in [one for one in surest if one["strip"]][:_MOST_STRIPS]}
    events.sort(key=lambda one: (one["onset_s"], one["apex_s"]))
    return [one if id(one) in pictured else one | {"strip": None} for one in events]


def shown_decision(decision: Decision, reviewer: str, *, is_named: bool) -> dict[str, Any]:
    """A decision for the page of `reviewer`, with its author's name or without."""
    told = decision.model_dump(mode="json")
    return {name: told[name] for name in _DECIDED} | {
        "is_mine": decision.reviewer == reviewer,
        "reviewer": decision.reviewer if is_named else None,
    }
