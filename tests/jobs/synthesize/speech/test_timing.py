"""When turns and syllables are spoken."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.plan import Delivery, Span
from jobs.synthesize.speech.timing import lay_out, spoken_s, timed_syllables
from tests.jobs.synthesize.dialogues import dialogue, drawn_dialogue, person, turn


@given(st.integers(0, 10_000))
def test_turns_follow_one_another_with_room_for_the_face_around_them(seed: int) -> None:
    layout = lay_out(drawn_dialogue(seed), np.random.default_rng(seed))
    assert layout.spans[0].start_s >= 0.7
    assert layout.duration_s - layout.spans[-1].end_s >= 0.7
    assert layout.duration_s >= 3
    pauses_s = [after.start_s - before.end_s for before, after in pairwise(layout.spans)]
    assert all(0.5 <= pause_s <= 1.4 + 1e-9 for pause_s in pauses_s)


def test_a_clip_of_two_turns_lasts_about_six_seconds() -> None:
    texts = ("They read your name out first.", "I did not see that coming.")
    rng = np.random.default_rng(0)
    assert 5 < np.mean([lay_out(dialogue(*texts), rng).duration_s for _ in range(50)]) < 7.5


def test_the_same_draw_gives_the_same_times() -> None:
    drawn = drawn_dialogue(3)
    assert lay_out(drawn, np.random.default_rng(1)) == lay_out(drawn, np.random.default_rng(1))


def test_people_speak_four_to_six_syllables_a_second() -> None:
    text = "I can hardly believe she said so in front of everybody"
    assert 4 < 15 / spoken_s(turn(text), person()) < 6


def test_pace_is_that_of_delivery_and_person() -> None:
    plain, fast = turn("It is fine."), turn("It is fine.", delivery=Delivery(pace=1.25))
    assert spoken_s(plain, person()) == pytest.approx(1.25 * spoken_s(fast, person()))
    old = replace(person(), age=1.0)
    assert spoken_s(plain, person()) < spoken_s(plain, old)


@given(st.text(max_size=60), st.floats(0, 20), st.floats(0.2, 10))
def test_syllables_fill_their_span_in_order(text: str, start_s: float, length_s: float) -> None:
    span = Span(start_s, start_s + length_s)
    placed = timed_syllables(text, span)
    assert placed[0].start_s == span.start_s
    assert placed[-1].end_s == pytest.approx(span.end_s)
    assert all(one.start_s <= one.vowel_s < one.end_s for one in placed)
    assert all(before.end_s <= after.start_s for before, after in pairwise(placed))
