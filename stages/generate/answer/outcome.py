"""From the model's answers to the emotion fields of a row or an utterance."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from stages.answer.agreement import agreement
from stages.answer.confidence import confidence
from stages.answer.labels import parse_labels
from stages.answer.refusals import is_refusal, says_unclear
from stages.answer.text import printable, tidy
from stages.generate.answer.spelling import decoded, spelt_by
from stages.generate.config import GenerateConfig
from stages.generate.engines.engine import Answer
from stages.model.calibration import Calibration

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def outcome(
    clues: Answer,
    listed: Answer,
    sampled: Sequence[Answer],
    tokenizer: "PreTrainedTokenizerFast",
    config: GenerateConfig,
    *,
    calibration: Calibration | None = None,
    measured: Collection[str] = (),
) -> dict[str, Any]:
    """`description`, `labels`, `label_confidence`, `label_agreement`, `labels_raw`, `abstained`
    and `abstained_reason`.

    The labels are those of `listed`, the surest answer; the sampled ones only vote on them. What
    is less sure than `generate.min_confidence` goes first, then what is beyond
    `generate.max_labels`.

    Args:
        clues: the answer to the question of clues; becomes the description, "" when it is empty.
        listed: the greedy answer to the question of labels, kept as `labels_raw`. Nothing in it
            that can be read as a label is an abstention, not "neutral".
        sampled: further answers to that question, possibly none.
        tokenizer: the language model's.
        config: the limits.
        calibration: makes confidences of probabilities; None: they are the probabilities.
        measured: of whom was asked about, as `stages.question.measured_kinds` gives it.
    """
    description = decoded(tokenizer, clues.ids)
    text, spans = decoded(tokenizer, listed.ids), spelt_by(tokenizer, listed.ids)
    named = {
        label.text: confidence(spans, listed.logprobs, label.start, label.end)
        for label in parse_labels(text, truncated=not listed.finished)
    }
    if calibration is not None:
        named = {
            label: calibration.applied(chance, label, measured) for label, chance in named.items()
        }
    sure = [label for label, chance in named.items() if chance >= config.min_confidence]
    labels = sure[: config.max_labels]
    return {
        "description": tidy(description),
        "labels": labels,
        "label_confidence": [named[label] for label in labels],
        "label_agreement": agreement(labels, [_named(answer, tokenizer) for answer in sampled]),
        "labels_raw": printable(text),
        "abstained": not labels,
        "abstained_reason": None if labels else _reason(text, named),
    }


def _reason(text: str, named: Collection[str]) -> str:
    """Why there is no label: `unsure` where there were some, `unclear`, `refused`, or
    `no_label`."""
    if named:
        return "unsure"
    if says_unclear(text):
        return "unclear"
    return "refused" if is_refusal(text) else "no_label"


def _named(answer: Answer, tokenizer: "PreTrainedTokenizerFast") -> frozenset[str]:
    """Every label in an answer, without a limit to their number."""
    text = decoded(tokenizer, answer.ids)
    return frozenset(label.text for label in parse_labels(text, truncated=not answer.finished))
