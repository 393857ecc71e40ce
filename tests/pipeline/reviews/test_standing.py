"""Which decision holds of a row."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from pipeline.reviews.decision import Decision
from pipeline.reviews.standing import Standing, standings

Decide = Callable[..., Decision]


def _only(*decisions: Decision) -> Standing:
    (standing,) = standings(decisions).values()
    return standing


def test_the_last_decision_of_a_person_holds(decide: Decide) -> None:
    last = decide(verdict="corrected", labels=["relief"])
    standing = _only(decide(), last)
    assert (standing.state, standing.decision) == ("corrected", last)
    assert standing.is_usable


def test_a_decision_that_is_withdrawn_gives_way_to_the_one_before(decide: Decide) -> None:
    first, second = decide(), decide(verdict="rejected")
    withdrawal = decide(verdict="withdrawn", withdraws=second.id)
    assert _only(first, second, withdrawal).decision == first
    assert not standings([second, withdrawal])


def test_nobody_withdraws_what_another_decided(decide: Decide) -> None:
    first = decide()
    other = decide(reviewer="ben", verdict="withdrawn", withdraws=first.id)
    assert _only(first, other).decision == first


def test_reviewers_who_differ_are_in_dispute_until_somebody_adjudicates(decide: Decide) -> None:
    one, other = decide(labels=["joy"]), decide(reviewer="ben", labels=["fear"])
    disputed = _only(one, other)
    assert (disputed.state, disputed.decision) == ("disputed", None)
    assert not disputed.is_usable
    final = decide(reviewer="cleo", verdict="corrected", labels=["awe"], task="adjudication")
    later = decide(reviewer="ben", labels=["anger"])
    assert _only(one, other, final, later).decision == final


def test_those_who_name_the_same_labels_agree_in_any_order_and_case(decide: Decide) -> None:
    one = decide(labels=["joy", "Pride"])
    other = decide(reviewer="ben", verdict="corrected", labels=["pride", "joy"], text="Oh!")
    standing = _only(one, other)
    assert (standing.state, standing.decision) == ("corrected", other)
    assert standing.reviewers == ("anna", "ben")


def test_a_remark_decides_nothing(decide: Decide) -> None:
    assert not standings([decide(verdict="commented", comment="look again")])


def test_windows_and_utterances_stand_apart(decide: Decide) -> None:
    of_utterance = decide(utterance_index=3)
    of_window = decide(utterance_index=None, verdict="rejected")
    other_window = decide(utterance_index=None, window_index=1)
    found = standings([of_utterance, of_window, other_window])
    assert [standing.state for standing in found.values()] == ["accepted", "rejected", "accepted"]


def test_a_row_that_was_cut_anew_is_another(decide: Decide) -> None:
    standing = _only(decide(row_start_s=1.0, row_end_s=2.0))
    assert standing.is_of(1.0, 2.0)
    assert standing.is_of(1.1, 2.1)
    assert not standing.is_of(3.0, 4.0)


@pytest.mark.parametrize(
    "said",
    [
        {"verdict": "withdrawn"},
        {"withdraws": "0" * 32},
        {"start_s": 5.0},
        {"labels": [""]},
        {"labels": ["x"] * 101},
        {"description": "x" * 20_001},
        {"end_s": float("inf")},
        {"reviewer": ""},
        {"unknown": 1},
    ],
)
def test_what_is_no_whole_decision_is_refused(decide: Decide, said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        decide(**said)
