"""The scores of labels, each with its interval; and the same by what a synthetic truth says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.answers import Facets
from pipeline.evaluation.basic import basic_hits, sentiment_hits, worn_hits
from pipeline.evaluation.emotion_wheel import wheel_overlaps, wheel_scores
from pipeline.evaluation.groups import Groups
from pipeline.evaluation.intervals import Estimate, Resamples, Score
from pipeline.evaluation.matching import Pair
from pipeline.evaluation.overlaps import Hits, Overlaps
from pipeline.evaluation.set_scores import set_overlaps, set_scores
from pipeline.evaluation.wheels.wheel import Wheels

_Rows = npt.NDArray[np.bool_]

_VALUES: dict[str, tuple[tuple[str | bool, str], ...]] = {
    "display": (
        ("macro", "shown openly"),
        ("micro", "micro-expression alone"),
        ("masked", "micro-expression under another, worn one"),
        ("none", "not shown by the face"),
    ),
    "text_role": (
        ("congruent", "words say it too"),
        ("neutral", "words say nothing of it"),
        ("contradicting", "words say another feeling"),
    ),
    "needs_context": (
        (False, "told by the utterance itself"),
        (True, "told only with the turns before it"),
    ),
    "voice_tells": (
        (False, "voice says nothing of it"),
        (True, "voice says it too"),
    ),
    "told_by": (
        ("macro", "an open expression alone"),
        ("micro", "a micro-expression alone"),
        ("masked", "a micro-expression under another alone"),
        ("words", "words alone"),
        ("voice", "voice alone"),
        ("context", "face and words, after the turns before alone"),
        ("several", "face, words and voice, two or all of them"),
        ("nothing", "nothing: it is neutral, or cannot be told"),
    ),
}
"""The columns of `Facets` and their values, with what these mean."""


@dataclass(frozen=True)
class Scored:
    """A score.

    Attributes:
        key: its name in JSON.
        name: its name for a person.
    """

    key: str
    name: str
    estimate: Estimate


@dataclass(frozen=True)
class Part:
    """The rows of the truth that have one value in one column.

    Attributes:
        column, value: of the truth.
        meaning: of the value, in words.
        rows: how many there are.
        labelled: how many of them have a predicted label.
        wheel_f: the F of the emotion wheels at level 1, 0..100.
        basic: the hit rate of the family, 0..100; None where no family can be judged.
    """

    column: str
    value: str
    meaning: str
    rows: int
    labelled: int
    wheel_f: Estimate
    basic: Estimate | None


def label_scores(
    pairs: Sequence[Pair], wheels: Wheels, groups: Groups, resamples: Resamples
) -> tuple[Scored, ...]:
    """All scores of labels that the truth allows, 0..100; the first is the headline."""
    inner, outer = (wheel_overlaps(pairs, wheels, level) for level in ("level1", "level2"))
    sets = set_overlaps(pairs, groups)
    scores: list[tuple[str, str, Score]] = [
        ("wheel_f_level1", "emotion wheel F, level 1", lambda w: wheel_scores(inner, w).f),
        ("wheel_precision", "precision, level 1", lambda w: wheel_scores(inner, w).precision),
        ("wheel_recall", "recall, level 1", lambda w: wheel_scores(inner, w).recall),
        ("wheel_f_level2", "emotion wheel F, level 2", lambda w: wheel_scores(outer, w).f),
        ("set_accuracy", "set accuracy", lambda w: set_scores(sets, w).accuracy),
        ("set_recall", "set recall", lambda w: set_scores(sets, w).recall),
        ("set_average", "set average", lambda w: set_scores(sets, w).average),
    ]
    hits = (
        ("basic_hit_rate", "basic emotion hit rate", basic_hits(pairs, wheels)),
        ("sentiment_accuracy", "sentiment accuracy", sentiment_hits(pairs)),
        ("worn_for_felt", "worn feeling named for the true one (less is better)", worn_hits(pairs)),
    )
    scores += [(key, name, _rate(found)) for key, name, found in hits if found.counted.any()]
    videos = [pair.truth.video_id for pair in pairs]
    return tuple(Scored(key, name, resamples.estimate(of, videos)) for key, name, of in scores)


def parts(pairs: Sequence[Pair], wheels: Wheels, resamples: Resamples) -> tuple[Part, ...]:
    """The scores of each value of each facet that occurs; none where the truth has no facets."""
    overlaps, hits = wheel_overlaps(pairs, wheels), basic_hits(pairs, wheels)
    videos = np.array([pair.truth.video_id for pair in pairs])
    labelled = np.array([bool(pair.predicted) for pair in pairs], np.bool_)
    found = []
    for column, values in _VALUES.items():
        said = [_value(pair.truth.facets, column) for pair in pairs]
        for value, meaning in values:
            rows = np.array([one == value and one is not None for one in said], np.bool_)
            if not rows.any():
                continue
            here, hit = _overlaps_of(overlaps, rows), Hits(hits.hits[rows], hits.counted[rows])
            names = list(videos[rows])
            found.append(
                Part(
                    column,
                    ("yes" if value else "no") if isinstance(value, bool) else value,
                    meaning,
                    int(rows.sum()),
                    int(labelled[rows].sum()),
                    resamples.estimate(_wheel_f(here), names),
                    resamples.estimate(_rate(hit), names) if hit.counted.any() else None,
                )
            )
    return tuple(found)


def _wheel_f(overlaps: Overlaps) -> Score:
    return lambda weights: wheel_scores(overlaps, weights).f


def _rate(hits: Hits) -> Score:
    return lambda weights: 100 * hits.rate(weights).mean(axis=-1)


def _value(facets: Facets | None, column: str) -> str | bool | None:
    if facets is None:
        return None
    value: str | bool = getattr(facets, column)
    return value


def _overlaps_of(overlaps: Overlaps, rows: _Rows) -> Overlaps:
    return Overlaps(overlaps.hits[rows], overlaps.predicted[rows], overlaps.true[rows])
