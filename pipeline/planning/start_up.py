"""What a run takes beside the work on its rows, found by a real one of a single row."""

import sys
import time
from pathlib import Path

from pipeline.config import Config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS
from pipeline.dataset.reading import read_light
from pipeline.dataset.record import Origin
from pipeline.run import SilentWatcher, annotate
from stages.rows import Row


def start_up_s(source: Row, config: Config, folder: Path) -> float:
    """Seconds until Ray has started, every lane has loaded its models and all is shut down.

    Args:
        source: the row of a video, best a short one.
        config: of the run.
        folder: where a dataset of its own is made.

    Raises:
        SetupError: the run is not possible.
    """
    output = DatasetFolder(str(folder))
    origin = Origin("plan", sys.argv, [str(source["uri"])])
    began = time.perf_counter()
    annotate([source], config, output, SilentWatcher(), origin)
    taken_s = time.perf_counter() - began
    rows = read_light(output, ANNOTATIONS, ["timings"])
    worked_s = sum(seconds or 0.0 for row in rows for seconds in row["timings"].values())
    return max(0.0, taken_s - worked_s)
