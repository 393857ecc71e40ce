"""What each action unit does to the points of a face, measured on rendered heads."""

from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
import torch

from jobs.synthesize.behaviour.action_units import FACE_UNITS, moved_by
from jobs.synthesize.head.canvas import draw
from jobs.synthesize.head.identity import identity_of
from jobs.synthesize.head.light import draw_light
from jobs.synthesize.head.mesh import load_mesh
from jobs.synthesize.head.portrait import Portrait
from jobs.synthesize.head.poses import Poses
from jobs.synthesize.head.view import view_of
from jobs.synthesize.plan import Side
from stages.evidence.movement.measure import measure_from
from stages.evidence.movement.sampling import softened
from stages.faces import FacesConfig
from stages.faces.alignment import pose
from stages.faces.crops import blocks_at, cut_patch
from stages.faces.detectors.detector import Detector
from stages.faces.detectors.opening import open_detector

FIRST_HEAD = 1000
STRENGTH = 0.3  # that of a micro-expression; what is twice as strong moves twice as far
TURN, GLANCE = 0.05, 0.3  # radians
_SIZE, _DENSITY = 256, 86.0
_QUICK = 30_000  # pictures a second
_UNITS = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 18, 20, 22, 23, 24, 26, 28, 34, 45)
_HALVES = (10, 12, 14)


@dataclass(frozen=True)
class _Act:
    """One thing that a head does, and the strength that its shifts are divided by."""

    name: str
    moved: dict[str, float]
    turn: tuple[float, float] = (0.0, 0.0)
    glance: tuple[float, float] = (0.0, 0.0)
    strength: float = STRENGTH


def acts() -> tuple[_Act, ...]:
    """Everything that is measured, each by its name in `stages.evidence.norms`.

    "L" and "R" are halves of the picture, so the person's right and left.
    """
    sides: dict[str, Side] = {"L": "right", "R": "left"}
    return (
        *(_Act(str(unit), moved_by(unit, "both")) for unit in _UNITS),
        *(
            _Act(f"{unit}{half}", moved_by(unit, side))
            for unit in _HALVES
            for half, side in sides.items()
        ),
        _Act("yaw", {}, turn=(TURN, 0.0), strength=TURN),
        _Act("pitch", {}, turn=(0.0, TURN), strength=TURN),
        _Act("gaze_across", {}, glance=(GLANCE, 0.0), strength=GLANCE),
        _Act("gaze_down", {}, glance=(0.0, GLANCE), strength=GLANCE),
    )


def shifts_of_heads(count: int) -> npt.NDArray[np.float32]:
    """Mean shifts of the points over heads of the split "train", [acts, P, 2].

    Pixels of the patch; at full strength, turns and glances at one radian.
    """
    detector = open_detector(FacesConfig())
    found = [_shifts(number, detector) for number in range(FIRST_HEAD, FIRST_HEAD + count)]
    known = np.array([shifts for shifts in found if shifts is not None])
    return np.asarray(known.mean(axis=0), np.float32)


def _shifts(number: int, detector: Detector) -> npt.NDArray[np.float32] | None:
    """Of one head, [acts, P, 2]; None where no face is found."""
    frames = _frames(number)
    faces = next(iter(detector.detect(frames[:1])))
    if not faces:
        return None
    held = pose(faces[0])  # that of the head at rest throughout: what moves, moves in the patch
    blocks = blocks_at(float(held[2]))
    patches = np.stack([np.asarray(cut_patch(frame, held, blocks)) for frame in frames])
    pictures = softened(patches)
    # On so quick a clock size and roll of the head are one and the same throughout.
    moved = measure_from(pictures[0], pictures, np.arange(len(frames)) / _QUICK, 0.0)
    strengths = np.array([act.strength for act in acts()], np.float32)
    return np.asarray(moved.shifts[1:] / strengths[:, None, None], np.float32)


def _frames(number: int) -> npt.NDArray[np.uint8]:
    """A head at rest and in each act: I420 [acts + 1, 384, 256]."""
    mesh = load_mesh()
    identity = identity_of(mesh, "train", number)
    view = view_of(mesh, identity, _DENSITY, np.eye(3, dtype=np.float32))
    canvas = draw(mesh, identity, view, draw_light(np.random.default_rng(number)))
    played = (_Act("rest", {}), *acts())
    column, row = view.middle
    place = torch.tensor([[column - (view.size[1] - _SIZE) / 2, row]], dtype=torch.float32)
    frames = torch.full((len(played), 3, _SIZE, _SIZE), 0.5)
    poses = Poses(
        strengths=torch.from_numpy(np.stack([_units(act) for act in played])),
        turns=torch.tensor([act.turn for act in played]),
        gaze=torch.tensor([act.glance for act in played]),
        places=place.expand(len(played), 2),
        sizes=torch.ones(len(played)),
        rolls=torch.zeros(len(played)),
    )
    Portrait(mesh, canvas, FACE_UNITS).paint(frames, poses)
    grey = (frames.clamp(0, 1) * 255).byte().permute(0, 2, 3, 1).contiguous().numpy()
    return np.stack([_planar(picture) for picture in grey])


def _units(act: _Act) -> npt.NDArray[np.float32]:
    strengths = np.zeros(len(FACE_UNITS), np.float32)
    for name, share in act.moved.items():
        strengths[FACE_UNITS.index(name)] = share * act.strength
    return strengths


def _planar(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
    return np.asarray(frame.to_ndarray(), np.uint8)
