"""How the camera is held."""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from jobs.synthesize.scene.look import Look

MARGIN = 12
"""Pixels of background beyond each edge of the frame."""

_STEADY_SHARE = 0.5
_MOST = 0.02  # of the height
_SWING_S = 0.35
_PAN_SHARE = 0.5
_PAN_S = (0.6, 2.5)
_ZOOM_SHARE = 0.4
_ZOOM_S = (0.8, 4.0)
_ZOOM = (1.05, 1.2)


def shake(look: Look, frames: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Columns and rows by which the picture is shifted in each frame, float32 [n, 2].

    Half the clips are filmed from a tripod, the others from the hand.
    """
    if rng.random() < _STEADY_SHARE:
        return np.zeros((frames, 2), np.float32)
    swing = gaussian_filter1d(
        rng.standard_normal((frames, 2)), _SWING_S * float(look.fps), axis=0, mode="wrap"
    )
    swing *= rng.uniform(0.3, 1.0) * _MOST * look.height / max(np.abs(swing).max(), 1e-9)
    shifts: npt.NDArray[np.float32] = np.clip(swing, -MARGIN, MARGIN).astype(np.float32)
    return shifts


def panned(
    camera: npt.NDArray[np.float32], times_s: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """The same shifts, with a turn of the camera to one side in half of the clips.

    Args:
        camera: float32 [n, 2], columns and rows of each frame.
        times_s: float64 [n], of each frame.
        rng: chooses whether, when and whither.
    """
    if rng.random() >= _PAN_SHARE:
        return camera
    way = _eased(times_s, rng.uniform(*_PAN_S), rng)
    turned = (2 * way - 1) * MARGIN * rng.choice([-1, 1])
    shifts = np.clip(camera + np.stack([turned, np.zeros_like(turned)], axis=1), -MARGIN, MARGIN)
    found: npt.NDArray[np.float32] = shifts.astype(np.float32)
    return found


def zoom(times_s: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The factor on the size of the picture in each frame, float32 [n]; 1 at the widest.

    In two clips of five the lens goes nearer or farther once.

    Args:
        times_s: float64 [n], of each frame.
        rng: chooses whether, when and how far.
    """
    if rng.random() >= _ZOOM_SHARE:
        return np.ones(len(times_s), np.float32)
    way = _eased(times_s, rng.uniform(*_ZOOM_S), rng)
    if rng.random() < 0.5:
        way = 1 - way
    found: npt.NDArray[np.float32] = (1 + way * (rng.uniform(*_ZOOM) - 1)).astype(np.float32)
    return found


def _eased(
    times_s: npt.NDArray[np.float64], lasts_s: float, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """From 0 to 1 within `lasts_s` somewhere in the clip, slow at both ends; float64 [n]."""
    starts_s = rng.uniform(0, max(times_s[-1] - lasts_s, 0))
    way = np.clip((times_s - starts_s) / lasts_s, 0, 1)
    found: npt.NDArray[np.float64] = way * way * (3 - 2 * way)
    return found
