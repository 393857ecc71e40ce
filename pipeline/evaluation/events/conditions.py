"""The scores of expressions by what else goes on: speech, blinks, and where the face moves.

A true event is in a condition by what is so of its own person. Whose face a false event is on is
not known, so it is in one by what is so of anybody in view.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.evaluation.events.film import BLINK, EXPRESSIONS, FaceEvent, TrueFilm, overlap
from pipeline.evaluation.events.matched import MatchedFilm
from pipeline.evaluation.events.rates import Rates, Spotted, Tally, spotted

UPPER_UNITS = frozenset((1, 2, 4, 5, 6, 7, 9, 43, 45, 46))
"""Action units of the brows, the lids, the cheeks beside them and the root of the nose."""

ValueOf = Callable[[FaceEvent, TrueFilm], str]
"""The value of an event in a column."""


@dataclass(frozen=True)
class Condition:
    """The expressions of one kind that have one value in one column.

    Attributes:
        column: speech, blink or region.
        value: in it.
        kind: micro or macro.
        spotted: the scores of these alone.
    """

    column: str
    value: str
    kind: str
    spotted: Spotted


def conditions(films: Sequence[MatchedFilm], rates: Rates) -> tuple[Condition, ...]:
    """Every condition that occurs, kind by kind."""
    found = []
    for kind, (column, (values, value_of)) in product(EXPRESSIONS, _COLUMNS.items()):
        for value in values:
            tallies = [_tally(film, kind, value, value_of) for film in films]
            if any(map(any, tallies)):
                found.append(Condition(column, value, kind, spotted(tallies, rates)))
    return tuple(found)


def _tally(film: MatchedFilm, kind: str, value: str, value_of: ValueOf) -> Tally:
    """What was found counts where the true event belongs."""
    matches = film.by_kind[kind]

    def count(events: Sequence[FaceEvent]) -> int:
        return sum(value_of(event, film.true) == value for event in events)

    return count([true for true, _ in matches.pairs]), count(matches.missed), count(matches.false)


def _speech(event: FaceEvent, film: TrueFilm) -> str:
    speaks = any(
        overlap(event.span_s, (spoken.start_s, spoken.end_s)) > 0
        for spoken in film.spoken
        if event.person in (spoken.person, None)
    )
    return "speaking" if speaks else "silent"


def _blink(event: FaceEvent, film: TrueFilm) -> str:
    blinks = any(
        overlap(event.span_s, blink.span_s) > 0
        for blink in film.events
        if blink.kind == BLINK and blink.in_view and event.person in (blink.person, None)
    )
    return "blinking" if blinks else "not blinking"


def _region(event: FaceEvent, film: TrueFilm) -> str:
    if not event.action_units:
        return "not named"
    upper = event.action_units & UPPER_UNITS
    if not upper:
        return "lower face"
    return "upper face" if upper == event.action_units else "both"


_COLUMNS: dict[str, tuple[tuple[str, ...], ValueOf]] = {
    "speech": (("speaking", "silent"), _speech),
    "blink": (("blinking", "not blinking"), _blink),
    "region": (("upper face", "lower face", "both", "not named"), _region),
}
