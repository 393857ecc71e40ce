"""How far reviewers agree who decided of the same rows and did not see each other's decisions."""

from collections.abc import Iterable, Mapping

from pipeline.evaluation.annotators import Agreement, agreement_on
from pipeline.evaluation.answers import Answer, clean_labels
from pipeline.evaluation.basic import NO_FAMILY, family_of
from pipeline.evaluation.groups import own_groups
from pipeline.reviews.decision import Decision
from pipeline.reviews.standing import Unit, standings

_BLIND = "double"


def blind_agreement(decisions: Iterable[Decision]) -> Agreement:
    """The agreement on rows that at least two reviewers named labels of, each blind.

    A family is that of the first label that the project's own vocabulary knows. That none can be
    named is a value of its own. Who rejected a row or could not tell says nothing of its labels.

    Args:
        decisions: in order of time; of each reviewer the last blind one of a row counts.
    """
    taken = [one for one in decisions if one.task == _BLIND or one.verdict == "withdrawn"]
    said = _labels_by_reviewer(each for one in standings(taken).values() for each in one.decisions)
    reviewers = sorted(said)
    groups = own_groups()
    return agreement_on(
        reviewers,
        [{unit: _family(labels) for unit, labels in said[one].items()} for one in reviewers],
        [
            {unit: frozenset(map(groups.of, labels)) for unit, labels in said[one].items()}
            for one in reviewers
        ],
    )


def _labels_by_reviewer(
    decisions: Iterable[Decision],
) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    said: dict[str, dict[str, tuple[str, ...]]] = {}
    for one in decisions:
        if one.verdict in ("accepted", "corrected") and one.labels is not None:
            said.setdefault(one.reviewer, {})[_name(one.unit)] = clean_labels(one.labels)
    return said


def _name(unit: Unit) -> str:
    """All different."""
    return repr(unit)


def _family(labels: tuple[str, ...]) -> str | None:
    return family_of(Answer("", labels)) if labels else NO_FAMILY
