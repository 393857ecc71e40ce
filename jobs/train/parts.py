"""The parts of a model that learn or are frozen, by name."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from stages.model.adapter import ADAPTER

if TYPE_CHECKING:
    from stages.model.modeling_microemo import MicroEmo

Part = Literal[
    "vision_model", "image_qformer", "local_branch", "video_qformer", "language_model", "adapter"
]
"""`video_qformer` has the frame positions and the projection with it, `local_branch` the
global-local attention; `adapter` is LoRA on the language model. TimeChat trains both Q-Formers and
the adapter."""

_PREFIXES: dict[str, tuple[str, ...]] = {
    "vision_model": ("encoder.frames.vision_model.",),
    "image_qformer": ("encoder.frames.qformer.", "encoder.frames.query_tokens"),
    "local_branch": ("encoder.local.", "encoder.global_local."),
    "video_qformer": ("pooler.",),
    "language_model": ("language_model.",),
}


def part_of(name: str) -> str:
    """The part that the weight of that name belongs to.

    Raises:
        KeyError: none.
    """
    if ADAPTER in name:
        return "adapter"
    for part, prefixes in _PREFIXES.items():
        if name.startswith(prefixes):
            return part
    raise KeyError(name)


def let_learn(model: "MicroEmo", parts: Collection[str]) -> None:
    """Thaw the weights of `parts` and freeze all others."""
    for name, weight in model.named_parameters():
        weight.requires_grad_(part_of(name) in parts)
