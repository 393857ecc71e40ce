"""How a head is held in each frame."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Poses:
    """A head in n frames.

    Attributes:
        strengths: float32 [n, u], 0..1, of the portrait's face units, in their order.
        turns: float32 [n, 2], yaw to the person's left and pitch up beyond the canvas, radians.
        gaze: float32 [n, 2], the same of the eyes, from the camera.
        places: float32 [n, 2], column and row in the frame of the point between the eyes.
        sizes: float32 [n], pixels of the frame a pixel of the canvas.
        rolls: float32 [n], clockwise as seen, radians.
    """

    strengths: Tensor
    turns: Tensor
    gaze: Tensor
    places: Tensor
    sizes: Tensor
    rolls: Tensor
