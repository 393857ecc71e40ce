"""Which token ids end an answer, and which may never stand in one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stages.faults import SetupError
from stages.generate.prompt.template import turn_end

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


@dataclass(frozen=True)
class Vocabulary:
    """The token ids that mean something to an engine, each list in rising order."""

    ends: tuple[int, ...]  # of the model, of its tokenizer and of its chat template
    banned: tuple[int, ...]  # special tokens that end nothing, and ids without a token


def vocabulary(model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerFast") -> Vocabulary:
    """The ends and the banned ids of a causal language model.

    Raises:
        SetupError: nothing says what ends an answer, or the chat template cannot be used.
    """
    own = model.generation_config.eos_token_id
    listed = own if isinstance(own, list) else [own]
    told = (*listed, tokenizer.eos_token_id, turn_end(tokenizer))
    ends = {token for token in told if token is not None}
    if not ends:
        raise SetupError(
            "no token ends an answer of the language model: neither its generation_config.json nor"
            " its config.json nor its tokenizer names one; set eos_token_id in the model's"
            " generation_config.json"
        )
    added = tokenizer.added_tokens_decoder.items()
    special = {token for token, content in added if content.special}
    logits = model.config.get_text_config().vocab_size
    beyond = range(len(tokenizer), logits)
    unwanted = (special | set(tokenizer.all_special_ids) | set(beyond)) - ends
    # A converted model's tokenizer has a place for visual tokens that its language model, whose
    # vocabulary is as it was, gives no logit for.
    banned = {token for token in unwanted if token < logits}
    return Vocabulary(tuple(sorted(ends)), tuple(sorted(banned)))
