"""How sure the model was of a label: the probability of the tokens that spell it."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def decoded(tokenizer: "PreTrainedTokenizerFast", ids: Sequence[int]) -> str:
    """The text of `ids`, special tokens left out."""
    return str(
        tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
    )


def spelt_by(tokenizer: "PreTrainedTokenizerFast", ids: Sequence[int]) -> list[range]:
    """For each id the positions of the characters of `decoded` that it helps to spell.

    A character spelt by several ids (the bytes of one letter) belongs to all of them.
    """
    from tokenizers.decoders import DecodeStream

    stream = DecodeStream(skip_special_tokens=True)
    spans: list[range] = []
    start = waiting = 0
    for token in ids:
        waiting += 1
        told = stream.step(tokenizer.backend_tokenizer, token)
        if told is not None:
            spans += [range(start, start + max(len(told), 1))] * waiting
            start, waiting = start + len(told), 0
    return spans + [range(start, max(len(decoded(tokenizer, ids)), start + 1))] * waiting


def confidence(spans: Sequence[range], logprobs: Sequence[float], start: int, end: int) -> float:
    """The geometric mean probability, 0..1, of the tokens spelling the characters [start, end).

    The mean is over tokens, so that a long label is not less sure for being long. 0 where no
    token spells them.
    """
    own = [
        logprob
        for span, logprob in zip(spans, logprobs, strict=True)
        if span.start < end and start < span.stop
    ]
    return min(1.0, math.exp(sum(own) / len(own))) if own else 0.0
