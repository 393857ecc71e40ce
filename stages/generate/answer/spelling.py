"""Token ids as text, and which of its characters each of them spells."""

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
