"""Eyeballs: drawn anew in each frame, so that they can look anywhere."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.light import shade
from jobs.synthesize.head.mesh import Mesh
from jobs.synthesize.head.surface import normals

_IRIS, _PUPIL, _LIMBUS = 0.43, 0.17, 0.05  # radii of the eyeball
_SCLERA = (0.90, 0.87, 0.85)
_PINK = (0.80, 0.55, 0.50)
_AROUND = 0.3  # decimetres


@dataclass(frozen=True)
class Eyeball:
    """One eye on the canvas: middle (column, row) and radius in pixels, colours, brightness."""

    centre: tuple[float, float]
    radius: float
    iris: tuple[float, float, float]
    brightness: tuple[float, float, float]
    sparkle: tuple[float, float]
    seed: int

    def draw(self, places: Tensor, gaze: Tensor, lid: Tensor) -> Tensor:
        """The eye at places [n, 2, r, s] of the canvas, float32 [n, 3, r, s].

        Args:
            places: columns and rows, where 0 is the middle of the first pixel.
            gaze: float32 [n, 2], yaw to the person's left and pitch up, radians, from the camera.
            lid: float32 [n, 1, r, s], 0..1, how near the upper lid is: it throws a shadow.
        """
        centre = torch.tensor(self.centre)[None, :, None, None]
        off = (places - centre) / self.radius
        looking = torch.sin(gaze) * torch.tensor([1.0, -1.0])
        iris = off - 0.92 * looking[..., None, None]
        away = iris.square().sum(1, keepdim=True).sqrt()
        angle = torch.atan2(iris[:, 1:], iris[:, :1])
        out = off.square().sum(1, keepdim=True)
        edge = 1.2 / self.radius  # a pixel or so, as a share of the radius
        white = _colour(_SCLERA) + out.clamp(0, 1) * 0.45 * (_colour(_PINK) - _colour(_SCLERA))
        spokes = 1 + 0.16 * torch.sin(angle * 17 + self.seed) * torch.sin(angle * 7 + away * 9)
        coloured = _colour(self.iris) * spokes * (0.75 + 0.7 * away / _IRIS)
        coloured = coloured * (1 - 0.75 * _ramp(away, _IRIS - _LIMBUS - edge, _IRIS))
        coloured = coloured * _ramp(away, _PUPIL - edge / 2, _PUPIL + edge / 2)
        share = _ramp(away, _IRIS + edge / 2, _IRIS - edge / 2)
        eye = white + share * (coloured - white)
        eye = eye * (1 - 0.3 * out.clamp(0, 1)) * (1 - 0.55 * lid)
        eye = eye * torch.tensor(self.brightness)[None, :, None, None]
        spot = torch.tensor(self.sparkle)[None, :, None, None]
        glint = (off - 0.5 * looking[..., None, None] - spot).square().sum(1, keepdim=True).sqrt()
        return eye + 0.8 * _ramp(glint, 0.12 + edge / 2, 0.05)


def find_eyeballs(mesh: Mesh, canvas: Canvas) -> dict[str, Eyeball]:
    """The eyes of a head by name, `left_eye` and `right_eye`."""
    complexion, light = canvas.identity.complexion, canvas.lighting.light
    facing = normals(canvas.placed, mesh.triangles["skin"])
    bright = shade(facing, canvas.lighting.openness, canvas.lighting.lit, light)
    eyes = {}
    for name in ("left_eye", "right_eye"):
        ball = canvas.placed[mesh.vertices_of(name)]
        middle = ball.mean(axis=0)
        column, row, _ = canvas.view.project(middle[None])[0]
        radius = float(abs(ball - middle).max()) * canvas.view.density
        near = bright[abs(canvas.placed - middle).max(axis=1) < _AROUND].mean(axis=0)
        eyes[name] = Eyeball(
            centre=(float(column) - 0.5, float(row) - 0.5),
            radius=radius,
            iris=_triple(complexion.iris),
            brightness=_triple(0.25 + 0.75 * near),
            sparkle=(0.3 * float(light.towards[0]), -0.12 - 0.2 * float(light.towards[1])),
            seed=complexion.seed % 97,
        )
    return eyes


def _triple(colour: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    red, green, blue = colour.tolist()
    return red, green, blue


def _colour(colour: tuple[float, float, float]) -> Tensor:
    return torch.tensor(colour)[None, :, None, None]


def _ramp(values: Tensor, low: float, high: float) -> Tensor:
    share = ((values - low) / (high - low)).clamp(0, 1)
    return share * share * (3 - 2 * share)
