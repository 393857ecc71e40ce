"""The parts of a MicroEmo model with random weights, at any preset, and what they weigh.

No checkpoint is needed: speed does not depend on what the weights say, as long as they are not
all zeros.
"""

# mypy: disable-error-code="no-untyped-call"

import gc
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from stages.faults import SetupError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from stages.model.configuration_microemo import MicroEmoConfig
    from stages.model.modeling_microemo import MicroEmoEncoder, MicroEmoPooler

SEED = 20240716
# Beside the weights and what is counted: the libraries and the activations of a batch.
MARGIN_BYTES = 2**30


def encoder(
    shape: "MicroEmoConfig", device: "torch.device", dtype: "torch.dtype"
) -> "MicroEmoEncoder":
    """The part from pixels to visual states."""
    from stages.model.modeling_microemo import MicroEmoEncoder

    made: MicroEmoEncoder = _made(lambda: MicroEmoEncoder._from_config(shape, dtype=dtype), device)
    return made


def pooler(
    shape: "MicroEmoConfig", device: "torch.device", dtype: "torch.dtype"
) -> "MicroEmoPooler":
    """The part from visual states to visual tokens."""
    from stages.model.modeling_microemo import MicroEmoPooler

    made: MicroEmoPooler = _made(lambda: MicroEmoPooler._from_config(shape, dtype=dtype), device)
    return made


def language_model(
    shape: "MicroEmoConfig", device: "torch.device", dtype: "torch.dtype"
) -> "PreTrainedModel":
    """The language model, its LoRA merged; it never ends an answer, so that all are of one length.

    The row of the end token in its head is zero. So is that token's score then, and among
    thousands of random scores another one is always above zero.
    """
    import torch
    from transformers import AutoModelForCausalLM

    def make() -> Any:
        return AutoModelForCausalLM.from_config(shape.text_config, dtype=dtype)

    network: PreTrainedModel = _made(make, device)
    if device.type != "meta":
        with torch.no_grad():
            network.get_output_embeddings().weight[end_token(shape)] = 0
    return network


def end_token(shape: "MicroEmoConfig") -> int:
    """The id that ends an answer."""
    own = shape.text_config.eos_token_id
    return int(own[0] if isinstance(own, list) else own)


def _made(make: Callable[[], Any], device: "torch.device") -> Any:
    import torch

    # What was measured before goes first; an engine may hold itself by a cycle.
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    torch.manual_seed(SEED)
    with device:
        return make().eval().requires_grad_(False)


@dataclass(frozen=True)
class Weight:
    """What one part of the model holds."""

    parameters: int
    bytes: int


def weights(shape: "MicroEmoConfig", dtype: "torch.dtype") -> dict[str, Weight]:
    """What each part holds; counted on the meta device, which allocates nothing."""
    import torch

    parts = {"encoder": encoder, "pooler": pooler, "language_model": language_model}
    found = {}
    for name, make in parts.items():
        tensors = list(make(shape, torch.device("meta"), dtype).parameters())
        found[name] = Weight(
            sum(tensor.numel() for tensor in tensors), sum(tensor.nbytes for tensor in tensors)
        )
    return found


def cache_bytes_of_position(shape: "MicroEmoConfig", dtype: "torch.dtype") -> int:
    """Bytes that the keys and values of one position take in all layers."""
    text = shape.text_config
    heads = text.num_attention_heads
    head_size = getattr(text, "head_dim", None) or text.hidden_size // heads
    key_heads = getattr(text, "num_key_value_heads", None) or heads
    return int(2 * text.num_hidden_layers * key_heads * head_size * dtype.itemsize)


def step_bytes(network: "PreTrainedModel") -> int:
    """Bytes of weights that one decoding step reads: all but embeddings that are looked up."""
    total = sum(tensor.nbytes for tensor in network.parameters())
    looked_up: Any = network.get_input_embeddings().weight
    multiplied: Any = network.get_output_embeddings().weight
    return total if looked_up is multiplied else total - int(looked_up.nbytes)


def require_memory(
    held: dict[str, Weight], cache_bytes: int, device: "torch.device", preset: str
) -> None:
    """See that the device holds the parts, one after another, the last with its cache.

    Raises:
        SetupError: it does not; the message says how much is needed, and of what.
    """
    needs = {name: weight.bytes + MARGIN_BYTES for name, weight in held.items()}
    needs["language_model"] += cache_bytes
    name, needed = max(needs.items(), key=lambda need: need[1])
    free = _free_bytes(device)
    if needed > free:
        cache = f", {cache_bytes / 1e9:.1f} GB of keys and values" * (name == "language_model")
        raise SetupError(
            f"--preset {preset} needs {needed / 1e9:.1f} GB on {device} for the "
            f"{name.replace('_', ' ')} ({held[name].bytes / 1e9:.1f} GB of weights{cache} and room "
            f"to work) and {free / 1e9:.1f} GB are free. Take a narrower --dtype, a smaller "
            "--batch or another machine; --device meta only counts."
        )


def _free_bytes(device: "torch.device") -> int:
    import torch

    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)
