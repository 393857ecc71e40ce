"""From what was answered to the emotion fields of a row or an utterance."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from stages.answer.agreement import agreement
from stages.answer.clues import coverage
from stages.answer.text import printable
from stages.chat.answer import Described, Labelled
from stages.chat.reply import Reply
from stages.rows import Row


@dataclass(frozen=True)
class Told:
    """What a model answered to a question.

    Attributes:
        described: first, where it was asked to.
        labelled: by the most probable tokens.
        samples: the labels of each further list.
        agreement_fast_slow: see `beside`.
    """

    described: Described
    labelled: Labelled
    samples: tuple[Collection[str], ...] = ()
    agreement_fast_slow: float | None = None

    @classmethod
    def stopped(cls, described: Described, reply: Reply) -> "Told":
        """An answer after which nothing more was asked."""
        raw = printable(reply.text or reply.refusal)
        return cls(described, Labelled(raw=raw, reason=described.reason))

    def beside(self, fast: "Told") -> "Told":
        """The same, with how far the labels that were named at once are these.

        That is the number of labels in both over the number in either; None where neither has any.
        """
        own, others = set(self.labelled.labels), set(fast.labelled.labels)
        if not own | others:
            return self
        return replace(self, agreement_fast_slow=len(own & others) / len(own | others))


def emotion(told: Told, row: Row) -> dict[str, Any]:
    """The emotion fields."""
    labelled = told.labelled
    named = told.described.clues_in(row)
    sure = labelled.stated if labelled.chances is None else labelled.chances
    return {
        "description": told.described.text,
        "labels": list(labelled.labels),
        "label_confidence": None if sure is None else list(sure),
        "label_stated": None if labelled.stated is None else list(labelled.stated),
        "label_agreement": agreement(labelled.labels, told.samples),
        "agreement_fast_slow": told.agreement_fast_slow,
        "labels_raw": labelled.raw,
        "clues": named,
        "evidence_coverage": coverage(named),
        "abstained": not labelled.labels,
        "abstained_reason": labelled.reason,
    }
