"""Makes `stages/evidence/spotter/spotter.npz`: python -m jobs.synthesize.spotter FOLDER...

Each FOLDER is one of `microemo synthesize FOLDER --split train`; README.md beside the file says
which they were.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from jobs.synthesize.spotter.gathering import gather
from jobs.synthesize.spotter.training import train
from stages.evidence.spotter.network import FILE
from stages.faults import SetupError

STEPS = 5000
SEED = 0
_TELL = 250  # steps


def _tell(step: int, loss: float) -> None:
    if step % _TELL == 0:
        print(f"step {step} of {STEPS}, loss {loss:.4f}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    torch.set_num_threads(1)  # the same sums on every machine
    try:
        given = gather([Path(folder) for folder in sys.argv[1:]])
    except SetupError as fault:
        raise SystemExit(str(fault)) from None
    print(f"{len(given)} faces", flush=True)
    arrays: dict[str, Any] = {**train(given, STEPS, SEED, _tell).exported()}
    np.savez_compressed(FILE, **arrays)
