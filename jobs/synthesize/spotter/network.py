"""The network of `stages.evidence.spotter.network`, in PyTorch, to be trained."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import pad, relu

from stages.evidence.movement.points import PLACES
from stages.evidence.spotter.network import APART, KINDS, SEES, UNITS

WIDTH = 128
COLUMNS = 5 * len(PLACES) + 1
OUTPUTS = len(KINDS) * (1 + len(UNITS))


class SpotterNetwork(nn.Module):
    """As in the package, with dropout."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.first = nn.Linear(COLUMNS, WIDTH)
        self.around = nn.ModuleList(nn.Linear(SEES * WIDTH, WIDTH) for _ in APART)
        self.inward = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in APART)
        self.last = nn.Linear(WIDTH, OUTPUTS)
        self.dropout = nn.Dropout(dropout)

    def forward(self, columns: Tensor, there: Tensor) -> Tensor:
        """Logits [b, m, OUTPUTS] of columns [b, m, COLUMNS], of which `there` [b, m, 1] are 1."""
        state = self.first(columns) * there
        for apart, around, inward in zip(APART, self.around, self.inward, strict=True):
            seen = relu(around(_around(state, apart)))
            state = (state + inward(self.dropout(seen))) * there
        told: Tensor = self.last(self.dropout(relu(state)))
        return told

    def exported(self) -> dict[str, NDArray[np.float16]]:
        """The arrays of `stages/evidence/spotter/spotter.npz`."""
        arrays: dict[str, NDArray[np.float16]] = {}
        for name, values in self.state_dict().items():
            *layer, part = name.split(".")
            stored = values.numpy().astype(np.float16)
            if part == "weight":
                arrays["_".join(layer)] = np.ascontiguousarray(stored.T)
            else:
                arrays["_".join([*layer, part])] = stored
        return arrays


def _around(state: Tensor, apart: int) -> Tensor:
    reach = SEES // 2 * apart
    padded = pad(state, (0, 0, reach, reach))
    length = state.shape[1]
    return torch.cat([padded[:, apart * step : apart * step + length] for step in range(SEES)], 2)
