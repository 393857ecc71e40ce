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
from stages.faces import FacesConfig, FacesStage

FIRST_HEAD = 1000
STRENGTH = 0.3  # that of a micro-expression; what is twice as strong moves twice as far
TURN, GLANCE = 0.05, 0.3  # radians
_SIZE, _DENSITY = 256, 86.0
_FPS = 30
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
    faces = FacesStage(FacesConfig(detect_fps=0.01))  # looks at the first and the last frame
    found = [_shifts(number, faces) for number in range(FIRST_HEAD, FIRST_HEAD + count)]
    known = np.array([shifts for shifts in found if shifts is not None])
    return np.asarray(known.mean(axis=0), np.float32)


def _shifts(number: int, faces: FacesStage) -> npt.NDArray[np.float32] | None:
    """Of one head, [acts, P, 2]; None where no face is found."""
    frames = _frames(number)
    times_s = np.arange(len(frames)) / _FPS
    row = {
        "analysis_frames": frames,
        "analysis_times_s": times_s.tolist(),
        "start_s": 0.0,
        "end_s": len(frames) / _FPS,
        "warnings": [],
    }
    patches = faces.process([row])[0]["face_patches"]
    if len(patches) < len(frames):
        return None
    pictures = softened(patches[: len(frames)])
    # On so quick a clock size and roll of the head are one and the same throughout.
    moved = measure_from(pictures[0], pictures, times_s / 1000)
    strengths = np.array([act.strength for act in acts()], np.float32)
    return np.asarray(moved.shifts[1:-1] / strengths[:, None, None], np.float32)


def _frames(number: int) -> npt.NDArray[np.uint8]:
    """A head at rest, in each act, and at rest again: I420 [acts + 2, 384, 256]."""
    mesh = load_mesh()
    identity = identity_of(mesh, "train", number)
    view = view_of(mesh, identity, _DENSITY, np.eye(3, dtype=np.float32))
    canvas = draw(mesh, identity, view, draw_light(np.random.default_rng(number)))
    still = _Act("rest", {})
    played = (still, *acts(), still)
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
