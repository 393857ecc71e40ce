"""Lists of labels by several people, and how far these agree."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np

from pipeline.evaluation.agreement import (
    MISSING,
    Codes,
    cohen_kappa,
    krippendorff_alpha,
    masi_distance,
    nominal_distance,
)
from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.basic import family_of
from pipeline.evaluation.groups import Groups
from stages.faults import SetupError


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa of two annotators; None where there is nothing to agree on."""

    one: str
    other: str
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """How far annotators agree.

    Attributes:
        annotators: who they are: their files, or names.
        units: the rows that at least two of them speak of.
        kappas: of the families, for each pair.
        alpha_family: Krippendorff's alpha of the families.
        alpha_labels: the same of the sets of labels by MASI distance; labels of one group are one.
    """

    annotators: tuple[str, ...]
    units: int
    kappas: tuple[Kappa, ...]
    alpha_family: float | None
    alpha_labels: float | None


def agreement(lists: Sequence[Answers], groups: Groups) -> Agreement:
    """The agreement of at least two lists; rows belong together by video and utterance.

    A family is the one that a list names, or that of the first label that the project's own
    vocabulary knows. A row without labels says nothing.

    Raises:
        SetupError: no row stands in two of them.
    """
    families = [_by_name(one, family_of) for one in lists]
    labels = [_by_name(one, _groups_of(groups)) for one in lists]
    found = agreement_on([one.location for one in lists], families, labels)
    if not found.units:
        raise SetupError(
            "--annotators: no row stands in two of the lists; rows belong together where their "
            "video_id (or name) and number of the utterance are the same"
        )
    return found


def agreement_on(
    annotators: Sequence[str],
    families: Sequence[Mapping[str, str | None]],
    labels: Sequence[Mapping[str, frozenset[str] | None]],
) -> Agreement:
    """The agreement of annotators on units that they name alike.

    Args:
        annotators: who they are, each once.
        families: of each annotator, by unit; None: nothing.
        labels: of each annotator, by unit, groups of labels; None: nothing.
    """
    names = sorted({name for one in labels for name in one})
    family_codes, _ = _coded(families, names)
    label_codes, label_sets = _coded(labels, names)
    return Agreement(
        annotators=tuple(annotators),
        units=int(((label_codes != MISSING).sum(axis=0) > 1).sum()),
        kappas=tuple(
            Kappa(
                annotators[one],
                annotators[other],
                cohen_kappa(family_codes[one], family_codes[other]),
            )
            for one, other in combinations(range(len(annotators)), 2)
        ),
        alpha_family=krippendorff_alpha(family_codes, nominal_distance),
        alpha_labels=krippendorff_alpha(label_codes, masi_distance(label_sets)),
    )


def require_several(lists: Sequence[Answers]) -> None:
    """See to it that there are no annotators, or more than one.

    Raises:
        SetupError: there is one, who agrees with everybody.
    """
    if len(lists) == 1:
        raise SetupError(
            f"--annotators {lists[0].location}: is one list; name two or more to see how far they "
            "agree"
        )


_Value = TypeVar("_Value", bound=Hashable)


def _by_name(
    answers: Answers, value: Callable[[Answer], _Value | None]
) -> Mapping[str, _Value | None]:
    return {row.name: value(row) for row in answers.rows}


def _coded(
    lists: Sequence[Mapping[str, _Value | None]], names: Sequence[str]
) -> tuple[Codes, list[_Value]]:
    """What each list says of each name, as numbers, and the values that these stand for."""
    code_of: dict[_Value, int] = {}
    codes = np.full((len(lists), len(names)), MISSING, np.int64)
    for number, said in enumerate(lists):
        for place, name in enumerate(names):
            value = said.get(name)
            if value is not None:
                codes[number, place] = code_of.setdefault(value, len(code_of))
    return codes, list(code_of)


def _groups_of(groups: Groups) -> Callable[[Answer], frozenset[str] | None]:
    return lambda row: frozenset(map(groups.of, row.labels)) or None
