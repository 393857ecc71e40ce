"""Small tokenizers with the special tokens of other chat forms."""

from collections.abc import Sequence
from typing import Any


def byte_tokenizer(special: Sequence[str], end: str, plain: Sequence[str] = ()) -> Any:
    """A token for each byte, for each of `special`, and for each of `plain`, which are added tokens
    but not special ones, as `<think>` is in Qwen3's."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: at for at, letter in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(special))
    tokenizer.add_tokens(list(plain))
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=end,
        additional_special_tokens=[token for token in special if token != end],
        padding_side="left",
        clean_up_tokenization_spaces=False,
    )
