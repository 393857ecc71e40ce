"""Learning to name the action units that move, off what the local branch tells of each frame.

A side task, in training alone: the head that names them is not part of the model. What the loss of
the words asks of the local branch comes to it through four networks; this comes straight.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from pipeline.evaluation.events.film import EXPRESSIONS, TrueFilm
from stages.model.neighbourhoods import neighbourhoods
from stages.model.windows import WindowBatch

if TYPE_CHECKING:
    from stages.model.modeling_microemo import MicroEmo

UNITS = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 20, 23, 24, 25, 26)
"""Of the expressions of FACS that tell feelings."""
_NAME = "unit_naming"


def moving_units(film: TrueFilm, frame_times_s: Sequence[float], reach_s: float) -> torch.Tensor:
    """Which units of an expression in view move within reach of each frame: [T, units] of 0 and 1.

    Args:
        film: what is true of the video.
        frame_times_s: [T] seconds on the clock of the file.
        reach_s: how far from a frame its faces are seen.
    """
    moving = np.zeros((len(frame_times_s), len(UNITS)), np.float32)
    times = np.asarray(frame_times_s)
    for event in film.events:
        if event.kind in EXPRESSIONS and event.in_view:
            near = np.abs(times - event.apex_s) <= reach_s
            for unit in event.action_units & set(UNITS):
                moving[near, UNITS.index(unit)] = 1
    return torch.from_numpy(moving)


class UnitNaming(nn.Module):
    """The head, and the loss of what it says.

    Args:
        model: whose local branch is listened to.
    """

    def __init__(self, model: "MicroEmo") -> None:
        super().__init__()
        config = model.config
        self._reach_s = config.local_config.reach_s
        self.names = nn.Linear(config.qformer_config.hidden_size, len(UNITS))
        self._told: torch.Tensor | None = None
        model.encoder.global_local.attention.register_forward_hook(self._listen)

    def _listen(self, module: nn.Module, given: Any, gave: tuple[torch.Tensor, Any]) -> None:
        self._told = gave[0]

    def loss(self, windows: WindowBatch, moving: torch.Tensor) -> torch.Tensor:
        """The mean loss over the frames that see a face; 0 where none does.

        Args:
            windows: the batch that has just gone through the model.
            moving: [F, units], of all frames of the batch.
        """
        faces = windows.faces()
        near = neighbourhoods(
            windows.apart(windows.frame_times_s), faces.times_s, faces.track_ids, self._reach_s
        )
        # Where no frame sees a face, what was told last is of another batch.
        if self._told is None or not len(near):
            return self.names.bias.sum() * 0
        seeing = torch.from_numpy(np.unique(near.frame)).to(moving.device)
        said = self.names(self._told.float().mean(dim=1))
        return nn.functional.binary_cross_entropy_with_logits(said, moving[seeing])


def add_naming(model: "MicroEmo") -> None:
    """Put the head on a model, as a part of it, so that checkpoints and GPUs know it."""
    model.add_module(_NAME, UnitNaming(model))


def take_naming(model: "MicroEmo") -> None:
    """Take the head off again, if there is one."""
    if naming_of(model) is not None:
        delattr(model, _NAME)


def naming_of(model: nn.Module) -> UnitNaming | None:
    """The head of a model, if it has one."""
    found = getattr(model, _NAME, None)
    return found if isinstance(found, UnitNaming) else None
