"""What the faces of a window did, on the page: events on lanes, curves by region, and strips."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.curve import path
from pipeline.report.lanes import Block, Lane
from pipeline.report.timeline import Scale, clock, span

KINDS = ("micro", "macro", "blink", "speech")
"""The kinds of events, as the page orders them."""

_OTHER = "event"
_MOST_EVENTS = 200  # of a kind, on its lane
_MOST_LISTED = 6  # beneath the lanes, the surest
_MOST_STRIPS = 3  # a window; one takes about 10 kB
_MOST_STRIP_BYTES = 40_000
_MOST_CURVED_TRACKS = 2
_MOST_REGIONS = 8
_MOST_WORDS = 160
_LEAST_SHARE = 0.25  # of the largest movement that fills the height of every region


@dataclass(frozen=True)
class EventView:
    """An event with its times in words. `strip` is a JPEG as base64, "" when there is none."""

    event_id: int
    kind: str
    when: str
    words: str
    remarks: str
    strip: str


@dataclass(frozen=True)
class EvidenceView:
    """What the faces of a window did."""

    lanes: list[Lane]
    events: list[EventView]
    events_left_out: int  # of those that are listed: micro and macro
    by_id: Mapping[int, Mapping[str, Any]]  # all events

    def is_listed(self, event_id: int) -> bool:
        """Whether the page has a place for the event that can be linked."""
        return any(event.event_id == event_id for event in self.events)


def _events_of(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All events of a window, in order of time; [] where nobody looked."""
    found = [*(row.get("micro_events") or []), *(row.get("face_events") or [])]
    return sorted(found, key=lambda event: (event["onset_s"], event["apex_s"]))


def lay_out_evidence(row: Mapping[str, Any], scale: Scale) -> EvidenceView:
    """The view of a window's events and curves; empty where nobody looked."""
    events = _events_of(row)
    telling = [event for event in events if _kind(event) in KINDS[:2]]
    surest = sorted(telling, key=lambda event: -(event.get("confidence") or 0.0))
    listed = [event for event in telling if any(event is one for one in surest[:_MOST_LISTED])]
    shown = [event for event in surest if _strip_of(event)][:_MOST_STRIPS]
    return EvidenceView(
        lanes=[*_event_lanes(events, scale), *_curve_lanes(row, events, scale)],
        events=[_event(event, has_strip=any(event is one for one in shown)) for event in listed],
        events_left_out=len(telling) - len(listed),
        by_id={event["event_id"]: event for event in events if event.get("event_id") is not None},
    )


def movement(event: Mapping[str, Any]) -> str:
    """What moved, in words and in the numbers of FACS: "brows raised (AU1+2)"."""
    units = "+".join(map(str, event.get("action_units") or []))
    words = event.get("movement") or (event.get("region") or "").replace("_", " ")
    return _cut(f"{words} (AU{units})" if units else words)


def _kind(event: Mapping[str, Any]) -> str:
    kind = event.get("kind") or KINDS[0]  # of rows from before there were several
    return kind if kind in KINDS else _OTHER


def _event_lanes(events: Sequence[dict[str, Any]], scale: Scale) -> list[Lane]:
    by_kind = {
        kind: [event for event in events if _kind(event) == kind] for kind in (*KINDS, _OTHER)
    }
    return [
        Lane(_name(kind), "events", [_block(event, scale) for event in own[:_MOST_EVENTS]])
        for kind, own in by_kind.items()
        if own
    ]


def _name(kind: str) -> str:
    return "mouthing" if kind == "speech" else kind  # the lane of utterances is called speech


def _block(event: Mapping[str, Any], scale: Scale, text: str = "") -> Block:
    onset_s, apex_s, offset_s = event["onset_s"], event["apex_s"], event["offset_s"]
    times = f"onset {clock(onset_s)}, apex {clock(apex_s)}, offset {clock(offset_s)}"
    words = [_kind(event), movement(event), times, f"intensity {event['intensity'] or 0:.2f}"]
    return Block(
        scale.left(onset_s),
        scale.width(onset_s, offset_s),
        text
        or (_cut(event["region"] or "").replace("_", " ") if _kind(event) in KINDS[:2] else ""),
        ", ".join(word for word in words if word),
        kind=_kind(event),
        apex=Scale(onset_s, offset_s).left(apex_s),
    )


def _curve_lanes(
    row: Mapping[str, Any], events: Sequence[dict[str, Any]], scale: Scale
) -> list[Lane]:
    curves = row.get("face_curves") or []
    moved = {event["track_id"] for event in events if _kind(event) in KINDS[:2]}
    tracks = sorted(curves, key=lambda one: (one["track_id"] not in moved, one["track_id"]))
    chosen = [one for one in tracks if one["track_id"] in moved][:_MOST_CURVED_TRACKS]
    chosen = chosen or [one for one in curves if one["track_id"] == 0]
    return [lane for one in chosen for lane in _track_lanes(one, events, scale, len(curves) > 1)]


def _track_lanes(
    track: Mapping[str, Any],
    events: Sequence[dict[str, Any]],
    scale: Scale,
    is_named: bool,
) -> list[Lane]:
    """A lane for each region, all on one scale unless a region moves far less than the rest."""
    lefts = [scale.left(time_s) for time_s in track["times_s"] or []]
    regions = (track["regions"] or [])[:_MOST_REGIONS]
    highest = {one["name"]: _highest(one["values"]) for one in regions}
    floor = _LEAST_SHARE * max(highest.values(), default=0.0)
    prefix = f"{track['track_id']}: " if is_named else ""
    return [
        Lane(
            _cut(f"{prefix}{one['name'] or ''}".replace("_", " ")),
            "curve",
            [
                _block(event, scale, _kind(event))
                for event in events
                if event["track_id"] == track["track_id"] and event["region"] == one["name"]
            ][:_MOST_EVENTS],
            path(lefts, one["values"] or [], 0.0, max(highest[one["name"]], floor)),
        )
        for one in regions
    ]


def _highest(values: Sequence[float | None] | None) -> float:
    return max((v for v in values or [] if v is not None and math.isfinite(v)), default=0.0)


def _event(event: Mapping[str, Any], *, has_strip: bool) -> EventView:
    sureness = event.get("confidence")
    remarks = [
        f"face {event['track_id']}",
        "" if sureness is None else f"sureness {sureness:.2f}",
        "while speaking" if event.get("while_speaking") else "",
    ]
    return EventView(
        event_id=event.get("event_id") or 0,
        kind=_kind(event),
        when=span(event["onset_s"], event["offset_s"]),
        words=movement(event),
        remarks=", ".join(filter(None, remarks)),
        strip=base64.b64encode(_strip_of(event)).decode() if has_strip else "",
    )


def _strip_of(event: Mapping[str, Any]) -> bytes:
    strip: bytes = event.get("strip") or b""
    return strip if len(strip) <= _MOST_STRIP_BYTES else b""


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]}…"
