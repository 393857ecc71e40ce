from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.behaviour.movements import perform
from jobs.synthesize.plan import (
    Delivery,
    Dialogue,
    Display,
    Feeling,
    Movement,
    Person,
    Span,
    Turn,
)

PEOPLE = (Person("Ann", 0, 0.2, 0.3), Person("Ben", 1, 0.8, 0.5))
PAUSE_S = 0.6
SAD, CONTENT = Feeling("sadness", ("sad",), 0.6), Feeling("happiness", ("content",), 0.4)


def _turn(speaker: str, display: Display) -> Turn:
    pattern = None if display == "none" else "sadness.full"
    is_masked = display == "masked"
    worn, worn_pattern = (CONTENT, "contempt.smirk") if is_masked else (None, None)
    return Turn(
        speaker,
        "Hm.",
        SAD,
        display,
        pattern,
        worn,
        worn_pattern,
        "congruent",
        "sadness",
        False,
        False,
        Delivery(),
    )


@st.composite
def clips(draw: st.DrawFn) -> tuple[Dialogue, tuple[Span, ...], float, float]:
    """A dialogue, where its turns are spoken, frames a second, and how long the clip is."""
    displays = draw(
        st.lists(st.sampled_from(("macro", "micro", "masked", "none")), min_size=1, max_size=4)
    )
    alone = draw(st.booleans())
    turns, spans, time_s = [], [], 0.0
    for index, display in enumerate(displays):
        time_s += PAUSE_S + draw(st.floats(0, 0.7))
        turns.append(_turn("Ann" if alone or index % 2 == 0 else "Ben", display))
        shortest_s = 1.0 if display == "masked" else 0.5
        spans.append(Span(time_s, time_s + draw(st.floats(shortest_s, 5))))
        time_s = spans[-1].end_s
    fps = draw(st.sampled_from((12.0, 25.0, 29.97, 60.0)))
    people = PEOPLE[:1] if alone else PEOPLE
    return Dialogue(people, tuple(turns)), tuple(spans), fps, time_s + PAUSE_S + 0.1


performed = st.tuples(clips(), st.integers(0, 2**32 - 1))
Clip = tuple[tuple[Dialogue, tuple[Span, ...], float, float], int]


def _performed(clip: Clip) -> tuple[Movement, ...]:
    (dialogue, spans, fps, duration_s), seed = clip
    return perform(dialogue, spans, np.random.default_rng(seed), fps, duration_s)


def _expressions(movements: tuple[Movement, ...]) -> list[Movement]:
    return [movement for movement in movements if movement.kind in ("macro", "micro")]


def _overlap(one: Movement, other: Movement) -> bool:
    return one.onset_s < other.offset_s and other.onset_s < one.offset_s


@given(performed)
def test_every_time_is_that_of_a_frame(clip: Clip) -> None:
    _, _, fps, duration_s = clip[0]
    frames = {frame / fps for frame in range(round(duration_s * fps))}
    for movement in _performed(clip):
        assert movement.onset_s < movement.apex_s < movement.offset_s
        assert {movement.onset_s, movement.apex_s, movement.offset_s} <= frames


@given(performed)
def test_each_turn_shows_what_it_is_said_to_show(clip: Clip) -> None:
    dialogue, spans, fps, _ = clip[0]
    expressions = _expressions(_performed(clip))
    kinds = {"none": [], "macro": ["macro"], "micro": ["micro"], "masked": ["macro", "micro"]}
    for index, (turn, span) in enumerate(zip(dialogue.turns, spans, strict=True)):
        own = [movement for movement in expressions if movement.turn == index]
        assert sorted(movement.kind for movement in own) == kinds[turn.display]
        assert {movement.person for movement in own} <= {turn.speaker}
        for movement in own:
            lasts_s = movement.offset_s - movement.onset_s
            if movement.kind == "macro":
                assert 0.6 - 1e-9 <= lasts_s <= 2.5 + 1e-9
                assert 0.5 <= movement.intensity <= 1
                assert movement.apex_s <= span.end_s + 0.2 + 1 / fps
                assert movement.pattern == (turn.worn_pattern or turn.pattern)
            else:
                assert max(0.08, 2 / fps) - 1e-9 <= lasts_s <= 0.4 + 1e-9
                assert 0.2 <= movement.intensity <= 0.45
                assert movement.pattern == turn.pattern
            is_one_sided = movement.pattern == "contempt.smirk"
            assert (movement.side != "both") == is_one_sided


