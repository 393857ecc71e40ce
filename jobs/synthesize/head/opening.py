"""An eye or a mouth in frames: its two sheets of skin, and what shows between them."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from jobs.synthesize.head.eyelids import Lid
from jobs.synthesize.head.eyes import Eyeball
from jobs.synthesize.head.poses import Poses
from jobs.synthesize.head.sampling import (
    filled,
    look_up_in_one,
    mixed,
    thinned,
    undo,
    undo_falling,
)
from jobs.synthesize.head.slits import Slit
from jobs.synthesize.head.teeth import Teeth

_CORNER = 3  # pixels of the canvas over which a slit fades out at its corners
_HALVINGS = 9
_LIP_ROUNDS = 8
_LOWER_ROUNDS = 3  # a lower lid hardly stretches
_COARSE = 2
_LID_SHADOW, _LASHES = 0.05, 0.016  # decimetres


class Opening(ABC):
    """A slit that can be drawn."""

    def __init__(self, slit: Slit) -> None:
        self.slit = slit
        self._masks = torch.from_numpy(slit.masks)
        self._pictures = torch.from_numpy(slit.pictures)
        self._shifts = torch.from_numpy(slit.shifts)

    @abstractmethod
    def draw(self, places: Tensor, strengths: Tensor, poses: Poses) -> tuple[Tensor, Tensor]:
        """The slit at places of its box.

        Args:
            places: float32 [n, 2, r, s], columns and rows of the box.
            strengths: float32 [n, m], of each movement.
            poses: of the head.

        Returns:
            float32 [n, 3, r, s], and [n, 1, r, s], how much it is to replace what was drawn there.
        """

    def _shifted(self, sheet: int, strengths: Tensor) -> Tensor:
        return mixed(strengths, self._shifts[sheet])

    def _share(self, sheet: int, at: Tensor) -> Tensor:
        return look_up_in_one(self._masks[sheet][None], at)

    def _between_corners(self, places: Tensor, strengths: Tensor) -> Tensor:
        moved = strengths @ torch.from_numpy(self.slit.corner_shifts)
        corners = moved + torch.tensor(self.slit.corners)
        first, last = corners.T[..., None, None, None]
        inner = torch.minimum(places[:, :1] - first, last - places[:, :1])
        return (inner / _CORNER + 1).clamp(0, 1)


class Mouth(Opening):
    """Lips, with teeth and the dark between them."""

    def __init__(self, slit: Slit, teeth: Teeth) -> None:
        super().__init__(slit)
        self._teeth = teeth

    def draw(self, places: Tensor, strengths: Tensor, poses: Poses) -> tuple[Tensor, Tensor]:
        drawn = self._teeth.draw(places, strengths)
        coarse, size = thinned(places, _COARSE), places.shape[-2:]
        for sheet in (1, 0):
            at = filled(undo(self._shifted(sheet, strengths), coarse, _LIP_ROUNDS), *size)
            skin = look_up_in_one(self._pictures[sheet], at)
            drawn = drawn + self._share(sheet, at) * (skin - drawn)
        return drawn, self._between_corners(places, strengths)


class Eye(Opening):
    """Eyelids, with the eye between them."""

    def __init__(self, slit: Slit, ball: Eyeball, lid: Lid, density: float) -> None:
        super().__init__(slit)
        self._ball, self._lid, self._density = ball, lid, density

    def draw(self, places: Tensor, strengths: Tensor, poses: Poses) -> tuple[Tensor, Tensor]:
        at = undo_falling(self._shifted(0, strengths), places, _HALVINGS)
        upper = self._share(0, at)
        shadow = torch.tensor([0.0, _LID_SHADOW * self._density])[:, None, None]
        still = places - self._turned(strengths)
        on_canvas = still + torch.tensor([self.slit.left, self.slit.top])[:, None, None]
        drawn = self._ball.draw(on_canvas, poses.gaze, self._share(0, at - shadow))
        low = undo(self._shifted(1, strengths), places, _LOWER_ROUNDS)
        drawn = drawn + self._share(1, low) * (look_up_in_one(self._pictures[1], low) - drawn)
        skin = look_up_in_one(self._pictures[0], at)
        unfolded = look_up_in_one(self._lid.bare, still)
        skin = skin + unfolded * (look_up_in_one(self._lid.picture, still) - skin)
        rows = max(1, round(_LASHES * self._density * float(poses.sizes.mean())))
        skin = self._lid.darken(skin, upper, rows)
        return drawn + upper * (skin - drawn), self._between_corners(places, strengths)

    def _turned(self, strengths: Tensor) -> Tensor:
        """How far the turn of the head shifts the middle of the eye, float32 [n, 2, 1, 1]."""
        rows, columns = self.slit.size
        return (strengths[:, -2:] @ self._shifts[0, -2:, :, rows // 2, columns // 2])[
            ..., None, None
        ]
