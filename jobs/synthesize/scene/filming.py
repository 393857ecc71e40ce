"""The frames of a clip."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import gaussian_filter
from torch.nn import functional

from jobs.synthesize.files.video import Picture
from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.portrait import Portrait
from jobs.synthesize.head.poses import Poses
from jobs.synthesize.scene.camera import MARGIN
from jobs.synthesize.scene.developing import Stock
from jobs.synthesize.scene.look import Look
from jobs.synthesize.scene.renderings import Rendering
from jobs.synthesize.scene.shots import Shot

Plane = npt.NDArray[np.float32]
_AT_ONCE = 32  # frames
_FAR = 0.5  # of the shift of what is near is that of the background


@dataclass(frozen=True)
class Actor:
    """A person's portrait and poses in every frame of the clip."""

    portrait: Portrait
    poses: Poses


@dataclass(frozen=True)
class Set:
    """Where a shot is filmed: actors in it, from the left, and what is behind them.

    `background` is float32 [3, h + 2 m, w + 2 m], with m = `MARGIN`, for the camera moves.
    """

    actors: tuple[Actor, ...]
    background: Plane


def film(
    look: Look,
    shots: Sequence[Shot],
    sets: Sequence[Set],
    camera: Plane,
    rng: np.random.Generator,
    *,
    brightness: Plane,
    zoom: Plane,
    rendering: Rendering | None = None,
) -> Iterator[Picture]:
    """Every frame of a clip, YUV 4:2:0 as `write_clip` takes it.

    Args:
        look: of the pictures.
        shots: they tile the clip.
        sets: one for each shot.
        camera: float32 [n, 2], columns and rows by which the picture is shifted in each frame.
        rng: for the grain.
        brightness: float32 [n], the factor on the light in each frame.
        zoom: float32 [n], 1 or more, the factor on the size of all in each frame.
        rendering: of the finished pictures, if another than ours.
    """
    film_stock = Stock(look, rng)
    times = np.arange(len(camera)) / float(look.fps)
    for shot, scene in zip(shots, sets, strict=True):
        frames = np.flatnonzero((times >= shot.start_s) & (times < shot.end_s))
        for first in range(0, len(frames), _AT_ONCE):
            chosen = frames[first : first + _AT_ONCE]
            pictures = torch.from_numpy(_behind(scene, camera[chosen], look))
            for actor in scene.actors:
                actor.portrait.paint(pictures, _poses_of(actor.poses, chosen, camera))
            pictures = _nearer(pictures, zoom[chosen])
            if (brightness[chosen] != 1).any():
                pictures *= torch.from_numpy(brightness[chosen])[:, None, None, None]
            if rendering is not None:
                pictures = rendering(pictures)
            yield from film_stock.develop(pictures)


def _nearer(pictures: torch.Tensor, zoom: Plane) -> torch.Tensor:
    """The middle of pictures [n, 3, h, w], `zoom` times as large; the same where that is 1."""
    if (zoom == 1).all():
        return pictures
    turns = torch.zeros((len(zoom), 2, 3))
    turns[:, 0, 0] = turns[:, 1, 1] = 1 / torch.from_numpy(zoom)
    grid = functional.affine_grid(turns, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def develop_canvas(canvas: Canvas, look: Look, size: float) -> Canvas:
    """The canvas through the lens of the clip, `size` pixels of a frame a pixel of the canvas."""
    picture = canvas.picture.copy()
    picture[..., :3] = look.grade(picture[..., :3]) * picture[..., 3:]
    deviation = np.hypot(look.blur, 0.35) / size
    softened = gaussian_filter(picture, (deviation, deviation, 0))
    return replace(canvas, picture=softened)


def _poses_of(poses: Poses, frames: npt.NDArray[np.intp], camera: Plane) -> Poses:
    at = torch.from_numpy(frames)
    return Poses(
        strengths=poses.strengths[at],
        turns=poses.turns[at],
        gaze=poses.gaze[at],
        places=poses.places[at] + torch.from_numpy(camera[frames]),
        sizes=poses.sizes[at],
        rolls=poses.rolls[at],
    )


def _behind(scene: Set, shifts: Plane, look: Look) -> Plane:
    """The background as the camera sees it in some frames, float32 [n, 3, h, w]."""
    height, width = look.height, look.width
    if not shifts.any():
        still = scene.background[:, MARGIN : MARGIN + height, MARGIN : MARGIN + width]
        return np.repeat(still[None], len(shifts), axis=0)
    frames = np.empty((len(shifts), 3, height, width), np.float32)
    for frame, shift in zip(frames, shifts, strict=True):
        column, row = MARGIN - _FAR * shift
        left, top = int(np.floor(column)), int(np.floor(row))
        x, y = np.float32(column - left), np.float32(row - top)
        window = scene.background[:, top : top + height + 1, left : left + width + 1]
        rows = (1 - y) * window[:, :-1] + y * window[:, 1:]
        frame[:] = (1 - x) * rows[..., :-1] + x * rows[..., 1:]
    return frames
