"""Spotted movements beside one another, and how sure they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.evidence.spotting.confidence import confidence
from stages.evidence.spotting.spotted import Spotted, shared, span, strongest

EVENTS = st.builds(
    lambda onset, rise, fall, evidence: Spotted(
        "micro", onset, onset + rise, onset + rise + fall, evidence, 5.0, False
    ),
    st.integers(0, 60),
    st.integers(1, 12),
    st.integers(1, 12),
    st.floats(5, 50),
)


def _one(onset, offset, evidence=6.0, threshold=5.0, kind="micro"):
    return Spotted(kind, onset, (onset + offset) // 2, offset, evidence, threshold, False)


def test_what_is_shared_is_a_share_of_the_shorter():
    assert shared(_one(10, 20), _one(15, 55)) == 0.5
    assert shared(_one(10, 20), _one(20, 30)) == 0
    assert shared(_one(10, 20), _one(40, 50)) == 0
    assert shared(_one(0, 50), _one(10, 20)) == 1


@given(st.lists(EVENTS, max_size=12), st.floats(0, 0.9))
def test_of_those_that_cover_one_another_the_strongest_stay(events, most):
    kept = strongest(events, most)
    assert [one.onset for one in kept] == sorted(one.onset for one in kept)
    for at, one in enumerate(kept):
        assert all(shared(one, other) <= most for other in kept[at + 1 :])
    for lost in events:
        assert lost in kept or any(
            shared(lost, one) > most and one.rank >= lost.rank for one in kept
        )


@pytest.mark.parametrize(
    ("kind", "evidence"),
    [
        ("micro", np.linspace(0.9, 0.999, 9)),
        ("macro", np.linspace(0.9, 0.999, 9)),
        ("blink", np.geomspace(5, 50, 9)),
    ],
)
def test_more_evidence_makes_an_event_surer_and_never_certain(kind, evidence):
    chances = [confidence(_one(0, 9, one, evidence[0], kind)) for one in evidence]
    assert (np.diff(chances) > 0).all()
    assert 0.1 < chances[0] < chances[-1] < 1


@pytest.mark.parametrize("kind", ["micro", "macro"])
def test_a_chance_of_one_is_no_certainty(kind):
    assert confidence(_one(0, 9, 1.0, 0.5, kind)) < 1


def test_a_span_is_seconds_from_onset_to_offset():
    assert span(np.array([0.0, 0.1, 0.35, 0.5]), _one(1, 3)) == pytest.approx(0.4)
