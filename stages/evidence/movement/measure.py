"""The movement of a face through its patches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages.evidence.movement.flow import find_flow
from stages.evidence.movement.head import find_head, middle_of_face
from stages.evidence.movement.layout import layout
from stages.evidence.movement.points import PLACES
from stages.evidence.movement.sampling import Pictures, pyramid, softened

AT_REST = 31  # patches whose median stands for the face at rest


@dataclass(frozen=True)
class Movement:
    """What the points of a face did, against the head.

    Attributes:
        times_s: [n] seconds.
        shifts: float32 [n, P, 2], pixels of the patch in x and y, from the face at rest.
        misfits: float32 [n, P], grey levels by which the surroundings of a point differ from
            those at rest, moved there: what is not a movement, a closed eye for one.
        contrast: grey levels, standard deviation of the face at rest.
    """

    times_s: NDArray[np.float64]
    shifts: NDArray[np.float32]
    misfits: NDArray[np.float32]
    contrast: float

    @property
    def rate(self) -> float:
        """Patches a second."""
        return (len(self.times_s) - 1) / max(float(self.times_s[-1] - self.times_s[0]), 1e-9)

    @property
    def flat(self) -> NDArray[np.float64]:
        """The shifts as [n, 2 P]."""
        return self.shifts.reshape(len(self.shifts), 2 * len(PLACES)).astype(np.float64)


def measure(
    patches: NDArray[np.uint8], times_s: NDArray[np.float64], yaw_deg: float | None
) -> Movement:
    """Measure the movement of one face.

    Args:
        patches: uint8 [n, 128, 128], luma, at least two.
        times_s: [n] seconds, rising.
        yaw_deg: how far the face is turned to the right of the picture; None: not known.
    """
    pictures = softened(patches)
    return measure_from(at_rest(pictures), pictures, times_s, yaw_deg)


def measure_from(
    rest: Pictures, pictures: Pictures, times_s: NDArray[np.float64], yaw_deg: float | None
) -> Movement:
    """As `measure`, of softened patches, from a given picture at rest [128, 128]."""
    rate = (len(times_s) - 1) / max(float(times_s[-1] - times_s[0]), 1e-9)
    where = layout(yaw_deg)
    still, moving = pyramid(rest[None]), pyramid(pictures)
    head = find_head(still, moving, middle_of_face(where.eyes), rate)
    flow = find_flow(still, moving, head, where.places)
    return Movement(times_s, flow.shifts, flow.misfits, float(rest.std()))


def at_rest(pictures: Pictures) -> Pictures:
    """What the face mostly looks like: the median of some of its pictures [n, h, w]."""
    some = np.unique(np.linspace(0, len(pictures) - 1, AT_REST).round().astype(int))
    return np.asarray(np.median(pictures[some], axis=0), np.float32)
