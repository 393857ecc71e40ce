"""How sure a model was of a label: the probability of the tokens that spell it."""

import math
from collections.abc import Sequence


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
