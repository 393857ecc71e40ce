"""What is said of a whole window, where only its utterances have labels."""

from collections.abc import Mapping
from typing import Any

from pipeline.evaluation.answers import Answer
from stages.rows import Row

_MOST_LABELS = 8  # as many as a run keeps


def with_whole(row: Row, targets: Mapping[int | None, Answer]) -> dict[int | None, Answer]:
    """The targets of a window, and one of the window itself.

    It has all labels of the utterances, in order of time, and a sentence about each of them; where
    there is one utterance, what is true of that is true of the window.

    Args:
        row: with the window's utterances.
        targets: by the place of an utterance; one of the window (None) is kept.
    """
    told = {
        place: answer
        for place, answer in targets.items()
        if place is not None and (answer.labels or answer.abstained)
    }
    if None in targets or not told:
        return dict(targets)
    if len(told) == 1 == len(row["utterances"]):
        return {**targets, None: next(iter(told.values()))}
    labels = dict.fromkeys(label for _, answer in sorted(told.items()) for label in answer.labels)
    sentences = [
        _sentence(row["utterances"][place], answer, row["start_s"])
        for place, answer in sorted(told.items())
    ]
    whole = Answer(
        row["video_id"],
        tuple(labels)[:_MOST_LABELS],
        abstained=not labels,
        description=" ".join(sentences),
    )
    return {**targets, None: whole}


def _sentence(said: Mapping[str, Any], answer: Answer, origin_s: float) -> str:
    start_s, end_s = said["start_s"] - origin_s, said["end_s"] - origin_s
    who = said.get("speaker") or "the speaker"
    when = f"From {start_s:.1f} to {end_s:.1f} s"
    if not answer.labels:
        return f"{when}, nothing tells how {who} feels."
    return f"{when}, {who} is {', '.join(answer.labels)}."
