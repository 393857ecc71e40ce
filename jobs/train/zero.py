"""DeepSpeed's ZeRO for a training: what the GPUs share out."""

from typing import Any

_STAGES = {"none": 0, "zero2": 2, "zero3": 3}


def zero_of(name: str) -> dict[str, Any] | None:
    """The configuration of DeepSpeed, None for none. "auto" is filled in by the Trainer.

    Args:
        name: "none", "zero2" (gradients and optimizer shared out) or "zero3" (weights as well).
    """
    stage = _STAGES[name]
    if not stage:
        return None
    return {
        "zero_optimization": {
            "stage": stage,
            "overlap_comm": True,
            "contiguous_gradients": True,
            # ZeRO-3 holds a part of each weight; a checkpoint needs them whole.
            "stage3_gather_16bit_weights_on_model_save": True,
        },
        "bf16": {"enabled": "auto"},
        "gradient_clipping": "auto",
        "train_micro_batch_size_per_gpu": "auto",
        "gradient_accumulation_steps": "auto",
    }
