"""What shows when the lips part: teeth before the dark of the mouth."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.fields import Fields
from jobs.synthesize.head.light import shade
from jobs.synthesize.head.mesh import Mesh
from jobs.synthesize.head.raster import rasterise
from jobs.synthesize.head.sampling import look_up_in_one
from jobs.synthesize.head.slits import Slit
from jobs.synthesize.head.surface import normals
from jobs.synthesize.head.texture import ramp

_ENAMEL = np.array((0.86, 0.82, 0.74), np.float32)
_DARK = (0.16, 0.05, 0.05)
_TONGUE = (0.50, 0.20, 0.20)
_TOOTH = 0.085  # decimetres wide
_LOWER_SHADE = 0.8


@dataclass(frozen=True)
class Teeth:
    """The inside of a mouth.

    Attributes:
        rows: float32 [2, 4, h, w], upper and lower teeth in the box of the mouth: RGB times alpha,
            and alpha.
        moved: float32 [2, m, 2], how each movement shifts each row of them, pixels.
        tongue_row: row of the box at which the tongue lies behind the lower teeth.
        brightness: factor on everything in here.
    """

    rows: Tensor
    moved: Tensor
    tongue_row: float
    brightness: float

    def draw(self, places: Tensor, strengths: Tensor) -> Tensor:
        """The inside at places [n, 2, r, s] of the box, float32 [n, 3, r, s].

        `strengths`, float32 [n, m], are those of the movements.
        """
        shifts = torch.einsum("nm,kmc->knc", strengths, self.moved)[..., None, None]
        low = (places[:, 1:] - shifts[1][:, 1:] - self.tongue_row) / 6
        depth = low.clamp(0, 1)
        inside = _colour(_DARK) + depth * (_colour(_TONGUE) - _colour(_DARK))
        inside = inside * self.brightness
        for row in (1, 0):
            found = look_up_in_one(self.rows[row], places - shifts[row])
            inside = found[:, :3] + (1 - found[:, 3:]) * inside
        return inside


def find_teeth(mesh: Mesh, canvas: Canvas, fields: Fields, mouth: Slit) -> Teeth:
    """The teeth of a head."""
    height, width = mouth.size
    corner = np.array((mouth.left, mouth.top, 0), np.float32)
    places = canvas.view.project(canvas.placed) - corner
    lighting = canvas.lighting
    facing = normals(canvas.placed, mesh.triangles["skin"])
    lit = shade(facing, lighting.openness, lighting.lit, lighting.light)
    bright = float(lit[mesh.lips > 0.5].mean())
    pictures, moved = [], []
    for name, share in (("upper_teeth", 1.0), ("lower_teeth", _LOWER_SHADE)):
        triangles = mesh.triangles[name]
        seen = rasterise(places, triangles, height, width, both_sides=True)
        ahead = np.abs(normals(canvas.placed, triangles)[:, 2])
        attributes = np.column_stack([mesh.rest, ahead]).astype(np.float32)
        at = seen.interpolate(triangles, attributes)
        gaps = np.abs((at[:, 0] / _TOOTH) % 1 - 0.5) * 2
        bright_at = bright * share * (0.55 + 0.45 * at[:, 3]) * (1 - 0.35 * ramp(gaps, 0.8, 1.0))
        bright_at *= 1 - 0.5 * ramp(np.abs(at[:, 0]), 0.12, 0.26)
        picture = np.zeros((4, height, width), np.float32)
        colours = _ENAMEL * bright_at[:, None]
        picture[:, seen.rows, seen.columns] = np.column_stack([colours, np.ones(len(at))]).T
        pictures.append(picture)
        moved.append(fields.moved[:, mesh.vertices_of(name)].mean(axis=1))
    lower = places[mesh.vertices_of("lower_teeth"), 1]
    return Teeth(
        rows=torch.from_numpy(np.stack(pictures)),
        moved=torch.from_numpy(np.stack(moved).astype(np.float32)),
        tongue_row=float(lower.min()) - 2,
        brightness=bright,
    )


def _colour(colour: tuple[float, float, float]) -> Tensor:
    return torch.tensor(colour)[None, :, None, None]
