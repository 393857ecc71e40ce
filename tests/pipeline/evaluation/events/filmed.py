"""Films by hand: a truth with every kind of event, and what would be spotted of it."""

from dataclasses import replace

import numpy as np

from pipeline.evaluation.events.film import FaceEvent, Spoken, SpottedFilm, TrueFilm

FPS = 25.0


def event(kind: str, onset: int, apex: int, offset: int, *units: int, **more: object) -> FaceEvent:
    """An event on frames of a film of 25 frames a second."""
    made = FaceEvent(kind, onset / FPS, apex / FPS, offset / FPS, frozenset(units), "ANNA")
    return replace(made, **more)  # type: ignore[arg-type]


def spotted(film: TrueFilm, *events: FaceEvent, seconds: float = 30.0) -> SpottedFilm:
    """What a run says of a film: it knows no person."""
    told = tuple(replace(one, person=None) for one in events)
    return SpottedFilm(film.video_id, seconds, told)


def film(video_id: str, *events: FaceEvent, spoken: tuple[Spoken, ...] = ()) -> TrueFilm:
    """A true film."""
    return TrueFilm(video_id, FPS, events, spoken)


def films(count: int, seed: int = 0) -> dict[str, TrueFilm]:
    """Films with a micro- and a macro-expression, blinks and speech each."""
    draw = np.random.default_rng(seed)
    made = {}
    for number in range(count):
        first, length = int(draw.integers(10, 30)), int(draw.integers(4, 11))
        made[f"v{number}.mp4"] = film(
            f"v{number}.mp4",
            event("micro", first, first + length // 2, first + length, 1, 2),
            event("macro", 100, 110, 135, 6, 12),
            event("macro", 150, 160, 190, 4, 15, in_view=False),
            event("blink", 60, 62, 66, 45),
            event("blink", 120, 122, 125, 45),
            event("gaze", 200, 204, 220, 61),
            event("speech", 90, 110, 140, 25, 26),
            spoken=(Spoken("ANNA", 90 / FPS, 140 / FPS),),
        )
    return made
