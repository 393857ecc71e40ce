"""How exactly found events are placed in time, and whether their action units are named."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.events.matched import MatchedFilm
from pipeline.evaluation.events.matching import jaccard
from pipeline.evaluation.events.rates import Rates
from pipeline.evaluation.intervals import Estimate

NEAR_FRAMES = 2
"""So far off at the most is near."""

_ROUNDING_FRAMES = 1e-3


@dataclass(frozen=True)
class Placed:
    """How far the times of found events are off.

    Attributes:
        kind: micro, macro or blink.
        point: onset, apex or offset.
        events: how many were found.
        median_frames: the median distance, frames of the clip.
        near: the share at most `NEAR_FRAMES` off, 0..1.
    """

    kind: str
    point: str
    events: int
    median_frames: float
    near: Estimate | None


@dataclass(frozen=True)
class Units:
    """Whether the action units of found expressions are named, kinds put together.

    Attributes:
        events: how many were found.
        named: the share for which any unit was named, 0..1.
        jaccard: the mean share of the true and the named units that are in both, 0..1; where none
            was named, 0.
        any: the share of which at least one true unit was named, 0..1.
    """

    events: int
    named: Estimate | None
    jaccard: Estimate | None
    any: Estimate | None


def placed(films: Sequence[MatchedFilm], kind: str, rates: Rates) -> tuple[Placed, ...]:
    """Onset, apex and offset of what was found of a kind; empty where nothing was."""
    told = []
    for point in ("onset", "apex", "offset"):
        by_film = [_distances(film, kind, f"{point}_s") for film in films]
        distances = [distance for of_film in by_film for distance in of_film]
        if not distances:
            return ()
        most = NEAR_FRAMES + _ROUNDING_FRAMES
        near = [sum(distance <= most for distance in of_film) for of_film in by_film]
        told.append(
            Placed(
                kind,
                point,
                len(distances),
                float(np.median(distances)),
                rates.of(near, [len(of_film) for of_film in by_film]),
            )
        )
    return tuple(told)


def units(films: Sequence[MatchedFilm], rates: Rates) -> Units:
    """Of all expressions that were found, whatever kind they were taken for."""
    by_film = [
        [(true.action_units, spotted.action_units) for true, spotted in film.whatever_kind.pairs]
        for film in films
    ]
    events = [len(of_film) for of_film in by_film]
    return Units(
        events=sum(events),
        named=rates.of([sum(bool(named) for _, named in of_film) for of_film in by_film], events),
        jaccard=rates.of([sum(jaccard(*pair) for pair in of_film) for of_film in by_film], events),
        any=rates.of(
            [sum(bool(true & named) for true, named in of_film) for of_film in by_film], events
        ),
    )


def _distances(film: MatchedFilm, kind: str, name: str) -> list[float]:
    """Frames between what is so and what was spotted."""
    return [
        abs(getattr(true, name) - getattr(spotted, name)) * film.true.fps
        for true, spotted in film.by_kind[kind].pairs
    ]
