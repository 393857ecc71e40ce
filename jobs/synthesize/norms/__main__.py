"""Makes `stages/evidence/norms/norms.npz`: python -m jobs.synthesize.norms FOLDER

FOLDER is one of `microemo synthesize FOLDER --split train --clips 120 --seed 11`.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from jobs.synthesize.norms.clips import covariances
from jobs.synthesize.norms.heads import acts, shifts_of_heads
from stages.evidence.movement.points import POINTS
from stages.evidence.norms.norms import FILE

HEADS = 24

if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    torch.set_num_threads(1)  # the same sums on every machine
    arrays: dict[str, Any] = {
        "points": np.array([point.name for point in POINTS]),
        "names": np.array([act.name for act in acts()]),
        "shifts": shifts_of_heads(HEADS),
        **covariances(Path(sys.argv[1])),
    }
    np.savez(FILE, **arrays)
