"""What `microemo bench model` measures: which model, where, and how much of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from stages.model.configuration_microemo import MicroEmoConfig


@dataclass(frozen=True)
class Task:
    """The same for the encoder, the pooler, the plain loop and every engine."""

    shape: "MicroEmoConfig"
    device: "torch.device"
    dtype: "torch.dtype"
    frames: int  # global frames given to the vision model at once
    prompts: int  # in all
    batch: int  # prompts given to an engine at once
    new_tokens: int  # of each answer
    rounds: int  # the median of so many is told
    record_steps: bool = False  # whether the engine deepspeed plays back what it has recorded
