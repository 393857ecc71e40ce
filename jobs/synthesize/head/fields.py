"""How each movement shifts the pixels of a head, found once so that frames need no mesh."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.light import shade
from jobs.synthesize.head.mesh import Mesh, Vectors
from jobs.synthesize.head.surface import normals
from jobs.synthesize.head.texture import Values
from jobs.synthesize.head.view import NECK
from jobs.synthesize.head.wrinkles import wrinkles

Mask = npt.NDArray[np.bool_]
_STEP = 3  # pixels of the canvas to a cell of the fields, which are smooth
_MOST_GAIN = 0.5
_MARGIN = 3  # cells


@dataclass(frozen=True)
class Fields:
    """What one unit of each movement does.

    Attributes:
        moved: float32 [m, n, 2], for each face unit, then for yaw and pitch (radians), the shift of
            each vertex of the mesh, pixels of the canvas.
        shifts: float32 [m, 2, h, w], the same of what stands at a cell, columns and rows; cell
            (i, j) stands at pixel (i, j) * step + (top, left). Around the cells nothing moves.
        gains: float32 [m, h, w], the change of brightness as a share.
        step: pixels of the canvas to a cell.
        top, left: pixels.
    """

    moved: npt.NDArray[np.float32]
    shifts: npt.NDArray[np.float32]
    gains: npt.NDArray[np.float32]
    step: int
    top: int
    left: int

    @property
    def bottom(self) -> int:
        """The last row of pixels that anything moves."""
        cells: int = self.shifts.shape[-2]
        return self.top + (cells - 1) * self.step


def find_fields(mesh: Mesh, canvas: Canvas, units: Sequence[str]) -> Fields:
    """The fields of some face units, and of the turns of the head."""
    moves = [*(unit_moves(mesh, canvas, unit) for unit in units), *_turns(canvas)]
    moved = np.stack([canvas.view.project_moves(canvas.placed, move) for move in moves])
    gains = np.zeros((len(moves), len(mesh.rest), 1), np.float32)
    gains[: len(units), :, 0] = _gains(mesh, canvas, moves[: len(units)])
    values = np.concatenate([moved, gains], axis=-1)
    on_grid = (canvas.rows % _STEP == 0) & (canvas.columns % _STEP == 0)
    flat = values.transpose(1, 0, 2).reshape(len(mesh.rest), -1)
    at = canvas.interpolate(flat, on_grid).reshape(-1, len(moves), 3)
    for row, unit in enumerate(units):
        lines = wrinkles(unit, canvas.rest[on_grid], canvas.identity.age)
        at[:, row, 2] += lines * canvas.is_skin[on_grid]
    height, width = (-(-size // _STEP) for size in canvas.view.size)
    rows, columns = canvas.rows[on_grid] // _STEP, canvas.columns[on_grid] // _STEP
    known = np.zeros((height, width), bool)
    known[rows, columns] = True
    planes = np.zeros((len(moves), 3, height, width), np.float32)
    planes[:, :, rows, columns] = at.transpose(1, 2, 0)
    shifts = spread(planes[:, :2], known)
    moving = (np.abs(planes[:, :2]).max(axis=(0, 1)) > 0) & known
    rows, columns = (_around(moving.any(axis=other)) for other in (1, 0))
    return Fields(
        moved,
        np.ascontiguousarray(shifts[..., rows, columns]),
        np.ascontiguousarray(planes[:, 2, rows, columns]),
        step=_STEP,
        top=rows.start * _STEP,
        left=columns.start * _STEP,
    )


def _around(moving: Mask) -> slice:
    """The cells from the first to the last that moves, and a few around them."""
    there = np.flatnonzero(moving)
    return slice(max(int(there[0]) - _MARGIN, 0), int(there[-1]) + 1 + _MARGIN)


def spread(planes: npt.NDArray[np.float32], known: Mask) -> npt.NDArray[np.float32]:
    """Planes [..., h, w] with the value of the nearest known place wherever nothing is known."""
    nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
    found: npt.NDArray[np.float32] = planes[..., nearest[0], nearest[1]]
    return found


def unit_moves(mesh: Mesh, canvas: Canvas, unit: str) -> Vectors:
    """How a face unit at full strength moves the mesh before the camera, float32 [n, 3]."""
    target = mesh.targets[f"units/{unit}"]
    moves = np.zeros_like(mesh.rest)
    moves[target.vertices] = target.moves
    return canvas.view.turn(moves)


def _turns(canvas: Canvas) -> tuple[Vectors, Vectors]:
    """How the vertices move as the head begins to turn to its left, and up; a radian's worth."""
    x, y, z = (canvas.placed - NECK).T
    share = canvas.view.turning[:, None]
    yaw = np.stack([z, 0 * y, -x], axis=1) * share
    pitch = np.stack([0 * x, z, -y], axis=1) * share
    return yaw.astype(np.float32), pitch.astype(np.float32)


def _gains(mesh: Mesh, canvas: Canvas, moves: Sequence[Vectors]) -> Values:
    """The change of each vertex's brightness as the surface turns in the light, [m, n]."""
    whole = np.ones(len(mesh.rest), np.float32)
    triangles, light = mesh.triangles["skin"], canvas.lighting.light
    bright = [
        shade(normals(places, triangles), whole, whole, light).mean(axis=1)
        for places in (canvas.placed, *(canvas.placed + move for move in moves))
    ]
    change = np.stack(bright[1:]) / np.maximum(bright[0], 0.05) - 1
    found: Values = np.clip(change, -_MOST_GAIN, _MOST_GAIN).astype(np.float32)
    return found
