"""How far each part of a face is from where it usually is: optical flow, without weights.

The least-squares flow of Lucas & Kanade, "An iterative image registration technique with an
application to stereo vision" (1981), one step, between a crop and what is usual of its face. Crops
are aligned and micro-expressions move parts of a face by a pixel or two, where one step is enough.
"""

import torch
from torch import nn

# Pixels of a crop, the side of a cell that has one displacement; windows overlap by half a cell and
# more to all sides.
CELL = 8
CHANNELS = 3
"""Of a cell: displacement to the right and down, and how far the picture changed at all."""
_HALF = 2  # pixels of a crop that are one here, along a side: finer is grain
_LUMA = (0.299, 0.587, 0.114)
# Added to the mean square of the gradient (grey levels a pixel): where there is less there is
# nothing to see a movement by.
_FLAT = 4.0
_FARTHEST = 3.0  # halved pixels; what would be farther one step does not find
_PER_GREY_LEVEL = 0.1  # brings a change to the size of a displacement
_WIDE = 8  # halved pixels, the side of the cells by which light is told from movement


def brightness(crops: torch.Tensor) -> torch.Tensor:
    """Grey levels, smoothed, at half the size: [C, S, S, 3] uint8 to [C, S / 2, S / 2] float32."""
    count, height, width, _ = crops.shape
    halved = crops.view(count, height // _HALF, _HALF, width // _HALF, _HALF, 3).transpose(2, 3)
    luma = torch.tensor(_LUMA, device=crops.device).repeat(_HALF * _HALF) / _HALF**2
    return _smooth(halved.flatten(3).float() @ luma)


def displacement(seen: torch.Tensor, usual: torch.Tensor) -> torch.Tensor:
    """What of a face is not where it usually is.

    A change of light, which is wide and smooth, is taken off first.

    Args:
        seen, usual: [C, H, H] of `brightness`.

    Returns:
        [C, CHANNELS, G, G] float32, G = 2 H / `CELL`. Zeros where both are the same.
    """
    change = _without_light(seen - usual)
    between = usual + change / 2
    right, down = _gradient(between)
    cells = CELL // _HALF
    xx, xy, yy, xt, yt, tt = (
        _smooth(_means(product, cells))
        for product in (
            right * right,
            right * down,
            down * down,
            right * change,
            down * change,
            change * change,
        )
    )
    xx, yy = xx + _FLAT, yy + _FLAT
    area = xx * yy - xy * xy
    moved = torch.stack(
        [(xy * yt - yy * xt) / area, (xy * xt - xx * yt) / area, tt.sqrt() * _PER_GREY_LEVEL], dim=1
    )
    return moved.clamp_(-_FARTHEST, _FARTHEST)


def _without_light(change: torch.Tensor) -> torch.Tensor:
    light = _smooth(_smooth(_means(change, _WIDE))).unsqueeze(1)
    wide = nn.functional.interpolate(light, change.shape[1:], mode="bilinear", align_corners=False)
    return change - wide.squeeze(1)


def _gradient(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """To the right and down, by central differences; zero at the rim."""
    right, down = torch.zeros_like(pictures), torch.zeros_like(pictures)
    right[:, :, 1:-1] = (pictures[:, :, 2:] - pictures[:, :, :-2]) / 2
    down[:, 1:-1] = (pictures[:, 2:] - pictures[:, :-2]) / 2
    return right, down


def _means(values: torch.Tensor, side: int) -> torch.Tensor:
    """[C, H, H] to the means of squares, [C, H / side, H / side]."""
    count, height, width = values.shape
    return values.view(count, height // side, side, width // side, side).mean((2, 4))


def _smooth(values: torch.Tensor) -> torch.Tensor:
    """Each value with its neighbours, by 1 2 1 along both sides; the rim goes on beyond it."""
    tall = torch.cat([values[:, :1], values, values[:, -1:]], dim=1)
    values = (tall[:, :-2] + 2 * tall[:, 1:-1] + tall[:, 2:]) / 4
    wide = torch.cat([values[:, :, :1], values, values[:, :, -1:]], dim=2)
    return (wide[:, :, :-2] + 2 * wide[:, :, 1:-1] + wide[:, :, 2:]) / 4
