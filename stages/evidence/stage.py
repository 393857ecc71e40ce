"""The stage: face patches in, what the faces did and who speaks out."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stages.contract import StageSpec
from stages.evidence.config import EvidenceConfig
from stages.evidence.curves import curves
from stages.evidence.description import describe
from stages.evidence.movement.measure import Movement, measure
from stages.evidence.norms.norms import FILE as NORMS_FILE
from stages.evidence.norms.norms import load_norms
from stages.evidence.speaker.find import with_speakers
from stages.evidence.speaker.follow import follow_speaker
from stages.evidence.spotter.network import FILE as SPOTTER_FILE
from stages.evidence.spotter.network import load_weights
from stages.evidence.spotting.speech import may_speak, spot_speech
from stages.evidence.spotting.spot import Sighting, spot
from stages.evidence.spotting.spotted import Spotted
from stages.evidence.strips import strip
from stages.evidence.tracks import Stretch, stretches
from stages.identity import Identity, revision_of
from stages.rows import Row
from stages.section import Sections
from stages.stage import Stage

_WITH_STRIP = frozenset({"micro", "macro"})


@dataclass(frozen=True)
class _Seen:
    """A stretch of a face, and what it did there."""

    stretch: Stretch
    movement: Movement
    sighting: Sighting
    spotted: list[Spotted]


class EvidenceStage(Stage):
    """Finds what the faces of a window did and which of them speaks; the crops follow the speaker.

    The method is described in docs/evidence.md.
    """

    section = EvidenceConfig
    spec = StageSpec(
        name="evidence",
        reads=("utterances", "faces", "crops", "crop_times_s", "crop_track_ids", "face_patches"),
        writes=(
            "utterances",
            "crops",
            "crop_times_s",
            "crop_track_ids",
            "micro_events",
            "face_events",
            "face_curves",
        ),
        drops=("face_patches",),
    )

    def __init__(self, config: EvidenceConfig) -> None:
        """Load SciPy, norms and spotter, so that the first window takes no longer than others."""
        self._config = config
        for name in ("scipy.ndimage", "scipy.optimize", "scipy.signal"):
            importlib.import_module(name)
        load_norms()
        load_weights()

    @classmethod
    def identity(cls, sections: Sections) -> Identity:
        """See `Stage.identity`: what it knows of faces beforehand, under "evidence"."""
        revision = revision_of([SPOTTER_FILE, NORMS_FILE])
        return {"evidence": {"name": "spotter and norms", "revision": revision}}

    def process(self, rows: list[Row]) -> list[Row]:
        """Add events, curves and speakers to each window; see `Stage.process`."""
        return [self._with_evidence(row) for row in rows]

    def _with_evidence(self, row: Row) -> Row:
        utterances = with_speakers(row)
        seen = [_look(stretch, utterances) for stretch in stretches(row)]
        events = self._events(seen)
        if not self._config.listeners:
            utterances = [{**said, "listener_tracks": None} for said in utterances]
        kept = follow_speaker(row["crop_times_s"], row["crop_track_ids"], utterances)
        return {
            **row,
            "utterances": utterances,
            "crops": row["crops"][kept],
            "crop_times_s": [row["crop_times_s"][index] for index in kept],
            "crop_track_ids": [row["crop_track_ids"][index] for index in kept],
            "micro_events": [event for event in events if event["kind"] == "micro"],
            "face_events": [event for event in events if event["kind"] != "micro"],
            "face_curves": _curves(seen) if self._config.keep_curves else None,
        }

    def _events(self, seen: Sequence[_Seen]) -> list[dict[str, Any]]:
        """All events, numbered in order of time."""
        events = [
            describe(one.movement, one.stretch.track_id, event)
            | {"strip": self._strip(one.stretch, event)}
            for one in seen
            for event in one.spotted
        ]
        ordered = sorted(events, key=lambda it: (it["onset_s"], it["track_id"], it["kind"]))
        return [{**event, "event_id": number} for number, event in enumerate(ordered)]

    def _strip(self, stretch: Stretch, event: Spotted) -> bytes | None:
        wanted = self._config.keep_strips and event.kind in _WITH_STRIP
        return strip(stretch.patches, event) if wanted else None


def _look(stretch: Stretch, utterances: Sequence[dict[str, Any]]) -> _Seen:
    movement = measure(stretch.patches, stretch.times_s, stretch.yaw_deg)
    sighting = spot(movement, may_speak(movement, stretch.track_id, utterances))
    speech = spot_speech(movement, stretch.track_id, utterances)
    return _Seen(stretch, movement, sighting, [*sighting.spotted, *speech])


def _curves(seen: Sequence[_Seen]) -> list[dict[str, Any]]:
    """The curves of each track, in order of its number."""
    by_track: dict[int, list[_Seen]] = {}
    for one in seen:
        by_track.setdefault(one.stretch.track_id, []).append(one)
    return [
        curves(track_id, [one.movement for one in own], [one.sighting for one in own])
        for track_id, own in sorted(by_track.items())
    ]
