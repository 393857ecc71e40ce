"""The words that came with the labels, as the transcript of their video."""

import math
from collections.abc import Iterable
from typing import Any

from pipeline.evaluation.answers import Answer


def utterances_of(answers: Iterable[Answer]) -> list[dict[str, Any]] | None:
    """What the column `utterances` of a source row holds, in order of time.

    Words without times are said over the whole video; see `pipeline.manifest.table`.

    Args:
        answers: of one video.

    Returns:
        None where no words came with them, so that the video's transcript is looked for elsewhere.
    """
    spoken = [answer for answer in answers if answer.said]
    entries = [
        {
            "start_s": 0.0 if answer.span_s is None else answer.span_s[0],
            "end_s": None if answer.span_s is None else answer.span_s[1],
            "speaker": answer.speaker,
            "text": answer.said,
            "text_source": "manifest",
            "text_confidence": None,
        }
        for answer in sorted(spoken, key=_order)
    ]
    return [{"index": at, **entry} for at, entry in enumerate(entries)] or None


def _order(answer: Answer) -> tuple[float, float, int]:
    start_s, end_s = answer.span_s or (0.0, math.inf)
    return start_s, end_s, answer.utterance_index or 0