@given(performed)
def test_the_face_rests_between_expressions(clip: Clip) -> None:
    duration_s = clip[0][3]
    expressions = _expressions(_performed(clip))
    for person in PEOPLE:
        own = [movement for movement in expressions if movement.person == person.name]
        for one, other in pairwise(own):
            assert other.onset_s - one.offset_s >= 0.25 - 1e-9
        for movement in own:
            assert movement.onset_s >= 0.25 - 1e-9
            assert movement.offset_s <= duration_s - 0.25 + 1e-9


@given(performed)
def test_an_expression_lies_in_its_turn_or_the_pauses_around_it(clip: Clip) -> None:
    spans = clip[0][1]
    for movement in _expressions(_performed(clip)):
        assert movement.turn is not None
        for index, span in enumerate(spans):
            if index != movement.turn:
                assert movement.offset_s <= span.start_s + 1e-6 or (
                    movement.onset_s >= span.end_s - 1e-6
                )


@given(performed)
def test_no_blink_is_on_a_micro_expression(clip: Clip) -> None:
    movements = _performed(clip)
    for one, other in combinations(movements, 2):
        if one.person == other.person and {one.kind, other.kind} == {"micro", "blink"}:
            assert not _overlap(one, other)


@given(performed)
def test_everybody_blinks_and_speech_is_where_it_is_heard(clip: Clip) -> None:
    dialogue, spans, fps, duration_s = clip[0]
    movements = _performed(clip)
    for person in dialogue.people:
        blinks = [
            found for found in movements if (found.person, found.kind) == (person.name, "blink")
        ]
        onsets = [0.0, *(blink.onset_s for blink in blinks), duration_s]
        assert max(np.diff(onsets)) <= 6.5
        assert all(gap >= 2 - 1 / fps for gap in np.diff(onsets[1:-1]))
    spoken = [movement for movement in movements if movement.kind == "speech"]
    for movement, span in zip(spoken, spans, strict=True):
        assert movement.onset_s == pytest.approx(span.start_s, abs=1 / fps)
        assert movement.offset_s == pytest.approx(span.end_s, abs=1 / fps)


def test_half_of_the_micro_expressions_are_not_hidden_by_speech() -> None:
    dialogue, spans = Dialogue(PEOPLE[:1], (_turn("Ann", "micro"),)), (Span(1.0, 4.0),)
    silent, rng = 0, np.random.default_rng(0)
    for _ in range(600):
        found = perform(dialogue, spans, rng, 25, 5.0)
        micro = next(movement for movement in found if movement.kind == "micro")
        silent += micro.offset_s <= 1.0 or micro.onset_s >= 4.0
    assert silent / 600 == pytest.approx(0.5, abs=0.08)


def test_a_seed_gives_the_same_movements_again() -> None:
    dialogue, spans = Dialogue(PEOPLE[:1], (_turn("Ann", "masked"),)), (Span(1.0, 4.0),)
    one, other = (perform(dialogue, spans, np.random.default_rng(3), 30, 5.0) for _ in range(2))
    assert one == other


def test_too_short_a_turn_is_named() -> None:
    dialogue = Dialogue(PEOPLE[:1], (_turn("Ann", "masked"),))
    with pytest.raises(ValueError, match=r"turn 0 has 0.52 s for its expressions and needs 0.96 s"):
        perform(dialogue, (Span(0.25, 0.8),), np.random.default_rng(0), 25, 1.1)


def test_too_few_frames_a_second_are_named() -> None:
    dialogue = Dialogue(PEOPLE[:1], (_turn("Ann", "micro"),))
    with pytest.raises(ValueError, match="2 frames a second"):
        perform(dialogue, (Span(1.0, 2.0),), np.random.default_rng(0), 2, 3.0)
