"""Opens the language model of the configuration on the engine it names."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stages.faults import SetupError
from stages.generate.config import GenerateConfig
from stages.generate.engines.batched import BatchedEngine
from stages.generate.engines.context import context_of
from stages.generate.engines.engine import LanguageModel
from stages.generate.engines.reference import ReferenceEngine
from stages.model.config import ModelConfig

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


OpenLanguageModel = Callable[[GenerateConfig, ModelConfig], LanguageModel]
"""How a run opens the language model: in this process, or over several."""


def open_language_model(config: GenerateConfig, model: ModelConfig) -> LanguageModel:
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
        record_steps=config.record_steps,
    )
    context = context_of(network.config.get_text_config())
    return LanguageModel(engine, engine.embedding, tokenizer, context)


def open_engine(
    name: str,
    model: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerFast",
    *,
    device: "torch.device | None" = None,
    zero_offload: str = "cpu",
    zero_nvme_path: str | None = None,
    record_steps: bool = False,
) -> BatchedEngine | ReferenceEngine:
    """The engine called `name` ("deepspeed", "deepspeed-zero" or "transformers").

    Args:
        name: as in `generate.engine`.
        model: a loaded causal language model, which is from then on the engine's.
        tokenizer: the model's.
        device: where deepspeed-zero computes; None: where the model is. The others compute where
            the model is.
        zero_offload: where deepspeed-zero keeps the weights: "none", "cpu" or "nvme".
        zero_nvme_path: the folder of "nvme".
        record_steps: whether deepspeed plays back steps that it has recorded; on a GPU alone.

    Raises:
        SetupError: the engine cannot run the model as configured.
    """
    from stages.generate.engines.attention import require_keys_and_values
    from stages.generate.engines.deepspeed_inference import init_inference
    from stages.generate.engines.deepspeed_zero import copied_embedding, init_zero
    from stages.generate.engines.recording import CudaGraphs
    from stages.generate.engines.vocabulary import vocabulary

    embedding: Any = model.get_input_embeddings()
    if name == "transformers":
        generate: Any = model.generate
        return ReferenceEngine(name, generate, model, tokenizer)
    require_keys_and_values(model, name)
    allowed = vocabulary(model, tokenizer)
    if name == "deepspeed":
        if record_steps and model.device.type != "cuda":
            raise SetupError(
                "generate.record_steps is for a GPU, and the language model is on the CPU; leave it"
                " out, or set model.device=cuda"
            )
        capture = CudaGraphs(model.device) if record_steps else None
        return BatchedEngine(name, init_inference(model), embedding, allowed, capture=capture)
    device = device or model.device
    embedding = copied_embedding(embedding, device)
    forward = init_zero(model, device, zero_offload, zero_nvme_path)
    return BatchedEngine(name, forward, embedding, allowed)
