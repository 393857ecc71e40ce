"""How a head stands before the camera. Lengths are decimetres."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.synthesize.head.identity import Identity
from jobs.synthesize.head.mesh import Mesh, Vectors
from jobs.synthesize.head.texture import Values, ramp

_CAMERA = 11.0  # from the eyes to the camera
_WIDTH, _ABOVE, _BELOW = 5.4, 1.75, 2.25  # what is drawn around the point between the eyes
_STIFF_Y = (6.0, 6.6)  # on the untouched head: below the first nothing turns with the head
NECK = np.array((0.0, -0.784, -1.04), np.float32)
"""What the head turns about, from the point between the eyes."""


@dataclass(frozen=True)
class View:
    """A camera straight before the eyes, and a head that may be turned.

    Attributes:
        density: pixels a decimetre at the eyes.
        turned: float32 [3, 3], the rotation of the head.
        centre: float32 [3], the point between the eyes.
        turning: float32 [n], how much of a turn each vertex of the mesh makes, 0..1.
    """

    density: float
    turned: npt.NDArray[np.float32]
    centre: Vectors
    turning: Values

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the canvas."""
        return round((_ABOVE + _BELOW) * self.density), round(_WIDTH * self.density)

    @property
    def middle(self) -> tuple[float, float]:
        """Column and row of the point between the eyes."""
        return self.size[1] / 2, _ABOVE * self.density

    def place(self, points: Vectors, turning: Values) -> Vectors:
        """Points of the head, [k, 3], as they stand before the camera."""
        about = self.centre + NECK
        turned: Vectors = ((points - about) @ self.turned.T + about).astype(np.float32)
        placed: Vectors = points + turning[:, None] * (turned - points) - self.centre
        return placed

    def turn(self, moves: Vectors) -> Vectors:
        """Moves of the mesh's vertices, [n, 3], as they are before the camera."""
        turned: Vectors = moves + self.turning[:, None] * (moves @ self.turned.T - moves)
        return turned

    def project(self, placed: Vectors) -> Vectors:
        """Column, row and nearness of points before the camera, float32 [k, 3].

        The first pixel reaches from 0 to 1.
        """
        scale = self.density * _CAMERA / (_CAMERA - placed[:, 2])
        column, row = self.middle
        columns, rows = column + scale * placed[:, 0], row - scale * placed[:, 1]
        return np.stack([columns, rows, placed[:, 2]], axis=1).astype(np.float32)

    def project_moves(self, placed: Vectors, moves: Vectors) -> Values:
        """Columns and rows by which points before the camera move, float32 [k, 2]."""
        scale = self.density * _CAMERA / (_CAMERA - placed[:, 2:])
        return np.asarray(scale * moves[:, :2] * (1, -1), np.float32)


def view_of(
    mesh: Mesh, identity: Identity, density: float, turned: npt.NDArray[np.float32]
) -> View:
    """The view of a head turned by a rotation matrix [3, 3], `density` pixels a decimetre."""
    balls = [identity.shape[mesh.vertices_of(eye)] for eye in ("left_eye", "right_eye")]
    centre = np.mean([ball.mean(axis=0) for ball in balls], axis=0)
    centre[2] = np.mean([ball[:, 2].max() for ball in balls])
    turning: Values = ramp(mesh.rest[:, 1], *_STIFF_Y)
    return View(density, turned.astype(np.float32), centre.astype(np.float32), turning)
