"""The frames of a clip."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import gaussian_filter
from torch import Tensor

from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.portrait import Portrait, Poses
from jobs.synthesize.scene.camera import MARGIN
from jobs.synthesize.scene.look import Look
from jobs.synthesize.scene.shots import Shot

Picture = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]
_AT_ONCE = 16  # frames
_FAR = 0.5  # of the shift of what is near is that of the background
_GRAINS = 48  # pixels by which the noise is shifted from frame to frame at the most


@dataclass(frozen=True)
class Actor:
    """A person's portrait and poses in every frame of the clip."""

    portrait: Portrait
    poses: Poses


@dataclass(frozen=True)
class Set:
    """Where a shot is filmed: actors in it, from the left, and what is behind them.

    `background` is float32 [h + 2 m, w + 2 m, 3], with m = `MARGIN`, for the camera moves.
    """

    actors: tuple[Actor, ...]
    background: Plane


def film(
    look: Look,
    shots: Sequence[Shot],
    sets: Sequence[Set],
    camera: Plane,
    rng: np.random.Generator,
) -> Iterator[Picture]:
    """Every frame of a clip, uint8 [h, w, 3] RGB.

    Args:
        look: of the pictures.
        shots: they tile the clip.
        sets: one for each shot.
        camera: float32 [n, 2], columns and rows by which the picture is shifted in each frame.
        rng: for the grain.
    """
    grain = _grain(look, rng)
    times = np.arange(len(camera)) / float(look.fps)
    for shot, scene in zip(shots, sets, strict=True):
        frames = np.flatnonzero((times >= shot.start_s) & (times < shot.end_s))
        for first in range(0, len(frames), _AT_ONCE):
            chosen = frames[first : first + _AT_ONCE]
            pictures = _compose(look, scene, camera, chosen)
            for picture in pictures:
                yield _develop(picture, grain, look, rng)


def develop_canvas(canvas: Canvas, look: Look, size: float) -> Canvas:
    """The canvas through the lens of the clip, `size` pixels of a frame a pixel of the canvas."""
    picture = canvas.picture.copy()
    picture[..., :3] = look.grade(picture[..., :3]) * picture[..., 3:]
    deviation = np.hypot(look.blur, 0.35) / size
    softened = gaussian_filter(picture, (deviation, deviation, 0))
    return Canvas(**{**vars(canvas), "picture": softened})


def _compose(
    look: Look, scene: Set, camera: Plane, frames: npt.NDArray[np.intp]
) -> npt.NDArray[np.float32]:
    """Frames before grain, float32 [n, 3, h, w]."""
    behind = [_behind(scene, shift, look) for shift in camera[frames]]
    pictures = torch.from_numpy(np.stack(behind)).permute(0, 3, 1, 2).contiguous()
    for actor in scene.actors:
        poses = _poses_of(actor.poses, frames, camera)
        drawn = actor.portrait.draw(poses, look.height, look.width)
        pictures = pictures * (1 - drawn[:, 3:]) + drawn[:, :3]
    found: npt.NDArray[np.float32] = pictures.numpy()
    return found


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


def _behind(scene: Set, shift: Plane, look: Look) -> Plane:
    """The background as the camera sees it, shifted by parts of a pixel."""
    column, row = MARGIN - _FAR * shift
    left, top = int(np.floor(column)), int(np.floor(row))
    x, y = np.float32(column - left), np.float32(row - top)
    window = scene.background[top : top + look.height + 1, left : left + look.width + 1]
    rows = (1 - y) * window[:-1] + y * window[1:]
    found: Plane = (1 - x) * rows[:, :-1] + x * rows[:, 1:]
    return found


def _grain(look: Look, rng: np.random.Generator) -> Plane:
    size = (3, look.height + _GRAINS, look.width + _GRAINS)
    luma = rng.standard_normal(size[1:], np.float32)
    chroma = rng.standard_normal(size, np.float32)
    found: Plane = np.float32(look.grain) * (0.85 * luma + 0.5 * chroma)
    return found


def _develop(picture: Plane, grain: Plane, look: Look, rng: np.random.Generator) -> Picture:
    top, left = rng.integers(0, _GRAINS, 2)
    noise = grain[:, top : top + look.height, left : left + look.width]
    raw: Tensor = torch.from_numpy(picture).mul(255).add_(torch.from_numpy(noise)).round_()
    frame: Picture = raw.clamp_(0, 255).byte().permute(1, 2, 0).contiguous().numpy()
    return frame
