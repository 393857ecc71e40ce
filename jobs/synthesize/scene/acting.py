"""A person before the camera through a whole clip: the portrait, and its pose in every frame."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from jobs.synthesize.behaviour.action_units import FACE_UNITS
from jobs.synthesize.behaviour.face import Lips, face_units
from jobs.synthesize.behaviour.pose import gaze as eyes_of
from jobs.synthesize.behaviour.pose import head
from jobs.synthesize.head.canvas import draw
from jobs.synthesize.head.identity import identity_of
from jobs.synthesize.head.mesh import load_mesh
from jobs.synthesize.head.portrait import Portrait
from jobs.synthesize.head.poses import Poses
from jobs.synthesize.head.view import view_of
from jobs.synthesize.plan import Movement, Person, Span, Split
from jobs.synthesize.scene.filming import Actor, develop_canvas
from jobs.synthesize.scene.look import Look
from jobs.synthesize.scene.skin_texture import textured
from jobs.synthesize.scene.staging import Stand

Plane = npt.NDArray[np.float32]
_FINER = 1.2  # pixels of the canvas to one of the frame, so that warping loses no detail
_EYES_FARTHEST = 0.35  # radians of pitch at which the lids have followed all the way
_LEANING = 0.012  # share of its size by which a head comes and goes
_NECK_DM = 1.0  # from the neck's joint to the eyes: how far a tilt carries them


def act(
    person: Person,
    stand: Stand,
    split: Split,
    look: Look,
    *,
    movements: Sequence[Movement],
    speaking: Sequence[Span],
    mouth: Lips,
    times_s: npt.NDArray[np.float64],
    rng: np.random.Generator,
    foreign_skin: bool = False,
) -> Actor:
    """Someone in every frame of a clip.

    Args:
        person, stand, split: who, and where; the head is the split's.
        look: of the clip.
        movements: of everybody; those of others are passed over.
        speaking: when the person speaks.
        mouth: for speech.
        times_s: of each frame, seconds, [n].
        rng: for what nobody planned: sway, small saccades.
        foreign_skin: whether the head has other skin than heads have here.
    """
    held = head(times_s, rng, speaking)
    eyes = eyes_of(movements, person, times_s, rng)
    units = face_units(movements, person, times_s, mouth)
    _follow(units, eyes[:, 1])
    used = np.flatnonzero(units.any(axis=0))
    mesh = load_mesh()
    identity = identity_of(mesh, split, person.identity)
    view = view_of(mesh, identity, stand.density * _FINER, stand.rotation)
    canvas = draw(mesh, identity, view, look.light)
    if foreign_skin:
        canvas = textured(canvas, rng)
    canvas = develop_canvas(canvas, look, 1 / _FINER)
    portrait = Portrait(mesh, canvas, [FACE_UNITS[unit] for unit in used])
    return Actor(portrait, _poses(stand, units[:, used], held, eyes, rng))


def _follow(units: Plane, pitch: Plane) -> None:
    """Let the lids follow the eyes up and down."""
    share = np.clip(pitch / _EYES_FARTHEST, -1, 1)
    for side in ("Left", "Right"):
        units[:, FACE_UNITS.index(f"eyeLookUp{side}")] += np.clip(share, 0, 1)
        units[:, FACE_UNITS.index(f"eyeLookDown{side}")] += np.clip(-share, 0, 1)


def _poses(stand: Stand, units: Plane, held: Plane, eyes: Plane, rng: np.random.Generator) -> Poses:
    yaw, pitch, roll = held.T
    shift = stand.density * _NECK_DM
    columns = stand.column + shift * np.sin(roll)
    rows = stand.row + shift * (1 - np.cos(roll))
    gaze = eyes + np.array(stand.gaze, np.float32) + np.float32(0.3) * held[:, :2]
    lean = 1 + _LEANING * np.sin(np.linspace(0, rng.uniform(2, 9), len(units)) + rng.uniform(0, 6))
    return Poses(
        strengths=torch.from_numpy(np.ascontiguousarray(units)),
        turns=torch.from_numpy(np.stack([yaw, pitch], axis=1)),
        gaze=torch.from_numpy(gaze),
        places=torch.from_numpy(np.stack([columns, rows], axis=1).astype(np.float32)),
        sizes=torch.from_numpy((lean / _FINER).astype(np.float32)),
        rolls=torch.from_numpy(np.ascontiguousarray(roll)),
    )
