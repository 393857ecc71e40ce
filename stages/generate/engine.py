"""What generates text from spliced prompts: one protocol, and how its engines are opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from stages.stage import SetupError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from stages.generate.batched_engine import BatchedEngine
    from stages.generate.config import GenerateConfig
    from stages.generate.reference_engine import ReferenceEngine
    from stages.model.config import ModelConfig


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
    ) -> list[Answer]:
        """Continue each prompt; answers in the order of the prompts.

        Args:
            prompts: any number of any lengths; they are worked on at once.
            max_new_tokens: where an answer is cut.
            sampling: one for each prompt, None for a greedy one; None: all are greedy.

        Raises:
            torch.OutOfMemoryError: the prompts do not fit the device together.
        """
        ...


@dataclass(frozen=True)
class LanguageModel:
    """The language model as the generate stage sees it, wherever it computes."""

    engine: Engine
    embedding: "torch.nn.Embedding"  # of its input
    tokenizer: "PreTrainedTokenizerFast"
    context: int  # positions a prompt and its answer may take together


def open_language_model(config: "GenerateConfig", model: "ModelConfig") -> LanguageModel:
    """The language model in this process, on the engine of `config`.

    Raises:
        SetupError: the model or its device is not there, or the engine cannot run it.
    """
    from stages.model.loading import load_language_model, model_device

    if config.tp_size > 1:
        raise SetupError(
            f"generate.tp_size is {config.tp_size}, and a single process can be asked for 1 only."
        )
    on_cpu = model.model_copy(update={"device": "cpu"})
    zero = config.engine == "deepspeed-zero"  # whose weights may be larger than the device
    network, tokenizer = load_language_model(on_cpu if zero else model)
    engine = open_engine(
        config.engine,
        network,
        tokenizer,
        device=model_device(model),
        zero_offload=config.zero_offload,
        zero_nvme_path=config.zero_nvme_path,
    )
    context = network.config.max_position_embeddings
    return LanguageModel(engine, engine.embedding, tokenizer, context)


def open_engine(
    name: str,
    model: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerFast",
    *,
    device: "torch.device | None" = None,
    zero_offload: str = "cpu",
    zero_nvme_path: str | None = None,
) -> "BatchedEngine | ReferenceEngine":
    """The engine called `name` ("deepspeed", "deepspeed-zero" or "transformers").

    Args:
        name: as in `generate.engine`.
        model: a loaded causal language model, which is from then on the engine's.
        tokenizer: the model's.
        device: where deepspeed-zero computes; None: where the model is. The others compute where
            the model is.
        zero_offload: where deepspeed-zero keeps the weights: "none", "cpu" or "nvme".
        zero_nvme_path: the folder of "nvme".

    Raises:
        SetupError: the engine cannot run the model as configured.
    """
    from stages.generate.batched_engine import BatchedEngine
    from stages.generate.deepspeed_engine import init_inference
    from stages.generate.reference_engine import ReferenceEngine
    from stages.generate.vocabulary import vocabulary
    from stages.generate.zero_engine import copied_embedding, init_zero

    embedding: Any = model.get_input_embeddings()
    if name == "transformers":
        generate: Any = model.generate
        return ReferenceEngine(name, generate, model, tokenizer)
    allowed = vocabulary(model, tokenizer)
    if name == "deepspeed":
        return BatchedEngine(name, init_inference(model), embedding, allowed)
    device = device or model.device
    embedding = copied_embedding(embedding, device)
    forward = init_zero(model, device, zero_offload, zero_nvme_path)
    return BatchedEngine(name, forward, embedding, allowed)
