"""How strong a movement is in pictures, by what is known of where it shifts each pixel."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import map_coordinates

from jobs.synthesize.behaviour.action_units import FACE_UNITS
from jobs.synthesize.behaviour.face import face_units
from jobs.synthesize.head.canvas import Canvas, draw
from jobs.synthesize.head.fields import find_fields
from jobs.synthesize.head.identity import identity_of
from jobs.synthesize.head.light import draw_light
from jobs.synthesize.head.mesh import load_mesh
from jobs.synthesize.head.portrait import Portrait
from jobs.synthesize.head.poses import Poses
from jobs.synthesize.head.view import view_of
from jobs.synthesize.plan import Movement, Person
from jobs.synthesize.speech.mouth import Mouth

Pictures = npt.NDArray[np.float32]
SIZE = 256
_DENSITY = 66.0
_RUNGS = 25
_REST = 0.03  # of the largest strength: less is rest


def canvas_of(number: int) -> Canvas:
    """A head as it stands before the camera, a pixel of the canvas to one of the picture."""
    mesh = load_mesh()
    identity = identity_of(mesh, "dev", number)
    view = view_of(mesh, identity, _DENSITY, np.eye(3, dtype=np.float32))
    return draw(mesh, identity, view, draw_light(np.random.default_rng(number)))


def still_mouth(frames: int) -> Mouth:
    """Lips that do not speak."""
    return Mouth(*np.zeros((4, frames), np.float32))


def strengths_of(
    movements: Sequence[Movement], times_s: npt.NDArray[np.float64]
) -> tuple[tuple[str, ...], Pictures]:
    """The names of the face units that move, and their strengths, float32 [n, u]."""
    person = Person(movements[0].person, 0, 0.5, 0.5)
    units = face_units(movements, person, times_s, still_mouth(len(times_s)))
    used = np.flatnonzero(units.any(axis=0))
    return tuple(FACE_UNITS[unit] for unit in used), units[:, used]


def play(canvas: Canvas, units: Sequence[str], strengths: Pictures) -> Pictures:
    """The frames of a head that keeps still but for its face, float32 [n, 3, SIZE, SIZE]."""
    count = len(strengths)
    portrait = Portrait(load_mesh(), canvas, units)
    column, row = canvas.view.middle
    left, top = (canvas.view.size[1] - SIZE) / 2, 0.0
    frames = torch.full((count, 3, SIZE, SIZE), 0.5)
    poses = Poses(
        strengths=torch.from_numpy(np.ascontiguousarray(strengths)),
        turns=torch.zeros(count, 2),
        gaze=torch.zeros(count, 2),
        places=torch.tensor([[column - left, row - top]]).expand(count, 2),
        sizes=torch.ones(count),
        rolls=torch.zeros(count),
    )
    portrait.paint(frames, poses)
    return frames.numpy()


def shift_of(canvas: Canvas, units: Sequence[str], strengths: Pictures) -> Pictures:
    """Columns and rows by which strengths [u] shift each pixel, float32 [2, SIZE, SIZE]."""
    fields = find_fields(load_mesh(), canvas, units)
    cells = np.tensordot(strengths, fields.shifts[: len(units)], 1)
    fine = cells.repeat(fields.step, axis=1).repeat(fields.step, axis=2)
    whole = np.zeros((2, *canvas.view.size), np.float32)
    rows, columns = (
        min(a, b - c)
        for a, b, c in zip(fine.shape[1:], canvas.view.size, (fields.top, fields.left), strict=True)
    )
    whole[:, fields.top : fields.top + rows, fields.left : fields.left + columns] = fine[
        :, :rows, :columns
    ]
    left = round((canvas.view.size[1] - SIZE) / 2)
    return whole[:, :SIZE, left : left + SIZE]


def amplitudes(pictures: Pictures, shift: Pictures) -> npt.NDArray[np.float64]:
    """How much of `shift` is in each picture, [n]; grey, float32 [n, h, w].

    The first picture, at rest, is shifted by a ladder of shares of it; each picture lies between
    the two rungs that it is likest, as far along as least squares say.
    """
    shares = np.linspace(-0.1, 1.1, _RUNGS)
    down, across = np.indices(pictures.shape[1:], np.float32)
    ladder = np.stack(
        [
            map_coordinates(
                pictures[0], (down - a * shift[1], across - a * shift[0]), order=1, mode="nearest"
            ).ravel()
            for a in shares
        ]
    )
    flat = pictures.reshape(len(pictures), -1)
    errors = ((flat**2).sum(axis=1)[:, None] - 2 * flat @ ladder.T) + (ladder**2).sum(axis=1)
    nearest = np.clip(errors.argmin(axis=1), 1, _RUNGS - 2)
    along = ladder[nearest + 1] - ladder[nearest - 1]
    beyond = ((flat - ladder[nearest]) * along).sum(axis=1) / (along**2).sum(axis=1)
    found: npt.NDArray[np.float64] = shares[nearest] + beyond * 2 * (shares[1] - shares[0])
    return found


def course(strength: npt.NDArray[np.float64], rest: float = _REST) -> tuple[int, int, int]:
    """Onset, apex and offset of the one movement in strengths [n], as frames."""
    apex = int(strength.argmax())
    moving = strength > rest * strength[apex]
    before = np.flatnonzero(~moving[:apex])
    after = np.flatnonzero(~moving[apex:])
    return int(before[-1]), apex, apex + int(after[0])
