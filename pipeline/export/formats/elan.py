"""A file of annotations for ELAN (EAF 3.0) for each clip."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.export.formats.clips import ClipOfVideo, action_units, as_code, clips_of
from pipeline.export.formats.elan_document import Document, Placed, Tier
from pipeline.export.formats.format import Format
from pipeline.export.unit import ExportedVideo, Unit
from stages.media import is_uri

_UNKNOWN = "unknown speaker"
_LEAST_MS = 1  # an annotation of no length is none
_BETWEEN = "; "
_MIME = {"mp4": "video/mp4", "mpg": "video/mpeg", "mpeg": "video/mpeg", "mov": "video/quicktime"}


class Elan(Format):
    """`<video>.eaf`: a tier for each speaker, with tiers of labels and of descriptions below it.

    What faces did stands in tiers by track, micro-expressions apart from other movements, and so
    does when each face is in view. Where two of a tier would overlap there is another, ` (2)`.
    """

    purpose = "annotations for ELAN: speakers, emotions, facial events, faces"

    def add(self, video: ExportedVideo) -> None:
        for clip in clips_of(video):
            document = Document(_place(clip.clip.uri), _mime(clip.clip.uri))
            for tier in (*self._speakers(clip), *_events(clip), *_faces(clip)):
                document.add(tier)
            made = max(
                (unit.row["created_at"] for unit in clip.units if unit.row["created_at"]),
                default=datetime(1970, 1, 1, tzinfo=UTC),
            )
            self.output.write(f"{clip.name}.eaf", document.written(made))
            self.note("characters that XML does not allow are left out", document.left_out)

    def finish(self) -> None:
        """Each file is written already."""

    def _speakers(self, clip: ClipOfVideo) -> list[Tier]:
        tiers: dict[str, Tier] = {}
        for unit in clip.units:
            speaker = unit.row["speaker"] or _UNKNOWN
            tier = tiers.setdefault(speaker, Tier(speaker, "speech", participant=speaker))
            tier.placed.append(_placed(clip, unit.start_s, unit.end_s, unit.text, _below(unit)))
            self.note(
                "labels hold the mark between labels, a semicolon",
                sum(";" in label for label in unit.labels),
            )
        return list(tiers.values())


def _below(unit: Unit) -> dict[str, str]:
    """What stands in tiers below that of the speech; empty ones are left out."""
    below = {"emotion": _BETWEEN.join(unit.labels), "description": unit.description}
    return {kind: value for kind, value in below.items() if value}


def _placed(
    clip: ClipOfVideo, start_s: float, end_s: float, value: str, below: dict[str, str]
) -> Placed:
    start_ms = round(1000 * clip.at(start_s))
    return Placed(start_ms, max(round(1000 * clip.at(end_s)), start_ms + _LEAST_MS), value, below)


def _events(clip: ClipOfVideo) -> list[Tier]:
    tiers: dict[tuple[Any, ...], Tier] = {}
    for event in clip.events():
        is_micro = event["kind"] == "micro"
        name = f"{'micro-expressions' if is_micro else 'movements'} of face {event['track_id']}"
        tier = tiers.setdefault((event["track_id"], is_micro), Tier(name, "event"))
        apex_s = clip.at(event["apex_s"])
        told = [event["kind"], event["movement"], as_code(action_units(event))]
        value = f"{', '.join(dict.fromkeys(filter(None, told)))}, apex {apex_s:.3f} s"
        tier.placed.append(_placed(clip, event["onset_s"], event["offset_s"], value, {}))
    return [tiers[key] for key in sorted(tiers)]


def _faces(clip: ClipOfVideo) -> list[Tier]:
    """When each face is in view; a track is a face within its window."""
    tiers: dict[int, Tier] = {}
    for window in clip.video.windows:
        for face in window["faces"] or ():
            track = face["track_id"]
            start_s, end_s = _seen(clip, face["start_s"], face["end_s"])
            if end_s > start_s:
                tier = tiers.setdefault(track, Tier(f"face {track}", "face"))
                value = f"track {track} of {window['window_id']}"
                tier.placed.append(_placed(clip, start_s, end_s, value, {}))
    return [tiers[track] for track in sorted(tiers)]


def _seen(clip: ClipOfVideo, start_s: float, end_s: float) -> tuple[float, float]:
    """The part of a span that is in the clip."""
    if clip.clip.is_whole:
        return start_s, end_s
    return max(start_s, clip.units[0].start_s), min(end_s, clip.units[0].end_s)


def _place(uri: str) -> str:
    """As ELAN looks for media: a URI, or from the folder of the document on."""
    if is_uri(uri):
        return uri
    return Path(uri).as_uri() if Path(uri).is_absolute() else f"./{uri}"


def _mime(uri: str) -> str:
    return _MIME.get(uri.rpartition(".")[2].lower(), "video/*")
