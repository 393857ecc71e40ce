"""A dataset that FiftyOne loads: a video sample for each clip, its utterances, events and faces.

It has the layout of FiftyOne's own datasets as they were before its version 0.8, which it still
loads as `FiftyOneDataset`. The later layout holds documents of its data base, which belong to a
version of it. Frames count from 1, and `support` holds its last frame.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.export.formats.clips import ClipOfVideo, action_units, clips_of, without_frames
from pipeline.export.formats.format import Format
from pipeline.export.unit import ExportedVideo, Unit
from stages.rows import Row

_HEAD = '{"samples": ['
_BOX_PARTS = 10_000  # of a side, see docs/output.md
_UNLABELLED = "(none)"
_OF_UNIT = (
    *("unit_id", "labels", "label_confidence", "text", "description", "speaker", "speaker_track"),
    *("abstained_reason", "review"),
)
_OF_EVENT = ("track_id", "movement", "region", "intensity", "while_speaking")


class FiftyOne(Format):
    """`metadata.json`, `samples.json` and a file of `frames/` for each clip."""

    purpose = "a dataset for FiftyOne: utterances, facial events, boxes of faces by frame"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._samples = self.output.growing("samples.json")
        self._count = 0

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        return without_frames(unit)

    def add(self, video: ExportedVideo) -> None:
        for clip in clips_of(video):
            frames = f"frames/{clip.name}.json"
            content = json.dumps({"frames": _frames(clip)})
            self.output.write(frames, content.encode())
            sample = json.dumps({**_sample(clip), "frames": frames}, ensure_ascii=False)
            self._samples.write(f"{',' if self._count else _HEAD}\n{sample}")
            self._count += 1

    def finish(self) -> None:
        self._samples.write("\n]}\n")
        self._samples.close()
        self.output.write_json("metadata.json", {"name": "microemo", "media_type": "video"})


def _sample(clip: ClipOfVideo) -> Row:
    first = clip.units[0]
    media = clip.video.media
    return {
        "filepath": clip.clip.uri,
        "tags": [first.split],
        "metadata": {
            "_cls": "VideoMetadata",
            "frame_rate": clip.clip.fps,
            "total_frame_count": clip.frame_count,
            "duration": clip.duration_s,
            "frame_width": media.get("width"),
            "frame_height": media.get("height"),
        },
        "video_id": clip.video.video_id,
        "language": first.row["language"],
        "utterances": _temporal([_of_unit(clip, unit) for unit in clip.units]),
        "facial_events": _temporal([_of_event(clip, event) for event in clip.events()])
        if clip.looks_for_events
        else None,
    }


def _temporal(detections: Sequence[Row]) -> Row:
    return {"_cls": "TemporalDetections", "detections": list(detections)}


def _detection(
    clip: ClipOfVideo, label: str, span: tuple[float, float], confidence: float | None
) -> Row:
    support = [clip.first_frame(span[0]), clip.last_frame(*span)]
    return {
        "_cls": "TemporalDetection",
        "tags": [],
        "label": label,
        "support": support,
        "confidence": confidence,
    }


def _of_unit(clip: ClipOfVideo, unit: Unit) -> Row:
    """The first label is the label; all of them stand in `labels`."""
    label = unit.labels[0] if unit.labels else _UNLABELLED
    found = _detection(clip, label, (unit.start_s, unit.end_s), unit.confidence)
    return {**found, **{name: unit.row[name] for name in _OF_UNIT}}


def _of_event(clip: ClipOfVideo, event: Mapping[str, Any]) -> Row:
    span = (event["onset_s"], event["offset_s"])
    return {
        **_detection(clip, event["kind"], span, event["confidence"]),
        **{name: event[name] for name in _OF_EVENT},
        "action_units": action_units(event),
        "apex": clip.first_frame(event["apex_s"]),
    }


def _frames(clip: ClipOfVideo) -> Row:
    """By frame, the boxes of faces at the analysis frames; `index` is the track."""
    found: dict[int, dict[int, Row]] = defaultdict(dict)
    for window in clip.video.windows:
        for face in window["faces"] or ():
            for frame, box in _boxes(clip, face):
                found[frame].setdefault(
                    face["track_id"],
                    {
                        "_cls": "Detection",
                        "attributes": {},
                        "tags": [],
                        "label": "face",
                        "bounding_box": box,
                        "index": face["track_id"],
                        "window_id": window["window_id"],
                    },
                )
    return {
        str(frame): {
            "frame_number": frame,
            "faces": {"_cls": "Detections", "detections": list(tracks.values())},
        }
        for frame, tracks in sorted(found.items())
    }


def _boxes(clip: ClipOfVideo, face: Mapping[str, Any]) -> list[tuple[int, list[float]]]:
    """`[x, y, width, height]` as shares of the picture, by frame of the clip."""
    times, flat = face.get("box_times_s") or (), face.get("boxes") or ()
    corners = [[value / _BOX_PARTS for value in flat[at : at + 4]] for at in range(0, len(flat), 4)]
    return [
        (clip.first_frame(time_s), [x0, y0, x1 - x0, y1 - y0])
        for time_s, (x0, y0, x1, y1) in zip(times, corners, strict=True)
        if _is_in(clip, time_s)
    ]


def _is_in(clip: ClipOfVideo, time_s: float) -> bool:
    unit = clip.units[0]
    return clip.clip.is_whole or unit.start_s <= time_s < unit.end_s
