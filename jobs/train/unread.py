"""What can be told of a window whose words nobody wrote down.

A set has few sentences beside the number of times that they are gone through. What is soon known by
heart need not be looked at: a model that always sees the words learns whose they are, and not what
a face, a voice and a measured movement tell.
"""

from dataclasses import replace

from jobs.train.conversations import Targets
from pipeline.evaluation.answers import Answer
from pipeline.evaluation.readers.truth_brief import unread

_TOLD_BY_WORDS = frozenset({"words", "context"})


def unread_targets(targets: Targets) -> Targets:
    """Of the answers of a synthetic set those that hold without the words, and say nothing of them.

    Left out are those of whole windows, which name who speaks, and those of utterances of which
    the words alone tell. Of other sets nobody knows which these are.
    """
    return {
        place: replace(answer, brief=unread(answer.brief))
        for place, answer in targets.items()
        if place is not None and answer.brief and _is_told(answer)
    }


def _is_told(answer: Answer) -> bool:
    return answer.facets is not None and answer.facets.told_by not in _TOLD_BY_WORDS
