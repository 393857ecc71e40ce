import pytest

from jobs.synthesize.behaviour.patterns import patterns
from jobs.synthesize.plan import Delivery, Movement, Side, Span
from jobs.synthesize.script.wording import units_by_name, units_in_words, voice_in_words, when


def _movement(
    units: tuple[int, ...], side: Side = "both", start_s: float = 1.0, end_s: float = 2.0
) -> Movement:
    apex_s = (start_s + end_s) / 2
    return Movement("Ann", "macro", 0, None, units, side, start_s, apex_s, end_s, 0.5)


@pytest.mark.parametrize("name", patterns())
def test_there_are_words_for_every_pattern(name: str) -> None:
    pattern = patterns()[name]
    movement = _movement(pattern.numbers, "left" if pattern.one_sided else "both")
    assert units_in_words(movement)
    assert units_by_name(movement)


def test_the_side_of_the_face_is_named() -> None:
    movement = _movement((12, 14), "right")
    assert units_in_words(movement) == "the right corner of the lips is pulled up and tucked in"
    assert units_by_name(movement) == "lip corner puller and dimpler, right side only"


def test_units_that_act_together_are_told_together() -> None:
    told = units_in_words(_movement((1, 4, 15)))
    assert told == (
        "the inner ends of the brows rise and draw together and the corners of the lips are "
        "pulled down"
    )


@pytest.mark.parametrize(
    ("start_s", "end_s", "expected"),
    [
        (0.5, 1.0, "just before Ann speaks"),
        (0.6, 1.2, "as Ann begins to speak"),
        (1.2, 1.8, "while Ann speaks"),
        (2.8, 3.6, "as the words end"),
        (3.0, 3.5, "just after Ann has spoken"),
    ],
)
def test_when_a_movement_is_seen(start_s: float, end_s: float, expected: str) -> None:
    assert when(_movement((12,), "both", start_s, end_s), Span(1.0, 3.0), "Ann") == expected


def test_a_voice_is_told_as_far_as_it_can_be_heard() -> None:
    assert voice_in_words(Delivery(1.2, 1.1, 6.0)) == "higher, faster and louder"
    assert voice_in_words(Delivery(0.9, 1.01, -0.5)) == "lower"
    assert voice_in_words(Delivery()) == ""
