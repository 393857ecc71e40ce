"""A head that moves: frames warped from one canvas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.eyelids import find_lid
from jobs.synthesize.head.eyes import find_eyeballs
from jobs.synthesize.head.fields import find_fields
from jobs.synthesize.head.mesh import Mesh
from jobs.synthesize.head.opening import Eye, Mouth, Opening
from jobs.synthesize.head.poses import Poses
from jobs.synthesize.head.sampling import filled, look_up, look_up_between, mixed, undo
from jobs.synthesize.head.slits import EYES, find_slits
from jobs.synthesize.head.teeth import find_teeth

_COARSE = 2  # pixels of a frame between the places at which its warp is found
_ROUNDS = 2
_REACH = 6  # pixels of a frame by which a turn of the head carries it
_FADE = 4  # pixels of the canvas over which a box fades into the rest


@dataclass(frozen=True)
class _Part:
    """A rectangle of the canvas, pixels: first and last row, first and last column."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class _Tile:
    """A rectangle of the frames: first row and column, and how many."""

    top: int
    left: int
    rows: int
    columns: int


class Portrait:
    """A head on its canvas, ready to be painted in any pose that its units can make."""

    def __init__(self, mesh: Mesh, canvas: Canvas, units: Sequence[str]) -> None:
        """`units` are the face units that will be used; others stay at rest."""
        fields = find_fields(mesh, canvas, units)
        mouth, *eyes = find_slits(mesh, canvas, fields)
        balls = find_eyeballs(mesh, canvas)
        self._openings: list[Opening] = [
            Eye(slit, balls[name], find_lid(mesh, canvas, slit), canvas.view.density)
            for name, slit in zip(EYES, eyes, strict=True)
        ]
        self._openings.append(Mouth(mouth, find_teeth(mesh, canvas, fields, mouth)))
        self._shifts = torch.from_numpy(fields.shifts) / fields.step
        self._gains = torch.from_numpy(fields.gains)
        self._step = fields.step
        self._corner = torch.tensor([fields.left, fields.top])[:, None, None]
        self._picture = torch.from_numpy(canvas.picture).permute(2, 0, 1).contiguous()
        self._middle = torch.tensor(canvas.view.middle) - 0.5
        self._head, self._body = _parts(canvas.picture[..., 3] > 0, fields.bottom)

    def paint(self, frames: Tensor, poses: Poses) -> None:
        """Paint the head over what is in some frames, float32 [n, 3, h, w], in place."""
        height, width = frames.shape[-2:]
        body = self._tile(self._body, poses, height, width)
        if body is not None:
            places = self._places(body, poses)
            drawn = look_up_between(self._picture, places, body.rows, body.columns)
            _over(frames, body).mul_(1 - drawn[:, 3:]).add_(drawn[:, :3])
        head = self._tile(self._head, poses, height, width)
        if head is not None:
            strengths = torch.cat([poses.strengths, poses.turns], dim=1)
            drawn, bright = self._warped(head, poses, strengths)
            for opening in self._openings:
                self._open(opening, drawn, head, poses, strengths)
            _over(frames, head).mul_(1 - drawn[:, 3:]).addcmul_(drawn[:, :3], bright)

    def _tile(self, part: _Part, poses: Poses, height: int, width: int) -> _Tile | None:
        """What of the frames a part of the canvas may cover; None for nothing."""
        corners = [
            self._from_canvas(poses, torch.tensor([column, row], dtype=torch.float32))
            for column in (part.left, part.right)
            for row in (part.top, part.bottom)
        ]
        places = torch.cat(corners)
        low, high = places.amin(dim=0) - _REACH, places.amax(dim=0) + _REACH
        left, top = (max(0, int(value)) for value in low.tolist())
        right, bottom = (int(value) + 1 for value in high.tolist())
        if part is self._body:
            bottom = height  # the body goes on below the canvas
        rows, columns = min(bottom, height) - top, min(right, width) - left
        return _Tile(top, left, rows, columns) if rows > 0 and columns > 0 else None

    def _places(self, tile: _Tile, poses: Poses) -> Tensor:
        """Where on the canvas a thinned grid of the tile lies, [n, 2, r, s]."""
        rows = torch.linspace(0, tile.rows - 1, -(-tile.rows // _COARSE)) + tile.top
        columns = torch.linspace(0, tile.columns - 1, -(-tile.columns // _COARSE)) + tile.left
        return self._to_canvas(poses, columns[None, None], rows[None, :, None])

    def _warped(self, tile: _Tile, poses: Poses, strengths: Tensor) -> tuple[Tensor, Tensor]:
        """The canvas in a tile of each frame, [n, 4, r, s], and a factor on its brightness."""
        cells = (self._places(tile, poses) - self._corner) / self._step
        source = undo(mixed(strengths, self._shifts), cells, _ROUNDS, "zeros")
        gains = mixed(strengths, self._gains)[:, None]
        bright = 1 + look_up(gains, source, "zeros")
        source = source * self._step + self._corner
        drawn = look_up_between(self._picture, source, tile.rows, tile.columns)
        return drawn, filled(bright, tile.rows, tile.columns)

    def _to_canvas(self, poses: Poses, columns: Tensor, rows: Tensor) -> Tensor:
        """Places in frames, broadcast to [n, r, s], on the canvas, [n, 2, r, s].

        On both, 0 is the middle of the first pixel.
        """
        across = columns - (poses.places[:, 0, None, None] - 0.5)
        down = rows - (poses.places[:, 1, None, None] - 0.5)
        cos = (torch.cos(poses.rolls) / poses.sizes)[:, None, None]
        sin = (torch.sin(poses.rolls) / poses.sizes)[:, None, None]
        turned = torch.stack([across * cos + down * sin, down * cos - across * sin], dim=1)
        return turned + self._middle[:, None, None]

    def _from_canvas(self, poses: Poses, place: Tensor) -> Tensor:
        """A place on the canvas, [2], in each frame, [n, 2]."""
        across, down = (place - self._middle).tolist()
        cos, sin = torch.cos(poses.rolls) * poses.sizes, torch.sin(poses.rolls) * poses.sizes
        turned = torch.stack([across * cos - down * sin, across * sin + down * cos], dim=1)
        return turned + poses.places - 0.5

    def _open(
        self, opening: Opening, drawn: Tensor, tile: _Tile, poses: Poses, strengths: Tensor
    ) -> None:
        """Draw an eye or the mouth into a tile of each frame, float32 [n, 4, r, s]."""
        slit = opening.slit
        size = float(poses.sizes.max())
        rows, columns = (int(side * size) for side in slit.size)
        middle = torch.tensor([slit.left, slit.top]) + torch.tensor(slit.size[::-1]) / 2 - 0.5
        first = self._from_canvas(poses, middle) - (torch.tensor([columns, rows]) - 1) / 2
        first = first.round().long()
        across = first[:, :1] + torch.arange(columns)
        down = first[:, 1:] + torch.arange(rows)
        corner = torch.tensor([slit.left, slit.top])[:, None, None]
        places = self._to_canvas(poses, across[:, None, :], down[:, :, None]) - corner
        skin, share = opening.draw(places, strengths, poses)
        edge = torch.tensor([slit.size[1] - 1, slit.size[0] - 1])[:, None, None]
        within = torch.minimum(places, edge - places).amin(dim=1, keepdim=True)
        share = share * (within / _FADE).clamp(0, 1)
        _lay(drawn, skin, share, down - tile.top, across - tile.left)


def _parts(covered: npt.NDArray[np.bool_], bottom: int) -> tuple[_Part, _Part]:
    """What is covered, in two rectangles: to the row `bottom`, and below, where nothing moves."""
    bottom = min(bottom, covered.shape[0] - 2)
    columns = [np.flatnonzero(part.any(axis=0)) for part in (covered[: bottom + 1], covered)]
    top = int(np.flatnonzero(covered.any(axis=1))[0])
    (first, last), (leftmost, rightmost) = ((int(at[0]), int(at[-1])) for at in columns)
    head = _Part(top, bottom, first, last)
    return head, _Part(bottom + 1, covered.shape[0] - 1, leftmost, rightmost)


def _over(frames: Tensor, tile: _Tile) -> Tensor:
    """What of the frames a tile covers."""
    rows = slice(tile.top, tile.top + tile.rows)
    return frames[:, :, rows, tile.left : tile.left + tile.columns]


def _lay(drawn: Tensor, skin: Tensor, share: Tensor, down: Tensor, across: Tensor) -> None:
    """Lay boxes over tiles, in place; what lies outside a tile is cut off.

    Args:
        drawn: float32 [n, 4, h, w].
        skin, share: float32 [n, 3, r, s] and [n, 1, r, s].
        down, across: int [n, r] and [n, s], the rows and columns of the tile.
    """
    height, width = drawn.shape[-2:]
    for frame in range(len(drawn)):
        top, left = int(down[frame, 0]), int(across[frame, 0])
        rows = slice(max(-top, 0), min(height - top, down.shape[1]))
        columns = slice(max(-left, 0), min(width - left, across.shape[1]))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            continue
        place = drawn[
            frame,
            :,
            top + rows.start : top + rows.stop,
            left + columns.start : left + columns.stop,
        ]
        new, much = skin[frame, :, rows, columns], share[frame, :, rows, columns]
        place[:3] += much * place[3:] * (new - place[:3])
