"""Somebody seen from behind, who does not move."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from jobs.synthesize.head.canvas import draw
from jobs.synthesize.head.identity import identity_of
from jobs.synthesize.head.mesh import load_mesh
from jobs.synthesize.head.view import view_of
from jobs.synthesize.plan import Person, Split
from jobs.synthesize.scene.camera import MARGIN
from jobs.synthesize.scene.filming import develop_canvas
from jobs.synthesize.scene.look import Look
from jobs.synthesize.scene.staging import stand_alone

Picture = npt.NDArray[np.float32]
_ASIDE = 0.5  # radians by which the back of a head is turned to a side at the most


def seen_from_behind(
    picture: Picture, person: Person, split: Split, look: Look, rng: np.random.Generator
) -> Picture:
    """A background, float32 [h, w, 3] with its margins, and the back of a head before it."""
    mesh = load_mesh()
    stand = replace(stand_alone(rng, look), yaw=np.pi + rng.uniform(-_ASIDE, _ASIDE), pitch=0.0)
    identity = identity_of(mesh, split, person.identity)
    view = view_of(mesh, identity, stand.density, stand.rotation)
    view = replace(view, turning=np.ones_like(view.turning))  # shoulders and all
    canvas = develop_canvas(draw(mesh, identity, view, look.light), look, 1.0)
    column, row = (round(value) for value in view.middle)
    top, left = round(stand.row) + MARGIN - row, round(stand.column) + MARGIN - column
    whole = np.pad(canvas.picture, ((0, picture.shape[0]), (0, 0), (0, 0)), "edge")
    return _pasted(picture, whole, top, left)


def _pasted(picture: Picture, over: Picture, top: int, left: int) -> Picture:
    """A picture with a premultiplied one [h, w, 4] over it, its corner at `top`, `left`."""
    height, width = picture.shape[:2]
    rows = slice(max(top, 0), max(min(top + over.shape[0], height), 0))
    columns = slice(max(left, 0), max(min(left + over.shape[1], width), 0))
    part = over[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    found = picture.copy()
    found[rows, columns] = found[rows, columns] * (1 - part[..., 3:]) + part[..., :3]
    return found
