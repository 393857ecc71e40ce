"""From the model's two answers to the emotion fields of a row or an utterance."""

from typing import TYPE_CHECKING, Any

from stages.generate.confidence import confidence, decoded
from stages.generate.engine import Answer
from stages.generate.labels import parse_labels
from stages.generate.text import tidy

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def outcome(
    clues: Answer, listed: Answer, tokenizer: "PreTrainedTokenizerFast", max_labels: int
) -> dict[str, Any]:
    """`description`, `labels`, `label_confidence` and `abstained`.

    Args:
        clues: the answer to the question of clues; becomes the description, "" when it is empty.
        listed: the answer to the question of labels. Nothing in it that can be read as a label
            is an abstention, not "neutral".
        tokenizer: the language model's.
        max_labels: labels kept.
    """
    description, _ = decoded(tokenizer, clues.ids)
    text, spans = decoded(tokenizer, listed.ids)
    labels = parse_labels(text, max_labels, truncated=not listed.finished)
    return {
        "description": tidy(description),
        "labels": [label.text for label in labels],
        "label_confidence": [
            confidence(spans, listed.logprobs, label.start, label.end) for label in labels
        ],
        "abstained": not labels,
    }
