"""Looking pictures and fields up at places between pixels, many frames at once."""

from functools import cache
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import grid_sample, interpolate

Padding = Literal["border", "zeros"]
_AT_REST = 1e-4


def mixed(strengths: Tensor, fields: Tensor) -> Tensor:
    """What movements do together in each frame.

    Args:
        strengths: float32 [n, m]; most are zero most of the time.
        fields: float32 [m, ...], what each does at full strength.

    Returns:
        float32 [n, ...].
    """
    moving = strengths.abs().amax(dim=0) > _AT_REST
    chosen = strengths[:, moving] @ fields[moving].flatten(1)
    return chosen.reshape(len(strengths), *fields.shape[1:])


def look_up(planes: Tensor, places: Tensor, padding: Padding = "border") -> Tensor:
    """Planes of each frame at places of that frame.

    Args:
        planes: float32 [n, c, h, w].
        places: float32 [n, 2, r, s], columns and rows, where 0 is the middle of the first pixel.
        padding: what is beyond the edge: what is at it, or `zeros`.

    Returns:
        float32 [n, c, r, s].
    """
    return _sampled(planes, _scaled(places, planes).permute(0, 2, 3, 1), padding)


def look_up_in_one(planes: Tensor, places: Tensor) -> Tensor:
    """As `look_up`, the same planes [c, h, w] for all frames."""
    return _sampled_in_one(planes, _scaled(places, planes))


def look_up_between(planes: Tensor, coarse: Tensor, rows: int, columns: int) -> Tensor:
    """As `look_up_in_one`, at the places between those of a thinned grid, [n, 2, r, s]."""
    return _sampled_in_one(planes, filled(_scaled(coarse, planes), rows, columns))


def _scaled(places: Tensor, planes: Tensor) -> Tensor:
    """Pixels as `grid_sample` counts them: from -1 to 1."""
    height, width = planes.shape[-2:]
    return places * _scale(height, width) - 1


@cache
def _scale(height: int, width: int) -> Tensor:
    return torch.tensor([2 / max(width - 1, 1), 2 / max(height - 1, 1)])[:, None, None]


def _sampled(planes: Tensor, grid: Tensor, padding: Padding = "border") -> Tensor:
    return grid_sample(planes, grid, padding_mode=padding, align_corners=True)


def _sampled_in_one(planes: Tensor, scaled: Tensor) -> Tensor:
    frames, _, rows, columns = scaled.shape
    grid = scaled.permute(0, 2, 3, 1).reshape(1, frames * rows, columns, 2)
    found = _sampled(planes[None], grid)[0]
    return found.reshape(-1, frames, rows, columns).transpose(0, 1)


def undo(shifts: Tensor, places: Tensor, rounds: int, padding: Padding = "border") -> Tensor:
    """Where what has been shifted to `places` stood before.

    What stands at s moves to s + shifts(s); s is found by going back and forth.

    Args:
        shifts: float32 [n, 2, h, w], in pixels of these planes.
        places: float32 [n, 2, r, s].
        rounds: how often; each shortens the error by as much as the shifts differ over their size.
        padding: beyond the shifts, see `look_up`.
    """
    found = places
    for _ in range(rounds):
        found = places - look_up(shifts, found, padding)
    return found


def undo_falling(shifts: Tensor, places: Tensor, rounds: int) -> Tensor:
    """As `undo`, for skin that may stretch to many times its height but never folds over.

    Going back and forth would not settle on an eyelid that closes. Rows are found by halving the
    span that they can have come from.
    """
    down = places[:, 1:]
    columns = places[:, :1] - look_up(shifts, places)[:, :1]
    farthest = shifts[:, 1].abs().amax() + 1
    low, high = down - farthest, down + farthest
    for _ in range(rounds):
        middle = (low + high) / 2
        above = middle + look_up(shifts, torch.cat([columns, middle], dim=1))[:, 1:] < down
        low, high = torch.where(above, middle, low), torch.where(above, high, middle)
    return torch.cat([columns, (low + high) / 2], dim=1)


def thinned(places: Tensor, step: int) -> Tensor:
    """A grid of places [n, 2, r, s] that lie on straight lines, with every `step`th or so.

    The corners stay, so that `filled` gives the grid back.
    """
    rows, columns = places.shape[-2:]
    return _resized(places, -(-rows // step), -(-columns // step))


def filled(coarse: Tensor, rows: int, columns: int) -> Tensor:
    """What a thinned grid was, or what was found at its places, with as many rows and columns."""
    return _resized(coarse, rows, columns)


def _resized(planes: Tensor, rows: int, columns: int) -> Tensor:
    return interpolate(planes, (rows, columns), mode="bilinear", align_corners=True)
