"""The frame position embedding of a checkpoint, brought to another number of frames."""

import torch


def stretched(positions: torch.Tensor, frames: int) -> torch.Tensor:
    """The embedding for `frames` frames, by nearest neighbour, as TimeChat stretches Video-LLaMA's.

    Place i takes what stood at i * n / frames, rounded down as torch's `interpolate` rounds it,
    since TimeChat's weights were trained behind that. The same length gives the same values.

    Args:
        positions: [n, D], any floating type.
        frames: the wanted length, at least 1.

    Returns:
        [frames, D], the type of `positions`.
    """
    columns = positions.float().T.unsqueeze(0)
    spread = torch.nn.functional.interpolate(columns, size=frames, mode="nearest")
    return spread[0].T.to(positions.dtype).contiguous()
