"""Which token ids end an answer, and which may never stand in one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


@dataclass(frozen=True)
class Vocabulary:
    """The token ids that mean something to an engine, each list in rising order."""

    ends: tuple[int, ...]  # of the model and of its tokenizer
    banned: tuple[int, ...]  # special tokens that end nothing, and ids without a token


def vocabulary(model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerFast") -> Vocabulary:
    """The ends and the banned ids of a causal language model."""
    own = model.generation_config.eos_token_id
    listed = own if isinstance(own, list) else [own]
    ends = {token for token in (*listed, tokenizer.eos_token_id) if token is not None}
    added = tokenizer.added_tokens_decoder.items()
    special = {token for token, content in added if content.special}
    logits = model.config.get_text_config().vocab_size
    beyond = range(len(tokenizer), logits)
    unwanted = (special | set(tokenizer.all_special_ids) | set(beyond)) - ends
    # A converted model's tokenizer has a place for visual tokens that its language model, whose
    # vocabulary is as it was, gives no logit for.
    banned = {token for token in unwanted if token < logits}
    return Vocabulary(tuple(sorted(ends)), tuple(sorted(banned)))
