"""All that can be said of spotted events in the light of a truth."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.evaluation.events.conditions import Condition, conditions
from pipeline.evaluation.events.film import BLINK, EXPRESSIONS, SpottedFilm, TrueFilm
from pipeline.evaluation.events.matched import MatchedFilm, matched_films
from pipeline.evaluation.events.placing import Placed, Units, placed, units
from pipeline.evaluation.events.rates import Rates, Spotted, Tally, spotted, tally
from pipeline.evaluation.intervals import Estimate
from stages.faults import SetupError

NOT_COMPARABLE = (
    "Faces are rendered: F1 of spotting published on real film (MEGC, CAS(ME)² and SAMM-LV) is "
    "0.1 to 0.45, and not comparable."
)


@dataclass(frozen=True)
class Quiet:
    """The videos in which nobody shows a feeling: only blinks, looks and speech move the faces.

    Attributes:
        videos: of them, those that were searched.
        minutes: that were searched.
        false: events that were spotted in them.
        a_minute: the same for each minute; None where no minute was searched. Draws of videos
            without a false event would all say 0, so the upper end is then Poisson's.
    """

    videos: int
    minutes: float
    false: int
    a_minute: Estimate | None


@dataclass(frozen=True)
class EventScores:
    """The scores of events.

    Attributes:
        videos: of the truth, with events.
        unsearched: names of those of which the run has nothing; all their events are missed.
        minutes: that were searched.
        excused: spotted expressions that match one out of view; they count for nothing.
        by_kind: of micro, macro and blink.
        kinds_summed: of micro and macro, their counts summed: the F1 of MEGC.
        whatever_kind: of expressions, a micro taken for a macro being right.
        kind_right: the share of the latter that were found whose kind is right, 0..1.
        false_a_minute: false micro-expressions for each minute that was searched.
        quiet: from micro and macro to what was spotted where there was nothing.
        placed: how exactly events are placed in time, kind by kind.
        units: whether action units are named.
        conditions: the scores by what else goes on.
    """

    videos: int
    unsearched: tuple[str, ...]
    minutes: float
    excused: int
    by_kind: Mapping[str, Spotted]
    kinds_summed: Spotted
    whatever_kind: Spotted
    kind_right: Estimate | None
    false_a_minute: Estimate | None
    quiet: Mapping[str, Quiet]
    placed: tuple[Placed, ...]
    units: Units
    conditions: tuple[Condition, ...]


def score_events(
    true: Mapping[str, TrueFilm], found: Mapping[str, SpottedFilm], seed: int
) -> EventScores:
    """Score what a run spotted.

    Args:
        true: from the name of a video to its truth; not empty.
        found: from the name of a video to what was spotted in it.
        seed: of the draws behind the intervals.

    Raises:
        SetupError: not one video is in both.
    """
    films = matched_films(true, found)
    if found and not any(film.was_searched for film in films):
        raise SetupError(
            f"none of the {len(found)} videos of the run ({min(found)}, for instance) is one of "
            f"the {len(true)} of the truth ({min(true)}). Name the truth of the same videos."
        )
    rates = Rates([film.true.video_id for film in films], seed)
    tallies = {
        kind: [tally(film.by_kind[kind]) for film in films] for kind in (*EXPRESSIONS, BLINK)
    }
    minutes = [film.seconds / 60 for film in films]
    pairs = [film.whatever_kind.pairs for film in films]
    right = [sum(one.kind == other.kind for one, other in of_film) for of_film in pairs]
    return EventScores(
        videos=len(films),
        unsearched=tuple(film.true.video_id for film in films if not film.was_searched),
        minutes=sum(minutes),
        excused=sum(len(film.whatever_kind.excused) for film in films),
        by_kind={kind: spotted(of_kind, rates) for kind, of_kind in tallies.items()},
        kinds_summed=spotted(_summed(*(tallies[kind] for kind in EXPRESSIONS)), rates),
        whatever_kind=spotted([tally(film.whatever_kind) for film in films], rates),
        kind_right=rates.of(right, [len(of_film) for of_film in pairs]),
        false_a_minute=rates.of([false for *_, false in tallies["micro"]], minutes),
        quiet={kind: _quiet(films, kind, rates) for kind in EXPRESSIONS},
        placed=tuple(one for kind in (*EXPRESSIONS, BLINK) for one in placed(films, kind, rates)),
        units=units(films, rates),
        conditions=conditions(films, rates),
    )


def _summed(one: Sequence[Tally], other: Sequence[Tally]) -> list[Tally]:
    return [(a + d, b + e, c + f) for (a, b, c), (d, e, f) in zip(one, other, strict=True)]


def _quiet(films: Sequence[MatchedFilm], kind: str, rates: Rates) -> Quiet:
    """Only films that were searched can hold a false event."""
    false = [len(film.by_kind[kind].false) * film.is_quiet for film in films]
    minutes = [film.seconds / 60 * film.is_quiet for film in films]
    return Quiet(
        videos=sum(film.is_quiet and film.was_searched for film in films),
        minutes=sum(minutes),
        false=sum(false),
        a_minute=_none_in(sum(minutes)) if not any(false) else rates.of(false, minutes),
    )


def _none_in(minutes: float) -> Estimate | None:
    """Of 0 events: the rate with which that many happen in 2.5 % of the cases is the upper end."""
    return Estimate(0.0, 0.0, -math.log(0.025) / minutes) if minutes > 0 else None
