"""How often the machine's labels are right, by what people decided."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.evaluation.answers import clean_labels
from pipeline.evaluation.basic import NO_FAMILY
from pipeline.evaluation.wheels.own import vocabulary
from pipeline.reviews.standing import Standing

_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    """A share that was counted.

    Attributes:
        right: how many.
        of: among so many.
        low, high: the ends of Wilson's interval of 95 %, 0 to 1; None without any.
    """

    right: int
    of: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Accuracy:
    """How often the machine is right.

    Attributes:
        first_label: of the first label of each row that has one and of which people named labels,
            or that there are none. It is right where a person names the same word, or one of its
            family in the project's own vocabulary.
        by_family: the same, by the family of the machine's label; `none` where the vocabulary does
            not know it.
        abstained: of rows that the machine gives no label: where people name none either.
        not_judged: rows of which people decided something else, by what.
    """

    first_label: Rate
    by_family: Mapping[str, Rate]
    abstained: Rate
    not_judged: Mapping[str, int]


Judged = tuple[Sequence[str], Standing]
"""The machine's labels of a row, and what people decided of it."""


def accuracy(rows: Iterable[Judged]) -> Accuracy:
    """How often the machine is right of these rows."""
    first: list[tuple[str, bool]] = []
    abstained: list[bool] = []
    not_judged: Counter[str] = Counter()
    for labels, standing in rows:
        words = _words(standing)
        if words is None:
            not_judged[standing.state] += 1
        elif labels:
            first.append((vocabulary().family(labels[0]) or NO_FAMILY, _is_right(labels[0], words)))
        else:
            abstained.append(not words)
    families = sorted({family for family, _ in first})
    return Accuracy(
        rate([right for _, right in first]),
        {family: rate([right for own, right in first if own == family]) for family in families},
        rate(abstained),
        dict(not_judged),
    )


def rate(right: Sequence[bool]) -> Rate:
    """The share that is right, with Wilson's interval."""
    if not right:
        return Rate(0, 0)
    from scipy.stats import binomtest

    count = sum(right)
    ends = binomtest(count, len(right)).proportion_ci(_CONFIDENCE, method="wilson")
    return Rate(count, len(right), float(ends.low), float(ends.high))


def _words(standing: Standing) -> tuple[str, ...] | None:
    """The labels that people stand behind; None where they decided nothing of labels."""
    if not standing.is_usable or standing.decision is None or standing.decision.labels is None:
        return None
    return clean_labels(standing.decision.labels)


def _is_right(label: str, words: Sequence[str]) -> bool:
    family = vocabulary().family(label)
    named = {vocabulary().family(word) for word in words}
    return label.strip().lower() in words or (family is not None and family in named)
