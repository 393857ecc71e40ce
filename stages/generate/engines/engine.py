"""What generates text: the protocol of an engine, and what it takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class Prompt:
    """What the language model is fed: a beginning shared with other prompts, and the rest.

    Prompts of one `prefix_id` must have equal prefixes; what is computed for a prefix is computed
    once for all of them. Neither part is empty.
    """

    prefix: "torch.Tensor"  # [P, D_llm]
    prefix_id: str
    suffix: "torch.Tensor"  # [S, D_llm]

    def __len__(self) -> int:
        """Positions of the prompt, P + S."""
        return len(self.prefix) + len(self.suffix)


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn: from the most probable ones that together have `top_p`."""

    temperature: float
    top_p: float  # 0..1, 0 excluded
    seed: int

    def __post_init__(self) -> None:
        if self.temperature <= 0 or not 0 < self.top_p <= 1:
            raise ValueError(f"nothing can be drawn with {self}")


@dataclass(frozen=True)
class Answer:
    """One generated continuation, without the end token."""

    ids: tuple[int, ...]
    # Natural log, one a token: of the model's own distribution over the tokens allowed, whatever
    # the temperature it was drawn at.
    logprobs: tuple[float, ...]
    finished: bool  # the model ended it; False: cut at the token limit


class Engine(Protocol):
    """Batched generation; an answer depends on its own prompt and sampling alone."""

    name: str

    def generate(
        self,
        prompts: Sequence[Prompt],
        max_new_tokens: int,
        sampling: Sequence[Sampling | None] | None = None,
        at_once: int | None = None,
    ) -> list[Answer]:
        """Continue each prompt; answers in the order of the prompts.

        Args:
            prompts: any number of any lengths.
            max_new_tokens: where an answer is cut.
            sampling: one for each prompt, None for a greedy one; None: all are greedy.
            at_once: prompts that are worked on at once at most, the first ones first; None: all.

        Raises:
            torch.OutOfMemoryError: so many prompts do not fit the device together.
        """
        ...


@dataclass(frozen=True)
class LanguageModel:
    """The language model as the generate stage sees it, wherever it computes."""

    engine: Engine
    embedding: "torch.nn.Embedding"  # of its input
    tokenizer: "PreTrainedTokenizerFast"
    context: int  # positions a prompt and its answer may take together
