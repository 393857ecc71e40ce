"""Films from rows: of a truth, and of the windows of a run."""

from typing import Any

import pytest

from pipeline.evaluation.events.films import SpottedFilms, true_films


def _written(kind: str, onset_s: float, **more: Any) -> dict[str, Any]:
    times = {"onset_s": onset_s, "apex_s": onset_s + 0.1, "offset_s": onset_s + 0.2}
    return {"kind": kind, "action_units": [12], **times, **more}


def _row(
    index: int, events: list[dict[str, Any]] | None, fps: float | None = 25.0
) -> dict[str, Any]:
    return {
        "video_id": "a.mp4",
        "utterance_index": index,
        "start_s": 3.0 * index,
        "end_s": 3.0 * index + 2,
        "speaker": "ANNA",
        "events": events,
        "fps": fps,
    }


def _window(index: int, *events: dict[str, Any], searched: bool = True) -> dict[str, Any]:
    return {
        "video_id": "a.mp4",
        "window_id": f"a.mp4#{index}",
        "start_s": 10.0 * index,
        "end_s": 10.0 * (index + 1),
        "micro_events": list(events) if searched else None,
        "face_events": [_written("blink", 10.0 * index + 5)] if searched else None,
    }


def test_the_utterances_of_a_video_are_one_film() -> None:
    there = [_written("micro", 1.0, person="ANNA", in_view=True)]
    hidden = [_written("macro", 4.0, person="BEN", in_view=False)]
    [film] = true_films([_row(0, there), _row(1, hidden)]).values()
    assert [(one.kind, one.person, one.in_view) for one in film.events] == [
        ("micro", "ANNA", True),
        ("macro", "BEN", False),
    ]
    assert [(one.person, one.start_s) for one in film.spoken] == [("ANNA", 0.0), ("ANNA", 3.0)]
    assert film.fps == 25.0


@pytest.mark.parametrize("row", [_row(0, None), _row(0, [], None)])
def test_a_truth_that_says_nothing_of_faces_gives_no_film(row: dict[str, Any]) -> None:
    assert true_films([row]) == {}


def test_the_windows_of_a_video_are_one_film_however_often_they_come() -> None:
    films = SpottedFilms()
    films.add(_window(1, _written("micro", 12.0)))
    films.add(_window(0, _written("micro", 1.0), _written("micro", 3.0)))
    films.add(_window(0, _written("micro", 2.0)))
    films.add(_window(2, searched=False))
    [film] = films.films.values()
    assert film.seconds == 20.0
    assert sorted((one.kind, one.onset_s) for one in film.events) == [
        ("blink", 5.0),
        ("blink", 15.0),
        ("micro", 2.0),
        ("micro", 12.0),
    ]
    assert all(one.in_view and one.person is None for one in film.events)
