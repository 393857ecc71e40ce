"""How each action unit shifts the points of a face, and how they shift without any.

Both were measured, with the code of `stages.evidence.movement`, on rendered heads of the split
"train" of the synthetic benchmark. README.md beside this file says how; nothing is learnt from
labels, and no head of the splits "dev" and "test" was seen.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.points import POINTS

FILE = Path(__file__).with_name("norms.npz")

LAG_S = 0.2  # seconds before and after, of the short norms

Setting = Literal["quiet", "speaking"]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Norms:
    """What P points of a face do.

    Attributes:
        units: shifts of all points at the full strength of a movement, by its name: [2 P], pixels
            of the patch. A name is a number of FACS, with "L" or "R" for the half of the picture
            where only that half moves, or "yaw", "pitch", "gaze_across", "gaze_down".
        short: covariance [2 P, 2 P] of what a point is off the middle of where it was 0.2 s before
            and is 0.2 s later, while there is no expression.
        long: of what it is off its place at rest.
    """

    units: dict[str, Array]
    short: dict[Setting, Array]
    long: dict[Setting, Array]


@cache
def load_norms() -> Norms:
    """Read the norms of the package."""
    with np.load(FILE, allow_pickle=False) as stored:
        if list(stored["points"]) != [point.name for point in POINTS]:
            raise ValueError(f"{FILE} was made for other points; make it again")
        names, shifts = stored["names"].tolist(), stored["shifts"].astype(np.float64)
        covariances = {
            name: stored[name].astype(np.float64) for name in stored.files if "_" in name
        }
    return Norms(
        units=dict(zip(names, shifts.reshape(len(names), -1), strict=True)),
        short={"quiet": covariances["quiet_short"], "speaking": covariances["speaking_short"]},
        long={"quiet": covariances["quiet_long"], "speaking": covariances["speaking_long"]},
    )
