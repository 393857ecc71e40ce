"""Prompts of the lengths that the generate stage makes, without a tokenizer or a video.

Each window asks about itself and about each of its utterances. All its prompts begin alike: the
system's words, the visual tokens of the window, the times of the frames and the transcript. Then
come the visual tokens of the utterance asked about (of all, where the window is) and the question.
"""

from itertools import islice
from typing import TYPE_CHECKING, Any

from jobs.bench.model.networks import SEED, end_token
from stages.faults import SetupError
from stages.generate.engines.engine import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from stages.model.configuration_microemo import MicroEmoConfig

UTTERANCES = 7  # of a window
# Positions, as LLaMA's tokenizer counts the words of the protocol.
SYSTEM, FRAME_TIME = 50, 4
# From the shortest to the longest.
LINE = (12, 40)  # of the transcript
QUESTION = (30, 40)  # with whom and what it is about


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
        said = _drawn(LINE, UTTERANCES, source)
        prefix = _embeddings(SYSTEM + queries + FRAME_TIME * shape.max_frames + said, words, source)
        for blocks in (UTTERANCES, *[1] * UTTERANCES):
            asked = _drawn(QUESTION, 1, source)
            suffix = _embeddings(blocks * queries + asked, words, source)
            yield Prompt(prefix, f"window {window}", suffix)
        window += 1


def _drawn(lengths: tuple[int, int], count: int, source: "torch.Generator") -> int:
    """The sum of `count` lengths between the shortest and the longest."""
    import torch

    shortest, longest = lengths
    return int(torch.randint(shortest, longest + 1, (count,), generator=source).sum())


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
    written = FRAME_TIME * shape.max_frames + LINE[1] * UTTERANCES + QUESTION[1]
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
