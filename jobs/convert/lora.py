"""TimeChat's LoRA on the language model (Hu et al., arXiv 2106.09685): its rank, and merging it."""

import re
from collections.abc import Mapping
from pathlib import Path

import torch

from jobs.convert.tensor_files import StoredTensor
from stages.faults import SetupError

_DOWN = re.compile(r"llama_model\.base_model\.model\..*\.lora_A\.default\.weight")


def lora_rank(file: Path, tensors: Mapping[str, StoredTensor]) -> int:
    """The rank of the LoRA in TimeChat's `file`.

    Raises:
        SetupError: the file holds none.
    """
    rank = next((one.shape[0] for name, one in tensors.items() if _DOWN.fullmatch(name)), 0)
    if not rank:
        raise SetupError(
            f"{file} holds no LoRA (llama_model.base_model.model.model.layers.N.self_attn.q_proj."
            "lora_A.default.weight). Is it TimeChat's file?"
        )
    return rank


def merged(
    weight: StoredTensor, down: StoredTensor, up: StoredTensor, scale: float
) -> torch.Tensor:
    """`W + scale * B A`, computed in 32 bits, in the type of W.

    Args:
        weight: W, [out, in].
        down: A, [r, in].
        up: B, [out, r].
        scale: alpha / r.
    """
    values = torch.addmm(weight.read().float(), up.read().float(), down.read().float(), alpha=scale)
    return values.to(weight.dtype)
