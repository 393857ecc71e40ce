"""The points of a face whose movement is measured, in pixels of a patch.

A patch is 128 pixels square, with the eyes 38 pixels apart around (64, 44). "Left" is the left of
the picture, so the right of the person.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

PATCH = 128  # pixels, the side of a patch
MIDDLE = 64.0
EYES_APART = 38.0  # pixels between the eyes

Region = Literal["brows", "eyes", "nose", "cheeks", "mouth_corners", "lips", "chin"]
REGIONS: tuple[Region, ...] = get_args(Region)
UPPER: frozenset[Region] = frozenset({"brows", "eyes", "nose"})


@dataclass(frozen=True)
class Point:
    """A place on the face at rest, x and y in pixels of the patch."""

    name: str
    x: float
    y: float
    region: Region


def _pair(name: str, aside: float, y: float, region: Region) -> tuple[Point, Point]:
    return (
        Point(f"{name}_left", MIDDLE - aside, y, region),
        Point(f"{name}_right", MIDDLE + aside, y, region),
    )


POINTS: tuple[Point, ...] = (
    *_pair("inner_brow", 8, 34, "brows"),
    *_pair("middle_brow", 18, 31, "brows"),
    *_pair("outer_brow", 29, 34, "brows"),
    Point("between_brows", MIDDLE, 33, "brows"),
    *_pair("upper_lid", 19, 42, "eyes"),
    *_pair("lower_lid", 19, 50, "eyes"),
    *_pair("outer_eye", 32, 46, "eyes"),
    Point("nose_root", MIDDLE, 42, "nose"),
    Point("nose_tip", MIDDLE, 66, "nose"),
    *_pair("nose_side", 7, 55, "nose"),
    *_pair("nose_wing", 9, 66, "nose"),
    *_pair("cheek", 25, 60, "cheeks"),
    *_pair("nose_fold", 20, 72, "cheeks"),
    *_pair("lower_cheek", 30, 78, "cheeks"),
    *_pair("mouth_corner", 17, 88, "mouth_corners"),
    Point("philtrum", MIDDLE, 77, "lips"),
    *_pair("upper_lip", 7, 82, "lips"),
    *_pair("lower_lip", 7, 94, "lips"),
    Point("chin", MIDDLE, 108, "chin"),
    *_pair("chin_side", 13, 105, "chin"),
)

PLACES: NDArray[np.float32] = np.array([(point.x, point.y) for point in POINTS], np.float32)
"""[P, 2]."""


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
