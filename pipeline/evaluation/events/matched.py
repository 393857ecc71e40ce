"""The films of a truth beside those of a run, with their events matched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.evaluation.events.film import (
    BLINK,
    EXPRESSIONS,
    FaceEvent,
    SpottedFilm,
    TrueFilm,
)
from pipeline.evaluation.events.matching import (
    Matches,
    blinks_alike,
    expressions_alike,
    match_events,
)
from pipeline.evaluation.video_names import video_partners


@dataclass(frozen=True)
class MatchedFilm:
    """A video of the truth, and what a run found in it.

    Attributes:
        true: what is so.
        seconds: how much of it was searched; 0 where the run has nothing of it.
        was_searched: whether the run has anything of it.
        by_kind: from micro, macro and blink to the events of that kind, matched with one another.
        whatever_kind: the micro- and macro-expressions, matched as if they were one kind.
    """

    true: TrueFilm
    seconds: float
    was_searched: bool
    by_kind: Mapping[str, Matches]
    whatever_kind: Matches

    @property
    def is_quiet(self) -> bool:
        """Whether nobody shows a feeling in it: all that moves is a distractor."""
        return not any(event.kind in EXPRESSIONS for event in self.true.events)


def matched_films(
    true: Mapping[str, TrueFilm], spotted: Mapping[str, SpottedFilm]
) -> list[MatchedFilm]:
    """One for each film of the truth; where the run has none of it, every true event is missed.

    Videos are found as those of labels are, see `video_names`.
    """
    partners = video_partners(list(true), list(spotted))
    return [
        _matched(film, spotted.get(partners.get(video_id, ""))) for video_id, film in true.items()
    ]


def _matched(true: TrueFilm, spotted: SpottedFilm | None) -> MatchedFilm:
    events = spotted.events if spotted else ()
    shown = _of(true.events, EXPRESSIONS)
    hidden = [event for event in shown if not event.in_view]
    by_kind = {
        kind: match_events(
            [*(event for event in shown if event.kind == kind and event.in_view), *hidden],
            _of(events, (kind,)),
            expressions_alike,
        )
        for kind in EXPRESSIONS
    }
    by_kind[BLINK] = match_events(
        _of(true.events, (BLINK,)), _of(events, (BLINK,)), blinks_alike(true.fps)
    )
    return MatchedFilm(
        true=true,
        seconds=spotted.seconds if spotted else 0.0,
        was_searched=spotted is not None,
        by_kind=by_kind,
        whatever_kind=match_events(shown, _of(events, EXPRESSIONS), expressions_alike),
    )


def _of(events: Sequence[FaceEvent], kinds: Sequence[str]) -> list[FaceEvent]:
    return [event for event in events if event.kind in kinds]
