"""How sure the model was of a label: the probability of the tokens that spell it."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_UNDECODABLE = "\ufffd"


def decoded(tokenizer: "PreTrainedTokenizerFast", ids: Sequence[int]) -> tuple[str, list[range]]:
    """The text of `ids` and, for each id, the positions of the characters it helps to spell.

    A character spelt by several ids (the bytes of one letter) belongs to all of them.
    """
    prefixes = [list(ids[:length]) for length in range(len(ids) + 1)]
    texts = tokenizer.batch_decode(
        prefixes, skip_special_tokens=True, clean_up_tokenization_spaces=False
    )
    ends = [len(text.rstrip(_UNDECODABLE)) for text in texts]
    spans = [range(start, max(end, start + 1)) for start, end in pairwise(ends)]
    return texts[-1], spans


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
