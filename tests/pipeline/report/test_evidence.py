"""What faces did is drawn as far as it was measured, and within bounds."""

import base64
from collections.abc import Callable
from typing import Any

from pipeline.report.evidence import EvidenceView, lay_out_evidence
from pipeline.report.timeline import Scale

Make = Callable[..., Any]


def view(**row: Any) -> EvidenceView:
    return lay_out_evidence(row, Scale(0.0, 10.0))


def test_nothing_is_drawn_where_nobody_looked() -> None:
    nothing = EvidenceView([], [], 0, {})
    assert view() == nothing
    assert view(micro_events=None, face_events=None, face_curves=None) == nothing


def test_each_kind_of_event_has_its_lane(make_event: Make) -> None:
    others = [make_event(1, 3, 4, kind="macro"), make_event(2, 5, 5.2, kind="blink")]
    others.append(make_event(3, 6, 7, kind="speech"))
    found = view(micro_events=[make_event(0, 2.0, 2.4)], face_events=others)
    assert [lane.name for lane in found.lanes] == ["micro", "macro", "blink", "mouthing"]
    (micro,) = found.lanes[0].blocks
    assert (micro.left, micro.width, micro.apex, micro.kind) == (20, 4, 50, "micro")
    assert "inner and outer brows raised (AU1+2), onset 0:02.00" in micro.title


def test_the_surest_expressions_are_listed_in_order_of_time(make_event: Make) -> None:
    events = [make_event(at, at, at + 0.2, confidence=0.1 * at, strip=b"jpeg") for at in range(9)]
    found = view(micro_events=events, face_events=[make_event(9, 9, 9.5, kind="blink")])
    assert [event.event_id for event in found.events] == [3, 4, 5, 6, 7, 8]
    assert found.events_left_out == 3
    shown = [event.event_id for event in found.events if event.strip]
    assert shown == [6, 7, 8]
    assert base64.b64decode(found.events[-1].strip) == b"jpeg"


def test_a_strip_of_any_size_is_not_shown(make_event: Make) -> None:
    (event,) = view(micro_events=[make_event(0, 1, 2, strip=b"x" * 100_000)]).events
    assert event.strip == ""


def test_the_curves_are_those_of_the_face_that_moved(make_event: Make, make_curves: Make) -> None:
    curves = [make_curves(0, 10, track) for track in range(3)]
    found = view(micro_events=[make_event(0, 2, 2.4, track_id=1)], face_curves=curves)
    drawn = [lane for lane in found.lanes if lane.kind == "curve"]
    assert [lane.name for lane in drawn][:2] == ["1: brows", "1: eyes"]
    assert len(drawn) == 7
    assert [len(lane.blocks) for lane in drawn] == [1, 0, 0, 0, 0, 0, 0]
    assert drawn[0].blocks[0].text == "micro"


def test_a_face_at_rest_is_drawn_if_it_is_the_main_one(make_curves: Make) -> None:
    curves = [make_curves(0, 10, 1), make_curves(0, 10, 0)]
    drawn = view(micro_events=[], face_curves=curves).lanes
    assert len(drawn) == 7
    assert all(lane.path and lane.name.startswith("0: ") for lane in drawn)


def test_a_window_stays_small(make_event: Make, make_curves: Make) -> None:
    found = view(micro_events=[make_event(0, 2, 2.4)], face_curves=[make_curves(0, 600)])
    assert sum(len(lane.path) for lane in found.lanes) < 15_000


def test_events_of_an_older_run_are_drawn() -> None:
    old = {"track_id": 0, "region": "lips", "onset_s": 1.0, "apex_s": 1.1, "offset_s": 1.2}
    found = view(micro_events=[{**old, "intensity": 0.5}])
    assert [lane.name for lane in found.lanes] == ["micro"]
    assert found.events[0].words == "lips"
