"""From 8-bit pixels to what a network takes; the floats are made where the pixels lie."""

import torch
from transformers.utils.constants import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD


def clip_normalised(pixels: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """What EVA-CLIP was trained on: (value / 255 - mean) / deviation, channel by channel.

    Args:
        pixels: [N, H, W, 3] uint8 RGB.
        dtype: floating type of the result.

    Returns:
        [N, 3, H, W].
    """
    mean = torch.tensor(OPENAI_CLIP_MEAN, device=pixels.device) * 255
    deviation = torch.tensor(OPENAI_CLIP_STD, device=pixels.device) * 255
    values = pixels.to(torch.float32).sub_(mean).div_(deviation)
    return values.to(dtype).permute(0, 3, 1, 2)
