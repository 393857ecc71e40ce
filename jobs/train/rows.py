"""Conversations about one window in the rows of a batch: what several begin with stands once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from jobs.train.conversations import Conversation
from stages.model.loss import NO_LABEL
from stages.model.shared_beginning import BEGINNING


@dataclass(frozen=True)
class TalkRow:
    """One or more conversations in a row.

    Attributes:
        ids, labels, weights: as those of a `Conversation`.
        parts: of each token, as `stages.model.shared_beginning` has it.
    """

    ids: tuple[int, ...]
    labels: tuple[int, ...]
    weights: tuple[float, ...]
    parts: tuple[int, ...]


def talk_rows(talks: Sequence[Conversation], *, shares: bool) -> list[TalkRow]:
    """The rows of the conversations about one window, in their order.

    Args:
        talks: side by side where they begin alike.
        shares: whether what several begin with is read once; else each has a row of its own.
    """
    groups: list[list[Conversation]] = []
    for talk in talks:
        if groups and shares and _is_shorter(groups[-1], talk):
            groups[-1].append(talk)
        else:
            groups.append([talk])
    return [_row(group) for group in groups]


def _is_shorter(group: Sequence[Conversation], talk: Conversation) -> bool:
    """Whether `talk` in the row of a group makes fewer tokens than in one of its own."""
    return _count([*group, talk]) < _count(group) + len(talk.ids)


def _count(group: Sequence[Conversation]) -> int:
    shared = _shared(group)
    return shared + sum(len(talk.ids) - shared for talk in group)


def _shared(group: Sequence[Conversation]) -> int:
    """How many tokens all of a group begin with.

    A label is told by the token before it, which has to stand beside it.
    """
    if len(group) == 1:
        return len(group[0].ids)
    asked = min(_first_label(talk) for talk in group) - 1
    columns = zip(*(talk.ids for talk in group), strict=False)
    alike = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
    return max(0, min(alike, asked))


def _first_label(talk: Conversation) -> int:
    return next((at for at, label in enumerate(talk.labels) if label != NO_LABEL), len(talk.ids))


def _row(group: Sequence[Conversation]) -> TalkRow:
    shared, first = _shared(group), group[0]
    ids, labels = list(first.ids[:shared]), list(first.labels[:shared])
    weights, parts = list(first.weights[:shared]), [BEGINNING] * shared
    for number, talk in enumerate(group, 1):
        ids += talk.ids[shared:]
        labels += talk.labels[shared:]
        weights += talk.weights[shared:]
        parts += [number] * (len(talk.ids) - shared)
    return TalkRow(tuple(ids), tuple(labels), tuple(weights), tuple(parts))
