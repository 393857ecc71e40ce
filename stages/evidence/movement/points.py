"""The points of a face whose movement is measured, in pixels of a patch.

A patch is 128 pixels square, with the eyes 38 pixels apart around (64, 44). "Left" is the left of
the picture, so the right of the person.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from stages.face_template import EYES_AT

MIDDLE = EYES_AT[0]

Region = Literal["brows", "eyes", "nose", "cheeks", "mouth_corners", "lips", "chin"]
REGIONS: tuple[Region, ...] = get_args(Region)
UPPER: frozenset[Region] = frozenset({"brows", "eyes", "nose"})


@dataclass(frozen=True)
class Point:
    """A place on a face at rest that is seen from the front.

    Attributes:
        name: what is there.
        x, y: pixels of the patch.
        z: pixels of the patch towards the camera, from the middle of the eyeballs; the mean over
            the surface of 16 heads of the benchmark's split "train".
        region: which it belongs to.
    """

    name: str
    x: float
    y: float
    z: float
    region: Region


def _pair(name: str, at: tuple[float, float, float], region: Region) -> tuple[Point, Point]:
    """Two points `at` a distance from the middle, a row and a depth."""
    aside, y, z = at
    return (
        Point(f"{name}_left", MIDDLE - aside, y, z, region),
        Point(f"{name}_right", MIDDLE + aside, y, z, region),
    )


POINTS: tuple[Point, ...] = (
    *_pair("inner_brow", (8, 34, 17.8), "brows"),
    *_pair("middle_brow", (18, 31, 16.6), "brows"),
    *_pair("outer_brow", (29, 34, 11.8), "brows"),
    Point("between_brows", MIDDLE, 33, 18.2, "brows"),
    *_pair("upper_lid", (19, 42, 11.3), "eyes"),
    *_pair("lower_lid", (19, 50, 9.8), "eyes"),
    *_pair("outer_eye", (32, 46, 4.8), "eyes"),
    Point("nose_root", MIDDLE, 42, 16.5, "nose"),
    Point("nose_tip", MIDDLE, 66, 28.3, "nose"),
    *_pair("nose_side", (7, 55, 17.6), "nose"),
    *_pair("nose_wing", (9, 66, 22.2), "nose"),
    *_pair("cheek", (25, 60, 8.3), "cheeks"),
    *_pair("nose_fold", (20, 72, 10.5), "cheeks"),
    *_pair("lower_cheek", (30, 78, 4.6), "cheeks"),
    *_pair("mouth_corner", (17, 88, 12.9), "mouth_corners"),
    Point("philtrum", MIDDLE, 77, 22.7, "lips"),
    *_pair("upper_lip", (7, 82, 19.2), "lips"),
    *_pair("lower_lip", (7, 94, 16.0), "lips"),
    Point("chin", MIDDLE, 108, 13.0, "chin"),
    *_pair("chin_side", (13, 105, 9.8), "chin"),
)

PLACES: NDArray[np.float64] = np.array([(point.x, point.y, point.z) for point in POINTS])
"""[P, 3]: x, y, z."""


@cache
def of_region(region: Region) -> NDArray[np.intp]:
    """Indices of the points of a region."""
    return np.flatnonzero([point.region == region for point in POINTS])


def named(*names: str) -> NDArray[np.intp]:
    """Indices of points by name; a name without its side stands for both."""
    every = [point.name for point in POINTS]
    wanted = [
        one for name in names for one in every if one in {name, f"{name}_left", f"{name}_right"}
    ]
    return np.array([every.index(one) for one in wanted])
