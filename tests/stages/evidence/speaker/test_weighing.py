"""What the faces show is weighed against each other, and size and place where that says little."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.evidence.speaker.signs import Signs, Span
from stages.evidence.speaker.weighing import Candidate, chances

LARGE = (0.3, 0.1, 0.7, 0.9)
SMALL = (0.0, 0.4, 0.1, 0.6)
WEAK = Signs(activity=0.45, contrast=None, synchrony=None)
SEEN = Span(0.0, 2.0)


def _candidate(box: tuple[float, float, float, float], signs: Signs | None) -> Candidate:
    return Candidate(0, box, SEEN, signs)


def test_the_larger_and_more_central_face_is_likelier_where_the_mouths_say_little() -> None:
    large, small = chances([_candidate(LARGE, WEAK), _candidate(SMALL, WEAK)])
    assert large > 2 * small


def test_a_mouth_that_speaks_outweighs_size_and_place() -> None:
    still, busy = Signs(0.1, 0.0, 0.2), Signs(1.2, 1.0, 0.7)
    large, small = chances([_candidate(LARGE, still), _candidate(SMALL, busy)])
    assert small > 0.9
    assert large < 0.1


def test_two_that_seem_to_speak_as_much_leave_it_open() -> None:
    busy = Signs(1.2, 1.0, 0.7)
    assert max(chances([_candidate(LARGE, busy), _candidate(LARGE, busy)])) < 0.6


def test_faces_before_and_after_a_cut_take_nothing_from_each_other() -> None:
    busy = _candidate(LARGE, Signs(1.2, 1.0, 0.7))
    alone = chances([busy])[0]
    after = replace(busy, seen=Span(2.0, 4.0))
    assert chances([busy, after]) == pytest.approx([alone, alone])


def test_nobody_to_weigh() -> None:
    assert chances([]) == []


_numbers = st.floats(-5, 5)
_signs = st.builds(Signs, _numbers, st.none() | _numbers, st.none() | st.floats(-1, 1))


@given(st.lists(st.none() | _signs, min_size=1, max_size=5))
def test_chances_of_faces_seen_together_are_shares_of_one(shown: list[Signs | None]) -> None:
    found = chances([_candidate(LARGE, one) for one in shown])
    assert all(0 < one < 1 for one in found)
    assert sum(found) < 1
