"""Runs over real clips, whose pictures bear their numbers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from stages.file_state import state_of
from tests.clips import tone, write_clip

Make = Callable[..., Any]


@pytest.fixture
def film_run(
    tmp_path: Path, write_run: Make, make_annotation: Make, make_utterance: Make
) -> DatasetFolder:
    """Videos `a.mp4`, of 10 s, with two utterances, and `b.mp4` with one, of a window each."""
    rows = []
    for video_id, spans in (("a.mp4", [(1.0, 2.0), (4.0, 5.5)]), ("b.mp4", [(0.0, 1.0)])):
        path = tmp_path / "films" / video_id
        path.parent.mkdir(exist_ok=True)
        write_clip(path, seconds=10.0, audio=tone())
        said = [make_utterance(index, *span) for index, span in enumerate(spans)]
        row = make_annotation(video_id, uri=str(path), file=state_of(str(path)), utterances=said)
        row["faces"][0] |= {"box_times_s": [0.0, 9.0], "boxes": [2000, 2000, 4000, 6000] * 2}
        rows.append(row)
    folder: DatasetFolder = write_run(rows, failures=[])
    return folder
