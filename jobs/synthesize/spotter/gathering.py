"""The lessons of folders of clips, found by several processes."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq

from jobs.synthesize.spotter.lessons import Lesson, lessons
from pipeline.evaluation.truth_columns import TRUTH_FILE
from pipeline.manifest import resolve_inputs
from stages.faults import SetupError
from stages.rows import Row

_CLIPS_A_TASK = 20
_SPLIT = "train"

_Task = tuple[list[Row], dict[str, list[Row]]]


def gather(folders: Sequence[Path]) -> list[Lesson]:
    """The lessons of folders of `microemo synthesize`, in the order of their clips.

    Raises:
        SetupError: a folder has no truth, or is of another split: what is scored there must not
            have been seen.
    """
    tasks = [task for folder in folders for task in _tasks(folder)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), context) as pool:
        return [lesson for found in pool.map(_found, tasks) for lesson in found]


def _tasks(folder: Path) -> list[_Task]:
    if not (folder / TRUTH_FILE).is_file():
        raise SetupError(f"{folder}: no {TRUTH_FILE} there; name a folder of microemo synthesize")
    truth: dict[str, list[Row]] = {}
    for row in pq.read_table(folder / TRUTH_FILE).to_pylist():
        if row["split"] != _SPLIT:
            raise SetupError(f"{folder}: of the split {row['split']}; name one of {_SPLIT}")
        truth.setdefault(row["video_id"], []).append(row)
    sources = list(resolve_inputs([str(folder)]).rows)
    parts = (sources[at : at + _CLIPS_A_TASK] for at in range(0, len(sources), _CLIPS_A_TASK))
    return [(part, {row["video_id"]: truth[row["video_id"]] for row in part}) for part in parts]


def _found(task: _Task) -> list[Lesson]:
    return list(lessons(*task))
