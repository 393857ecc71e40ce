"""Where each person stands before the camera, and how large."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.synthesize.scene.look import Look
from jobs.synthesize.scene.shots import Framing

_FACE_DM = 2.3  # from the hairline to below the chin
_HEIGHTS = {Framing.ONE: (0.42, 0.68), Framing.TWO: (0.36, 0.48)}
"""How much of the picture's height a face takes."""
_TOWARDS_OTHER = (0.2, 0.42)
_EYES_ROW = 0.42


@dataclass(frozen=True)
class Stand:
    """One person before the camera.

    Attributes:
        density: pixels of the frame a decimetre.
        column, row: of the point between the eyes.
        yaw, pitch: how the head is turned at rest, radians; to the person's left, and up.
        gaze: yaw and pitch of the eyes at rest, from the camera.
    """

    density: float
    column: float
    row: float
    yaw: float
    pitch: float
    gaze: tuple[float, float]

    @property
    def rotation(self) -> npt.NDArray[np.float32]:
        """The rotation of the head at rest, [3, 3]."""
        cy, sy, cp, sp = (
            np.cos(self.yaw),
            np.sin(self.yaw),
            np.cos(self.pitch),
            np.sin(self.pitch),
        )
        about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        about_x = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
        rotation: npt.NDArray[np.float32] = (about_y @ about_x).astype(np.float32)
        return rotation


def stand_alone(rng: np.random.Generator, look: Look) -> Stand:
    """Somebody alone in the picture, more or less in the middle, more or less to the camera."""
    density = _density(rng, look, Framing.ONE)
    yaw, pitch = rng.uniform(-0.3, 0.3), rng.uniform(-0.1, 0.1)
    column = look.width * rng.uniform(0.42, 0.58) - 0.1 * look.width * np.sign(yaw) * (
        look.width > look.height
    )
    row = look.height * (_EYES_ROW + rng.uniform(-0.03, 0.03))
    gaze = (0.6 * yaw + rng.uniform(-0.08, 0.08), rng.uniform(-0.06, 0.06))
    return Stand(density, float(column), float(row), float(yaw), float(pitch), gaze)


def stand_together(rng: np.random.Generator, look: Look) -> tuple[Stand, Stand]:
    """Two people side by side, turned to each other; the first stands on the left."""
    density = _density(rng, look, Framing.TWO)
    stands = []
    for side in (-1, 1):
        yaw = -side * rng.uniform(*_TOWARDS_OTHER)
        row = look.height * (_EYES_ROW + rng.uniform(-0.04, 0.04))
        stands.append(
            Stand(
                density * rng.uniform(0.95, 1.05),
                look.width * (0.5 + side * rng.uniform(0.2, 0.23)),
                row,
                yaw,
                rng.uniform(-0.06, 0.06),
                (1.3 * yaw, rng.uniform(-0.05, 0.05)),
            )
        )
    return stands[0], stands[1]


def _density(rng: np.random.Generator, look: Look, framing: Framing) -> float:
    return look.height * float(rng.uniform(*_HEIGHTS[framing])) / _FACE_DM
