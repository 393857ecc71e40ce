"""Scores of events: perfect, shifted, doubled and shuffled spottings, and what is not counted."""

from dataclasses import replace

import pytest

from pipeline.evaluation.events.film import FaceEvent, Spoken, SpottedFilm, TrueFilm
from pipeline.evaluation.events.rates import Spotted
from pipeline.evaluation.events.scoring import EventScores, score_events
from stages.faults import SetupError
from tests.pipeline.evaluation.events.filmed import FPS, event, film, films, spotted

TRUE = films(12)


def _scores(found: dict[str, SpottedFilm], true: dict[str, TrueFilm] = TRUE) -> EventScores:
    return score_events(true, found, seed=0)


def _perfect(true: dict[str, TrueFilm] = TRUE) -> dict[str, SpottedFilm]:
    return {name: spotted(one, *one.events) for name, one in true.items()}


def _moved(found: dict[str, SpottedFilm], frames: int) -> dict[str, SpottedFilm]:
    by_s = frames / FPS

    def later(one: FaceEvent) -> FaceEvent:
        return replace(
            one, onset_s=one.onset_s + by_s, apex_s=one.apex_s + by_s, offset_s=one.offset_s + by_s
        )

    return {name: replace(one, events=tuple(map(later, one.events))) for name, one in found.items()}


def _figures(found: Spotted) -> tuple[float | None, ...]:
    return tuple(
        None if one is None else round(one.value, 3)
        for one in (found.precision, found.recall, found.f1)
    )


def test_a_perfect_spotting_has_full_marks() -> None:
    scores = _scores(_perfect())
    for found in (*scores.by_kind.values(), scores.kinds_summed, scores.whatever_kind):
        assert _figures(found) == (1.0, 1.0, 1.0)
    assert scores.excused == 12  # the expressions out of view, which were spotted too
    assert {one.median_frames for one in scores.placed} == {0.0}
    assert len(scores.placed) == 9
    told = (scores.units.named, scores.units.jaccard, scores.units.any, scores.kind_right)
    assert all(one is not None and one.value == 1.0 for one in told)


def test_what_is_late_is_placed_late_until_it_is_not_found_at_all() -> None:
    late = _scores(_moved(_perfect(), 2))
    assert _figures(late.by_kind["macro"]) == (1.0, 1.0, 1.0)
    errors = {(one.kind, one.point): one for one in late.placed}
    apex = errors["macro", "apex"]
    assert apex.median_frames == pytest.approx(2)
    assert apex.near is not None
    assert apex.near.value == 1.0
    assert _figures(_scores(_moved(_perfect(), 40)).by_kind["micro"]) == (0.0, 0.0, 0.0)


def test_what_is_said_twice_is_wrong_once() -> None:
    twice = {
        name: replace(one, events=(*one.events, *one.events)) for name, one in _perfect().items()
    }
    assert _figures(_scores(twice).by_kind["micro"]) == (0.5, 1.0, 0.667)


def test_the_spottings_of_other_videos_are_worth_little() -> None:
    true = {name: film(name, event("micro", at, at + 3, at + 6)) for at, name in _places(12)}
    names = list(true)
    others = dict(zip(names, [*names[1:], names[0]], strict=True))
    found = {name: spotted(true[name], *true[others[name]].events) for name in names}
    assert _figures(_scores(found, true).by_kind["micro"]) == (0.0, 0.0, 0.0)
    assert _figures(_scores(_perfect(true), true).by_kind["micro"]) == (1.0, 1.0, 1.0)


def _places(count: int) -> list[tuple[int, str]]:
    return [(10 + 20 * number, f"v{number}.mp4") for number in range(count)]


def test_a_kind_that_is_taken_for_another_is_wrong_by_kind_and_right_whatever_it_is() -> None:
    swapped = {
        name: replace(one, events=tuple(_swapped(event) for event in one.events))
        for name, one in _perfect().items()
    }
    scores = _scores(swapped)
    assert _figures(scores.kinds_summed) == (0.0, 0.0, 0.0)
    assert _figures(scores.whatever_kind) == (1.0, 1.0, 1.0)
    assert scores.kind_right is not None
    assert scores.kind_right.value == 0.0


