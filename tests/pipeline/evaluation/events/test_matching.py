"""Which spotted event is which true one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipeline.evaluation.events.film import FaceEvent
from pipeline.evaluation.events.matching import (
    LEAST_IOU,
    blinks_alike,
    expressions_alike,
    iou,
    jaccard,
    match_events,
)
from tests.pipeline.evaluation.events.filmed import FPS, event


@some.composite
def _event(draw: some.DrawFn) -> FaceEvent:
    onset, rise, fall = (draw(some.integers(low, 20)) for low in (0, 1, 1))
    return event("micro", onset, onset + rise, onset + rise + fall, in_view=draw(some.booleans()))


_EVENTS = some.lists(_event(), max_size=8)


@given(_EVENTS, _EVENTS)
def test_each_event_ends_in_one_place(true: list[FaceEvent], found: list[FaceEvent]) -> None:
    matches = match_events(true, found, expressions_alike)
    mine = [*(one for one, _ in matches.pairs), *matches.missed]
    theirs = [*(one for _, one in matches.pairs), *matches.false, *matches.excused]
    assert sorted(map(id, mine)) == sorted(id(one) for one in true if one.in_view)
    assert sorted(map(id, theirs)) == sorted(map(id, found))
    assert all(iou(*pair) >= LEAST_IOU - 1e-6 for pair in matches.pairs)


@given(_EVENTS)
def test_a_truth_finds_itself(true: list[FaceEvent]) -> None:
    matches = match_events(true, true, expressions_alike)
    assert not matches.missed
    assert all(one.span_s == other.span_s for one, other in matches.pairs)


@given(_EVENTS, _EVENTS, some.floats(-100, 100))
def test_only_distances_in_time_count(
    true: list[FaceEvent], found: list[FaceEvent], by_s: float
) -> None:
    def later(events: list[FaceEvent]) -> list[FaceEvent]:
        return [
            replace(
                one,
                onset_s=one.onset_s + by_s,
                apex_s=one.apex_s + by_s,
                offset_s=one.offset_s + by_s,
            )
            for one in events
        ]

    for one, other in zip(true, found, strict=False):
        [moved], [beside] = later([one]), later([other])
        assert iou(moved, beside) == pytest.approx(iou(one, other))
        assert iou(one, other) == iou(other, one)


def test_the_pair_that_overlaps_most_comes_first() -> None:
    true = [event("micro", 10, 15, 20)]
    good, better = event("micro", 8, 14, 20), event("micro", 10, 14, 19)
    matches = match_events(true, [good, better], expressions_alike)
    assert matches.pairs == ((true[0], better),)
    assert matches.false == (good,)


def test_of_two_faces_that_move_at_once_action_units_tell_which_is_meant() -> None:
    brow, mouth = event("micro", 10, 15, 20, 1, 2), event("micro", 10, 15, 20, 12, person="BEN")
    named = [event("micro", 10, 15, 20, 12), event("micro", 10, 15, 20, 1)]
    matches = match_events([brow, mouth], named, expressions_alike)
    assert matches.pairs == ((brow, named[1]), (mouth, named[0]))


def test_what_is_out_of_view_is_neither_missed_nor_wrongly_spotted() -> None:
    hidden = event("micro", 10, 15, 20, in_view=False)
    found = [event("micro", 10, 15, 20), event("micro", 40, 45, 50)]
    matches = match_events([hidden], found, expressions_alike)
    assert (matches.pairs, matches.missed) == ((), ())
    assert (matches.excused, matches.false) == ((found[0],), (found[1],))


def test_half_of_the_union_is_enough() -> None:
    true = event("micro", 10, 15, 20)
    assert expressions_alike(true, event("micro", 10, 12, 15))
    assert not expressions_alike(true, event("micro", 10, 12, 14))


@pytest.mark.parametrize(
    ("found", "same"),
    [
        (event("blink", 10, 12, 16), True),
        (event("blink", 15, 15, 17), True),  # the apex is 3 frames off, the overlap is small
        (event("blink", 16, 16, 18), False),
        (event("blink", 14, 17, 18), True),  # the apex is far, the overlap a quarter
    ],
)
def test_a_blink_is_found_by_its_apex_or_by_overlap(found: FaceEvent, same: bool) -> None:
    assert blinks_alike(FPS)(event("blink", 10, 12, 16), found) is same


def test_units_agree_as_far_as_both_have_them() -> None:
    assert jaccard(frozenset((1, 2, 4)), frozenset((1, 2, 5))) == 0.5
    assert jaccard(frozenset(), frozenset()) == 0.0
