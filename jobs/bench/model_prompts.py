"""Prompts of the lengths that the generate stage makes, without a tokenizer or a video.

Each window asks about itself and about each of its utterances. All its prompts begin alike: the
system's words and the visual tokens of the window. Behind them stand the visual tokens of the
utterance asked about (of all, where the window is), the times of the frames, the transcript and
the question.
"""

from itertools import islice
from typing import TYPE_CHECKING, Any

from jobs.bench.model_networks import SEED, end_token
from stages.generate.engine import Prompt
from stages.stage import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from stages.model.configuration_microemo import MicroEmoConfig

UTTERANCES = 7  # of a window
# Positions, as LLaMA's tokenizer counts the words of the protocol.
SYSTEM, FRAME_TIME, QUESTION = 50, 4, 30
LINE = (12, 40)  # of the transcript, from the shortest to the longest


def random_prompts(shape: "MicroEmoConfig", network: "PreTrainedModel", count: int) -> list[Prompt]:
    """The first `count` prompts of as many windows as they take, with random contents."""
    words: Any = network.get_input_embeddings().weight
    return list(islice(_prompts(shape, words), count))


def _prompts(shape: "MicroEmoConfig", words: "torch.Tensor") -> "Iterator[Prompt]":
    import torch

    source = torch.Generator().manual_seed(SEED)
    queries = shape.num_video_query_tokens
    window = 0
    while True:
        said = int(torch.randint(*LINE, (UTTERANCES,), generator=source).sum())
        written = FRAME_TIME * shape.max_frames + said + QUESTION
        prefix = _embeddings(SYSTEM + queries, words, source)
        for blocks in (UTTERANCES, *[1] * UTTERANCES):
            suffix = _embeddings(blocks * queries + written, words, source)
            yield Prompt(prefix, f"window {window}", suffix)
        window += 1


def _embeddings(length: int, words: "torch.Tensor", source: "torch.Generator") -> "torch.Tensor":
    """[length, D_llm] embeddings of random words."""
    import torch

    return words[torch.randint(0, len(words), (length,), generator=source).to(words.device)]


def whole_vocabulary(shape: "MicroEmoConfig") -> "PreTrainedTokenizerFast":
    """A tokenizer with a word for every id of the language model, one of which ends an answer.

    With a smaller one the engines would have to hold ids back that a real model's tokenizer has.
    """
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast

    words = {f"w{index}": index for index in range(shape.text_config.vocab_size)}
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(WordLevel(words, unk_token="w0")),  # noqa: S106 - no password
        eos_token=f"w{end_token(shape)}",
        padding_side="left",
    )


def longest_prompt(shape: "MicroEmoConfig") -> int:
    """Positions that no prompt exceeds."""
    visual = shape.num_video_query_tokens * (UTTERANCES + 1)
    written = FRAME_TIME * shape.max_frames + LINE[1] * UTTERANCES + QUESTION
    return SYSTEM + visual + written


def require_context(shape: "MicroEmoConfig", new_tokens: int) -> None:
    """See that a prompt and its answer fit the language model's context.

    Raises:
        SetupError: they do not.
    """
    context = shape.text_config.max_position_embeddings
    room = context - longest_prompt(shape)
    if new_tokens > room:
        raise SetupError(
            f"--new-tokens {new_tokens} does not fit: the language model's context has {context} "
            f"positions, of which prompts take up to {context - room}; ask for at most {room}"
        )