def _swapped(one: FaceEvent) -> FaceEvent:
    return replace(one, kind={"micro": "macro", "macro": "micro"}.get(one.kind, one.kind))


def test_counts_of_all_videos_are_summed_as_the_challenges_do() -> None:
    many = film("many", *(event("micro", at, at + 3, at + 6) for at in range(0, 90, 10)))
    one = film("one", event("micro", 0, 3, 6))
    true = {"many": many, "one": one}
    found = {"many": spotted(many), "one": spotted(one, *one.events)}
    scores = _scores(found, true)
    assert _figures(scores.by_kind["micro"]) == (1.0, 0.1, round(2 / 11, 3))
    f1 = scores.by_kind["micro"].f1
    assert f1 is not None
    assert (f1.low, f1.high) == (0.0, 1.0)


def test_a_video_that_the_run_does_not_have_is_missed_and_named() -> None:
    found = _perfect()
    del found["v3.mp4"]
    scores = _scores(found)
    assert scores.unsearched == ("v3.mp4",)
    assert scores.by_kind["micro"].true == 12
    assert scores.by_kind["micro"].found == 11
    assert scores.minutes == pytest.approx(11 * 0.5)


def test_false_events_are_told_by_the_minute() -> None:
    quiet = film("quiet", event("blink", 10, 12, 16, 45), spoken=(Spoken("ANNA", 0.0, 4.0),))
    loud = film("loud", event("micro", 10, 13, 16, 1))
    false = event("micro", 12, 14, 18, 15)
    found = {
        "quiet": spotted(quiet, false, false, seconds=30),
        "loud": spotted(loud, *loud.events, seconds=90),
    }
    scores = _scores(found, {"quiet": quiet, "loud": loud})
    assert scores.false_a_minute is not None
    assert scores.false_a_minute.value == pytest.approx(1.0)
    micro, macro = scores.quiet["micro"], scores.quiet["macro"]
    assert (micro.videos, micro.minutes, micro.false) == (1, 0.5, 2)
    assert micro.a_minute is not None
    assert micro.a_minute.value == pytest.approx(4.0)
    assert macro.a_minute is not None
    assert macro.a_minute.value == 0.0
    assert macro.a_minute.high == pytest.approx(3.689 / 0.5, abs=0.01)  # none in half a minute


def test_nothing_spotted_has_no_precision_and_nothing_there_no_recall() -> None:
    empty = film("empty")
    scores = _scores({"empty": spotted(empty)}, {"empty": empty})
    assert _figures(scores.by_kind["micro"]) == (None, None, None)
    assert scores.units.events == 0
    assert scores.placed == scores.conditions == ()
    missed = _scores({"v0.mp4": spotted(TRUE["v0.mp4"])}, {"v0.mp4": TRUE["v0.mp4"]})
    assert _figures(missed.by_kind["micro"]) == (None, 0.0, 0.0)


def test_a_run_over_other_videos_is_refused() -> None:
    other = film("other")
    with pytest.raises(SetupError, match="none of the 1 videos of the run"):
        _scores({"other": spotted(other)})


def test_conditions_part_every_event_and_every_mistake() -> None:
    one = film(
        "one",
        event("micro", 10, 13, 16, 1, 2),
        event("micro", 50, 53, 56, 12),
        event("micro", 80, 83, 86, 1, 12, person="BEN"),
        event("blink", 52, 54, 58, 45),
        spoken=(Spoken("ANNA", 40 / FPS, 90 / FPS),),
    )
    false = (event("micro", 60, 63, 66), event("micro", 200, 203, 206, 4))
    found = spotted(one, one.events[0], *false)
    told = {
        (one.column, one.value): (one.spotted.found, one.spotted.true, one.spotted.false)
        for one in _scores({"one": found}, {"one": one}).conditions
    }
    assert told == {
        ("speech", "speaking"): (0, 1, 1),
        ("speech", "silent"): (1, 2, 1),  # BEN is silent while ANNA speaks
        ("blink", "blinking"): (0, 1, 0),
        ("blink", "not blinking"): (1, 2, 2),
        ("region", "upper face"): (1, 1, 1),
        ("region", "lower face"): (0, 1, 0),
        ("region", "both"): (0, 1, 0),
        ("region", "not named"): (0, 0, 1),
    }
