"""The portrait that moves: head, eyelids, brows and mouth, by warping one photograph.

Every movement is written backwards: for a place in the picture to be drawn, where in the
photograph its colour comes from. Lengths are pixels of the photograph (512x512).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, map_coordinates, spline_filter
from skimage.data import astronaut
from skimage.draw import ellipse, polygon
from skimage.segmentation import random_walker

Plane = npt.NDArray[np.floating[Any]]
Picture = npt.NDArray[np.uint8]

_NECK = (225.0, 190.0)  # x, y the head turns about
_HEAD = (228.0, 95.0)
# centre x, half width, upper and lower lid in the middle
_EYES = ((203.5, 10.5, 97.0, 105.0), (247.5, 10.5, 98.5, 106.0))
_BROWS = ((202.0, 89.5), (248.0, 93.0))
_MOUTH_X, _MOUTH_HALF = 224.0, 20.0
_MOUTH_CORNERS = ((203.0, 141.0), (245.0, 141.0))
_INSIDE = np.array([52, 16, 18], np.float32)  # RGB of an open mouth


@dataclass(frozen=True)
class Camera:
    """What the camera sees: the centre and width of a 16:9 picture, and its tilt in degrees."""

    x: float
    y: float
    width: float
    tilt: float = 0.0


@dataclass(frozen=True)
class Pose:
    """The face at one moment.

    `turn` in degrees and `nod` in pixels move the head; `blink`, `open` and `closed_lips` run
    from 0 to 1; `brows` is how many pixels they rise; `smile` runs from -1 (corners of the mouth
    down) over 0 (as photographed) to 1.
    """

    turn: float = 0.0
    nod: float = 0.0
    blink: float = 0.0
    brows: float = 0.0
    smile: float = 0.0
    open: float = 0.0
    closed_lips: float = 0.0


@dataclass(frozen=True)
class Grade:
    """Colours of a clip: RGB factors for the person and for what is behind, and a mirror."""

    person: tuple[float, float, float]
    behind: tuple[float, float, float]
    mirrored: bool = False


class Portrait:
    """The photograph under one colour grade, ready to be drawn in any pose."""

    def __init__(self, grade: Grade) -> None:
        photograph: Picture = astronaut()  # type: ignore[no-untyped-call]
        person = _person(photograph)[..., None]
        factors = person * np.array(grade.person) + (1 - person) * np.array(grade.behind)
        graded = np.clip(photograph * factors, 0, 255).astype(np.float32)
        self._mirrored = grade.mirrored
        self._inside = _INSIDE * np.array(grade.person, np.float32)
        self._planes = [spline_filter(graded[..., channel]) for channel in range(3)]

    def draw(self, camera: Camera, pose: Pose, width: int, height: int) -> Picture:
        """The picture of `pose` as `camera` sees it, uint8 [height, width, 3] RGB."""
        x, y = _seen(camera, width, height)
        x, y = _turned(x, y, pose)
        x, y = _smiling(x, y, pose.smile)
        y = _raised(x, y, pose.brows)
        y = _blinking(x, y, pose.blink)
        y, inside = _speaking(x, y, pose)
        planes = [
            map_coordinates(plane, (y, x), order=3, mode="nearest", prefilter=False)
            for plane in self._planes
        ]
        picture = np.stack(planes, axis=-1)
        picture += inside[..., None] * (self._inside - picture)
        drawn: Picture = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
        return drawn[:, ::-1] if self._mirrored else drawn


def _person(photograph: Picture) -> Plane:
    """How much of each pixel is the person, 0..1, grown from seeds that were set by eye."""
    seeds = np.zeros(photograph.shape[:2], int)
    seeds[:8] = 1
    seeds[:170, :105] = seeds[:135, :145] = seeds[:150, 310:] = seeds[:200, 340:] = 1
    seeds[20:40, :165] = seeds[120:140, :160] = seeds[140:165, 285:] = seeds[110:, 490:] = 1
    seeds[230:330, 385:] = seeds[200:330, :15] = 1
    for row, column, half_height, half_width in ((75, 228, 50, 62), (115, 226, 60, 45)):
        seeds[ellipse(row, column, half_height, half_width)] = 2  # type: ignore[no-untyped-call]
    body = ((165, 135), (185, 215), (185, 250), (215, 290), (260, 315), (340, 345), (511, 300))
    corners = np.array([*body, (511, 60), (300, 60), (235, 105), (190, 128)])
    body_rows, body_columns = corners.T
    seeds[polygon(body_rows, body_columns, seeds.shape)] = 2  # type: ignore[no-untyped-call]
    likely = random_walker(
        photograph, seeds, beta=2000, mode="bf", return_full_prob=True, channel_axis=-1
    )
    soft: Plane = np.clip((gaussian_filter(likely[1], 1.2) - 0.35) / 0.5, 0, 1)
    return soft


def _bump(x: Plane, y: Plane, centre: tuple[float, float], sx: float, sy: float) -> Plane:
    bump: Plane = np.exp(-(((x - centre[0]) / sx) ** 2) - ((y - centre[1]) / sy) ** 2)
    return bump


def _ramp(value: Plane) -> Plane:
    """0 below 0, 1 above 1, smooth between."""
    share: Plane = np.clip(value, 0, 1)
    return share * share * (3 - 2 * share)


def _seen(camera: Camera, width: int, height: int) -> tuple[Plane, Plane]:
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    scale = camera.width / width
    across = (columns - (width - 1) / 2) * scale
    down = (rows - (height - 1) / 2) * scale
    cos, sin = np.cos(np.radians(camera.tilt)), np.sin(np.radians(camera.tilt))
    return camera.x + across * cos - down * sin, camera.y + across * sin + down * cos


def _turned(x: Plane, y: Plane, pose: Pose) -> tuple[Plane, Plane]:
    away = np.hypot((x - _HEAD[0]) / 90, (y - _HEAD[1]) / 100)
    share = np.radians(pose.turn) * (1 - _ramp((away - 0.9) / 0.9))
    moved = pose.nod * (1 - _ramp((away - 0.9) / 0.9))
    cos, sin = np.cos(share), np.sin(share)
    across, down = x - _NECK[0], y - _NECK[1]
    return _NECK[0] + across * cos - down * sin, _NECK[1] + across * sin + down * cos - moved


def _smiling(x: Plane, y: Plane, smile: float) -> tuple[Plane, Plane]:
    left, right = (_bump(x, y, corner, 12, 11) for corner in _MOUTH_CORNERS)
    return x + 2.0 * smile * (left - right), y + 3.2 * smile * (left + right)


def _raised(x: Plane, y: Plane, brows: float) -> Plane:
    return y + brows * sum(_bump(x, y, centre, 17, 6.5) for centre in _BROWS)


def _blinking(x: Plane, y: Plane, blink: float) -> Plane:
    """The skin between brow and lashes is drawn down over the eye, the lashes with it."""
    for centre, half, upper, lower in _EYES:
        off = (x - centre) / half
        top, bottom = upper + 3.5 * off**2, lower - 3.5 * off**2
        drop = blink * np.clip(bottom - top, 0, None)
        crease, lashes, lid = top - 5, top - 1.2 + drop, top + 1.2 + drop
        skin = crease + (y - crease) * (lashes - drop - crease) / (lashes - crease)
        moved = np.where(y < lashes, skin, y - drop)
        y = np.where((np.abs(off) < 1) & (y > crease) & (y < lid), moved, y)
    return y


def _speaking(x: Plane, y: Plane, pose: Pose) -> tuple[Plane, Plane]:
    """Lips part, the jaw drops; closed lips hide the teeth.

    Returns the rows to take the colour from and how much of each pixel is the open mouth, 0..1.
    """
    off = (x - _MOUTH_X) / _MOUTH_HALF
    width = np.sqrt(np.clip(1 - off**2, 0, 1))
    parting = np.clip(1 - (off / 0.85) ** 2, 0, 1)
    teeth_top, teeth_end = 144.2 - 3.4 * off**2, 149.2 - 7.0 * off**2
    hidden = pose.closed_lips * (1 - pose.open) * np.clip(teeth_end - teeth_top, 0, None) / 2
    drop = 6.0 * pose.open * parting
    upper, lower = teeth_top + hidden, teeth_end - hidden + drop
    jaw = 6.0 * pose.open * np.exp(-(((x - _MOUTH_X) / 27) ** 2))

    above = y - hidden * width * _ramp((y - (upper - 11)) / 11)
    depth = _ramp((y - lower) / 14)
    fade = 1 - _ramp((y - lower) / 32)
    below = y - (drop + (jaw - drop) * depth - hidden * width) * fade
    within = (np.abs(off) < 1) & (y >= upper)
    rows = np.where((np.abs(off) < 1) & (y < upper), above, np.minimum(y, teeth_end))
    rows = np.where(within & (y <= lower), rows, np.where(y > lower, below, rows))
    rows = np.where((np.abs(off) >= 1) & (y <= lower), y, rows)
    dark = np.clip(y - teeth_end, 0, 1) * np.clip(lower - y, 0, 1) * within
    return rows, dark.astype(np.float32)
