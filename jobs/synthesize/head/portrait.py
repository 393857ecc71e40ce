"""A head that moves: frames warped from one canvas."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from jobs.synthesize.head.canvas import Canvas
from jobs.synthesize.head.eyelids import find_lid
from jobs.synthesize.head.eyes import find_eyeballs
from jobs.synthesize.head.fields import find_fields
from jobs.synthesize.head.mesh import Mesh
from jobs.synthesize.head.opening import Eye, Mouth, Opening
from jobs.synthesize.head.sampling import look_up, look_up_in_one, undo
from jobs.synthesize.head.slits import EYES, find_slits
from jobs.synthesize.head.teeth import find_teeth

_COARSE = 2  # pixels of a frame between the places at which its warp is found
_ROUNDS = 3
_FADE = 4  # pixels of the canvas over which a box fades into the rest


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


class Portrait:
    """A head on its canvas, ready to be drawn in any pose that its units can make."""

    def __init__(self, mesh: Mesh, canvas: Canvas, units: Sequence[str]) -> None:
        """`units` are the face units that will be used; others stay at rest."""
        fields = find_fields(mesh, canvas, units)
        mouth, *eyes = find_slits(mesh, canvas, fields)
        balls = find_eyeballs(mesh, canvas)
        self._openings: list[Opening] = [
            Eye(slit, balls[name], find_lid(mesh, canvas, slit), canvas.view.density)
            for name, slit in zip(EYES, eyes, strict=True)
        ]
        self._openings.append(Mouth(mouth, find_teeth(mesh, canvas, fields, mouth)))
        self._shifts = torch.from_numpy(fields.shifts)
        self._gains = torch.from_numpy(fields.gains)
        self._step = fields.step
        self._picture = torch.from_numpy(canvas.picture).permute(2, 0, 1).contiguous()
        self._middle = torch.tensor(canvas.view.middle) - 0.5

    def draw(self, poses: Poses, height: int, width: int) -> Tensor:
        """The head in frames of a size, float32 [n, 4, height, width]: RGB times alpha, alpha."""
        strengths = torch.cat([poses.strengths, poses.turns], dim=1)
        shifts = torch.einsum("nm,mchw->nchw", strengths, self._shifts)
        gains = torch.einsum("nm,mhw->nhw", strengths, self._gains)[:, None]
        rows = torch.linspace(0, height - 1, -(-height // _COARSE))
        columns = torch.linspace(0, width - 1, -(-width // _COARSE))
        coarse = self._to_canvas(poses, columns[None, None], rows[None, :, None])
        source = undo(shifts, coarse, _ROUNDS, self._step)
        bright = 1 + look_up(gains, source / self._step)
        fine = interpolate(
            torch.cat([source, bright], dim=1), (height, width), mode="bilinear", align_corners=True
        )
        frames = look_up_in_one(self._picture, fine[:, :2]) * self._inside(fine[:, :2])
        for opening in self._openings:
            self._open(opening, frames, poses, strengths)
        frames[:, :3] *= fine[:, 2:]
        return frames

    def _to_canvas(self, poses: Poses, columns: Tensor, rows: Tensor) -> Tensor:
        """Places in frames, broadcast to [n, r, s], on the canvas, [n, 2, r, s].

        On both, 0 is the middle of the first pixel.
        """
        across = columns - (poses.places[:, 0, None, None] - 0.5)
        down = rows - (poses.places[:, 1, None, None] - 0.5)
        cos = (torch.cos(poses.rolls) / poses.sizes)[:, None, None]
        sin = (torch.sin(poses.rolls) / poses.sizes)[:, None, None]
        turned = torch.stack([across * cos + down * sin, down * cos - across * sin], dim=1)
        return turned + self._middle[:, None, None]

    def _from_canvas(self, poses: Poses, place: Tensor) -> Tensor:
        """A place on the canvas, [2], in each frame, [n, 2]."""
        across, down = (place - self._middle).tolist()
        cos, sin = torch.cos(poses.rolls) * poses.sizes, torch.sin(poses.rolls) * poses.sizes
        turned = torch.stack([across * cos - down * sin, across * sin + down * cos], dim=1)
        return turned + poses.places - 0.5

    def _inside(self, places: Tensor) -> Tensor:
        """Which places lie on the canvas; the body goes on below it."""
        height, width = self._picture.shape[-2:]
        columns, rows = places[:, :1], places[:, 1:]
        return (columns >= 0) & (columns <= width - 1) & (rows >= 0)

    def _open(self, opening: Opening, frames: Tensor, poses: Poses, strengths: Tensor) -> None:
        """Draw an eye or the mouth into the frames."""
        slit = opening.slit
        height, width = frames.shape[-2:]
        size = float(poses.sizes.max())
        rows, columns = (
            min(int(side * size), most)
            for side, most in zip(slit.size, (height, width), strict=True)
        )
        middle = torch.tensor([slit.left, slit.top]) + torch.tensor(slit.size[::-1]) / 2 - 0.5
        first = self._from_canvas(poses, middle) - (torch.tensor([columns, rows]) - 1) / 2
        first = first.round().long()
        across = (first[:, :1] + torch.arange(columns))[:, None, :]
        down = (first[:, 1:] + torch.arange(rows))[:, :, None]
        corner = torch.tensor([slit.left, slit.top])[:, None, None]
        places = self._to_canvas(poses, across, down) - corner
        drawn, share = opening.draw(places, strengths, poses)
        edge = torch.tensor([slit.size[1] - 1, slit.size[0] - 1])[:, None, None]
        within = torch.minimum(places, edge - places).amin(dim=1, keepdim=True)
        share = share * (within / _FADE).clamp(0, 1)
        shown = ((across >= 0) & (across < width) & (down >= 0) & (down < height))[:, None]
        frame = torch.arange(len(frames))[:, None, None]
        at = frame, slice(None), down.clamp(0, height - 1), across.clamp(0, width - 1)
        under = frames[at].permute(0, 3, 1, 2)
        share = share * under[:, 3:]
        mixed = under[:, :3] + share * (drawn - under[:, :3])
        kept = shown.expand(-1, -1, rows, columns)[:, 0]
        where = kept.nonzero(as_tuple=True)
        frames[
            where[0], :3, down.expand(-1, -1, columns)[where], across.expand(-1, rows, -1)[where]
        ] = mixed.permute(0, 2, 3, 1)[where]
