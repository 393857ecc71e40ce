"""Closed eyes: the skin of a lid that is folded away while the eye is open."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import binary_dilation, gaussian_filter
from torch import Tensor

from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.fields import spread, unit_moves
from jobs.synthesize.head.mesh import Mesh
from jobs.synthesize.head.painting import paint_skin
from jobs.synthesize.head.raster import rasterise
from jobs.synthesize.head.slits import Slit

_UNITS = {"left_eye": "eyeBlinkLeft", "right_eye": "eyeBlinkRight"}
_LASHES = (0.05, 0.04, 0.05)


@dataclass(frozen=True)
class Lid:
    """The closed lid of one eye, in the box of its slit.

    Attributes:
        picture: float32 [3, h, w].
        bare: float32 [1, h, w], how much of a place is eye while it is open, 0..1.
        lashes: how dark they are, 0..1.
    """

    picture: Tensor
    bare: Tensor
    lashes: float

    def darken(self, skin: Tensor, covered: Tensor, rows: int) -> Tensor:
        """The upper lid with its lashes, along the edge of what it covers.

        Args:
            skin: float32 [n, 3, r, s].
            covered: float32 [n, 1, r, s], how much of a pixel the lid covers.
            rows: how thick the lashes are, pixels.
        """
        under = torch.roll(covered, -rows, dims=2)
        edge = self.lashes * (covered - under).clamp(0, 1)
        return skin + edge * (torch.tensor(_LASHES)[None, :, None, None] - skin)


def find_lid(mesh: Mesh, canvas: Canvas, slit: Slit) -> Lid:
    """The lid of the eye at `slit`, drawn closed."""
    height, width = slit.size
    closed = canvas.placed + unit_moves(mesh, canvas, _UNITS[slit.name])
    places = canvas.view.project(closed) - np.array((slit.left, slit.top, 0), np.float32)
    skin = mesh.triangles["skin"]
    outer = skin[~mesh.lining[skin].any(axis=1)]
    seen = rasterise(places, outer, height, width)
    complexion, density = canvas.identity.complexion, canvas.view.density
    colours = paint_skin(
        mesh, complexion, canvas.lighting, closed, seen=seen, triangles=outer, density=density
    )
    picture = np.zeros((3, height, width), np.float32)
    picture[:, seen.rows, seen.columns] = colours.T
    known = np.zeros((height, width), bool)
    known[seen.rows, seen.columns] = True
    hole = binary_dilation(slit.masks.max(axis=0) < 0.5, iterations=2)
    bare = gaussian_filter(hole.astype(np.float32), 1.0)[None]
    return Lid(
        torch.from_numpy(spread(picture, known)),
        torch.from_numpy(bare),
        0.6 + 0.35 * complexion.make_up,
    )
